"""The schema as SQLAlchemy makes it of the project's own models, which is how many real databases began."""
from __future__ import annotations

import importlib
from typing import Any

from sqlalchemy import MetaData

from .connection import Connection
from .wire import ProtocolError


def create_all(connection: Connection, target: str) -> None:
    """`target` is MODULE:NAME; the name may have dots."""
    module, colon, name = target.partition(":")
    if not colon or not module or not name:
        raise ProtocolError(f"'{target}' is not MODULE:NAME")
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    metadata = found if isinstance(found, MetaData) else getattr(found, "metadata", None)
    if not isinstance(metadata, MetaData):
        raise TypeError(f"{target} is neither a MetaData nor has one as 'metadata'")
    connection.begin()
    metadata.create_all(bind=connection.sqlalchemy)
