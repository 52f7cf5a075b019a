"""peers.py REHEARSE - what others take for a database with the same tables, beside cells that send the same statements.

Each on the clock, beside a first one, one after another; on servers without fsync whose files are in memory. Those that
are not on this machine are named and left out: pytest-postgresql is wanted of this Python, dbmate and go of the PATH.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable

from postgres import kept_server, scenario, seconds, write
from side_by_side import rounds, spread, table

TESTS = int(os.environ.get("CELLS", "50"))
ROUNDS = rounds(5)
HERE = os.path.dirname(os.path.abspath(__file__))

PYTEST = """\
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

MIGRATIONS = (
    "CREATE TABLE transactions (id integer PRIMARY KEY, amount numeric NOT NULL);",
    "CREATE TABLE trades (id integer PRIMARY KEY, created_at timestamp NOT NULL);",
    "ALTER TABLE transactions ADD COLUMN trade_id integer REFERENCES trades (id);\n"
    "CREATE INDEX ix_transactions_trade ON transactions (trade_id);",
)

DBMATE = """\
number=0
while [ $number -lt "$1" ]; do
    dbmate --no-dump-schema --migrations-dir migrations up
    dbmate drop
    number=$((number + 1))
done
"""

# Takes how many databases there are to be, and says the seconds.
Peer = Callable[[int], float]


class Server:
    """Where it listens, and as whom."""

    def __init__(self, conninfo: str) -> None:
        self.folder, self.user = (re.search(rf"{key}=(\S+)", conninfo).group(1) for key in ("host", "user"))


class NotHere(Exception):
    """Why a peer cannot be measured."""


def pytest_postgresql(_: Server) -> Peer:
    """On a server of its own, as is its habit."""
    if not importlib.util.find_spec("pytest_postgresql"):
        raise NotHere("this Python has no pytest-postgresql")
    nobody = ["runuser", "-u", "nobody", "--"] if os.getuid() == 0 else []  # as PostgreSQL refuses root
    if subprocess.run(nobody + [sys.executable, "-c", "import pytest_postgresql"], capture_output=True, check=False).returncode:
        raise NotHere("the user nobody cannot run this Python, with pytest-postgresql")
    programs = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip()

    def run(count: int) -> float:
        write(f"test_{count}.py", PYTEST % count)
        shutil.rmtree("base", ignore_errors=True)
        return seconds(
            nobody
            + [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"test_{count}.py", f"--basetemp={os.getcwd()}/base"]
            + [f"--postgresql-exec={programs}/pg_ctl", "--postgresql-postgres-options=-F", "--postgresql-unixsocketdir=/tmp"]
        )

    return run


def pgtestdb(server: Server) -> Peer:
    if not shutil.which("go"):
        raise NotHere("there is no go, for pgtestdb")
    program = os.path.abspath("pgtestdb.test")
    built = subprocess.run(
        ["go", "test", "-c", "-o", program, "."], cwd=os.path.join(HERE, "pgtestdb"), capture_output=True, text=True, check=False
    )
    if built.returncode:
        raise NotHere("go cannot build the test with pgtestdb: " + built.stderr.strip())
    return lambda count: seconds(["env", f"PGHOST={server.folder}", f"PGUSER={server.user}", f"TESTS={count}", program])


def dbmate(server: Server) -> Peer:
    if not shutil.which("dbmate"):
        raise NotHere("there is no dbmate")
    for number, sql in enumerate(MIGRATIONS, 1):
        write(f"migrations/{number:04}_step.sql", f"-- migrate:up\n{sql}\n-- migrate:down\n")
    write("dbmate.sh", "set -eu\n" + DBMATE)
    url = f"postgres://{server.user}@/rehearse_dbmate?socket={server.folder}&sslmode=disable"
    return lambda count: seconds(["env", f"DATABASE_URL={url}", "sh", "dbmate.sh", str(count)])


PEERS = {"pytest-postgresql": pytest_postgresql, "pgtestdb": pgtestdb, "`dbmate up`, `dbmate drop`": dbmate}


def find_peers(server: Server) -> dict[str, Peer]:
    """Those that are here, and that have done their work once: some make what they keep then."""
    found = {}
    for name, find in PEERS.items():
        try:
            run = find(server)
            run(1)
        except NotHere as missing:
            print(f"left out: {missing}", file=sys.stderr)
        except subprocess.CalledProcessError as failure:
            print(f"left out: {name}, which ends with {failure.returncode}", file=sys.stderr)
        else:
            found[name] = run
    return found


def measure(rehearse: str) -> None:
    for count in (1, TESTS):
        write(f"strategies{count}.yaml", scenario(count))
        for i in range(count):
            write(f"scenarios{count}/c{i:04}.yaml", scenario(1))
    sides: dict[str, Peer] = {
        "`rehearse run --jobs 1`, a scenario each": lambda count: seconds([rehearse, "run", "--jobs", "1", f"scenarios{count}"]),
        "the same, strategies of one": lambda count: seconds([rehearse, "run", "--jobs", "1", f"strategies{count}.yaml"]),
    }
    with kept_server(rehearse, "strategies1.yaml") as conninfo:
        sides.update(find_peers(Server(conninfo)))
        took: dict[str, list] = {name: [] for name in sides}
        for _ in range(ROUNDS):
            for name, run in sides.items():
                took[name].append((run(TESTS) - run(1)) * 1000 / (TESTS - 1))
    ours = next(iter(took.values()))
    table(
        [f"{TESTS} cells, tests or databases, one after another", "ms each", "the first = 1"],
        [[name, spread(times, 1), spread([a / b for a, b in zip(times, ours)], 2)] for name, times in took.items()],
    )


def main() -> None:
    rehearse = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        os.chmod(folder, 0o777)
        os.chdir(folder)
        measure(rehearse)
        os.chdir("/")


if __name__ == "__main__":
    main()
