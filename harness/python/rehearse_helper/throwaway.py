"""The throwaway database: where it is, and by which names it may be called."""
from __future__ import annotations

import os
from dataclasses import dataclass, field as default
from typing import Optional

from .wire import Message, ProtocolError, field

SQLITE, POSTGRES = "sqlite", "postgres"

_LOCAL_HOSTS = ("", "localhost", "127.0.0.1", "::1", "[::1]")


@dataclass(frozen=True)
class Address:
    """Which database somebody means. Two of them are the same place if they are equal: users, passwords, drivers and
    the many names of this machine make no difference."""

    backend: str  # as SQLAlchemy's dialects are called: "sqlite", "postgresql", "mysql"
    host: str
    port: str
    database: str
    said: str = default(default="", compare=False)  # the host as it was given

    def __str__(self) -> str:
        if self.backend == SQLITE and not self.host:
            return f"sqlite:///{self.database}"
        port = f":{self.port}" if self.port else ""
        return f"{self.backend}://{self.said or self.host}{port}/{self.database}"


def server_address(backend: str, host: object, port: object, database: object) -> Address:
    """The address of a database on a server. What is left out is what the drivers would take."""
    if isinstance(host, (list, tuple)):
        host = ",".join(str(one) for one in host)
    if isinstance(port, (list, tuple)):
        port = ",".join(str(one) for one in port)
    if backend == "postgresql":
        host = host or os.environ.get("PGHOST") or ""
        port = port or os.environ.get("PGPORT") or 5432
        database = database or os.environ.get("PGDATABASE") or ""
    name = str(host or "")
    place = "localhost" if name.lower() in _LOCAL_HOSTS else name
    return Address(backend, place, str(port or ""), str(database or ""), name)


def file_address(path: object) -> Address:
    """The address of a SQLite database, as sqlite3.connect() is given it."""
    name = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else str(path)
    if name in ("", ":memory:") or "mode=memory" in name or name.startswith("file::memory:"):
        return Address(SQLITE, "", "", ":memory:")
    if name.startswith("file:"):
        name = name[len("file:"):].partition("?")[0]
    return Address(SQLITE, "", "", os.path.realpath(name))


@dataclass(frozen=True)
class Throwaway:
    """What `open` said of it."""

    kind: str
    path: str = ""
    host: str = ""
    port: int = 5432
    user: str = ""
    password: str = default(default="", repr=False)
    database: str = ""
    settings: dict[str, str] = default(default_factory=dict)

    @property
    def backend(self) -> str:
        return SQLITE if self.kind == SQLITE else "postgresql"

    @property
    def address(self) -> Address:
        if self.kind == SQLITE:
            return file_address(self.path)
        return server_address("postgresql", self.host, self.port, self.database)

    @property
    def socket_path(self) -> Optional[str]:
        """The Unix socket; None: it is reached over TCP, or needs no socket."""
        return os.path.join(self.host, f".s.PGSQL.{self.port}") if self.host.startswith("/") else None

    @property
    def options(self) -> str:
        """The settings as libpq's `options`."""
        def escaped(text: str) -> str:
            return text.replace("\\", "\\\\").replace(" ", "\\ ")
        return " ".join(f"-c {name}={escaped(value)}" for name, value in self.settings.items())


def throwaway_read(message: Message) -> Throwaway:
    kind = field(message, "kind", str)
    if kind == SQLITE:
        return Throwaway(kind, path=field(message, "path", str))
    if kind != POSTGRES:
        raise ProtocolError(f"'kind' is neither '{SQLITE}' nor '{POSTGRES}'")
    settings = field(message, "settings", dict, {})
    return Throwaway(
        kind,
        host=field(message, "host", str),
        port=int(message.get("port") or 5432),
        user=field(message, "user", str),
        password=field(message, "password", str, ""),
        database=field(message, "database", str),
        settings={str(name): str(value) for name, value in settings.items()},
    )
