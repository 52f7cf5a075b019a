#!/usr/bin/python3
"""completions.py REHEARSE SHELL PROJECT - does the Tab key complete what it should, in the shell itself?

The shell runs on a terminal of its own with the script that `rehearse completions SHELL` prints, in a folder with
some scenarios. A command line is typed as far as a Tab; then `echo` is put in front of it, so that what the shell made
of the line can be read. fish is asked without a terminal. Exit status 77: the shell is not here.
"""
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# What is typed before Tab, and the words of the line behind it.
CASES = [
    ("rehearse chec", "rehearse check"),
    ("rehearse run --fai", "rehearse run --fail-fast"),
    ("rehearse run --keep fai", "rehearse run --keep failed"),
    ("rehearse run --keep=fai", "rehearse run --keep=failed"),
    ("rehearse run --report juni", "rehearse run --report junit:"),
    ("rehearse run trad", "rehearse run trading-bot-chain"),
    ("rehearse run trading-bot-chain/as-found@prod", "rehearse run trading-bot-chain/as-found@production:"),
    ("rehearse explain trading-bot-chain/as-found@production:sq",
     "rehearse explain trading-bot-chain/as-found@production:sqlite"),
    ("rehearse explain trading-bot-chain as-found@production:sq",
     "rehearse explain trading-bot-chain as-found@production:sqlite"),
    ("rehearse run --tag lying", "rehearse run --tag lying-version"),
    ("rehearse check some", "rehearse check some-folder/"),
    ("rehearse check some-folder/her", "rehearse check some-folder/here.yaml"),
    ("rehearse plan dow", "rehearse plan downgrade"),
    ("rehearse help expl", "rehearse help explain"),
    ("rehearse run --pg-bindir some", "rehearse run --pg-bindir some-folder/"),
    ("rehearse run --report html:some-folder/her", "rehearse run --report html:some-folder/here.yaml"),
]
STARTS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"],
             'PS1="@>"; bind "set enable-bracketed-paste off"; bind "set completion-query-items 0";'
             ' eval "$(rehearse completions bash)"'),
    # As it is installed; and as its page says for who installs nothing.
    "zsh": (["zsh", "-f", "-i"],
            'PS1="@>"; unset zle_bracketed_paste; unsetopt prompt_sp prompt_cr auto_remove_slash;'
            ' rehearse completions zsh >bin/_rehearse; fpath=($PWD/bin $fpath);'
            ' autoload -Uz compinit; compinit -u -D; setopt list_ambiguous'),
    "zsh sourced": (["zsh", "-f", "-i"],
                    'PS1="@>"; unset zle_bracketed_paste; unsetopt prompt_sp prompt_cr auto_remove_slash;'
                    ' autoload -Uz compinit; compinit -u -D; setopt list_ambiguous;'
                    ' source <(rehearse completions zsh)'),
}
ALARM = 60


def main(rehearse, shell, project):
    if not shutil.which(shell):
        print("skipped: %s is not here" % shell)
        return 77
    signal.alarm(ALARM)
    with tempfile.TemporaryDirectory(prefix="rehearse-completions.") as folder:
        here = pathlib.Path(folder)
        (here / "bin").mkdir()
        (here / "bin" / "rehearse").symlink_to(os.path.abspath(rehearse))
        (here / "scenarios").mkdir()
        for path in pathlib.Path(project, "scenarios").glob("*.yaml"):
            shutil.copy(path, here / "scenarios")
        (here / "some-folder").mkdir()
        (here / "some-folder" / "here.yaml").write_text("rehearse: 1\n")
        environment = dict(os.environ, PATH="%s:%s" % (here / "bin", os.environ["PATH"]), HOME=folder,
                           TERM="dumb" if shell != "fish" else "xterm", LC_ALL="C.UTF-8", COLUMNS="200")
        ways = [Fish(here, environment)] if shell == "fish" else [
            Terminal(start, here, environment) for start in STARTS if start.split()[0] == shell]
        mistakes = 0
        for way in ways:
            for typed, wanted in CASES if way is ways[0] else CASES[:3]:
                got = way.ask(typed)
                if got.rstrip() != wanted:
                    mistakes += 1
                    print("%r becomes %r, and should %r" % (typed, got, wanted))
    print("%d lines in %s, %d mistakes" % (len(CASES), shell, mistakes))
    return 1 if mistakes else 0


class Fish:
    """fish says what it would offer without a terminal, and inserts what all that have in common."""

    def __init__(self, folder, environment):
        self.folder, self.environment = folder, environment

    def ask(self, typed):
        script = 'rehearse completions fish | source; complete --escape -C %s' % quoted(typed)
        done = subprocess.run(["fish", "--no-config", "-c", script], cwd=self.folder, env=self.environment,
                              check=True, capture_output=True, encoding="utf-8")
        word = typed.split(" ")[-1]
        offered = [line.split("\t")[0] for line in done.stdout.splitlines()]
        # Like what is typed, fish takes what has it somewhere: a beginning comes first.
        offered = [item for item in offered if item.startswith(word)]
        return typed[:len(typed) - len(word)] + os.path.commonprefix(offered)


def quoted(text):
    return "'%s'" % text.replace("\\", "\\\\").replace("'", "\\'")


class Terminal:
    """A shell on a terminal of its own, with completion set up."""

    def __init__(self, shell, folder, environment):
        command, setup = STARTS[shell]
        self.process, self.fd = pty.fork()
        if not self.process:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)
        self.read_until(r"[$%#>] ?$")
        self.write("stty -echo; %s; echo rea''dy\n" % setup)
        self.read_until(r"ready[\r\n]+@>$")

    def ask(self, typed):
        """Type, press Tab, and then have the line echoed instead of run: its beginning is replaced."""
        self.write(typed + "\t")
        time.sleep(0.15)
        self.write("\x01echo '<\x05>'\n")
        shown = self.read_until(r"<rehearse[^\r\n]*>[\r\n]+@>$")
        return re.findall(r"<(rehearse[^\r\n]*)>[\r\n]", shown)[-1]

    def write(self, text):
        os.write(self.fd, text.encode())

    def read_until(self, pattern):
        text = ""
        while not re.search(pattern, text):
            ready = select.select([self.fd], [], [], 10)[0]
            if not ready:
                raise SystemExit("the shell went quiet after: %r" % text[-500:])
            text += os.read(self.fd, 65536).decode("utf-8", "replace")
            text = re.sub("\x1b\\[[0-9;?]*[a-zA-Z]|\x1b[=>]", "", text)
        return text


sys.exit(main(*sys.argv[1:]))
