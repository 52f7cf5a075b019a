"""Drivers of other databases, in C: nothing leads them anywhere, so that they may not connect at all.

Those in Python (PyMySQL, redis, requests) are seen at the socket.
"""
from __future__ import annotations

from typing import Any

from ..guard import DATABASE, Guard


def _forbid(module: Any, guard: Guard) -> None:
    def connect(*arguments: Any, **keywords: Any) -> Any:
        host = keywords.get("host") or keywords.get("server") or ""
        named = f"{module.__name__}:{host}" if host else module.__name__
        raise guard.refuse(DATABASE, named, f"{module.__name__} connects by itself"
                           + (f" to {host}" if host else ""))

    for name in ("connect", "Connect", "Connection"):
        if hasattr(module, name):
            setattr(module, name, connect)


GUARDS = {name: _forbid for name in (
    "MySQLdb", "mariadb", "pyodbc", "pymssql", "oracledb", "cx_Oracle", "psycopg2cffi", "duckdb", "ibm_db")}
