#!/usr/bin/env python3
"""Scenarios in SQL and their twins, the same with an Alembic project in the place of the revisions: both end alike, by
either runner.

    twins.py [--engine sqlite|postgres] [--runner bodies|env] [--one-in N] REHEARSE PATH...

PATHs are scenario files and folders of them; with --one-in every Nth is compared, from one on that the dice choose for each runner. A cell is compared by verdict, failing step, error, unmet goals, version rows
and schema. Left out are scenarios that no project can say: edits by the names of files, sessions, SQL at the start of every connection,
trees on which Alembic loops. Exit status: 0 all agree, 1 some differ, 77 no Alembic.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "alembic"))
sys.path.append(os.path.join(HERE, os.pardir))

from dice import every

try:
    from alembic_project import LEVEL, Project
    from compare import LOOPS, copy_scenarios
    from scenario_file import Unsupported, as_list, read_scenario
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

ENV = """from alembic import context
from sqlalchemy import create_engine

with create_engine(%r).connect() as connection:
    context.configure(connection=connection, **%r)
    with context.begin_transaction():
        context.run_migrations()
"""
ELSEWHERE = {"sqlite": "sqlite:////var/lib/nothing.db", "postgres": "postgresql://nobody@production.example.com/nothing"}
EDITS = ("change_revisions", "remove_revisions")
COMPARED = ("verdict", "failed_step", "wrong", "version", "schema")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", default="sqlite", choices=["sqlite", "postgres"])
    parser.add_argument("--runner", default="bodies", choices=["bodies", "env"])
    parser.add_argument("--one-in", type=int, default=1, metavar="N", help="only every Nth scenario")
    parser.add_argument("rehearse")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rehearse-twins-") as folder:
        originals, twins, left_out = [], [], 0
        paths = every(args.one_in, copy_scenarios(args.paths, folder), turn=args.runner == "env")
        print(*(os.path.basename(path) for path in paths))
        for path in paths:
            sort_files(path, args.runner)
            try:
                twins.append(write_twin(path, args))
                originals.append(path)
            except Unsupported:
                left_out += 1
        theirs = play(args, originals)
        ours = play(args, twins)
    differences = [line for name, cell in theirs.items()
                   for line in compare(name, cell, ours[re.sub("^([^/]*)/", r"\1-twin/", name)])]
    print("\n".join(differences + ["%s, runner %s: %d cells, %d differences; %d scenarios left out" % (
        args.engine, args.runner, len(theirs), len(differences), left_out)]))
    return 1 if differences else 0


def sort_files(path, runner):
    """Before 1.10 Alembic loads files as the folder lists them; where it does not run itself, have it another release."""
    if runner == "bodies":
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace('alembic: "%s"' % LEVEL, 'alembic: "1.20"', 1))


def write_twin(path, args):
    """The twin of a scenario, beside it; its path."""
    scenario = read_scenario(path, args.engine)
    refuse(scenario, args)
    folder = path[:-len(".yaml")] + "-project"
    project = Project(scenario, folder)
    project.deploy(scenario["revisions"])
    with open(os.path.join(folder, "env.py"), "w", encoding="utf-8") as file:
        file.write(ENV % (ELSEWHERE[args.engine], project._options(scenario["configure"])))
    with open(path, encoding="utf-8") as file:
        sections = re.split(r"^(?=[a-z])", file.read(), flags=re.MULTILINE)
    twin = path[:-len(".yaml")] + "-twin.yaml"
    with open(twin, "w", encoding="utf-8") as file:
        file.write("".join(section for section in sections if not section.startswith("revisions:")))
        file.write("\nrevisions: {alembic: %s, runner: %s}\n" % (os.path.basename(folder), args.runner))
    return twin


def refuse(scenario, args):
    """Raise Unsupported for what no project can say."""
    files = {revision["file"] for revision in scenario["revisions"] if revision.get("file")}
    named = [name for state in scenario["states"].values() for name in as_list((state or {}).get("ran"))]
    for strategy in scenario["strategies"].values():
        for edit in [strategy] + [step["edit"] for step in strategy.get("steps", []) if "edit" in step]:
            named += [name for key in EDITS for name in edit.get(key, [])]
            if any({"irreversible", "autocommit"} & set(change) for change in edit.get("change_revisions", {}).values()):
                raise Unsupported("a raise, or an autocommit block, that is written into a body or deleted from it")
    if files & set(named) or not scenario["revisions"] or args.engine not in scenario["engines"]:
        raise Unsupported("names of files")
    if any((state or {}).get("sessions") for state in scenario["states"].values()):
        raise Unsupported("sessions")
    if args.runner == "env" and {"on_connect", "before"} & set(scenario["configure"]):
        raise Unsupported("what env.py does")


def play(args, paths):
    """name -> cell."""
    done = subprocess.run(
        [args.rehearse, "run", "--engine", args.engine, "--python", sys.executable, "--format", "json",
         "--jobs", "1", "--timeout", "30"] + paths, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return {cell["name"]: cell for cell in json.loads(done.stdout)["cells"]}


def compare(name, theirs, ours):
    """What differs, a line each."""
    if theirs["error"] and LOOPS in theirs["error"]["message"]:
        return []
    pairs = [(key, theirs[key], ours[key]) for key in COMPARED]
    pairs.append(("error", *(error_of(cell) for cell in (theirs, ours))))
    return ["%s: %s differs\n  SQL     %r\n  project %r" % (name, what, one, other)
            for what, one, other in pairs if one != other]


def error_of(cell):
    """Class and text; of what cannot be downgraded, and of ours alone, the class."""
    error = cell["error"]
    if error is None:
        return None
    if error["class"] == "Irreversible":
        return error["class"]
    # Which of two revisions with one label came first is the order of a set.
    names = re.fullmatch(r"(Branch name '.*' in revision )(.*)( already used by revision )(.*)", error["message"])
    return error["class"], names and (names[1], sorted((names[2], names[4]))) or error["message"]


if __name__ == "__main__":
    sys.exit(main())
