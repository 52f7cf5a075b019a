#!/usr/bin/env python3
"""Print the table of docs/performance.md.

    table.py PATH/TO/bench_revision [--sizes N,N...] [--alembic-sizes N,N...] [--patience SECONDS]

Times are of the processor, per revision, for loading a history, looking up a hundred names and planning
`upgrade heads` from nothing; they are shown as ratios, as machines differ.  Real Alembic does the same work
(less the names) in the same run, if this Python can import it.
"""
import argparse
import os
import subprocess
import sys

SHAPES = ["line", "fans", "branches", "web"]


def ours(program, shape, size, rounds):
    """Seconds and bytes a revision: the best of a few rounds."""
    best = None
    for _ in range(rounds):
        line = subprocess.run(
            [program, shape, "--sizes", str(size)],
            stdout=subprocess.PIPE,
            check=True,
            universal_newlines=True,
        ).stdout.split()
        seconds = (int(line[2]) + int(line[3]) + int(line[4])) / 1e6
        if best is None or seconds < best[0]:
            best = (seconds, int(line[6]))
    return best


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
    parser.add_argument("--rounds", default=3, type=int)
    args = parser.parse_args()
    version = "Alembic"

    print("| shape | revisions | time a revision, 10^4 = 1 | bytes a revision | Alembic's time, ours = 1 |")
    print("|---|---|---|---|---|")
    for shape in SHAPES:
        measured = {
            size: ours(args.program, shape, size, args.rounds)
            for size in args.sizes + [10000]
        }
        base = measured[10000][0] / 10000
        for size in args.sizes:
            seconds, held = measured[size]
            other = ""
            if size in args.alembic_sizes:
                answer = alembics(args.program, shape, size, args.patience)
                if answer is None:
                    other = "over %d (stopped)" % (args.patience / seconds)
                elif answer:
                    version = "Alembic " + answer[0]
                    other = "%d" % (answer[1] / seconds)
            print(
                "| %s | %d | %.1f | %d | %s |"
                % (shape, size, seconds / size / base, held, other)
            )
            sys.stdout.flush()
    print()
    print("Beside %s on Python %d.%d." % ((version,) + sys.version_info[:2]))


if __name__ == "__main__":
    main()
