"""Run tests of the helper on an engine, with whatever Python and driver it is to have.

run.py [--engine sqlite|postgres] [--python PYTHON] [--driver NAME] [--one-guard|--few|MODULE...]

Ends with 77 when the engine, the driver or Alembic is not there, so that nothing is taken for tested that was not.
"""
from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import unittest
from pathlib import Path

import cases
import databases

sys.path.append(str(Path(__file__).resolve().parents[1]))

from dice import first_seed  # noqa: E402

MODULES = ["test_protocol", "test_bodies", "test_offline", "test_events", "test_env", "test_stubs", "test_models", "test_fill"]
GUARDS = ["test_guard.Guarded", "test_guard.GuardedByTheKernel"]
LONG = ["test_beside_alembic", "test_tcp"]
NOT_THERE = 77


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--driver")
    parser.add_argument("--one-guard", action="store_true", help="one of the two, which dice choose")
    parser.add_argument("--few", action="store_true", help="the same, without what takes long")
    parser.add_argument("modules", nargs="*", default=MODULES + GUARDS + LONG)
    options = parser.parse_args()
    if options.few or options.one_guard:
        options.modules = MODULES + [random.Random(first_seed()).choice(GUARDS)] + ([] if options.few else LONG)
    found = subprocess.run([options.python, str(Path(__file__).with_name("what_is_there.py"))], capture_output=True,
                           text=True)
    there = json.loads(found.stdout) if found.returncode == 0 else {}
    driver = options.driver or next((name for name in cases.DRIVERS[options.engine] if name in there), None)
    missing = [name for name in ("alembic", "sqlalchemy", driver or "a driver") if name not in there]
    if missing:
        print(f"skipped: {options.python} has no {', '.join(missing)}")
        return NOT_THERE
    try:
        cases.ENGINE = databases.engine_start(options.engine)
    except databases.NoEngine as error:
        print(f"skipped: {error}")
        return NOT_THERE
    cases.PYTHON, cases.DRIVER, cases.THERE = options.python, driver, there
    if driver not in cases.helper().hello["drivers"]:
        print(f"skipped: SQLAlchemy {there['sqlalchemy']} does not know {driver}")
        return NOT_THERE
    print(f"{options.engine} with {driver}, Alembic {there['alembic']}, SQLAlchemy {there['sqlalchemy']}")
    print(*options.modules)
    suite = unittest.defaultTestLoader.loadTestsFromNames(options.modules)
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    cases.stop_helper()
    return 0 if result.wasSuccessful() and result.testsRun and not result.skipped else 1


if __name__ == "__main__":
    sys.exit(main())
