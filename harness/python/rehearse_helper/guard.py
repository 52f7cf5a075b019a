"""Refuse every way to anything but the throwaway.

The base is an audit hook: Python asks it before each socket, program and SQLite file, and nothing can take it away
again, whatever is patched or imported afterwards. Drivers that connect in C ask nobody; their lowest function in
Python is replaced as soon as somebody begins to import them, which the hook sees too. What libraries in C do by themselves
is the kernel's to refuse (kernel.py).

`lead.py` alone connects, inside `leading()`.
"""
from __future__ import annotations

import contextlib
import importlib
import os
import shlex
import socket
import sys
import threading
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping, Optional

from sqlalchemy.engine import make_url

from .errors import UserFiles, describe, line_of
from .throwaway import Address, Throwaway, file_address, server_address
from .wire import Message

DATABASE, SOCKET, PROGRAM = "database", "socket", "program"


class Elsewhere(PermissionError):
    """Something other than the throwaway was to be reached. An OSError, as what is refused mostly is one: code that
    does without a network does without it here."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Refusal:
    what: str
    named: str
    error: Message

    def message(self) -> Message:
        return {"what": self.what, "named": self.named, "message": self.error["message"]}


class Guard:
    """What may be reached, and what was refused since it was last asked."""

    def __init__(self, throwaway: Throwaway, files: UserFiles) -> None:
        self.throwaway = throwaway
        self._files = files
        self._refusals: list[Refusal] = []
        self._leading = 0
        self._lock = threading.Lock()
        self._addresses = _socket_addresses(throwaway)

    def refuse(self, what: str, named: str, message: str) -> Elsewhere:
        """The exception to raise."""
        error = Elsewhere(message)
        described = describe(error, self._files)
        path, line = self._files.innermost(sys._getframe(1))
        described.update(file=path, line=line, text=line_of(path, line))
        with self._lock:
            self._refusals.append(Refusal(what, named, described))
        return error

    def take_refusals(self) -> list[Refusal]:
        with self._lock:
            taken, self._refusals = self._refusals, []
        return taken

    @contextlib.contextmanager
    def leading(self) -> Iterator[None]:
        """Within, the drivers may connect to the throwaway."""
        with self._lock:
            self._leading += 1
        try:
            yield
        finally:
            with self._lock:
                self._leading -= 1

    def check_driver(self, driver: str, address: Address) -> None:
        """A driver is about to connect there."""
        if not self._leading or address != self.throwaway.address:
            raise self.refuse(DATABASE, str(address), f"{driver} connects to {address} by itself: only SQLAlchemy's "
                              "connections can be led to the throwaway database")

    def check_socket(self, target: object, act: str) -> None:
        if target not in self._addresses:
            named = _show_address(target)
            raise self.refuse(SOCKET, named, f"{act} {named}")

    def check_host(self, host: object) -> None:
        """A name is about to be looked up, which asks other machines."""
        name = os.fsdecode(host) if isinstance(host, (str, bytes)) else ""
        if name and name != self.throwaway.host and not _is_number(name) and name.lower() != "localhost":
            raise self.refuse(SOCKET, name, f"a look-up of host {name}")

    def check_file(self, path: object) -> None:
        """sqlite3 is about to open it."""
        address = file_address(path)
        if not self._leading or address != self.throwaway.address:
            raise self.refuse(DATABASE, str(address), f"sqlite3 opens {address} by itself: only SQLAlchemy's "
                              "connections can be led to the throwaway database")

    def check_program(self, *command: object) -> None:
        words = [os.fsdecode(word) if isinstance(word, (str, bytes, os.PathLike)) else str(word) for word in command]
        raise self.refuse(PROGRAM, words[0].partition(" ")[0], f"another program is started: {' '.join(words)}")

    def raise_guard(self, drivers: Mapping[str, Callable[[Any, Guard], None]]) -> None:
        """From here on everything is asked. `drivers`: by module, what replaces its lowest connect function."""
        watched = _Imports(self, drivers)
        questions = _questions(self, watched)

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            question = questions.get(event)
            if question is not None:
                question(*arguments)

        watched.guard_what_is_there()
        sys.addaudithook(hook)


class _Imports:
    """Replace a driver's connect function before anybody can use it."""

    def __init__(self, guard: Guard, drivers: Mapping[str, Callable[[Any, Guard], None]]) -> None:
        self._guard = guard
        self._drivers = drivers
        self._begun: set[str] = set()

    def guard_what_is_there(self) -> None:
        for name in self._drivers:
            if name in sys.modules:
                self._replace(name)

    def check(self, name: str, *_: object) -> None:
        """`name` is about to be imported, which it is not so far."""
        top = name.partition(".")[0]
        if top not in self._drivers:
            return
        if top not in self._begun:
            with contextlib.suppress(ImportError):  # whoever imports it will be told
                self._replace(top)
        elif name in self._guarded_parts:
            raise self._guard.refuse(DATABASE, top, f"{name} is loaded once more: a fresh copy of a driver would not be "
                                     "guarded")

    _guarded_parts = frozenset((
        "psycopg2", "psycopg2._psycopg", "psycopg", "psycopg.generators", "asyncpg", "asyncpg.connect_utils", "pg8000",
        "pg8000.core"))

    def _replace(self, top: str) -> None:
        self._begun.add(top)
        parts, self._guarded_parts = self._guarded_parts, frozenset()  # of our own import
        try:
            self._drivers[top](importlib.import_module(top), self._guard)
        except ImportError:
            self._begun.discard(top)
            raise
        finally:
            self._guarded_parts = parts


