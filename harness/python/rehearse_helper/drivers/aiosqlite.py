"""aiosqlite: sqlite3 in a thread of its own."""
from __future__ import annotations

from typing import Any

from ..throwaway import SQLITE, Throwaway
from ..watch import Watch
from .adapters import driver_connection, watch_adapters
from .base import Driver, Values, dbapi_of
from .sqlite3 import KeptIn, as_shell, use_guard


class Aiosqlite(Driver):
    name = module = dialect_name = "aiosqlite"
    backend = SQLITE
    distributions = ("aiosqlite",)
    is_async = True
    kept = frozenset(("timeout", "detect_types", "isolation_level", "check_same_thread", "cached_statements"))

    def install(self, watch: Watch) -> None:
        from sqlalchemy.dialects.sqlite import aiosqlite
        use_guard(watch.guard)
        watch_adapters(watch, aiosqlite, "AsyncAdapt_aiosqlite")

    def connect(self, dialect: Any, throwaway: Throwaway, asked: dict[str, Any]) -> Any:
        wanted = {key: value for key, value in asked.items() if key in self.kept}
        return dbapi_of(dialect).connect(throwaway.path, factory=KeptIn, **wanted)

    def transaction(self, connection: Any) -> str:
        return "open" if driver_connection(connection).in_transaction else "none"

    def values(self, cursor: Any) -> Values:
        return [[as_shell(value) for value in row] for row in cursor.fetchall()]


DRIVER = Aiosqlite()
