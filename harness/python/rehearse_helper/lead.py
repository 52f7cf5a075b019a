"""Lead SQLAlchemy's connections to the throwaway, whatever they ask for.

SQLAlchemy's own event `do_connect`, on all engines there are or will be, hands out a connection in the place of the one
that was meant. What cannot stand in for it is refused: another dialect's, or that of a second database.
"""
from __future__ import annotations

import functools
from typing import Any, Optional

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from . import discretion
from .drivers import driver_find
from .drivers.base import Driver
from .guard import DATABASE, Guard, address_of
from .throwaway import Address
from .watch import Watch


class Lead:
    """Listens to every engine of the process."""

    def __init__(self, guard: Guard, watch: Watch) -> None:
        self._guard = guard
        self._watch = watch
        self._meant: Optional[Address] = None  # the one place beside the throwaway that stands for it
        self._installed: set[str] = set()
        self.is_own = False  # the helper connects itself

    def start(self) -> None:
        event.listen(Engine, "do_connect", self._connect)
        self._lead_creators()
        event.listen(Pool, "checkout", self._live)
        event.listen(Pool, "close", self._close)
        event.listen(Pool, "close_detached", self._close_detached)

    def _lead_creators(self) -> None:
        """`create_engine(creator=...)` connects without the event: its pool is given us in the place of the user's
        function, which is not called."""
        init = Pool.__init__

        @functools.wraps(init)
        def led(pool: Pool, creator: Any, *arguments: Any, **keywords: Any) -> None:
            dialect = keywords.get("dialect")
            is_users = getattr(creator, "__module__", None) not in ("sqlalchemy.engine.create", __name__)
            if dialect is not None and is_users:
                address = Address(dialect.name, f"creator={getattr(creator, '__qualname__', creator)}", "", "")

                def creator() -> Any:
                    return self._hand_out(dialect, address, {})

            init(pool, creator, *arguments, **keywords)

        setattr(Pool, "__init__", led)

    def _connect(self, dialect: Any, _record: Any, positional: Any, asked: dict[str, Any]) -> Any:
        for key in ("password", "passwd"):
            discretion.remember(asked.get(key))
        return self._hand_out(dialect, address_of(dialect.name, asked, tuple(positional)), dict(asked))

    def _hand_out(self, dialect: Any, address: Address, asked: dict[str, Any]) -> Any:
        """The throwaway's connection, in the place of one to that address."""
        self._check(dialect, address)
        driver = driver_find(dialect.name, driver_name(dialect))
        if driver is None:
            raise self._guard.refuse(DATABASE, str(address), f"an engine of {dialect.name}+{dialect.driver}, a driver that "
                                     "cannot be led to the throwaway database")
        self._install(driver)
        with self._guard.leading():
            connection = driver.connect(dialect, self._guard.throwaway, asked)
        self._watch.lead(connection, driver, str(address), not self.is_own)
        return connection

    def _check(self, dialect: Any, address: Address) -> None:
        throwaway = self._guard.throwaway
        if dialect.name != throwaway.backend:
            raise self._guard.refuse(DATABASE, str(address), f"an engine for {address}, where the throwaway database is of "
                                     f"{throwaway.backend}")
        if address == throwaway.address:
            return
        if self._meant is None:
            self._meant = address
        elif self._meant != address:
            raise self._guard.refuse(DATABASE, str(address), f"a second database, {address}, beside {self._meant}, which is "
                                     "led to the throwaway one")

    def _install(self, driver: Driver) -> None:
        if driver.name not in self._installed:
            self._installed.add(driver.name)
            driver.install(self._watch)

    def _live(self, connection: Any, _record: Any, _proxy: Any) -> None:
        self._watch.set_live(connection)

    def _close(self, connection: Any, _record: Any) -> None:
        self._watch.forget(connection)

    def _close_detached(self, connection: Any) -> None:
        self._watch.forget(connection)


def driver_name(dialect: Any) -> str:
    """psycopg has one name for two drivers."""
    return "psycopg_async" if dialect.driver == "psycopg" and dialect.is_async else str(dialect.driver)
