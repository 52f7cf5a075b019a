"""Do once, before the first fork, what every cell would do first: import, and have SQLAlchemy and Alembic build what they
build when they are first used. A cell is to start in milliseconds; nothing of this can be seen in it."""
from __future__ import annotations

import contextlib
import importlib
import io
import mmap
import sys

import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

_IMPORTED = ("alembic.command", "alembic.op", "alembic.context", "sqlalchemy.dialects.sqlite.pysqlite",
             "rehearse_helper.child")
_LATER = ("asyncio", "sqlalchemy.orm", "sqlalchemy.ext.asyncio", "rehearse_helper.fill", "rehearse_helper.offline")
_POSTGRES_DRIVERS = ("psycopg2", "psycopg", "pg8000", "asyncpg")


def warm_up(drivers: list[str]) -> None:
    """`drivers`: those that are there."""
    usual = make_url("postgresql://").get_driver_name()
    driver = next((name for name in (usual, *_POSTGRES_DRIVERS) if name in drivers), None)
    names = list(_IMPORTED) + ([driver, f"sqlalchemy.dialects.postgresql.{driver}"] if driver else [])
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    _rehearse_sqlite()
    if driver:
        _rehearse_postgres(driver)


class Later:
    """What only some projects need, and what takes long to import: the first cell does it by itself, and the next ones
    find it done. A byte each, in memory that all processes of the helper share, says that a cell has imported it."""

    def __init__(self) -> None:
        self._names = [name for name in _LATER if name not in sys.modules]
        self._imported = mmap.mmap(-1, len(_LATER))

    def tell(self) -> None:
        """In a cell: what it has imported by now."""
        for number, name in enumerate(self._names):
            if name in sys.modules:
                self._imported[number] = 1

    def catch_up(self) -> bool:
        """In who forks cells: import what one of them had to. Whether there was anything."""
        names = [name for number, name in enumerate(self._names) if self._imported[number] and name not in sys.modules]
        for name in names:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        return bool(names)


def _rehearse_sqlite() -> None:
    """On a database in memory, which is gone with its connection."""
    with sa.create_engine("sqlite://", poolclass=NullPool).connect() as connection:
        with EnvironmentContext(Config(), None) as environment:  # type: ignore[arg-type]
            environment.configure(connection=connection)
            with environment.begin_transaction():
                _run_body(environment.get_context())
            sa.inspect(connection).get_table_names()


def _rehearse_postgres(driver: str) -> None:
    """Offline: there is no server to ask."""
    make_url(f"postgresql+{driver}://")
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": io.StringIO()})
    _run_body(context)


def _run_body(context: MigrationContext) -> None:
    with Operations.context(context) as operations:
        operations.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.String(20)))
        operations.add_column("t", sa.Column("m", sa.Integer))
        operations.create_index("i", "t", ["n"])
        operations.execute("INSERT INTO t (n) VALUES ('a')")
        operations.drop_table("t")
