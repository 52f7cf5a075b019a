#!/usr/bin/env python3
"""bundled.py --rehearse PROGRAM [--engine NAME] [--sample COUNT [--seed NUMBER] | --write] FOLDER - what does `repair` find for the bundled scenarios?

docs/repairs.txt says it, a line for each scenario and engine: what was found, or why nothing can be. A scenario one of
whose strategies works from all states has to be found a repair for, or that file gives the reason. --write brings the lines
of the engine up to date; reasons stay as they were written. --sample asks about so many scenarios, by the dice.
Exit status: 0 all is so; 1 something is not; 77 the server is missing.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))

from dice import drawn, first_seed

REPAIRS = pathlib.Path(__file__).resolve().parents[2] / "docs/repairs.txt"
NO_SERVER = 3  # exit status
NO_REASON = "nobody has said why"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rehearse", required=True)
    parser.add_argument("--engine", default="sqlite")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=first_seed())
    parser.add_argument("--write", action="store_true")
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    known = read_repairs()
    if options.sample:
        print("--sample %d --seed %d" % (options.sample, options.seed))
    claimed = scenarios_that_can(options, drawn(sorted(options.folder.rglob("*.yaml")), options.sample, options.seed))
    if claimed is None:
        print("skipped: there is no server")
        return 77
    mistakes, found = [], 0
    for name, (path, can) in claimed.items():
        answer = ask(options, path)
        before = known.get((name, options.engine), "")
        if answer["found"]:
            found += 1
            now = "found: " + words_of(answer["repair"])
        else:
            now = before if before.startswith("none: ") else "none: " + NO_REASON
        if can and now == "none: " + NO_REASON:
            mistakes.append("%s: nothing was found, and a strategy works" % name)
        if now != before and not options.write:
            mistakes.append("%s: docs/repairs.txt says '%s', not '%s'" % (name, before, now))
        known[name, options.engine] = now
    if options.write:
        REPAIRS.write_text(HEAD + "".join("%s | %s | %s\n" % (*key, known[key]) for key in sorted(known)),
                           encoding="utf-8")
    for mistake in mistakes:
        print(mistake)
    able = [name for name, (_, can) in claimed.items() if can]
    print("%s: %d scenarios, %d found; %d have a strategy that works from all states, %d of them found"
          % (options.engine, len(claimed), found, len(able),
             sum(known[name, options.engine].startswith("found") for name in able)))
    return 1 if mistakes or not claimed else 0


HEAD = """\
# What `rehearse repair` finds for each bundled scenario, on each engine, or why nothing can be found. script/catalogue
# makes a table of it, tests/repair/bundled.py holds it true: `bundled.py --rehearse build/rehearse --write scenarios`
# brings it up to date, and leaves reasons as they are.
"""


def read_repairs():
    known = {}
    if REPAIRS.exists():
        for line in REPAIRS.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, engine, answer = line.split(" | ", 2)
                known[name, engine] = answer
    return known


def scenarios_that_can(options, files):
    """{scenario: (path, whether one of its strategies works from all states)}; None: there is no server."""
    run = subprocess.run([options.rehearse, "run", "--engine", options.engine, "--format", "json", *files],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
    if run.returncode == NO_SERVER:
        return None
    paths = {path.stem: path for path in files}
    verdicts = collections.defaultdict(lambda: collections.defaultdict(dict))
    for cell in json.loads(run.stdout)["cells"]:
        verdicts[cell["scenario"]][cell["strategy"]][cell["state"]] = cell["verdict"]
    claimed = {}
    for name, strategies in sorted(verdicts.items()):
        states = {state for cells in strategies.values() for state in cells}
        claimed[name] = (paths[name], any(set(cells) == states and set(cells.values()) == {"works"}
                                          for cells in strategies.values()))
    return claimed


def ask(options, path):
    run = subprocess.run([options.rehearse, "repair", str(path), "--engine", options.engine, "--format", "json"],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    if run.returncode not in (0, 1):
        sys.exit("%s: exit status %d: %s" % (path, run.returncode, run.stderr))
    answer = json.loads(run.stdout)
    if answer["found"] != (run.returncode == 0):
        sys.exit("%s: exit status %d, but found is %s" % (path, run.returncode, answer["found"]))
    if answer["found"] and any(of["verdict"] != "works" for of in answer["repair"]["databases"]):
        sys.exit("%s: a runbook without a proof" % path)
    return answer


def words_of(repair):
    """The tree, and the steps of each database."""
    databases = collections.OrderedDict()
    for of in repair["databases"]:
        steps = "; ".join(step.get("command", step.get("sql", "")).replace("alembic ", "", 1).replace("\n", " ")
                          for step in of["steps"]) or "nothing"
        databases.setdefault(steps, []).append(of["state"])
    return "%s. %s" % (repair["title"], ". ".join("%s: %s" % (", ".join(states), steps)
                                                  for steps, states in databases.items()))


sys.exit(main())
