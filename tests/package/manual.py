#!/usr/bin/python3
"""manual.py REHEARSE PROJECT - do the pages of the manual say all that help says, and all that is in the environment?

Pages and help are made of the same tables; what is looked for here is that nothing is lost on the way, as roff reads
it: each page is formatted, by mandoc or man where one of them is there. Every variable that the sources ask the
environment for must stand in rehearse(1).
"""
import pathlib
import re
import shutil
import subprocess
import sys


def main(rehearse, project):
    mistakes = []
    commands = re.findall(r"^  (\w+) +\w", run(rehearse, "--help").split("Options:")[0], re.MULTILINE)
    if len(commands) < 10:
        mistakes.append("help lists only %s" % commands)
    whole = formatted(run(rehearse, "manual"), mistakes)
    for command in commands:
        page = run(rehearse, "manual", command)
        text = formatted(page, mistakes)
        wanted = [" ".join(line.split()) for line in run(rehearse, "help", command).splitlines()]
        # A paragraph is broken elsewhere, so that words are compared.
        said = " ".join(text.split())
        for option in re.findall(r"--[a-z-]+", "\n".join(wanted)):
            if option not in said:
                mistakes.append("rehearse-%s(1) lacks %s" % (command, option))
        for word in re.findall(r"[\w'/@-]+", " ".join(wanted).replace("Usage:", "")):
            if word.lower() not in said.lower():
                mistakes.append("rehearse-%s(1) lacks the word %s" % (command, word))
        if "rehearse-%s(1)" % command not in whole:
            mistakes.append("rehearse(1) does not point to %s" % command)
    mistakes += hyphenated(run(rehearse, "manual", "run"))
    for path in sorted(pathlib.Path(project, "harness").rglob("*.c")):
        for name in re.findall(r'getenv\("(\w+)"\)', path.read_text(encoding="utf-8")):
            if not re.search(r"\b%s\b" % name, whole):
                mistakes.append("rehearse(1) says nothing of $%s, which %s looks at" % (name, path.name))
    print("\n".join(mistakes))
    print("%d pages, %d mistakes" % (len(commands) + 1, len(mistakes)))
    return 1 if mistakes else 0


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def hyphenated(page):
    """Words of a page that are broken where the terminal is narrow: what is copied from there would not be understood."""
    if not shutil.which("groff"):
        return []
    text = subprocess.run(["groff", "-man", "-Tutf8", "-rLL=50n"], input=page, capture_output=True, encoding="utf-8",
                          check=True).stdout
    return ["rehearse-run(1) breaks a word: %s" % line.strip() for line in text.splitlines() if line.endswith("\u2010")]


def formatted(page, mistakes):
    """The page as people read it; what the formatter warns of is a mistake."""
    if shutil.which("mandoc"):
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=page, capture_output=True,
                              encoding="utf-8", check=False).stdout
        mistakes += [line for line in lint.splitlines() if "missing date" not in line]
        command = ["mandoc", "-T", "utf8", "-O", "width=1000"]
    elif shutil.which("groff"):
        command = ["groff", "-man", "-Tutf8", "-ww", "-rHY=0", "-rLL=1000n"]
    else:
        print("skipped: neither mandoc nor groff is here")
        sys.exit(77)
    done = subprocess.run(command, input=page, capture_output=True, encoding="utf-8", check=False)
    mistakes += done.stderr.splitlines()
    text = re.sub("\x1b\\[[0-9;]*m|.\b", "", done.stdout)
    return text.translate({0x2010: "-", 0x2212: "-", 0x2019: "'", 0x2018: "'"})


sys.exit(main(*sys.argv[1:]))
