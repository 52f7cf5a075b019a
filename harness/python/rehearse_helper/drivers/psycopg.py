"""psycopg (3): libpq, its own code in Python or C. One module, two of SQLAlchemy's dialects."""
from __future__ import annotations

import functools
from typing import Any

from ..guard import Guard, address_of
from ..throwaway import Throwaway
from ..watch import Watch, watch_class
from .adapters import driver_connection, watch_adapters
from .base import Driver, Values
from .libpq import LIBPQ_OPTIONS, libpq_arguments

_STATES = {0: "none", 1: "open", 2: "open", 3: "failed", 4: "none"}


class Psycopg(Driver):
    name = module = dialect_name = "psycopg"
    backend = "postgresql"
    distributions = ("psycopg", "psycopg-binary")
    kept = LIBPQ_OPTIONS | {"autocommit", "prepare_threshold", "row_factory", "context"}

    def guard(self, module: Any, guard: Guard) -> None:
        """Both kinds of connection are made by one generator."""
        from psycopg import generators
        connect = generators.connect

        @functools.wraps(connect)
        def guarded(conninfo: str, *arguments: Any, **keywords: Any) -> Any:
            guard.check_driver("psycopg", address_of("postgresql", {}, (conninfo,)))
            return connect(conninfo, *arguments, **keywords)

        generators.connect = guarded

    def install(self, watch: Watch) -> None:
        import psycopg

        class Cursor(psycopg.Cursor):
            """Tells its statements."""

        class ServerCursor(psycopg.ServerCursor):
            """Tells its statements."""

        class Connection(psycopg.Connection):
            def __init__(self, *arguments: Any, **keywords: Any) -> None:
                super().__init__(*arguments, **keywords)
                self.cursor_factory, self.server_cursor_factory = Cursor, ServerCursor
                hear_notices(self)

        for cursor in (Cursor, ServerCursor):
            watch_class(watch, cursor, ("execute", "copy"), ("executemany",), lambda cursor: cursor.connection)
        watch.watch_ends(Connection)
        self._connection_class = Connection

    def connect(self, dialect: Any, throwaway: Throwaway, asked: dict[str, Any]) -> Any:
        wanted = {key: value for key, value in asked.items() if key in self.kept}
        return self._connection_class.connect(**{**wanted, **libpq_arguments(throwaway, wanted)})

    def transaction(self, connection: Any) -> str:
        return "none" if connection.closed else _STATES[int(connection.info.transaction_status)]

    def cursor_to_read(self, connection: Any) -> Any:
        import psycopg
        return psycopg.Cursor(connection)

    def values(self, cursor: Any) -> Values:
        return values_as_sent(cursor)

    def take_notices(self, connection: Any) -> list[tuple[str, str]]:
        return _notices.pop(id(connection), [])


class PsycopgAsync(Driver):
    name = dialect_name = "psycopg_async"
    module = "psycopg"
    backend = "postgresql"
    distributions = ("psycopg", "psycopg-binary")
    is_async = True
    kept = Psycopg.kept

    def install(self, watch: Watch) -> None:
        from sqlalchemy.dialects.postgresql import psycopg
        prefix = "AsyncAdapt_psycopg" if hasattr(psycopg, "AsyncAdapt_psycopg_cursor") else "PsycopgAdapt"
        watch_adapters(watch, psycopg, prefix)

    def guard(self, module: Any, guard: Guard) -> None:
        DRIVER.guard(module, guard)

    def connect(self, dialect: Any, throwaway: Throwaway, asked: dict[str, Any]) -> Any:
        connection = super().connect(dialect, throwaway, asked)
        hear_notices(driver_connection(connection))
        return connection

    def arguments(self, throwaway: Throwaway, wanted: dict[str, Any]) -> dict[str, Any]:
        return libpq_arguments(throwaway, wanted)

    def transaction(self, connection: Any) -> str:
        return DRIVER.transaction(driver_connection(connection))

    def values(self, cursor: Any) -> Values:
        return values_as_sent(cursor._cursor)

    def take_notices(self, connection: Any) -> list[tuple[str, str]]:
        return DRIVER.take_notices(driver_connection(connection))


_notices: dict[int, list[tuple[str, str]]] = {}  # by id() of the connection


def hear_notices(connection: Any) -> None:
    def hear(notice: Any) -> None:
        _notices.setdefault(id(connection), []).append((notice.severity or "", notice.message_primary or ""))
    connection.add_notice_handler(hear)


def values_as_sent(cursor: Any) -> Values:
    """The server's own text, past all that makes Python objects of it."""
    result = cursor.pgresult
    encoding = cursor.connection.info.encoding

    def text(row: int, column: int) -> str | None:
        value = result.get_value(row, column)
        return None if value is None else bytes(value).decode(encoding)

    return [[text(row, column) for column in range(result.nfields)] for row in range(result.ntuples)]


DRIVER = Psycopg()
ASYNC_DRIVER = PsycopgAsync()
