"""psycopg2: libpq, in C."""
from __future__ import annotations

import functools
from typing import Any

from ..guard import Guard, address_of
from ..throwaway import Throwaway
from ..watch import Watch, watch_class
from .base import Driver, Values
from .libpq import LIBPQ_OPTIONS, libpq_arguments, split_notice

_STATES = {0: "none", 1: "open", 2: "open", 3: "failed", 4: "none"}


class Psycopg2(Driver):
    name = module = dialect_name = "psycopg2"
    backend = "postgresql"
    distributions = ("psycopg2-binary", "psycopg2")
    kept = LIBPQ_OPTIONS | {"cursor_factory"}

    def guard(self, module: Any, guard: Guard) -> None:
        """psycopg2.connect() and the connection class both connect, each by itself."""
        from psycopg2 import _psycopg, extensions
        connect, original = _psycopg._connect, _psycopg.connection

        @functools.wraps(connect)
        def guarded(dsn: str, *arguments: Any, **keywords: Any) -> Any:
            guard.check_driver(self.name, address_of(self.backend, {}, (dsn,)))
            return connect(dsn, *arguments, **keywords)

        class connection(original):  # type: ignore[misc,valid-type]
            def __init__(self, dsn: str, *arguments: Any, **keywords: Any) -> None:
                guard.check_driver("psycopg2", address_of("postgresql", {}, (dsn,)))
                super().__init__(dsn, *arguments, **keywords)

        module._connect = _psycopg._connect = guarded
        extensions.connection = _psycopg.connection = connection

    def install(self, watch: Watch) -> None:
        from psycopg2 import extensions

        @functools.lru_cache(maxsize=None)
        def watched(factory: type) -> type:
            cursor = type(factory.__name__, (factory,), {})
            watch_class(watch, cursor, ("execute", "copy_expert"), ("executemany",), lambda cursor: cursor.connection)
            return cursor

        class Connection(extensions.connection):
            def cursor(self, *arguments: Any, **keywords: Any) -> Any:
                factory = keywords.pop("cursor_factory", None) or self.cursor_factory or extensions.cursor
                return super().cursor(*arguments, cursor_factory=watched(factory), **keywords)

        watch.watch_ends(Connection)
        self._connection_class = Connection
        self._as_sent = extensions.new_type(
            tuple(extensions.string_types), "AS_SENT", lambda value, _: value)  # no Python objects

    def arguments(self, throwaway: Throwaway, wanted: dict[str, Any]) -> dict[str, Any]:
        return {**libpq_arguments(throwaway, wanted), "connection_factory": self._connection_class}

    def transaction(self, connection: Any) -> str:
        return "none" if connection.closed else _STATES[connection.info.transaction_status]

    def cursor_to_read(self, connection: Any) -> Any:
        from psycopg2 import extensions
        cursor = connection.cursor(cursor_factory=extensions.cursor)
        extensions.register_type(self._as_sent, cursor)
        return cursor

    def values(self, cursor: Any) -> Values:
        return [list(row) for row in cursor.fetchall()]

    def take_notices(self, connection: Any) -> list[tuple[str, str]]:
        taken = [split_notice(text) for text in connection.notices]
        del connection.notices[:]
        return taken


DRIVER = Psycopg2()
