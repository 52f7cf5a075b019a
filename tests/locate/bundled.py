#!/usr/bin/env python3
"""bundled.py --rehearse PROGRAM [--engine NAME] [--sample COUNT [--seed NUMBER]] FOLDER - where are the databases of the bundled scenarios?

A state says what really ran in it (`schema`, `ran`), so for each it is known what `rehearse locate` must not say: that
something ran which did not, or that something did not run which did. A state without anything made by hand is at a
version that has to be named, fact for fact, and a row is true where it claims that version. --sample asks about so many of the
scenarios, by the dice. Exit status: 0 all is so; 1 something is not; 77 a library or the server is missing.
"""
import argparse
import json
import pathlib
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "alembic")]

from dice import drawn, first_seed

try:
    from scenario_file import Unsupported, as_list, read_scenario, sql_for_engine
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

NO_SERVER = 3  # exit status

# States whose SQL does by hand what revisions do, or undoes it, so that no schema can tell what ran; and why.
BY_HAND = {
    "autocommit-block-without-a-transaction:after-the-assertion": "the SQL makes what 0002 makes, on SQLite",
    "hotfix-index-by-hand:production": "the SQL makes the index of 0002",
    "stamp-one-step:production": "the SQL makes the index that is all of 0002",
    "upgrade-that-was-rolled-back:after-the-silent-upgrade": "the SQL makes what 0001 makes",
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rehearse", required=True)
    parser.add_argument("--engine", default="sqlite")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=first_seed())
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    if options.sample:
        print("--sample %d --seed %d" % (options.sample, options.seed))
    states = mistakes = by_hand = 0
    for path, scenario in drawn(scenarios_on(options.engine, options.folder), options.sample, options.seed):
        for name in scenario["states"]:
            answer = locate(options, path, name)
            if answer is None:
                print("skipped: there is no server")
                return 77
            states += 1
            if "%s:%s" % (path.stem, name) in BY_HAND:
                by_hand += 1
                continue
            for mistake in faults(scenario, scenario["states"][name] or {}, answer):
                mistakes += 1
                print("%s:%s: %s" % (path.stem, name, mistake))
    print("%d states on %s, %d of them by hand, %d mistakes" % (states, options.engine, by_hand, mistakes))
    return 1 if mistakes or not states else 0


def scenarios_on(engine, folder):
    """Paths and scenarios of those that can be told on the engine."""
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        try:
            scenario = read_scenario(str(path), engine)
        except Unsupported:
            continue
        if engine in as_list(scenario["engines"]):
            found.append((path, scenario))
    return found


def locate(options, path, state):
    run = subprocess.run([options.rehearse, "locate", path, "--database", "%s:%s" % (path, state), "--engine",
                          options.engine, "--format", "json"], capture_output=True, text=True, check=False)
    if run.returncode == NO_SERVER and options.engine != "sqlite":
        return None
    return json.loads(run.stdout) if run.stdout else {"error": run.stderr}


def faults(scenario, state, answer):
    """What is wrong with what was said of a state."""
    if "error" in answer:
        return ["no answer: " + answer["error"]]
    tree = scenario["revisions"]
    ran = what_ran(tree, state)
    found = []
    if set(answer["not_ran"]) & ran - doubled(tree):
        found.append("%s ran" % sorted(set(answer["not_ran"]) & ran))
    if set(answer["ran"]) - ran:
        found.append("%s did not run" % sorted(set(answer["ran"]) - ran))
    if set(part["revision"] for part in answer["partly"]):
        found.append("nothing ran in part: %s" % answer["partly"])
    is_version = all(parent in ran for revision in tree if revision["revision"] in ran
                     for parent in parents(tree, revision))
    if sql_for_engine(scenario, state.get("sql")) or not is_version:
        return found
    unknown = {entry["revision"] for entry in answer["not_replayed"]}
    if not ran & unknown:
        if not answer["exact"]:
            found.append("it is at a version, fact for fact")
        closures = [closure(tree, rows) for rows in answer["at"]]
        nothing = {r["revision"] for r in tree if not sql_for_engine(scenario, r.get("upgrade")).strip()}
        if not any(same - nothing == ran - nothing for same in closures):
            found.append("%s ran, and not what %s claim" % (sorted(ran), answer["at"]))
    return found


def what_ran(tree, state):
    if "ran" in state:
        by_file = {r.get("file"): r["revision"] for r in tree}
        return {by_file.get(name, name) for name in as_list(state["ran"])}
    targets = as_list(state.get("schema"))
    if set(targets) & {"head", "heads"}:
        return {r["revision"] for r in tree}
    return closure(tree, targets)


def doubled(tree):
    """Ids that several files have: one of them ran, and another did not."""
    ids = [r["revision"] for r in tree]
    return {i for i in ids if ids.count(i) > 1}


def parents(tree, revision):
    """Ids that a revision stands on, as far as they are there."""
    named = as_list(revision.get("down_revision")) + as_list(revision.get("depends_on"))
    return [r["revision"] for name in named for r in tree
            if r is not revision and (r["revision"] == name or name in as_list(r.get("branch_labels")))]


def closure(tree, names):
    """All that rows or targets claim to have run."""
    found, wanted = set(), list(names)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += [p for r in tree if r["revision"] == name for p in parents(tree, r)]
    return found


if __name__ == "__main__":
    sys.exit(main())
