"""The drivers that can be led to the throwaway: a file and a row each."""
from __future__ import annotations

from . import aiosqlite, asyncpg, pg8000, psycopg, psycopg2, sqlite3, strangers
from .base import Driver

# In the order in which one is taken where nobody names one: those that need no event loop first.
DRIVERS: tuple[Driver, ...] = (
    sqlite3.DRIVER,
    aiosqlite.DRIVER,
    psycopg2.DRIVER,
    psycopg.DRIVER,
    pg8000.DRIVER,
    asyncpg.DRIVER,
    psycopg.ASYNC_DRIVER,
)

# What replaces a module's lowest connect function, by the module.
GUARDS = {
    **{driver.module: driver.guard for driver in DRIVERS if driver.module != "sqlite3"},  # which the audit hook sees
    **strangers.GUARDS,
}


def drivers_of(backend: str) -> list[Driver]:
    return [driver for driver in DRIVERS if driver.backend == backend]


def driver_find(backend: str, name: str) -> Driver | None:
    """By SQLAlchemy's name of the driver ("pysqlite") or by the module's."""
    for driver in drivers_of(backend):
        if name in (driver.name, driver.dialect_name):
            return driver
    return None
