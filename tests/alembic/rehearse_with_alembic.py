#!/usr/bin/env python3
"""Rehearse scenario files with the Alembic that is installed, and print JSON.

The shape is that of `rehearse run --format json`, and each cell has the surviving tables and rows
on top. `configure: alembic` is not looked at: the installed release does what it does.
"""
import argparse
import json
import sys

import alembic

from rehearsal import rehearse
from scenario_file import read_scenario


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", default="sqlite", choices=["sqlite", "postgres"])
    parser.add_argument("--place", metavar="FOLDER",
                        help="where to make databases; of PostgreSQL, that of the server's socket")
    parser.add_argument("paths", nargs="+", metavar="SCENARIO")
    args = parser.parse_args()
    cells = [cell for path in args.paths
             for cell in rehearse(read_scenario(path, args.engine), args.place)]
    verdicts = [cell["verdict"] for cell in cells]
    json.dump({
        "alembic": alembic.__version__,
        "cells": cells,
        "summary": {"cells": len(cells),
                    **{verdict: verdicts.count(verdict) for verdict in ("works", "fails", "wrong")}},
    }, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
