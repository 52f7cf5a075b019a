"""asyncpg: PostgreSQL's binary protocol, on an event loop."""
from __future__ import annotations

import functools
from typing import Any

from ..guard import Guard, address_of
from ..throwaway import Throwaway
from ..watch import Watch
from .adapters import driver_connection, watch_adapters
from .base import Driver, Values, as_text

_CHAR = 18  # its number in pg_type

_notices: dict[int, list[tuple[str, str]]] = {}  # by id() of the connection


class Asyncpg(Driver):
    name = module = dialect_name = "asyncpg"
    backend = "postgresql"
    distributions = ("asyncpg",)
    is_async = True
    tells_failed = False
    kept = frozenset(("timeout", "statement_cache_size", "max_cached_statement_lifetime", "max_cacheable_statement_size",
                      "command_timeout", "server_settings", "prepared_statement_cache_size",
                      "prepared_statement_name_func"))

    def guard(self, module: Any, guard: Guard) -> None:
        from asyncpg import connect_utils
        connect = connect_utils._connect

        @functools.wraps(connect)
        async def guarded(*arguments: Any, **keywords: Any) -> Any:
            dsn = (keywords["dsn"],) if keywords.get("dsn") else ()
            guard.check_driver("asyncpg", address_of("postgresql", keywords, dsn))
            return await connect(*arguments, **keywords)

        connect_utils._connect = guarded

    def install(self, watch: Watch) -> None:
        from sqlalchemy.dialects.postgresql import asyncpg
        watch_adapters(watch, asyncpg, "AsyncAdapt_asyncpg")

    def connect(self, dialect: Any, throwaway: Throwaway, asked: dict[str, Any]) -> Any:
        connection = super().connect(dialect, throwaway, asked)
        connection._connection.add_log_listener(
            lambda _, message: _notices.setdefault(id(connection), []).append((message.severity, message.message)))
        return connection

    def arguments(self, throwaway: Throwaway, wanted: dict[str, Any]) -> dict[str, Any]:
        settings = {**(wanted.get("server_settings") or {}), **throwaway.settings}
        return {"host": throwaway.host, "port": throwaway.port, "user": throwaway.user,
                "password": throwaway.password or None, "database": throwaway.database,
                "server_settings": settings or None}

    def transaction(self, connection: Any) -> str:
        driver = driver_connection(connection)
        return "open" if not driver.is_closed() and driver.is_in_transaction() else "none"

    def values(self, cursor: Any) -> Values:
        """The type "char" comes as bytes, as if it were one of them."""
        is_char = [column[1] == _CHAR for column in cursor.description]
        return [[value.decode("latin-1") if is_one and isinstance(value, bytes) else as_text(value)
                 for value, is_one in zip(row, is_char)] for row in cursor.fetchall()]

    def take_notices(self, connection: Any) -> list[tuple[str, str]]:
        return _notices.pop(id(connection), [])


DRIVER = Asyncpg()
