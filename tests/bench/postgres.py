"""postgres.py REHEARSE PLAIN_LOOP - what cells take on PostgreSQL beside a plain loop in C, and how long the first verdict takes.

Both sides in one run, in turn, on servers of the same kind whose files are in the same place: the loop on one that Rehearse has
left behind for a kept database, Rehearse on the private one of its run. Of each the median and the spread.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from side_by_side import rounds, spread, table

CELLS = int(os.environ.get("CELLS", "100"))
ROUNDS = rounds(5)

SCENARIO = """\
rehearse: 1
engines: [postgres]
revisions:
  - revision: "0001"
    down_revision: null
    upgrade: CREATE TABLE transactions (id integer PRIMARY KEY, amount numeric NOT NULL)
  - revision: "0002"
    down_revision: "0001"
    upgrade: CREATE TABLE trades (id integer PRIMARY KEY, created_at timestamp NOT NULL)
  - revision: "0003"
    down_revision: "0002"
    upgrade: |
      ALTER TABLE transactions ADD COLUMN trade_id integer REFERENCES trades (id);
      CREATE INDEX ix_transactions_trade ON transactions (trade_id);
states:
  production: {schema: "0001"}
goal: {version: heads%s}
strategies:
"""

# What the scenario's cell sends, for whoever has a psql.
BY_HAND = """\
CREATE TABLE transactions (id integer PRIMARY KEY, amount numeric NOT NULL);
CREATE TABLE trades (id integer PRIMARY KEY, created_at timestamp NOT NULL);
ALTER TABLE transactions ADD COLUMN trade_id integer REFERENCES trades (id);
CREATE INDEX ix_transactions_trade ON transactions (trade_id);
"""

HAND = """\
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bin=$(pg_config --bindir)
"$bin/initdb" --no-sync --auth trust --username hand "$folder/data"
"$bin/pg_ctl" --wait --log "$folder/log" -o "-F -k $folder -c listen_addresses=" -D "$folder/data" start
psql -X -h "$folder" -U hand -d postgres -f "$1"
"$bin/pg_ctl" --wait --mode immediate -D "$folder/data" stop
"""


def scenario(strategies: int, goal: str = "") -> str:
    return SCENARIO % goal + "".join(f"  s{i}: {{steps: [{{upgrade: head}}]}}\n" for i in range(strategies))


def write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def seconds(command: list[str]) -> float:
    began = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


@contextlib.contextmanager
def kept_server(rehearse: str, path: str) -> Iterator[str]:
    """The conninfo of a server as those of a run are: the one that a kept database of this scenario leaves behind."""
    kept = subprocess.run([rehearse, "run", "--keep", "all", path], capture_output=True, text=True, check=True)
    conninfo = re.search(r"psql '(.*)'", kept.stdout).group(1)
    stop = re.search(r"and remove them, with: (.*)", kept.stderr).group(1)
    try:
        yield re.sub(r"dbname=\S+", "dbname=postgres", conninfo)
    finally:
        subprocess.run(stop, shell=True, check=False)


def cells(rehearse: str, loop: str) -> None:
    """Kinds of cells beside the loop, one that drops a database when it is done with it, one that does so a cell later."""
    kinds = {
        "strategies of one scenario": "many.yaml",
        "scenarios of one cell": "one",
        "the same, `schema: {same_as: fresh}`": "fresh",
    }
    write("many.yaml", scenario(CELLS))
    for i in range(CELLS):
        write(f"one/c{i:04}.yaml", scenario(1))
        write(f"fresh/c{i:04}.yaml", scenario(1, ", schema: {same_as: fresh}"))
    loops: tuple[list, list] = ([], [])
    ours: dict[str, list] = {kind: [] for kind in kinds}
    with kept_server(rehearse, "one/c0000.yaml") as conninfo:
        for _ in range(ROUNDS):
            for lag in (0, 1):
                took = subprocess.run([loop, conninfo, str(CELLS), str(lag)], capture_output=True, text=True, check=True)
                loops[lag].append(float(took.stdout) / 1000)
            one = seconds([rehearse, "run", "--jobs", "2", "one/c0000.yaml"])
            for kind, path in kinds.items():
                many = seconds([rehearse, "run", "--jobs", "2", path])
                ours[kind].append((many - one) * 1000 / (CELLS - 1))
    table(
        [f"{CELLS} cells, `rehearse run --jobs 2`", "ms a cell", "the loop = 1", "one that drops a cell later = 1"],
        [["the loop", spread(loops[0], 1), "1", ""]]
        + [
            [kind, spread(took, 1)] + [spread([a / b for a, b in zip(took, loop)], 2) for loop in loops]
            for kind, took in ours.items()
        ],
    )


def first_verdict(rehearse: str) -> None:
    """How long it takes until it is there, by us and by others."""
    write("cell.sql", BY_HAND)
    write("by-hand", HAND)
    hand = (["runuser", "-u", "nobody", "--"] if os.getuid() == 0 else []) + ["sh", os.path.abspath("by-hand"), os.path.abspath("cell.sql")]
    run = [rehearse, "run", "one/c0000.yaml"]
    took: dict[str, list] = {"a cluster made anew": [], "a cluster from the cache": [], "initdb, pg_ctl and psql by hand": []}
    if shutil.which("pg_virtualenv"):
        took["`pg_virtualenv` and psql"] = []
    for _ in range(ROUNDS):
        shutil.rmtree("cache", ignore_errors=True)
        os.mkdir("cache")
        took["a cluster made anew"].append(seconds(run))
        took["a cluster from the cache"].append(seconds(run))
        took["initdb, pg_ctl and psql by hand"].append(seconds(hand))
        if shutil.which("pg_virtualenv"):
            took["`pg_virtualenv` and psql"].append(
                seconds(["pg_virtualenv", "sh", "-c", f"cd / && psql -X -d postgres -f '{os.path.abspath('cell.sql')}'"])
            )
    by_hand = took["initdb, pg_ctl and psql by hand"]
    print()
    table(
        ["until the first verdict", "seconds", "by hand = 1"],
        [[kind, spread(times, 2), spread([a / b for a, b in zip(times, by_hand)], 2)] for kind, times in took.items()],
    )


def main() -> None:
    rehearse, loop = (os.path.abspath(path) for path in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        os.chdir(folder)
        os.environ["REHEARSE_CACHE"] = os.path.join(folder, "cache")
        os.mkdir("cache")
        cells(rehearse, loop)
        first_verdict(rehearse)
        os.chdir("/")


if __name__ == "__main__":
    main()
