#!/usr/bin/env python3
"""audit.py REHEARSE [--engine sqlite|postgres] [--revisions N] [--rounds N] - an audit beside pytest-alembic.

A line of revisions that make tables, columns, indexes and rows. `rehearse audit` asks every question but `models`;
pytest-alembic runs its built-in tests but that of the models, on the same files. Both use this Python, which needs
pytest-alembic. Seconds on the clock, and of processor time (of PostgreSQL: the audit's server counts, the other's does
not), medians with their spread. Exit status: 0 faster by what is promised (4 times on SQLite, twice on PostgreSQL), 1 not, 77 nothing to compare
with.
"""
import argparse
import contextlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

from side_by_side import rounds, spread, table

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "alembic"))

TESTS = ["test_single_head_revision", "test_upgrade", "test_up_down_consistency"]
PROMISED = {"sqlite": 4, "postgres": 2}

ENV = '''from logging.config import fileConfig
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
connectable = config.attributes.get("connection")
if connectable is None:
    connectable = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool)
with connectable.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
'''

REVISION = '''"""Revision number {number}

Revision ID: {id}
Revises: {parent}
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa

revision = "{id}"
down_revision = {literal}
branch_labels = None
depends_on = None


def upgrade():
{upgrade}


def downgrade():
{downgrade}
'''

CONFTEST = '''import pytest
import sqlalchemy


@pytest.fixture
def alembic_config():
    return {{"script_location": "{folder}/alembic"}}


@pytest.fixture
def alembic_engine():
    engine = sqlalchemy.create_engine("{url}", poolclass=sqlalchemy.pool.{pool})
    with engine.connect() as connection:
        for table in sqlalchemy.inspect(connection).get_table_names():
            connection.execute(sqlalchemy.text(f"DROP TABLE {{table}} CASCADE"))
        getattr(connection, "commit", int)()
    return engine
'''


def bodies(number):
    """What it does, and how it is undone."""
    table = "t%d" % (number - number % 4)
    if number % 4 == 0:
        return ('    op.create_table("%s", sa.Column("id", sa.Integer, primary_key=True),\n'
                '                    sa.Column("name", sa.String(80), nullable=False), sa.Column("note", sa.Text))' % table,
                '    op.drop_table("%s")' % table)
    if number % 4 == 1:
        return ('    op.add_column("%s", sa.Column("c%d", sa.Integer))' % (table, number),
                '    op.drop_column("%s", "c%d")' % (table, number))
    if number % 4 == 2:
        return ('    op.create_index("ix_%s", "%s", ["name"])' % (number, table), '    op.drop_index("ix_%s")' % number)
    return ('    op.execute("UPDATE %s SET note = \'seen\' WHERE note IS NULL")' % table, "    pass")


def make_project(folder, count, url):
    versions = os.path.join(folder, "alembic", "versions")
    os.makedirs(versions)
    write(os.path.join(folder, "alembic.ini"),
          "[alembic]\nscript_location = %%(here)s/alembic\nsqlalchemy.url = %s\n" % url)
    write(os.path.join(folder, "alembic", "env.py"), ENV)
    for number in range(count):
        up, down = bodies(number)
        parent = "r%04d" % (number - 1) if number else ""
        write(os.path.join(versions, "r%04d_number.py" % number), REVISION.format(
            number=number, id="r%04d" % number, parent=parent, literal=repr(parent or None), upgrade=up, downgrade=down))
    write(os.path.join(folder, "conftest.py"), CONFTEST.format(
        folder=folder, url=url, pool="StaticPool" if url == "sqlite://" else "NullPool"))
    write(os.path.join(folder, "test_migrations.py"),
          "from pytest_alembic.tests import %s  # noqa\n" % ", ".join(TESTS))


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def seconds(command, folder):
    """On the clock, and of processors."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    clock, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit("%s\n%s" % (" ".join(command), done.stdout))
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextlib.contextmanager
def database(engine):
    """Its URL for pytest-alembic."""
    if engine == "sqlite":
        yield "sqlite://"
        return
    from postgres_server import ADMIN, private_server
    with private_server() as folder:
        yield "postgresql+psycopg2://%s@/postgres?host=%s" % (ADMIN, folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", default="sqlite", choices=sorted(PROMISED))
    parser.add_argument("--revisions", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=rounds(3))
    parser.add_argument("rehearse")
    args = parser.parse_args()
    try:
        import pytest_alembic  # noqa: F401
    except ImportError:
        print("skipped: this Python has no pytest-alembic")
        return 77
    program = os.path.abspath(args.rehearse)
    with tempfile.TemporaryDirectory(prefix="rehearse-bench-") as folder, database(args.engine) as url:
        make_project(folder, args.revisions, url)
        commands = {
            "rehearse audit": [program, "audit", "--engine", args.engine, "--python", sys.executable, "--skip", "models"],
            "pytest-alembic": [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_migrations.py"],
        }
        took = {name: [] for name in commands}
        for _ in range(args.rounds):
            for name, command in commands.items():
                took[name].append(seconds(command, folder))
    ratios = [theirs[0] / ours[0] for ours, theirs in zip(took["rehearse audit"], took["pytest-alembic"])]
    ratio = statistics.median(ratios)
    table(["%d revisions on %s" % (args.revisions, args.engine), "seconds on the clock", "of processors"],
          [[name, spread(clock, 2), spread(processors, 2)] for name, times in took.items() for clock, processors in [zip(*times)]]
          + [["pytest-alembic, the audit = 1", spread(ratios, 1), ""]])
    return 0 if ratio >= PROMISED[args.engine] else 1


if __name__ == "__main__":
    sys.exit(main())
