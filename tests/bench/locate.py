#!/usr/bin/env python3
"""locate.py PROGRAM [COUNT...] - how long it takes to find out where a database is, by the number of revisions.

A line of revisions that make tables, columns and indexes and now and then change rows; a database two thirds up, as it should
be, with a hole, and with a table that was made by hand. Prints seconds of processor time, workers included: medians, with
the spread.
"""
import json
import os
import random
import resource
import subprocess
import sys
import tempfile

from side_by_side import rounds, spread, table

STATES = ("exact", "hole", "by-hand")


def main():
    program, counts = sys.argv[1], [int(count) for count in sys.argv[2:]] or [100, 300, 1000]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            path = os.path.join(folder, "chain.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(chain(count))
            times = [[seconds(program, path, state) for state in STATES] for _ in range(rounds(3))]
            rows.append(["%d" % count] + [spread(took, 2) for took in zip(*times)])
    table(["revisions", "as it should be", "with a hole", "something by hand"], rows)


def chain(count):
    dice = random.Random(5)
    tables, top, hole = [], count * 2 // 3, None
    lines = ["rehearse: 1", "engines: [sqlite]", "revisions:"]
    for number in range(count):
        roll = dice.random()
        if not tables or roll < 0.25:
            sql = "CREATE TABLE t%d (id integer PRIMARY KEY, a text, b integer, c text)" % number
            tables.append(number)
        elif roll < 0.7:
            sql = "ALTER TABLE t%d ADD COLUMN x%d text" % (dice.choice(tables), number)
            hole = number if number < count // 2 else hole  # nothing else needs that column
        elif roll < 0.9:
            sql = "CREATE INDEX i%d ON t%d (a)" % (number, dice.choice(tables))
        else:
            sql = "UPDATE t%d SET b = 1" % dice.choice(tables)
        parent = "r%d" % (number - 1) if number else None
        lines.append("  - " + json.dumps({"revision": "r%d" % number, "down_revision": parent, "upgrade": sql}))
    ran = ", ".join("r%d" % number for number in range(top) if number != hole)
    lines += ["states:", "  exact: {schema: r%d}" % top, "  hole: {ran: [%s], version: r%d}" % (ran, top - 1),
              "  by-hand: {schema: r%d, sql: CREATE TABLE by_hand (id integer)}" % top]
    return "\n".join(lines) + "\n"


def seconds(program, path, state):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, "locate", path, "--database", "%s:%s" % (path, state), "--timeout", "0"],
                   stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
