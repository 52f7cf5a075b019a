#!/usr/bin/env python3
"""exercises.py --rehearse PROGRAM [--engine NAME]... EXERCISES SOLUTIONS - are the exercises exercises?

Each file of the folder EXERCISES has a strategy `exercise` without steps or edits, and a file of the same
name in SOLUTIONS that differs in that strategy alone (and in comments). On every engine the strategy
does not work in all cells as it stands, and works in all as solved; a run of a folder counts what is solved. Exit status: 0 it is so; 1 it is
not; 77 a library or the server is missing.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

STRATEGY = "exercise"
NO_SERVER = 3  # exit status


def main():
    args = arguments()
    names = sorted({path.name for folder in (args.exercises, args.solutions)
                    for path in folder.glob("*.yaml")})
    asked, asked_text = play(args, args.exercises)
    solved, solved_text = play(args, args.solutions)
    failures = 0
    for name in names:
        scenario = pathlib.Path(name).stem
        for failure in faults(args.exercises / name, args.solutions / name, asked[scenario], solved[scenario]):
            failures += 1
            print("%s: %s" % (name, failure))
    for folder, count, text in ((args.exercises, 0, asked_text), (args.solutions, len(names), solved_text)):
        if "exercises: %d of %d solved" % (count, len(names)) not in text:
            failures += 1
            print("%s: it is not said that %d of %d are solved" % (folder, count, len(names)))
    print("%d exercises on %s, %d failures" % (len(names), args.engine, failures))
    return 1 if failures or not names else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehearse", required=True, help="the program")
    parser.add_argument("--engine", required=True, choices=["sqlite", "postgres"])
    parser.add_argument("exercises", type=pathlib.Path)
    parser.add_argument("solutions", type=pathlib.Path)
    return parser.parse_args()


def faults(exercise, solution, asked_verdicts, solved_verdicts):
    """What is wrong with one exercise."""
    for path in (exercise, solution):
        if not path.exists():
            return ["%s is missing" % path]
    asked, asked_strategy = read(exercise)
    solved, solved_strategy = read(solution)
    found = []
    if asked != solved:
        found.append("the solution differs outside of the strategy '%s'" % STRATEGY)
    if set(asked_strategy) - {"title", "story", "steps"} or asked_strategy.get("steps"):
        found.append("the exercise is not empty")
    if not set(solved_strategy) - {"title", "story"}:
        found.append("the solution is empty")
    if not asked_verdicts or not solved_verdicts:
        found.append("the strategy has no cells")
    if set(asked_verdicts) == {"works"}:
        found.append("it works without being solved")
    unsolved = [verdict for verdict in solved_verdicts if verdict != "works"]
    if unsolved:
        found.append("the solution %s" % ", ".join(unsolved))
    return found


def read(path):
    """A scenario without the strategy that is asked for, and that strategy."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return document, document["strategies"].pop(STRATEGY)


def play(args, folder):
    """{scenario: the verdicts of the strategy's cells on the engine}, and what a run of the folder says."""
    with tempfile.TemporaryDirectory() as new:
        report = pathlib.Path(new, "run.json")
        run = subprocess.run(
            [args.rehearse, "run", "--quiet", "--report", "json:%s" % report, "--engine", args.engine,
             "--expected", new, folder], stdout=subprocess.PIPE, encoding="utf-8", check=False)
        if run.returncode == NO_SERVER and args.engine == "postgres":
            print("skipped: no PostgreSQL server")
            sys.exit(77)
        cells = json.loads(report.read_text(encoding="utf-8"))["cells"]
    verdicts = collections.defaultdict(list)
    for cell in cells:
        if cell["strategy"] == STRATEGY:
            verdicts[cell["scenario"]].append(cell["verdict"])
    return verdicts, run.stdout


if __name__ == "__main__":
    sys.exit(main())
