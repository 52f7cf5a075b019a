#!/usr/bin/env python3
"""Record what real Alembic answers: make a corpus file, or make one anew.

    generate.py --seed 7 --count 5000 | record.py PYTHON... > corpus/generated.jsonl
    record.py PYTHON... < corpus/shapes.jsonl > shapes.new

Each PYTHON has an Alembic of another level.  A corpus file is JSON lines:

    {"corpus": 1, "levels": {"1.8": "Alembic 1.8.1, ...", ...}}
    {"tree": NAME, "shape": TEXT, "revisions": [...]}    for the cases that follow
    {"case": NAME, "about": TEXT, "command": ..., "answer": {...}}

A case has one "answer" when all levels agree and nothing is undefined, else
"answers": a list a level, of more than one where Alembic's answer depends on the
order of a set.  Answers leave out what is null and steps when there are none.
"""
import argparse
import json
import sys

from agreement import ask_alembic_often, compact, essence, level_of

# Undefined answers show with few seeds; to have them all takes more.
SEEDS, SEEDS_WHEN_UNDEFINED = range(12), range(80)

TREE_KEYS = ("tree", "shape", "revisions")
CASE_KEYS = ("about", "kind", "command", "current", "target", "purge", "sql")
RECORDED = ("answer", "answers")


def read_cases(lines):
    """Cases as `rehearse plan --jsonl` reads them, with the name of their tree."""
    tree = {}
    for line in lines:
        entry = json.loads(line)
        if "corpus" in entry:
            continue
        if "tree" in entry:
            tree = entry
            continue
        if "case" in entry:
            case = {k: v for k, v in entry.items() if k not in RECORDED}
            case["id"] = case.pop("case")
            yield dict(tree, **case)
        else:
            name = entry["id"].rsplit("/", 1)[0]
            yield dict(entry, tree=name)


def answers_by_level(levels, cases):
    """For each case, {level: [answers]}."""
    recorded = [{} for case in cases]
    for level, python in levels.items():
        asked = ask_alembic_often(python, cases, SEEDS)
        undefined = [n for n, variants in enumerate(asked) if len(variants) > 1]
        again = ask_alembic_often(
            python, [cases[n] for n in undefined], SEEDS_WHEN_UNDEFINED
        )
        for n, variants in zip(undefined, again):
            asked[n] = variants
        for entry, variants in zip(recorded, asked):
            distinct = {compact(essence(v)): essence(v) for v in variants}
            entry[level] = [distinct[key] for key in sorted(distinct)]
    return recorded


def write(cases, recorded, versions, out):
    out.write(compact({"corpus": 1, "levels": versions}) + "\n")
    tree = None
    for case, answers in zip(cases, recorded):
        if case["tree"] != tree:
            tree = case["tree"]
            out.write(compact({k: case[k] for k in TREE_KEYS if k in case}) + "\n")
        entry = {k: case[k] for k in CASE_KEYS if case.get(k) is not None}
        entry["case"] = case["id"]
        first = next(iter(answers.values()))
        if len(first) == 1 and all(a == first for a in answers.values()):
            entry["answer"] = first[0]
        else:
            entry["answers"] = answers
        out.write(compact(entry) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("python", nargs="+", help="a Python that has Alembic")
    args = parser.parse_args()

    levels, versions = {}, {}
    for python in args.python:
        found = level_of(python)
        if not found:
            sys.exit("'%s' has no Alembic that we know" % python)
        levels[found[0]] = python
        versions[found[0]] = found[1]
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    cases = list(read_cases(sys.stdin))
    write(cases, answers_by_level(levels, cases), versions, sys.stdout)


if __name__ == "__main__":
    main()
