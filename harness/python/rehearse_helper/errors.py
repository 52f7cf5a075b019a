"""Tell an exception: class, message, and the line of the user's that it came from."""
from __future__ import annotations

import linecache
import os
import sys
import traceback
from types import CodeType, FrameType, TracebackType
from typing import Any, Iterator, Optional

from .discretion import strike
from .wire import Message

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_LIBRARIES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
_MOST_FRAMES = 50


class UserFiles:
    """Which files are the user's: those below the project's folder, save the libraries of an environment in it, and
    the revision files wherever they lie."""

    def __init__(self, folder: Optional[str] = None) -> None:
        self._folder = os.path.join(os.path.realpath(folder), "") if folder else None
        self._known: dict[str, bool] = {}

    def add(self, path: str) -> None:
        self._known[path] = True

    def has(self, path: str) -> bool:
        if path not in self._known:
            self._known[path] = self._is_below(path)
        return self._known[path]

    def _is_below(self, path: str) -> bool:
        if self._folder is None or path.startswith("<") or any(part in path for part in _LIBRARIES):
            return False
        real = os.path.realpath(path)
        return real.startswith(self._folder) and not real.startswith(os.path.join(sys.prefix, "lib"))

    def innermost(self, frame: Optional[FrameType]) -> tuple[Optional[str], int]:
        """The user's line that is being carried out, seen from a frame further in."""
        while frame is not None:
            if self.has(frame.f_code.co_filename):
                return frame.f_code.co_filename, frame.f_lineno
            frame = frame.f_back
        return None, 0


def describe(error: BaseException, files: UserFiles) -> Message:
    """The ERROR of docs/helper.md."""
    driver_error = getattr(error, "orig", None)
    if type(driver_error).__module__ == "sqlalchemy.exc":
        driver_error = None  # its own, as of a parameter without a value, and none of the database
    if driver_error is None and _is_of_database(error):
        driver_error = error
    database = _database_facts(driver_error) if isinstance(driver_error, BaseException) else None
    text = database.pop("message") if database else _message(error)
    place = _place(error, files)
    return {
        "class": type(error).__name__,
        "module": type(error).__module__,
        "message": strike(text),
        **place,
        "frames": _frames(error.__traceback__),
        "database": database,
        "statement": strike(_text_or_none(getattr(error, "statement", None))),
        "broken_by": getattr(error, _BREAKER, None) or getattr(driver_error, _BREAKER, None),
    }


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and error.msg:
        return error.msg  # the place is told apart
    if isinstance(error, KeyError) and len(error.args) == 1:
        return repr(error.args[0])
    try:
        return str(error)
    except Exception:  # the user's own __str__
        return f"<{type(error).__name__} that cannot be shown>"


# --- what broke a transaction ---------------------------------------------------------------------

_BREAKER = "_rehearse_broken_by"


def message_of(error: BaseException) -> Optional[str]:
    """What the database said, of an exception of its driver."""
    return _database_facts(error)["message"] if _is_of_database(error) else None


def is_refused_in_failed(error: BaseException) -> bool:
    """Whether the statement was not even tried, as one before it has failed in its transaction."""
    return _is_of_database(error) and _database_facts(error)["sqlstate"] == "25P02"


def set_breaker(error: BaseException, failure: Optional[str]) -> None:
    """The failure that is to blame for one that is_refused_in_failed(): whoever caught it has hidden it."""
    try:
        setattr(error, _BREAKER, failure)
    except AttributeError:  # a class of a driver's that takes none
        pass


# --- places ---------------------------------------------------------------------------------------


def _place(error: BaseException, files: UserFiles) -> Message:
    if isinstance(error, SyntaxError) and error.filename:
        line, column, path = error.lineno or 0, error.offset or 0, error.filename
        return {"file": path, "line": line, "column": column, "text": line_of(path, line)}
    for frame, line, column in reversed(list(_walk(error.__traceback__))):
        path = frame.f_code.co_filename
        if files.has(path):
            return {"file": path, "line": line, "column": column, "text": line_of(path, line)}
    return {"file": None, "line": 0, "column": 0, "text": None}


