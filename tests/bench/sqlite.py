"""sqlite.py REHEARSE SQLITE_LOOP - what a cell of SQLite costs beside the same statements sent by a plain loop in C.

Both sides in one run, in turn, in processor time (a cell never waits): of each the median and the spread. A round is made of short
turns, as the speed of a processor that others use as well changes from second to second.
"""

import os
import resource
import subprocess
import sys
import tempfile

from side_by_side import rounds, spread, table

CELLS = int(os.environ.get("CELLS", "1000"))
TURNS = 10
ROUNDS = rounds(10)


def scenario(count: int) -> str:
    """A scenario of `count` cells, each an upgrade of ten revisions: what sqlite_loop.c sends."""
    lines = [
        "rehearse: 1",
        "engines: [sqlite]",
        "revisions:",
        "  - revision: r0",
        "    down_revision: null",
        "    upgrade: CREATE TABLE base (id integer PRIMARY KEY, amount numeric NOT NULL)",
    ]
    for i in range(1, 11):
        lines += [
            f"  - revision: r{i}",
            f"    down_revision: r{i - 1}",
            "    upgrade: |",
            f"      CREATE TABLE t{i} (id integer PRIMARY KEY, name text NOT NULL, base_id integer REFERENCES base (id));",
            f"      CREATE INDEX ix_t{i} ON t{i} (name);",
            f"      ALTER TABLE base ADD COLUMN c{i} text;",
        ]
    lines += [
        "states:",
        '  production: {schema: r0, seed: "INSERT INTO base (id, amount) VALUES (1, 10), (2, 20)"}',
        "goal: {version: heads, schema: {same_as: fresh}, rows_kept: all}",
        "strategies:",
    ]
    lines += [f"  s{i}: {{steps: [{{upgrade: head}}]}}" for i in range(count)]
    return "\n".join(lines) + "\n"


def processor_us(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e6


def main() -> None:
    rehearse, loop = (os.path.abspath(path) for path in sys.argv[1:3])
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        cells = CELLS // TURNS
        for name, count in (("one.yaml", 1), ("many.yaml", cells + 1)):
            with open(name, "w", encoding="utf-8") as file:
                file.write(scenario(count))
        for _ in range(ROUNDS):
            plain = cell = 0.0
            for _ in range(TURNS):
                plain += processor_us([loop, str(cells + 1)]) - processor_us([loop, "1"])
                cell += processor_us([rehearse, "run", "--jobs", "1", "many.yaml"])
                cell -= processor_us([rehearse, "run", "--jobs", "1", "one.yaml"])
            theirs.append(plain / (TURNS * cells))
            ours.append(cell / (TURNS * cells))
    table(
        [f"{CELLS} cells of ten revisions, processor time", "us a cell", "the loop = 1"],
        [
            ["the loop", spread(theirs, 0), "1"],
            ["`rehearse run --jobs 1`", spread(ours, 0), spread([a / b for a, b in zip(ours, theirs)], 2)],
        ],
    )


main()
