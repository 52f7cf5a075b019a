"""Python's own driver of SQLite."""
from __future__ import annotations

import sqlite3
from typing import Any, Optional

from ..guard import DATABASE, Guard
from ..throwaway import SQLITE, Throwaway, file_address
from ..watch import Watch, watch_class
from .base import Driver, Values, dbapi_of

_CREATES_DATABASE = 24  # SQLITE_ATTACH
_watch: Optional[Watch] = None
_guard: Optional[Guard] = None


class KeptIn(sqlite3.Connection):
    """A connection from which no other file can be reached: ATTACH and VACUUM INTO are refused."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        super().set_authorizer(_authorize)

    def set_authorizer(self, *_: Any, **__: Any) -> None:
        """The user's own would take the place of ours."""


def _authorize(action: int, name: Optional[str], *_: Any) -> int:
    if action == _CREATES_DATABASE and name is not None and file_address(name).database != ":memory:":
        if _guard is not None:
            _guard.refuse(DATABASE, str(file_address(name)), f"another SQLite file is opened: {name}")
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


class Cursor(sqlite3.Cursor):
    """Tells its statements."""


class Connection(KeptIn):
    """Makes cursors that tell theirs, and tells how transactions end."""

    def cursor(self, factory: Any = Cursor) -> Any:
        return super().cursor(factory)

    def execute(self, *arguments: Any) -> Any:
        return self.cursor().execute(*arguments)

    def executemany(self, *arguments: Any) -> Any:
        return self.cursor().executemany(*arguments)

    def executescript(self, *arguments: Any) -> Any:
        return self.cursor().executescript(*arguments)


class Sqlite3(Driver):
    name = module = "sqlite3"
    dialect_name = "pysqlite"
    backend = SQLITE
    distributions = ()
    kept = frozenset(("timeout", "detect_types", "isolation_level", "check_same_thread", "cached_statements", "autocommit"))

    def version(self) -> Optional[str]:
        return sqlite3.sqlite_version

    def install(self, watch: Watch) -> None:
        use_guard(watch.guard)
        watch_class(watch, Cursor, ("execute", "executescript"), ("executemany",), lambda cursor: cursor.connection)
        watch.watch_ends(Connection)

    def connect(self, dialect: Any, throwaway: Throwaway, asked: dict[str, Any]) -> Any:
        wanted = {key: value for key, value in asked.items() if key in self.kept}
        return dbapi_of(dialect).connect(throwaway.path, factory=Connection, **wanted)

    def transaction(self, connection: Any) -> str:
        return "open" if connection.in_transaction else "none"

    def values(self, cursor: Any) -> Values:
        return [[as_shell(value) for value in row] for row in cursor.fetchall()]


def use_guard(guard: Guard) -> None:
    global _guard
    _guard = guard


def as_shell(value: Any) -> Optional[str]:
    """A value as SQLite itself would turn it into text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, float):
        text = f"{value:.15g}"
        return text + ".0" if text.lstrip("-").isdigit() else text
    return str(value)


DRIVER = Sqlite3()
