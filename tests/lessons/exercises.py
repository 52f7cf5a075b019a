#!/usr/bin/env python3
"""exercises.py --rehearse PROGRAM [--engine NAME]... EXERCISES SOLUTIONS - are the exercises exercises?

Each file of the folder EXERCISES has a strategy `exercise` without steps or edits, and a file of the same
name in SOLUTIONS that differs in that strategy alone (and in comments). On every engine the strategy
does not work in all cells as it stands, and works in all as solved; a run of a folder counts what is solved. Exit status: 0 it is so; 1 it is
not; 77 a library or the server is missing.
"""
import argparse
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
    failures = 0
    for name in names:
        for failure in faults(args, args.exercises / name, args.solutions / name):
            failures += 1
            print("%s: %s" % (name, failure))
    for folder, solved in ((args.exercises, 0), (args.solutions, len(names))):
        if "exercises: %d of %d solved" % (solved, len(names)) not in run_folder(args, folder):
            failures += 1
            print("%s: it is not said that %d of %d are solved" % (folder, solved, len(names)))
    print("%d exercises on %s, %d failures" % (len(names), args.engine, failures))
    return 1 if failures or not names else 0


def run_folder(args, folder):
    with tempfile.TemporaryDirectory() as no_records:
        return subprocess.run([args.rehearse, "run", "--quiet", "--engine", args.engine, "--expected", no_records,
                               folder], stdout=subprocess.PIPE, encoding="utf-8", check=False).stdout


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehearse", required=True, help="the program")
    parser.add_argument("--engine", required=True, choices=["sqlite", "postgres"])
    parser.add_argument("exercises", type=pathlib.Path)
    parser.add_argument("solutions", type=pathlib.Path)
    return parser.parse_args()


def faults(args, exercise, solution):
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
    if set(verdicts(args, exercise)) == {"works"}:
        found.append("it works without being solved")
    unsolved = [verdict for verdict in verdicts(args, solution) if verdict != "works"]
    if unsolved:
        found.append("the solution %s" % ", ".join(unsolved))
    return found


def read(path):
    """A scenario without the strategy that is asked for, and that strategy."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return document, document["strategies"].pop(STRATEGY)


def verdicts(args, path):
    """The verdicts of the strategy's cells on the engine."""
    with tempfile.TemporaryDirectory() as no_records:
        run = subprocess.run(
            [args.rehearse, "run", "--format", "json", "--engine", args.engine, "--expected", no_records,
             "--filter", "/%s@" % STRATEGY, path], stdout=subprocess.PIPE, check=False)
    if run.returncode == NO_SERVER and args.engine == "postgres":
        print("skipped: no PostgreSQL server")
        sys.exit(77)
    return [cell["verdict"] for cell in json.loads(run.stdout)["cells"]]


if __name__ == "__main__":
    sys.exit(main())
