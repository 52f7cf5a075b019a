#!/usr/bin/env python3
"""Carry out the doctor's patches on broken projects, and ask real Alembic about what comes out.

    patches.py --rehearse build/rehearse
    patches.py --rehearse build/rehearse --python venv/bin/python --cases 2000

Broken trees are written as Python files, hundreds of projects in one folder. `doctor --all --patch` prints one patch for all
of them, `git apply` takes it, and of each project must be true: Alembic loads it, with the heads that the advice promised, one
where several were a fault; an upgrade to them from nothing has a plan; the doctor finds nothing that it has not told before;
no file has lost its line ends, its encoding or the newline that it did not have.

The seed, fresh or of the tree (dice.py), is printed; --seed repeats a run. Exit status: 0 all true, 1 some not, 77 no Alembic or no git.
"""
import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "conformance"), os.path.join(HERE, ".."), HERE]
sys.dont_write_bytecode = True

import as_python
from agreement import level_of
from dice import first_seed
from repairs import broken_tree

SKIPPED = 77

# Run by the Python that has Alembic: the heads of each project, and whether an upgrade has a plan.
ASK = """
import json, os, sys, warnings
sys.dont_write_bytecode = True
warnings.simplefilter("ignore")
from alembic.script import ScriptDirectory
for line in sys.stdin:
    folder, locations = json.loads(line)
    try:
        places = [os.path.join(folder, name) for name in locations]
        script = ScriptDirectory(os.path.join(folder, "migrations"), version_locations=places)
        heads = sorted(script.get_heads())
        script._upgrade_revs("heads", ())
        print(json.dumps({"heads": heads}))
    except Exception as error:
        print(json.dumps({"error": "%s: %s" % (type(error).__name__, error)}))
"""


class Project:
    def __init__(self, name, folder):
        self.name, self.folder = name, folder
        self.rng = random.Random(name)
        self.locations = as_python.write_project(self.rng, folder, broken_tree(name, 12))
        self.before = self.files()
        self.report = self.after = self.answer = None

    def files(self):
        """The bytes of all revision files, by path."""
        found = {}
        for location in self.locations:
            for entry in os.scandir(os.path.join(self.folder, location)):
                with open(entry.path, "rb") as file:
                    found[entry.path] = file.read()
        return found

    def complaints(self):
        found = list(self.promise_complaints()) + list(self.new_findings())
        for path, text in self.files().items():
            if path in self.before:
                found += ["%s: %s" % (os.path.basename(path), why) for why in lost(self.before[path], text)]
        return found

    def promise_complaints(self):
        if "error" in self.answer:
            yield "Alembic: %s" % self.answer["error"]
            return
        heads = self.answer["heads"]
        if heads != sorted(self.after["heads"]):
            yield "Alembic's heads are %s, ours %s" % (heads, self.after["heads"])
        for fault in self.report["faults"]:
            if fault["kind"] != "multiple-heads":
                continue
            promised = re.search("one head remains: '(.*)'", fault["suggestion"])
            if promised and heads != [promised.group(1)]:
                yield "promised %s, there are %s" % (promised.group(1), heads)
            elif len(heads) != 1 and not re.search("labels tell the heads apart|heads of each branch", fault["suggestion"]):
                yield "one head was asked for, there are %s" % heads

    def new_findings(self):
        """What the doctor finds now, though it had a patch for it, or did not tell."""
        told = {(f["kind"], f["file"] if f["kind"] != "multiple-bases" else "")
                for f in self.report["faults"] if f["patch"] is None}
        for fault in self.after["faults"]:
            if (fault["kind"], fault["file"] if fault["kind"] != "multiple-bases" else "") not in told:
                yield "found afterwards: %s: %s: %s" % (fault["kind"], fault["file"], fault["message"])


def lost(before, after):
    """What a file had and has no more."""
    if (b"\r\n" in before) != (b"\r\n" in after) or after.count(b"\r\n") not in (0, after.count(b"\n")):
        yield "its line ends"
    if before.endswith(b"\n") != after.endswith(b"\n"):
        yield "its end"
    if before.startswith(b"\xef\xbb\xbf") != after.startswith(b"\xef\xbb\xbf"):
        yield "its byte order mark"
    if b"latin-1" in before and b"\xe4" not in after:
        yield "its encoding"
    if before.count(b"#") - after.count(b"#") > before.count(b"\n") - after.count(b"\n"):  # those of lines that went
        yield "comments"