def _questions(guard: Guard, imports: _Imports) -> dict[str, Callable[..., None]]:
    """By audit event, whom to ask with its arguments."""
    def connect(_socket: object, address: object) -> None:
        guard.check_socket(address, "a socket to")

    def send(_socket: object, address: object = None) -> None:
        if address:
            guard.check_socket(address, "a datagram to")

    def look_up(host: object, *_: object) -> None:
        guard.check_host(host)

    def program(name: object, *_: object) -> None:
        guard.check_program(name)

    def popen(_name: object, arguments: object, *_: object) -> None:
        guard.check_program(*(arguments if isinstance(arguments, (list, tuple)) and arguments else [arguments]))

    def spawn(_mode: object, name: object, *_: object) -> None:
        guard.check_program(name)

    def symbol(_library: object, name: object) -> None:
        if name in _C_WAYS_OUT and not imports_ctypes_driver():
            raise guard.refuse(PROGRAM, str(name), f"the C function {name}() is called by itself")

    def imports_ctypes_driver() -> bool:
        return str(sys._getframe(2).f_globals.get("__name__", "")).startswith("psycopg.pq.")

    return {
        "socket.connect": connect, "socket.sendto": send, "socket.sendmsg": send,
        "socket.getaddrinfo": look_up, "socket.gethostbyname": look_up, "socket.gethostbyaddr": look_up,
        "sqlite3.connect": guard.check_file,
        "subprocess.Popen": popen, "os.system": program, "os.exec": program, "os.posix_spawn": program,
        "os.spawn": spawn, "pty.spawn": program,
        "ctypes.dlsym": symbol,
        "import": imports.check,
    }


_C_WAYS_OUT = frozenset((
    "connect", "socket", "sendto", "sendmsg", "syscall", "system", "popen", "execv", "execve", "execvp", "execl", "execlp",
    "posix_spawn", "posix_spawnp", "PQconnectdb", "PQconnectdbParams", "PQconnectStart", "PQconnectStartParams",
    "PQsetdbLogin", "sqlite3_open", "sqlite3_open_v2", "mysql_real_connect"))


def _socket_addresses(throwaway: Throwaway) -> frozenset[object]:
    """What a socket of the throwaway's driver connects to."""
    if throwaway.socket_path:
        return frozenset((throwaway.socket_path, os.fsencode(throwaway.socket_path)))
    if not throwaway.host:
        return frozenset()
    found = socket.getaddrinfo(throwaway.host, throwaway.port, type=socket.SOCK_STREAM)
    return frozenset(address for *_, address in found) | {(throwaway.host, throwaway.port)}


def _show_address(target: object) -> str:
    if isinstance(target, tuple) and len(target) >= 2:
        return f"{target[0]}:{target[1]}"
    return os.fsdecode(target) if isinstance(target, (str, bytes)) else str(target)


def _is_number(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError):
            socket.inet_pton(family, host)
            return True
    return False


def address_of(backend: str, values: dict[str, Any], positional: tuple[Any, ...] = ()) -> Address:
    """Where somebody connects, as SQLAlchemy or a driver says it: keywords, or libpq's one text."""
    if backend == "sqlite":
        return file_address(positional[0] if positional else values.get("database", ""))
    said = dict(values)
    text = positional[0] if positional and isinstance(positional[0], str) else said.get("dsn")
    if text:
        said = {**_parse_dsn(str(text)), **{key: value for key, value in said.items() if value}}
    host, port = said.get("hostaddr") or said.get("host"), said.get("port")
    if said.get("unix_sock"):  # /run/postgresql/.s.PGSQL.5432
        folder, _, name = str(said["unix_sock"]).rpartition("/")
        host, port = folder, name.rpartition(".")[2]
    return server_address(backend, host, port, said.get("dbname") or said.get("database") or said.get("db"))


def _parse_dsn(text: str) -> dict[str, Optional[str]]:
    """A URL, or libpq's `key=value`s."""
    if "://" in text:
        url = make_url(text)
        host = url.host or url.query.get("host")
        return {"host": host if isinstance(host, str) else None, "port": str(url.port) if url.port else None,
                "dbname": url.database}
    pairs = (word.partition("=") for word in shlex.split(text))
    return {key.strip(): value for key, _, value in pairs}
