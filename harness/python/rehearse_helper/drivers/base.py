"""What the helper must know of a driver."""
from __future__ import annotations

import datetime
import importlib.metadata
import importlib.util
from typing import TYPE_CHECKING, Any, Optional

from ..watch import Watch

if TYPE_CHECKING:
    from ..guard import Guard
    from ..throwaway import Throwaway

Values = list[list[Optional[str]]]


class Driver:
    """A row of the table. What most drivers share is here."""

    name: str          # as people call it: "psycopg2"
    module: str        # that is imported
    dialect_name: str  # as SQLAlchemy calls it: "pysqlite"
    backend: str       # SQLAlchemy's name of the dialect
    distributions: tuple[str, ...]  # on a package index, the first is to be proposed
    is_async = False
    tells_failed = True  # a failed transaction from an open one
    kept: frozenset[str] = frozenset()  # what env.py may ask of a connection; all else would say where it goes

    def version(self) -> Optional[str]:
        """None: it is not there."""
        dialect = f"sqlalchemy.dialects.{self.backend}.{self.dialect_name.partition('_')[0]}"  # 1.4 has none for psycopg
        needed = [self.module, dialect] + (["greenlet"] if self.is_async else [])
        if any(importlib.util.find_spec(name) is None for name in needed):
            return None
        for name in self.distributions:
            try:
                return importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                pass
        return "unknown"

    def guard(self, module: Any, guard: Guard) -> None:
        """Replace the lowest function by which the module connects."""

    def install(self, watch: Watch) -> None:
        """Have the statements of its cursors reported. Once, before the first connection."""

    def connect(self, dialect: Any, throwaway: Throwaway, asked: dict[str, Any]) -> Any:
        """A connection to the throwaway, with what of `asked` does not say where to go."""
        wanted = {key: value for key, value in asked.items() if key in self.kept}
        return dbapi_of(dialect).connect(**{**wanted, **self.arguments(throwaway, wanted)})

    def arguments(self, throwaway: Throwaway, wanted: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def transaction(self, connection: Any) -> str:
        raise NotImplementedError

    def execute(self, cursor: Any, sql: str) -> None:
        """One statement, just as it is: without parameters, so that no `%` means anything."""
        cursor.execute(sql)

    def values(self, cursor: Any) -> Values:
        """All rows of a result, as text."""
        return [[as_text(value) for value in row] for row in cursor.fetchall()]

    def cursor_to_read(self, connection: Any) -> Any:
        """A cursor whose result values() can read."""
        return connection.cursor()

    def take_notices(self, connection: Any) -> list[tuple[str, str]]:
        """What the server has said since the last time."""
        return []


def dbapi_of(dialect: Any) -> Any:
    """SQLAlchemy 1.4 calls it otherwise."""
    return getattr(dialect, "loaded_dbapi", None) or dialect.dbapi


def as_text(value: Any) -> Optional[str]:
    """A value that a driver made of the engine's text, as that text was."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "\\x" + bytes(value).hex()
    if isinstance(value, float):
        return repr(value)[:-2] if repr(value).endswith(".0") else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, (list, tuple)):
        return "{" + ",".join("NULL" if one is None else str(as_text(one)) for one in value) + "}"
    return str(value)
