"""Tell Rehearse what happens on the connections that were led to the throwaway, and wait for its word.

Statements are seen at the driver's cursors, so that what goes around SQLAlchemy is seen as well.
"""
from __future__ import annotations

import functools
import os
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Iterable, Optional

from .discretion import strike
from .errors import UserFiles, describe, is_refused_in_failed, message_of, set_breaker
from .stubs import Stubs
from .wire import Message, ProtocolError, Wire

if TYPE_CHECKING:
    from .drivers.base import Driver
    from .guard import Guard

_MOST_OF_PARAMETERS = 1000  # characters


class Raised(BaseException):
    """Rehearse ends what is being done. No Exception, as a body that catches those would go on."""


@dataclass
class Led:
    """A connection of the driver's that was led to the throwaway."""

    number: int
    connection: Any
    driver: Driver
    is_told: bool = True      # its coming and going, that is
    is_live: bool = False     # it is made: what is sent from here on is the user's
    is_busy: bool = False     # a statement is on its way: what the driver makes of it is no other one
    has_failed: bool = False  # the last statement did, in a transaction
    failure: Optional[str] = None  # what the last one in it said that failed by itself

    @property
    def transaction(self) -> str:
        state = self._state()
        if state == "none":
            self.has_failed = False
            self.failure = None
        return "failed" if state == "open" and self.has_failed and not self.driver.tells_failed else state

    def note(self, error: Optional[BaseException]) -> None:
        """A statement has ended so."""
        state = "none" if error is None else self._state()
        self.has_failed = state == "open"
        if error is None or state == "none":
            return
        if is_refused_in_failed(error):
            set_breaker(error, self.failure)
        else:
            self.failure = message_of(error)

    def _state(self) -> str:
        try:
            return self.driver.transaction(self.connection)
        except Exception:  # it is closed, as each driver says in its own way
            return "none"


class Watch:
    """Events, one at a time, from whatever thread."""

    def __init__(self, wire: Wire, guard: Guard, files: UserFiles, stubs: Stubs) -> None:
        self.guard = guard
        self.files = files
        self.tells_statements = True
        self.statements = 0   # that were sent since begin()
        self.connections = 0  # that were led, likewise
        self.answer: Callable[[Message, Optional[Led]], None]  # a request that comes while an event waits
        self._wire = wire
        self._stubs = stubs
        self._led: dict[int, Led] = {}  # by id() of the connection
        self._made = 0
        self._turn = threading.RLock()
        self._process = os.getpid()
        self._is_asked = False
        self._raised: Optional[Raised] = None

    # --- connections ------------------------------------------------------------------------------

    def lead(self, connection: Any, driver: Driver, named: str, is_told: bool) -> Led:
        """A connection is made."""
        self._made += 1
        self.connections += 1
        led = Led(self._made, connection, driver, is_told)
        self._led[id(connection)] = led
        if is_told:
            self.tell({"event": "connected", "connection": led.number, "driver": driver.name, "named": named}, led)
        return led

    def find(self, number: Optional[int]) -> Led:
        """By its number; the one opened last."""
        matching = [led for led in self._led.values() if number in (None, led.number)]
        if not matching:
            raise ProtocolError("there is no such connection")
        return matching[-1]

    def last(self) -> Optional[Led]:
        """The connection opened last; None: there is none."""
        return next(reversed(list(self._led.values())), None)

    def set_live(self, connection: Any) -> None:
        if id(connection) in self._led:
            self._led[id(connection)].is_live = True

    def forget(self, connection: Any) -> None:
        """It is closed, or about to be."""
        led = self._led.pop(id(connection), None)
        if led is not None and led.is_told:
            self.tell({"event": "disconnected", "connection": led.number})

    # --- statements -------------------------------------------------------------------------------

    def statement(self, connection: Any, cursor: Any, sql: Any, parameters: Any, many: int,
                  send: Callable[[], Any]) -> Any:
        """A cursor is to send it."""
        led = self._led.get(id(connection))
        if led is None or not led.is_live or led.is_busy:
            return send()
        text = _text(sql, cursor)
        self._stubs.check(text, parameters)
        self.statements += 1
        if not self.tells_statements:
            return self._send(led, send)[0]
        path, line = self.files.innermost(sys._getframe(2))
        self.tell({"event": "statement", "connection": led.number, "sql": strike(text), "many": many,
                   "parameters": _shown(parameters), "file": path, "line": line}, led)
        done: Message = {"event": "statement_done", "connection": led.number, "changed": 0, "error": None}
        try:
            result, done["notices"] = self._send(led, send)
        except BaseException as error:
            done["notices"] = led.driver.take_notices(connection)
            self.tell({**done, "error": describe(error, self.files)}, led)
            raise
        self.tell({**done, "changed": _changed(cursor)}, led)
        return result

    def _send(self, led: Led, send: Callable[[], Any]) -> tuple[Any, list[tuple[str, str]]]:
        led.is_busy = True
        error: Optional[BaseException] = None
        try:
            result = send()
        except BaseException as caught:
            error = caught
            raise
        finally:
            led.is_busy = False
            led.note(error)
        return result, led.driver.take_notices(led.connection)

    def watch_ends(self, connection_class: type) -> None:
        """Tell each commit and rollback that ends a transaction."""
        for end in ("commit", "rollback"):
            setattr(connection_class, end, self._told_end(getattr(connection_class, end), end))

    def _told_end(self, method: Callable[..., Any], end: str) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(connection: Any, *arguments: Any, **keywords: Any) -> Any:
            led = self._led.get(id(connection))
            was_open = led is not None and led.is_live and led.transaction != "none"
            result = method(connection, *arguments, **keywords)
            if led is not None and was_open:
                self.tell({"event": "transaction", "connection": led.number, "end": end}, led)
            return result
        return call

    # --- the wire ---------------------------------------------------------------------------------

    def begin(self, tells_statements: bool) -> None:
        """A request that runs the user's code: from here to end() things are told. What threads do later is not, as
        nobody would answer."""
        self.tells_statements = tells_statements
        self.statements = self.connections = 0
        self._is_asked = True

    def end(self) -> Optional[Raised]:
        """What Rehearse has raised meanwhile; it is what the request ends with, whatever the user's code made of it."""
        with self._turn:  # an event of another thread may still wait
            self._is_asked = False
            raised, self._raised = self._raised, None
        return raised

    def tell(self, event: Message, led: Optional[Led] = None) -> None:
        """Say it and wait for the word, doing meanwhile what is asked."""
        if os.getpid() != self._process:
            raise RuntimeError("a forked process uses the connection of its parent")
        with self._turn:
            if not self._is_asked:
                return  # it has ended while we waited for our turn
            state = led.transaction if led is not None else "none"
            self._wire.write({**event, "transaction": state})
            while True:
                word = self._read()
                if "say" not in word:
                    self.answer(word, led)
                elif word["say"] == "raise":
                    self._raised = _raised(word)
                    raise self._raised
                elif word["say"] == "go":
                    return
                else:
                    self._wire.write({"failed": "say", "error": describe(
                        ProtocolError("neither 'go' nor 'raise' is said"), self.files)})

    def _read(self) -> Message:
        while True:
            try:
                word = self._wire.read()
            except ProtocolError as error:
                self._wire.write({"failed": "", "error": describe(error, self.files)})
                continue
            if word is None:
                os._exit(0)  # nobody is there any more: connections end with us, uncommitted
            return word


