"""Asynchronous drivers, as SQLAlchemy adapts them: cursors and connections in Python, which are patched in place."""
from __future__ import annotations

from typing import Any

from ..watch import Watch, watch_class


def watch_adapters(watch: Watch, module: Any, prefix: str) -> None:
    for name in (f"{prefix}_cursor", f"{prefix}_ss_cursor"):
        cursor = getattr(module, name, None)
        if cursor is not None:
            watch_class(watch, cursor, ("execute",), ("executemany",), lambda cursor: cursor._adapt_connection)
    watch.watch_ends(getattr(module, f"{prefix}_connection"))


def driver_connection(adapted: Any) -> Any:
    """What the adapter adapts."""
    return adapted._connection
