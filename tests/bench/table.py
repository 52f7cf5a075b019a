#!/usr/bin/env python3
"""Print the table of docs/performance.md.

    table.py PATH/TO/bench_revision [--sizes N,N...] [--alembic-sizes N,N...] [--patience SECONDS]

Times are of the processor, for loading a history, looking up a hundred names and planning `upgrade heads` from
nothing: medians, with the spread. Real Alembic does the same work (less the names) once in the same run, if this Python
can import it.
"""
import argparse
import os
import statistics
import subprocess
import sys

from side_by_side import rounds, spread, table

SHAPES = ["line", "fans", "branches", "web"]


def ours(program, shape, size, count):
    """Seconds of each round, and bytes a revision."""
    took = []
    for _ in range(count):
        line = subprocess.run(
            [program, shape, "--sizes", str(size)],
            stdout=subprocess.PIPE,
            check=True,
            universal_newlines=True,
        ).stdout.split()
        took.append((int(line[2]) + int(line[3]) + int(line[4])) / 1e6)
    return took, int(line[6])


def alembics(program, shape, size, patience):
    """Version and seconds; None when it takes too long; False when there is no Alembic."""
    case = subprocess.run(
        [program, "--case", shape, str(size)], stdout=subprocess.PIPE, check=True
    ).stdout
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "time_alembic.py")
    try:
        done = subprocess.run(
            [sys.executable, script],
            input=case,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=patience,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        return False
    version, seconds, _ = done.stdout.decode().split()
    return version, float(seconds)


def sizes_of(text):
    return [int(size) for size in text.split(",") if size]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--sizes", default="1000,10000,100000,1000000", type=sizes_of)
    parser.add_argument("--alembic-sizes", default="1000,10000", type=sizes_of)
    parser.add_argument("--patience", default=120, type=float)
    parser.add_argument("--rounds", default=rounds(3), type=int)
    args = parser.parse_args()
    version = "Alembic"
    rows = []

    for shape in SHAPES:
        measured = {
            size: ours(args.program, shape, size, args.rounds)
            for size in args.sizes + [10000]
        }
        base = statistics.median(measured[10000][0]) / 10000
        for size in args.sizes:
            took, held = measured[size]
            other = ""
            if size in args.alembic_sizes:
                answer = alembics(args.program, shape, size, args.patience)
                if answer is None:
                    other = "over %d (stopped)" % (args.patience / max(took))
                elif answer:
                    version = "Alembic " + answer[0]
                    other = spread([answer[1] / seconds for seconds in took], 0)
            rows.append([
                shape,
                f"{size:,}",
                spread([seconds * 1000 for seconds in took], 1),
                "%.1f" % (statistics.median(took) / size / base),
                str(held),
                other,
            ])
    table(["shape", "revisions", "ms", "for one, of 10,000 = 1", "bytes for one", "Alembic's time, ours = 1"], rows)
    print()
    print("Beside %s on Python %d.%d." % ((version,) + sys.version_info[:2]))


if __name__ == "__main__":
    main()
