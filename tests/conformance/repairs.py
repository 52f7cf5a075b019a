#!/usr/bin/env python3
"""Carry out all advice of the doctor on broken trees, and ask real Alembic about what comes out.

    repairs.py --carry-out build/tests/conformance/carry_out
    repairs.py --carry-out ... --python venv/bin/python --cases 20000

Of each tree that the advice leaves must be true: it loads; its heads are those that the advice promised,
one where several were a fault; an upgrade to them from nothing runs; and the doctor finds nothing in it that
it has not told before.  The seed, fresh or of the tree (dice.py), is printed; --seed repeats a run.

Exit status: 0 all true, 1 some not, 2 usage, 77 the Python has no Alembic.
"""
import argparse
import os
import random
import sys

sys.path.append(os.path.join(sys.path[0], os.pardir))

import trees
from agreement import answers_of, ask_alembic_quickly, compact, level_of
from dice import first_seed
from generate import make_tree

SKIPPED = 77
BATCH = 2000

FAULTS = [
    trees.fault_missing,
    trees.fault_self,
    trees.fault_cycle,
    trees.fault_duplicate,
    trees.fault_label,
    trees.fault_illegal,
    trees.fault_empty,
    trees.fault_removed,
    trees.add_redundant_parents,
]


def file_name(rng, number, revision):
    """How people call a file: by its number, its id, or a slug."""
    return rng.choice(
        [
            "%04d_%s.py" % (number, rng.choice(["users", "orders", "add_column", "fix"])),
            "%s_%s.py" % (revision, rng.choice(["users", "orders", "add_column", "fix"])),
            "%s.py" % revision,
            "%s.py" % rng.choice(["users", "orders", "again"]),
        ]
    ).replace("/", "_")


def broken_tree(name, largest):
    rng = random.Random(name)
    tree = make_tree(rng, largest)
    for fault in rng.sample(FAULTS, rng.choice([0, 1, 1, 1, 2, 2, 3, 4])):
        for _ in range(rng.choice([1, 1, 2])):
            tree.ids = list(dict.fromkeys(r["revision"] for r in tree.revisions))
            if tree.ids:
                fault(rng, tree)
    if rng.random() < 0.3:  # files that were deleted
        for _ in range(rng.choice([1, 1, 2])):
            if len(tree.revisions) > 1:
                tree.revisions.pop(rng.randrange(len(tree.revisions)))
    if rng.random() < 0.7:
        for number, revision in enumerate(tree.revisions):
            if rng.random() < 0.9:
                revision["file"] = file_name(rng, number + 1, revision["revision"])
    return tree.written


def as_case(revisions, command, target=None):
    case = {"revisions": revisions, "command": command, "current": []}
    if target:
        case["target"] = target
    return case


def complaints(before, repaired, heads, upgrade):
    """What is not as the advice says."""
    found = list(repaired["broken"])
    if not heads["ok"]:
        found.append("Alembic: %s: %s" % (heads["error_class"], heads["message"]))
    elif sorted(heads["result"]) != sorted(repaired["promised"]):
        found.append("Alembic's heads: %s" % heads["result"])
    elif not upgrade["ok"]:
        found.append("upgrade: %s: %s" % (upgrade["error_class"], upgrade["message"]))
    if "multiple-heads" in repaired["kinds"] and len(repaired["promised"]) != 1:
        labels = any(r.get("branch_labels") for r in before)
        if not labels:
            found.append("heads promised: %s" % repaired["promised"])
    return found


def examine(args, level, names):
    """The trees of these names for which something is not true, and why."""
    before = [broken_tree(name, args.largest) for name in names]
    repaired = answers_of(
        [args.carry_out], [{"revisions": b} for b in before], {"alembic": level}
    )
    questions = []
    for one in repaired:
        questions.append(as_case(one["repaired"], "heads"))
        questions.append(as_case(one["repaired"], "upgrade", "heads"))
    answers = ask_alembic_quickly(args.python, questions)
    faults = 0
    wrong = []
    for number, name in enumerate(names):
        faults += len(repaired[number]["kinds"])
        found = complaints(
            before[number], repaired[number], answers[2 * number], answers[2 * number + 1]
        )
        if found:
            wrong.append((name, before[number], repaired[number], found))
    return faults, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--carry-out", required=True, help="the program of that name")
    parser.add_argument("--python", default=sys.executable, help="one that has Alembic")
    parser.add_argument("--cases", type=int, default=2000, help="how many trees")
    parser.add_argument("--seed", default=str(first_seed()), help="repeat a run")
    parser.add_argument("--largest", type=int, default=14, help="revisions a tree")
    parser.add_argument("--show", type=int, default=3, help="wrong ones to show")
    args = parser.parse_args()

    found = level_of(args.python)
    if not found:
        print("skipped: '%s' has no Alembic that we know" % args.python)
        sys.exit(SKIPPED)
    level, versions = found
    print("seed %s, level %s, %s" % (args.seed, level, versions), flush=True)

    names = ["%s/%d" % (args.seed, number) for number in range(args.cases)]
    faults, wrong = 0, []
    for first in range(0, len(names), BATCH):
        some, more = examine(args, level, names[first : first + BATCH])
        faults += some
        wrong += more
    print("%d trees, %d faults, %d repaired wrongly" % (len(names), faults, len(wrong)))
    wrong.sort(key=lambda one: len(one[1]))
    for name, before, repaired, why in wrong[: args.show]:
        print("%s:" % name)
        print("  tree      %s" % compact(before))
        print("  repaired  %s" % compact(repaired["repaired"]))
        print("  kinds     %s" % " ".join(repaired["kinds"]))
        print("  promised  %s" % compact(repaired["promised"]))
        for line in why:
            print("  %s" % line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
