"""scale.py REHEARSE - trees and folders that are large: whether time and memory grow with them, and no faster.

Processor time, and the memory of the largest process, the most of all rounds.
"""

import os
import statistics
import subprocess
import sys
import tempfile

from side_by_side import rounds, spread, table

ROUNDS = rounds(3)
REVISIONS = int(os.environ.get("REVISIONS", "1000000"))
FILES = int(os.environ.get("FILES", "10000"))

SCENARIO = """\
rehearse: 1
title: Number %d
engines: [sqlite]
revisions:
  - {revision: a%d, down_revision: null, upgrade: CREATE TABLE t (id integer PRIMARY KEY)}
  - {revision: b%d, down_revision: a%d, upgrade: ALTER TABLE t ADD COLUMN x%d text}
states: {production: {schema: a%d}}
strategies: {up: {steps: [{upgrade: head}]}}
goal: {version: heads, schema: {same_as: fresh}, rows_kept: all}
"""

REVISION = "revision = %r\ndown_revision = %r\nbranch_labels = None\ndepends_on = None\n"


def cost(command: list[str], source: str | None = None) -> tuple[list[float], float]:
    """Seconds of each round, and MiB."""
    took, mib = [], 0.0
    for _ in range(ROUNDS):
        with open(source or os.devnull, "rb") as stdin:
            process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            sys.exit(f"{command}: status {process.returncode}")
        took.append(usage.ru_utime + usage.ru_stime)
        mib = max(mib, usage.ru_maxrss / 1024)
    return took, mib


def write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def row(title: str, cost_of_all: tuple[list[float], float], things: int) -> list[str]:
    took, mib = cost_of_all
    return [title, spread(took, 2), f"{statistics.median(took) / things * 1e6:.1f}", f"{mib:.0f}"]


def write_line(path: str, count: int) -> None:
    """Not as a whole: the memory of a process that we start is no less than ours."""
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"command": "upgrade", "target": "heads", "current": [], "revisions": [{"revision": "r0000000"}')
        for i in range(1, count):
            file.write(f', {{"revision": "r{i:07}", "down_revision": "r{i - 1:07}"}}')
        file.write("]}\n")


def merge_of(count: int, folder: str) -> None:
    write(f"{folder}/base.py", REVISION % ("root", None))
    for i in range(count):
        write(f"{folder}/b{i}.py", REVISION % (f"b{i}", "root"))
    write(f"{folder}/merge.py", REVISION % ("merge", tuple(f"b{i}" for i in range(count))))
    os.remove(f"{folder}/b{count // 2}.py")  # so that there is something to find


def main() -> None:
    rehearse = os.path.abspath(sys.argv[1])
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for count in (REVISIONS // 10, REVISIONS):
            write_line("line.jsonl", count)
            rows.append(row(f"`plan --jsonl` of a line of {count:,} revisions", cost([rehearse, "plan", "--jsonl"], "line.jsonl"), count))
        for count in (FILES // 10, FILES):
            for i in range(count):
                write(f"s{count}/n{i:05}.yaml", SCENARIO % ((i,) * 6))
            for title, command in (
                ("listing", ["list"]),
                ("`list --filter` of ten", ["list", "--filter", "n0010*"]),
                ("playing", ["run", "--jobs", "1"]),
            ):
                rows.append(row(f"{title}: {count:,} scenario files", cost([rehearse, *command, f"s{count}"]), count))
        for count in (FILES // 10, FILES):
            merge_of(count, f"m{count}")
            rows.append(row(f"`doctor`: a merge with {count:,} parents, one missing", cost([rehearse, "doctor", f"m{count}"]), count))
        os.chdir("/")
    table(["", "seconds", "us for each of them", "MiB"], rows)


main()
