"""pg8000: PostgreSQL's protocol in Python."""
from __future__ import annotations

import functools
from typing import Any

from ..guard import Guard, address_of
from ..throwaway import Throwaway
from ..watch import Watch, watch_class
from .base import Driver

_STATES = {b"I": "none", b"T": "open", b"E": "failed"}


class Pg8000(Driver):
    name = module = dialect_name = "pg8000"
    backend = "postgresql"
    distributions = ("pg8000",)
    kept = frozenset(("application_name", "timeout", "tcp_keepalive"))

    def guard(self, module: Any, guard: Guard) -> None:
        from pg8000 import core
        connect = core.CoreConnection.__init__

        @functools.wraps(connect)
        def guarded(connection: Any, user: Any, host: Any = "localhost", database: Any = None, port: Any = 5432,
                    *arguments: Any, **keywords: Any) -> None:
            said = {"host": host, "port": port, "database": database, "unix_sock": keywords.get("unix_sock")}
            guard.check_driver("pg8000", address_of("postgresql", said))
            connect(connection, user, host, database, port, *arguments, **keywords)

        core.CoreConnection.__init__ = guarded

    def install(self, watch: Watch) -> None:
        from pg8000 import legacy
        watch_class(watch, legacy.Cursor, ("execute",), ("executemany",), lambda cursor: cursor.connection)
        watch.watch_ends(legacy.Connection)

    def connect(self, dialect: Any, throwaway: Throwaway, asked: dict[str, Any]) -> Any:
        connection = super().connect(dialect, throwaway, asked)
        cursor = connection.cursor()
        for name, value in throwaway.settings.items():
            cursor.execute("SELECT pg_catalog.set_config(%s, %s, false)", (name, value))
        connection.commit()
        return connection

    def arguments(self, throwaway: Throwaway, wanted: dict[str, Any]) -> dict[str, Any]:
        place = ({"unix_sock": throwaway.socket_path} if throwaway.socket_path
                 else {"host": throwaway.host, "port": throwaway.port})
        return {"user": throwaway.user, "password": throwaway.password or None, "database": throwaway.database, **place}

    def transaction(self, connection: Any) -> str:
        return _STATES.get(bytes(connection._transaction_status or b"I"), "none")

    def take_notices(self, connection: Any) -> list[tuple[str, str]]:
        def text(fields: dict[bytes, bytes], key: bytes) -> str:
            return fields.get(key, b"").decode("utf-8", "replace")
        taken = [(text(fields, b"S"), text(fields, b"M")) for fields in connection.notices]
        connection.notices.clear()
        return taken


DRIVER = Pg8000()