def watch_class(watch: Watch, cursor_class: type, one: Iterable[str], many: Iterable[str],
                connection_of: Callable[[Any], Any]) -> None:
    """Have the methods `one` and `many` of a class of cursors tell what they send."""
    def told(method: Callable[..., Any], is_many: bool) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(cursor: Any, operation: Any, *arguments: Any, **keywords: Any) -> Any:
            parameters = arguments[0] if arguments else keywords.get("parameters", keywords.get("params"))
            count = int(is_many) if parameters is None or not is_many else _length(parameters)
            return watch.statement(connection_of(cursor), cursor, operation, parameters, count,
                                   lambda: method(cursor, operation, *arguments, **keywords))
        return call

    for names, is_many in ((one, False), (many, True)):
        for name in names:
            setattr(cursor_class, name, told(getattr(cursor_class, name), is_many))


def _length(parameters: Any) -> int:
    """1 where they come one by one."""
    return len(parameters) if hasattr(parameters, "__len__") else 1


def _raised(word: Message) -> Raised:
    kind = type(str(word.get("class") or "Stopped"), (Raised,), {"__module__": "rehearse"})
    return kind(str(word.get("message") or ""))


def _changed(cursor: Any) -> int:
    """Rows that an INSERT, UPDATE or DELETE met: what has columns is a query, whose rows are not changed."""
    count = getattr(cursor, "rowcount", -1)
    is_query = getattr(cursor, "description", None) is not None
    return count if isinstance(count, int) and count > 0 and not is_query else 0


def _text(sql: Any, cursor: Any) -> str:
    if isinstance(sql, (bytes, bytearray)):
        return bytes(sql).decode("utf-8", "surrogateescape")
    as_string = getattr(sql, "as_string", None)  # psycopg's composed SQL
    return as_string(cursor) if callable(as_string) else str(sql)


def _shown(parameters: Any) -> Optional[str]:
    if not parameters:
        return None
    try:
        text = repr(parameters)
    except Exception:  # the user's own __repr__
        text = f"<{type(parameters).__name__}>"
    if len(text) > _MOST_OF_PARAMETERS:
        text = text[:_MOST_OF_PARAMETERS] + "..."
    return strike(text)
