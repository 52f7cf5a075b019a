#!/usr/bin/env python3
"""Compare `rehearse plan --jsonl` with the Alembic of a Python, on fresh cases.

    live.py --rehearse build/rehearse
    live.py --rehearse build/rehearse --python venv/bin/python --cases 100000

The seed, fresh or of the tree (dice.py), is printed; --seed repeats a run.  Where answers
differ Alembic is asked again, over a database and with many hash seeds: an answer
that it gives under one of them is right, and the case counts as undefined.  What differs then is
shown as the smallest case that still does.

Exit status: 0 all agree, 1 some differ, 2 usage, 77 the Python has no Alembic.
"""
import argparse
import os
import sys

sys.path.append(os.path.join(sys.path[0], os.pardir))

import generate
from agreement import (
    agree,
    agree_in_some_order,
    answers_of,
    ask_alembic_often,
    ask_alembic_quickly,
    compact,
    essence,
    level_of,
)
from dice import first_seed
from shrink import shrink

BATCH = 5000

# A few seeds settle almost all that is undefined; the rest takes more and more.
ROUNDS_OF_SEEDS = (range(0, 8), range(8, 48), range(48, 160))
SEEDS_WHILE_SHRINKING = range(3)

SKIPPED = 77


class Comparison:
    def __init__(self, rehearse, python, level):
        self.command = [rehearse, "plan", "--jsonl"]
        self.python = python
        self.level = level
        self.cases = self.same = self.undefined = 0
        self.suspects = []

    def ask_rehearse(self, cases):
        return answers_of(self.command, cases, {"alembic": self.level})

    def batch(self, cases):
        actual = self.ask_rehearse(cases)
        expected = ask_alembic_quickly(self.python, cases)
        for case, answer, recorded in zip(cases, actual, expected):
            if agree(answer, recorded):
                hangs = recorded.get("error_class") == "Hang"
                self.undefined += hangs
                self.same += not hangs
            else:
                self.suspects.append((case, answer))
        self.cases += len(cases)

    def settle(self):
        """Cases whose answer Alembic gives under none of the seeds."""
        for seeds in ROUNDS_OF_SEEDS:
            suspects, self.suspects = self.suspects, []
            variants = ask_alembic_often(self.python, [s[0] for s in suspects], seeds)
            for (case, answer), answers in zip(suspects, variants):
                if any(agree_in_some_order(answer, variant) for variant in answers):
                    self.undefined += 1
                else:
                    self.suspects.append((case, answer))
        return [case for case, answer in self.suspects]

    def disagree(self, cases):
        """Which of the cases differ, as far as a few seeds tell."""
        actual = self.ask_rehearse(cases)
        expected = ask_alembic_often(self.python, cases, SEEDS_WHILE_SHRINKING)
        return [
            not any(agree_in_some_order(answer, variant) for variant in variants)
            for answer, variants in zip(actual, expected)
        ]

    def show(self, case, versions):
        case = shrink({k: case[k] for k in case if k != "kind"}, self.disagree)
        expected = ask_alembic_often(self.python, [case], ROUNDS_OF_SEEDS[0])[0]
        print("differs from %s:" % versions)
        print("  case     %s" % compact(dict(case, alembic=self.level)))
        for answer in expected:
            print("  expected %s" % compact(essence(answer)))
        print("  actual   %s" % compact(essence(self.ask_rehearse([case])[0])))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehearse", required=True, help="the program to compare")
    parser.add_argument("--python", default=sys.executable, help="one that has Alembic")
    parser.add_argument("--cases", type=int, default=3000, help="how many")
    parser.add_argument("--seed", default=str(first_seed()), help="repeat a run")
    parser.add_argument("--largest", type=int, default=14, help="revisions a tree")
    parser.add_argument("--show", type=int, default=3, help="differing cases to shrink")
    args = parser.parse_args()

    found = level_of(args.python)
    if not found:
        print("skipped: '%s' has no Alembic that we know" % args.python)
        sys.exit(SKIPPED)
    level, versions = found
    print("seed %s, level %s, %s" % (args.seed, level, versions), flush=True)

    comparison = Comparison(os.path.abspath(args.rehearse), args.python, level)
    cases = []
    for case in generate.cases(args.seed, args.cases, 1, args.largest):
        cases.append(case)
        if len(cases) == BATCH:
            comparison.batch(cases)
            cases = []
    comparison.batch(cases)
    differing = comparison.settle()

    print(
        "%d cases, %d same, %d accepted as undefined, %d differ"
        % (
            comparison.cases,
            comparison.same,
            comparison.undefined,
            len(differing),
        ),
        flush=True,
    )
    for case in differing[: args.show]:
        comparison.show(case, versions)
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