def _walk(trace: Optional[TracebackType]) -> Iterator[tuple[FrameType, int, int]]:
    while trace is not None:
        frame = trace.tb_frame
        if not frame.f_code.co_filename.startswith(_HERE):
            yield frame, trace.tb_lineno, _column(frame.f_code, trace.tb_lasti)
        trace = trace.tb_next


def _column(code: CodeType, instruction: int) -> int:
    """From 1; Python keeps it since 3.11."""
    positions = getattr(code, "co_positions", None)
    if positions is None or instruction < 0:
        return 0
    for index, (_, _, column, _) in enumerate(positions()):
        if index == instruction // 2:
            return 0 if column is None else column + 1
    return 0


def _frames(trace: Optional[TracebackType]) -> list[Message]:
    return [{"file": frame.f_code.co_filename, "line": line, "function": frame.f_code.co_name}
            for frame, line, _ in list(_walk(trace))[-_MOST_FRAMES:]]


def line_of(path: Optional[str], line: int) -> Optional[str]:
    """The line of a file, for showing; None: there is none."""
    return path and strike(linecache.getline(path, line).rstrip("\r\n")) or None


def show(error: BaseException) -> str:
    """For a person who looks at the helper itself."""
    return strike("".join(traceback.format_exception(type(error), error, error.__traceback__))) or ""


# --- what a driver's exception knows ----------------------------------------------------------------

_DRIVERS = ("psycopg2", "psycopg", "pg8000", "asyncpg", "sqlite3", "aiosqlite")


def _is_of_driver(error: BaseException) -> bool:
    return any(base.__module__.partition(".")[0] in _DRIVERS for base in type(error).__mro__)


def _is_of_database(error: BaseException) -> bool:
    """A driver's own, or SQLAlchemy's stand-in for one of an asynchronous driver."""
    cause = error.__cause__
    return _is_of_driver(error) or (type(error).__module__.startswith("sqlalchemy.dialects.") and cause is not None
                                    and _is_of_driver(cause))


def _database_facts(error: BaseException) -> Message:
    """Of an exception that a driver raised, or SQLAlchemy's stand-in for one of an asynchronous driver."""
    cause = error.__cause__
    if cause is not None and _is_of_driver(cause):
        error = cause
    facts: Message = {"class": type(error).__name__, "message": _message(error).strip(), "sqlstate": None,
                      "detail": None, "hint": None, "context": None, "position": 0}
    diagnosis = getattr(error, "diag", None)  # psycopg2, psycopg
    if diagnosis is not None:
        _take(facts, diagnosis, message="message_primary", sqlstate="sqlstate", detail="message_detail",
              hint="message_hint", context="context", position="statement_position")
    elif isinstance(error.args[0] if error.args else None, dict):  # pg8000: the fields of the server's message
        fields: dict[str, Any] = error.args[0]
        _take_from(facts, fields.get, message="M", sqlstate="C", detail="D", hint="H", context="W", position="P")
    elif hasattr(error, "sqlstate"):  # asyncpg
        _take(facts, error, message="message", sqlstate="sqlstate", detail="detail", hint="hint", context="context",
              position="position")
    for key in ("message", "detail", "hint", "context"):
        facts[key] = strike(facts[key])
    return facts


def _take(facts: Message, source: object, **names: str) -> None:
    _take_from(facts, lambda name: getattr(source, name, None), **names)


def _take_from(facts: Message, get: Any, **names: str) -> None:
    for key, name in names.items():
        value = get(name)
        if value:
            facts[key] = int(value) if key == "position" else str(value)


def _text_or_none(value: object) -> Optional[str]:
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return None if value is None else str(value)
