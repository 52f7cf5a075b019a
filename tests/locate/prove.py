#!/usr/bin/env python3
"""prove.py [--cases N] [--seed S] [--engine NAME] [--rehearse PROGRAM] - is `rehearse locate` right?

Databases are made of which it is known what ran in them: version states, rows that lie, revisions left out, steps cut
off, things made and dropped by hand, squashes. What their schema determines is found by brute force (oracle.py), and
the program has to name all of it, and nothing else. Seeds are fresh unless --seed says so; a case that fails is shown
with its own, and --case S runs that one alone.

The program tries few of the histories that the oracle tries, and so may overlook one that leaves the same schema in a
roundabout way. If it then tells what really ran for certain, where another history could not be excluded, it is
*too sure*: that is counted by itself, and may happen once, or in one case of a thousand. To say what is not so is always
wrong, and so is any answer to a case that was answered wrong once.
"""
import argparse
import collections
import itertools
import json
import os
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(sys.path[0], os.pardir))

from dice import first_seed
from engines import Postgres, Sqlite
from generate import Case, below, rows_of
from oracle import Verdict, apply, can_run

# Of which more was said than a schema tells: what had run, before all of it was undone, and what some drop of a table takes along.
ANSWERED_WRONG_ONCE = {"sqlite": [122594462, 700000650, 122590766, 122590860, 122591459, 310463177,
                                  310465277], "postgres": []}

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rehearse", default=os.path.join(PROJECT, "build", "rehearse"))
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--case", type=int)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite")
    options = parser.parse_args()
    if options.engine == "sqlite":
        return prove(options, Sqlite(), [])
    sys.path.insert(0, os.path.join(PROJECT, "tests", "alembic"))
    from postgres_server import ADMIN, NoServer, private_server
    try:
        with private_server() as folder:
            dsn = "host=%s user=%s dbname=postgres" % (folder, ADMIN)
            return prove(options, Postgres(dsn), ["--postgres", dsn])
    except (NoServer, ImportError) as missing:
        print("skipped: %s" % missing)
        return 77


