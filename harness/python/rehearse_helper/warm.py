"""Do once, before the first fork, what every cell would do first: import, and have SQLAlchemy and Alembic build what they
build when they are first used. A cell is to start in milliseconds; nothing of this can be seen in it."""
from __future__ import annotations

import contextlib
import importlib
import io

import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

_IMPORTED = ("alembic.command", "alembic.op", "alembic.context", "sqlalchemy.orm", "sqlalchemy.dialects.sqlite.pysqlite",
             "rehearse_helper.child")
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
