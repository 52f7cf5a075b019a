#!/usr/bin/env python3
"""some.py COUNT FOLDER... -- COMMAND... - run a command with so many of the scenario files there, which the dice draw for each change.

The files are printed: the command with them is the run again.
"""
import os
import pathlib
import sys

sys.path.append(os.path.join(sys.path[0], os.pardir))

from dice import drawn, first_seed

end = sys.argv.index("--")
files = [str(path) for folder in sys.argv[2:end] for path in sorted(pathlib.Path(folder).rglob("*.yaml"))]
some = drawn(files, int(sys.argv[1]), first_seed())
print("%d of %d:" % (len(some), len(files)), *some, flush=True)
os.execvp(sys.argv[end + 1], sys.argv[end + 1:] + some)
