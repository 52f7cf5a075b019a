#!/usr/bin/env python3
"""Time real Alembic on a history: a case of `bench_revision --case` on standard input.

Prints the version and the seconds that loading the map and planning `upgrade heads` from nothing take.
"""
import json
import os
import sys
import time

import alembic
from alembic.script import ScriptDirectory
from alembic.script import revision as revmod


def as_python(names):
    return tuple(names) if names else None


def main():
    case = json.load(sys.stdin)

    def load():
        for spec in case["revisions"]:
            yield revmod.Revision(
                spec["revision"],
                as_python(spec["down_revision"]),
                dependencies=as_python(spec["depends_on"]),
            )

    directory = ScriptDirectory(os.sep)
    directory.revision_map = revmod.RevisionMap(load)
    start = time.process_time()
    steps = list(
        directory.revision_map.iterate_revisions("heads", (), implicit_base=True)
    )
    print(alembic.__version__, time.process_time() - start, len(steps))


if __name__ == "__main__":
    main()