def doctor(args, level, folder, *options):
    command = [args.rehearse, "doctor", ".", "--all", "--no-git", "--alembic", level, *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return done.stdout


def reports(args, level, folder):
    return {report["source"]["path"].split("/")[0]: report
            for report in json.loads(doctor(args, level, folder, "--format", "json"))["projects"]}


def ask_alembic(args, projects):
    lines = "".join(json.dumps([p.folder, p.locations]) + "\n" for p in projects)
    done = subprocess.run([args.python, "-c", ASK], input=lines, capture_output=True, text=True, check=False)
    answers = done.stdout.splitlines()
    if len(answers) != len(projects):
        raise SystemExit(done.stderr)
    return map(json.loads, answers)


def play(args, level, folder, names):
    """Write, patch and ask about some projects; they themselves, and how many faults there were."""
    projects = [Project(name, os.path.join(folder, "p%04d" % i)) for i, name in enumerate(names)]
    before = reports(args, level, folder)
    projects = [p for p in projects if os.path.basename(p.folder) in before]  # an empty tree is none
    patch = doctor(args, level, folder, "--patch")
    applied = subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=patch, cwd=folder,
                             capture_output=True, check=False)
    if applied.returncode and patch:
        with open("/tmp/patches.diff", "wb") as file:
            file.write(patch)
        raise SystemExit("git apply refuses /tmp/patches.diff: %s" % applied.stderr.decode())
    after = reports(args, level, folder)
    for project, answer in zip(projects, ask_alembic(args, projects)):
        name = os.path.basename(project.folder)
        project.report, project.after, project.answer = before[name], after[name], answer
    return projects, sum(len(p.report["faults"]) for p in projects)


def show(project):
    print("%s:" % project.name)
    for path, text in sorted(project.before.items()):
        facts = re.findall(rb"(?m)^(?:revision|down_revision|branch_labels|depends_on)\b.*", text)
        print("  %s  %s" % (os.path.basename(path), b"; ".join(facts).decode("latin-1")))
    for fault in project.report["faults"]:
        print("  %s: %s: %s  %s" % (fault["kind"], fault["file"], fault["message"], fault["suggestion"]))
    for why in project.complaints():
        print("  WRONG: %s" % why)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehearse", required=True, type=os.path.abspath, help="the program")
    parser.add_argument("--python", default=sys.executable, help="one that has Alembic")
    parser.add_argument("--cases", type=int, default=300, help="how many projects")
    parser.add_argument("--seed", default=str(first_seed()), help="repeat a run")
    parser.add_argument("--show", type=int, default=2, help="wrong ones to show")
    args = parser.parse_args()

    found = level_of(args.python)
    if not found or not shutil.which("git"):
        print("skipped: '%s' has no Alembic that we know, or there is no git" % args.python)
        sys.exit(SKIPPED)
    level, versions = found
    print("seed %s, level %s, %s" % (args.seed, level, versions), flush=True)
    wrong, faults, count, changed = [], 0, 0, 0
    for first in range(0, args.cases, 500):
        names = ["%s/%d" % (args.seed, i) for i in range(first, min(first + 500, args.cases))]
        with tempfile.TemporaryDirectory(prefix="rehearse-patches.") as folder:
            os.environ["GIT_CEILING_DIRECTORIES"] = os.path.dirname(folder)  # none of our own repositories
            projects, more = play(args, level, folder, names)
            count, faults = count + len(projects), faults + more
            changed += sum(p.files() != p.before for p in projects)
            wrong = [p for p in projects if p.complaints()]
            for project in wrong[:args.show]:
                show(project)
        if wrong:
            break
    print("%d projects, %d faults, %d patched, %d wrongly" % (count, faults, changed, len(wrong)))
    sys.exit(1 if wrong or not changed else 0)


if __name__ == "__main__":
    main()
