"""Throwaway databases for the tests, and a look at them from outside the helper."""
from __future__ import annotations

import atexit
import contextlib
import itertools
import os
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "alembic"))  # the server that other tests start too

PASSWORD = "s3cret-of-the-throwaway"

_numbers = itertools.count(1)


class Sqlite:
    """Files."""

    name = "sqlite"

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="rehearse-python-")

    def close(self) -> None:
        self._folder.cleanup()

    def new(self) -> dict[str, Any]:
        return {"kind": "sqlite", "path": os.path.join(self._folder.name, f"cell{next(_numbers)}.sqlite")}

    def look(self, database: dict[str, Any], sql: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(database["path"])) as connection:
            return connection.execute(sql).fetchall()

    def tables(self, database: dict[str, Any]) -> list[str]:
        return [name for name, in self.look(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]


class Postgres:
    """Databases of a private server, of one role that may do nothing else."""

    name = "postgres"

    def __init__(self) -> None:
        from postgres_server import ADMIN, private_server
        self._admin = ADMIN
        self._server = contextlib.ExitStack()
        self._host = self._server.enter_context(private_server())
        self._connections: dict[str, Any] = {}
        self._run("postgres", f"CREATE ROLE cell LOGIN PASSWORD '{PASSWORD}'")

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._server.close()

    def new(self) -> dict[str, Any]:
        name = f"cell{next(_numbers)}"
        self._run("postgres", f"CREATE DATABASE {name} OWNER cell TEMPLATE template0 STRATEGY file_copy")
        return {"kind": "postgres", "host": self._host, "port": 5432, "user": "cell", "password": PASSWORD,
                "database": name, "settings": {"lock_timeout": "5s"}}

    def look(self, database: dict[str, Any], sql: str) -> list[tuple[Any, ...]]:
        return self._run(database["database"], sql)

    def tables(self, database: dict[str, Any]) -> list[str]:
        return [name for name, in self.look(
            database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]

    def _run(self, name: str, sql: str) -> list[tuple[Any, ...]]:
        with self._connection(name).cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def _connection(self, name: str) -> Any:
        """To whom databases are made by, and to the one that was looked at last: most looks are followed by another."""
        if name not in self._connections:
            import psycopg2
            for other in [other for other in self._connections if other != "postgres"]:
                self._connections.pop(other).close()
            self._connections[name] = psycopg2.connect(host=self._host, user=self._admin, dbname=name)
            self._connections[name].autocommit = True
        return self._connections[name]


class NoEngine(Exception):
    """The machine has no such engine."""


def engine_start(name: str) -> Any:
    if name == Sqlite.name:
        engine: Any = Sqlite()
    else:
        try:
            import psycopg2  # noqa: F401
            from postgres_server import NoServer
        except ImportError as error:
            raise NoEngine(str(error)) from error
        try:
            engine = Postgres()
        except NoServer as error:
            raise NoEngine(str(error)) from error
    atexit.register(engine.close)
    return engine
