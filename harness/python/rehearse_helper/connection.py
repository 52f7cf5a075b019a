"""A connection as the rest of the house knows one, over SQLAlchemy and the user's driver.

A transaction is begun as Alembic begins one, with SQLAlchemy's Transaction, which sends nothing; the driver then does
what its habit is.
"""
from __future__ import annotations

from typing import Any, Optional

from sqlalchemy import create_engine
from sqlalchemy.engine import Connection as SQLAlchemyConnection
from sqlalchemy.pool import NullPool

from .watch import Led, Watch
from .wire import Message


class Connection:
    """What is open between `connect` and `disconnect`."""

    def __init__(self, sqlalchemy: SQLAlchemyConnection, led: Led) -> None:
        self.sqlalchemy = sqlalchemy
        self.led = led
        self.transaction: Any = None  # SQLAlchemy's, that Alembic would have begun
        self._is_autocommit = False

    def begin(self) -> None:
        """Be in a transaction, as far as SQLAlchemy goes; one that is there by itself is taken, as Alembic does."""
        if self.transaction is None and not self._is_autocommit:
            self.transaction = self.sqlalchemy.get_transaction() or self.sqlalchemy.begin()

    def commit(self) -> None:
        """As the end of Alembic's `with` block: a transaction that a body has ended by itself stays ended, and
        what began after it is not committed."""
        transaction, self.transaction = self.transaction, None
        if transaction is not None:
            transaction.__exit__(None, None, None)

    def rollback(self) -> None:
        transaction, self.transaction = self.transaction, None
        if transaction is not None:
            transaction.rollback()
        remaining = self.sqlalchemy.get_transaction()
        if remaining is not None:
            remaining.rollback()

    def set_autocommit(self, is_on: bool) -> None:
        dialect, raw = self.sqlalchemy.dialect, self.led.connection
        if is_on == self._is_autocommit:
            return
        if is_on:
            if dialect.name == "sqlite":
                self.commit()
            dialect.set_isolation_level(raw, "AUTOCOMMIT")  # PostgreSQL's drivers refuse it in a transaction
            self.commit()
        else:
            dialect.reset_isolation_level(raw)
        self._is_autocommit = is_on

    def close(self) -> None:
        self.rollback()
        self.sqlalchemy.close()


def connect(url: str, is_async: bool, is_future: bool, watch: Watch) -> Connection:
    """Connect to the throwaway; `lead` sees to it. An asynchronous driver's needs a greenlet on an event loop."""
    keywords: dict[str, Any] = {"poolclass": NullPool}
    if is_future:
        keywords["future"] = True
    if is_async:
        from sqlalchemy.ext.asyncio import create_async_engine
        keywords.pop("future", None)
        engine = create_async_engine(url, **keywords).sync_engine
    else:
        engine = create_engine(url, **keywords)
    sqlalchemy = engine.connect()
    return Connection(sqlalchemy, watch.find(None))


def execute(led: Led, sql: str, wants_rows: bool) -> Message:
    """One statement past SQLAlchemy, its result as text."""
    driver = led.driver
    led.is_busy, was_busy = True, led.is_busy  # what it sends is not told
    error: Optional[BaseException] = None
    try:
        cursor = driver.cursor_to_read(led.connection)
        driver.execute(cursor, sql)
        described = cursor.description
        answer: Message = {
            "names": [column[0] for column in described or ()],
            "rows": driver.values(cursor) if described and wants_rows else [],
            "changed": 0 if described else max(0, cursor.rowcount),
        }
        cursor.close()
    except BaseException as caught:
        error = caught
        raise
    finally:
        led.is_busy = was_busy
        led.note(error)
    return {**answer, "notices": driver.take_notices(led.connection)}