def prove(options, engine, server):
    seed = options.seed if options.seed is not None else first_seed()
    known = [options.case] if options.case is not None else ANSWERED_WRONG_ONCE[engine.NAME]
    fresh = [] if options.case is not None else range(seed, sys.maxsize)
    counts, failures, too_sure = collections.Counter(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for number in itertools.chain(known, fresh):
            if sum(counts.values()) >= options.cases:
                break
            outcome = try_case(options.rehearse, engine, server, Case(number), folder)
            if outcome is None:
                if number in known:
                    print("case %d cannot be made" % number)
                    failures += 1
                continue
            counts[outcome.kind] += 1
            too_sure += bool(outcome.doubts)
            failures += bool(outcome.mistakes or (outcome.doubts and number in known))
            if outcome.mistakes or outcome.doubts:
                outcome.show(folder)
    print("seed %d, %d databases: %s; %d wrong, %d too sure" % (
        seed, sum(counts.values()), ", ".join("%d %s" % (n, kind) for kind, n in sorted(counts.items())),
        failures, too_sure))
    return 1 if failures or too_sure > max(1, sum(counts.values()) // 1000) else 0


def try_case(program, engine, server, case, folder):
    """What came of a case; None: its statements do not run."""
    if engine.NAME == "postgres":
        for revision in case.tree:  # nothing but a trace of rows is wanted of it
            revision["upgrade"] = [statement.replace(" = 1", " = NULL") for statement in revision["upgrade"]]
    if not can_run(engine, case.tree):
        return None
    database = engine.open()
    try:
        if not apply(database, case):
            return None
        schema = database.facts()
    finally:
        database.close()
    scenario = os.path.join(folder, "tree.yaml")
    with open(scenario, "w", encoding="utf-8") as file:
        file.write(scenario_text(engine, case))
    answer = subprocess.run([program, "locate", scenario, "--database", scenario + ":case", "--format", "json", *server],
                            capture_output=True, text=True, check=False)
    return Outcome(engine, case, schema, answer)


def scenario_text(engine, case):
    """The tree and its database as a scenario; JSON is YAML."""
    lines = ["rehearse: 1", "engines: [%s]" % engine.NAME, "revisions:"]
    for revision in case.tree:
        lines.append("  - " + json.dumps({
            "revision": revision["revision"],
            "down_revision": revision["down_revision"] or None,
            "depends_on": revision["depends_on"] or None,
            "upgrade": "; ".join(revision["upgrade"])}))
    ran = [statement for revision in case.tree if revision["revision"] in case.amounts
           for statement in revision["upgrade"][:case.amounts[revision["revision"]]]]
    state = {"sql": "; ".join(ran + case.drift)} if ran + case.drift else {}
    if case.rows is not None:
        state["version"] = case.rows
    return "\n".join(lines + ["states:", "  case: " + json.dumps(state)]) + "\n"


class Outcome:
    def __init__(self, engine, case, schema, answer):
        self.case, self.answer, self.mistakes, self.doubts = case, answer, [], []
        self.verdict = Verdict(engine, case.tree, schema)
        self.kind = "exact" if self.verdict.states else "with holes" if not self.verdict.distance and \
            not self.verdict.has_parts else "in part" if not self.verdict.distance else "with foreign facts"
        if self.kind == "exact" and len(self.verdict.rows()) > 1:
            self.kind = "exact, several"
        try:
            self.found = json.loads(answer.stdout)
        except ValueError:
            self.mistakes.append("no answer: " + answer.stderr)
            return
        self.compare()

    def expect(self, what, found, wanted):
        if found != wanted:
            self.mistakes.append("%s: %s, where the schema determines %s" % (what, found, wanted))

    def expect_claims(self, what, found, wanted, truth):
        """What is determined must be claimed; what is claimed beyond that, must at least be so."""
        if wanted <= found <= wanted | truth and found != wanted:
            self.doubts.append("%s: %s, where the schema determines %s" % (what, found, wanted))
        else:
            self.expect(what, found, wanted)

    def closure(self, rows):
        tree = self.case.tree
        by_id = {r["revision"]: r for r in tree}
        return set(rows) | {name for row in rows if row in by_id for name in below(tree, by_id[row])}

    def names(self):
        return {r["revision"] for r in self.case.tree}

    def grown(self, rows):
        return tuple(rows_of(self.case.tree, self.verdict.grown(self.closure(rows))))

    def compare(self):
        found, verdict = self.found, self.verdict
        unknown = {entry["revision"] for entry in found["not_replayed"]}  # of them nothing is claimed
        names = self.names() - unknown
        rows = self.case.rows or []
        self.expect("exact", found["exact"], bool(verdict.states))
        self.expect("foreign facts", len(found["foreign"]), verdict.distance)
        self.expect("exit status", self.answer.returncode, 0 if found["row_is_true"] else 1)
        if verdict.has_parts:
            self.compare_parts()
            return
        ran = {name for name, amount in self.case.amounts.items() if amount is None}
        self.expect_claims("ran", set(found["ran"]), verdict.ran - unknown, ran)
        self.expect_claims("not_ran", set(found["not_ran"]), verdict.not_ran - unknown, names - ran)
        self.expect("all", set(found["ran"] + found["not_ran"] + found["untraceable"]), names | unknown)
        self.expect("partly", found["partly"], [])
        holes = {name for name in verdict.not_ran - unknown for r in self.case.tree
                 if r["revision"] in verdict.ran and name in below(self.case.tree, r)}
        if not holes <= set(found["holes"]) <= verdict.not_ran:
            self.expect("holes", found["holes"], holes)
        if verdict.states:
            at = sorted({self.grown(state) for state in found["at"]})
            if not found["more"] and set(at) < set(verdict.rows()):
                self.doubts.append("at: %s, where the schema determines %s" % (at, verdict.rows()))
            elif not found["more"]:
                self.expect("at", at, verdict.rows())
            is_true = set(rows) <= self.names() and self.grown(rows) in verdict.rows()
            self.expect("row_is_true", found["row_is_true"], is_true)
        elif holes:
            self.expect("row_is_true", found["row_is_true"], False)

    def compare_parts(self):
        """What is told must be one of the explanations, and what they have in common must be told."""
        found, ways = self.found, self.verdict.ways
        told = [(part["revision"], part["statements"]) for part in found["partly"]]
        parts = [[(name, amount) for name, amount in way.items() if amount is not None] for way in ways]
        if told not in parts:
            self.expect("partly", told, parts)
        ran = {name for name, amount in self.case.amounts.items() if amount is None}
        for what, wanted, truth in (("ran", self.verdict.ran, ran),
                                    ("not_ran", self.verdict.not_ran, self.names() - set(self.case.amounts))):
            if not set(found[what]) <= wanted:
                self.expect_claims(what, set(found[what]) | wanted, wanted, truth)

    def show(self, folder):
        case = self.case
        print("--- case %d (%s; %s)" % (case.seed, case.kind, self.kind))
        for revision in case.tree:
            print("  %(revision)s < %(down_revision)s %(depends_on)s" % revision)
            for statement in revision["upgrade"]:
                print("      " + statement)
        print("  ran %s, by hand %s, rows %s" % (case.amounts, case.drift, case.rows))
        for mistake in self.mistakes + self.doubts:
            print("  ! " + mistake)
        print("  " + " ".join(self.answer.stdout.split()).replace(folder, ""))


if __name__ == "__main__":
    sys.exit(main())
