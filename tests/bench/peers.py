"""peers.py REHEARSE - a database for each test by pytest-postgresql, beside cells that send the same statements.

What a test, or a cell, takes on the clock beside a first one: both on a server of their own in the same folder, without fsync,
one after another. Wants a Python that has pytest-postgresql.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile

from postgres import scenario, seconds, write
from side_by_side import spread, table

TESTS = int(os.environ.get("CELLS", "50"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))

TEST = """\
import pytest

STATEMENTS = (
    "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)",
    "CREATE TABLE transactions (id integer PRIMARY KEY, amount numeric NOT NULL)",
    "INSERT INTO alembic_version VALUES ('0001')",
    "CREATE TABLE trades (id integer PRIMARY KEY, created_at timestamp NOT NULL)",
    "UPDATE alembic_version SET version_num = '0002' WHERE version_num = '0001'",
    "ALTER TABLE transactions ADD COLUMN trade_id integer REFERENCES trades (id)",
    "CREATE INDEX ix_transactions_trade ON transactions (trade_id)",
    "UPDATE alembic_version SET version_num = '0003' WHERE version_num = '0002'",
)


@pytest.mark.parametrize("number", range(%d))
def test_upgrade(postgresql, number):
    cursor = postgresql.cursor()
    for statement in STATEMENTS:
        cursor.execute(statement)
    postgresql.commit()
    cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
    assert len(cursor.fetchall()) == 6
"""


def main() -> int:
    if not importlib.util.find_spec("pytest_postgresql"):
        print("skipped: this Python has no pytest-postgresql")
        return 77
    rehearse = os.path.abspath(sys.argv[1])
    nobody = ["runuser", "-u", "nobody", "--"] if os.getuid() == 0 else []  # as PostgreSQL refuses root
    programs = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
    theirs, ours = [], []
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        os.chdir(folder)
        os.chmod(folder, 0o777)
        for count in (1, TESTS):
            write(f"test_{count}.py", TEST % count)
            for i in range(count):
                write(f"cells{count}/c{i:04}.yaml", scenario(1))

        def pytest(count: int) -> float:
            shutil.rmtree("base", ignore_errors=True)
            return seconds(
                nobody
                + [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"test_{count}.py", f"--basetemp={folder}/base"]
                + [f"--postgresql-exec={programs}/pg_ctl", "--postgresql-postgres-options=-F", "--postgresql-unixsocketdir=/tmp"]
            )

        def run(count: int) -> float:
            return seconds([rehearse, "run", "--jobs", "1", f"cells{count}"])

        for _ in range(ROUNDS):
            theirs.append((pytest(TESTS) - pytest(1)) * 1000 / (TESTS - 1))
            ours.append((run(TESTS) - run(1)) * 1000 / (TESTS - 1))
        os.chdir("/")
    table(
        [f"{TESTS} tests, or cells, one after another", "ms each", "pytest-postgresql = 1"],
        [
            ["pytest-postgresql", spread(theirs, 1), "1"],
            ["`rehearse run --jobs 1`", spread(ours, 1), spread([a / b for a, b in zip(ours, theirs)], 2)],
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
