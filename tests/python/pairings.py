"""The helper's tests with other releases of Alembic and SQLAlchemy, and with every driver, in virtual environments.

pairings.py [--all] [--folder FOLDER] [--pairing ALEMBIC,SQLALCHEMY]... [MODULE...]

Without --all, three pairings: the oldest, one from the middle, the newest. Packages come from the index that pip is set up
with. Where it cannot be reached the end is 77: nothing was tested. A pairing that pip refuses is named, and is no failure.
"""
from __future__ import annotations

import argparse
import contextlib
import itertools
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator

HERE = Path(__file__).resolve().parent
NOT_THERE = 77
_MOST_SHOWN = 5000  # characters of what a failed run says

ALEMBIC = ("==1.8.*", "==1.13.*", "")
SQLALCHEMY = ("==1.4.*", "==2.0.*", "")
FEW = (("==1.8.*", "==1.4.*"), ("==1.13.*", "==2.0.*"), ("", ""))
DRIVERS = ("psycopg2-binary", "psycopg[binary]", "pg8000", "asyncpg", "aiosqlite")
RUNS = (("sqlite", "sqlite3"), ("sqlite", "aiosqlite"), ("postgres", "psycopg2"), ("postgres", "psycopg"),
        ("postgres", "pg8000"), ("postgres", "asyncpg"))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--pairing", action="append", default=[])
    parser.add_argument("modules", nargs="*")
    options = parser.parse_args()
    pairings = [tuple(text.split(",")) for text in options.pairing] or (
        list(itertools.product(ALEMBIC, SQLALCHEMY)) if options.all else list(FEW))
    passed = failed = 0
    with folder(options.folder) as environments:
        if not reaches_index(environments):
            print("skipped: no virtual environment, or no package index that can be reached")
            return NOT_THERE
        for alembic, sqlalchemy in pairings:
            python = install(environments, alembic, sqlalchemy)
            if python is None:
                print(f"alembic{alembic} with sqlalchemy{sqlalchemy}: does not install")
                continue
            for engine, driver in RUNS:
                done = subprocess.run([sys.executable, str(HERE / "run.py"), "--python", str(python), "--engine", engine,
                                       "--driver", driver, *options.modules], capture_output=True, text=True)
                said = done.stdout.splitlines()
                print(said[0] if said else done.stderr, {0: "ok", NOT_THERE: ""}.get(done.returncode, "FAILED"), flush=True)
                passed += done.returncode == 0
                if done.returncode not in (0, NOT_THERE):
                    failed += 1
                    print(done.stderr[-_MOST_SHOWN:])
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0 if passed else NOT_THERE


@contextlib.contextmanager
def folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="rehearse-pairings-") as name:
        yield Path(name)


def reaches_index(environments: Path) -> bool:
    """By fetching what is smallest."""
    made = environments / "first"
    return (subprocess.run([sys.executable, "-m", "venv", str(made)], capture_output=True).returncode == 0
            and pip(made, "aiosqlite"))


def install(environments: Path, alembic: str, sqlalchemy: str) -> Path | None:
    """The interpreter of an environment; drivers that have nothing for this Python are left out."""
    name = f"alembic{alembic}-sqlalchemy{sqlalchemy}".replace("==", "").replace(".*", "")
    made = environments / name
    python = made / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(made)], check=True, capture_output=True)
    if not pip(made, f"alembic{alembic}", f"sqlalchemy[asyncio]{sqlalchemy}"):
        return None
    for driver in DRIVERS:
        pip(made, driver)
    return python


def pip(environment: Path, *packages: str) -> bool:
    command = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
               "--retries", "1", "--timeout", "20", *packages]
    return subprocess.run(command, capture_output=True).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
