"""Run upgrade() or downgrade() of one revision file, in a context like the one that Alembic would have made.

The file is loaded by itself: no other revision file is read, so that it runs in a tree that Alembic could not load. env.py
is not run; what it would have configured comes with the request.
"""
from __future__ import annotations

import importlib.util
import linecache
import os
import re
from types import CodeType, ModuleType
from typing import Any, Optional

from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from .connection import Connection


class Bodies:
    """Those that run on a connection, one after the other. They share a context, as those of one command of Alembic's do."""

    def __init__(self, connection: Connection, config: Config) -> None:
        self._connection = connection
        self._config = config
        self._script = script_directory(config)
        self._shared: Optional[tuple[dict[str, Any], EnvironmentContext]] = None  # by how it was configured

    def run(self, path: str, text: Optional[str], direction: str, configure: dict[str, Any]) -> None:
        """What it did is left uncommitted."""
        self._connection.begin()
        with self._environment(configure) as environment:
            self._shared = None  # unless this one ends well: nobody knows what a failure leaves behind
            context = environment.get_context()
            with Operations.context(context):
                _call(body_load(path, text), direction, self._connection, context)
        self._shared = configure, environment

    def _environment(self, configure: dict[str, Any]) -> EnvironmentContext:
        if self._shared is not None and self._shared[0] == configure:
            return self._shared[1]
        environment = EnvironmentContext(self._config, self._script)
        environment.configure(connection=self._connection.sqlalchemy, **configure)
        return environment


def _call(module: ModuleType, direction: str, connection: Connection, context: MigrationContext) -> None:
    """The transaction is the one that MigrationContext.begin_transaction() would have begun: `autocommit_block()` ends it
    and begins another."""
    context._in_external_transaction = False
    context._transaction = connection.transaction
    try:
        getattr(module, direction)()
    finally:
        connection.transaction = context._transaction


def body_load(path: str, text: Optional[str]) -> ModuleType:
    """As Alembic loads a file, which is not put into sys.modules."""
    name = re.sub(r"\W", "_", os.path.basename(path))
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"Can't find Python file {path}")
    module = importlib.util.module_from_spec(spec)
    if text is None:
        exec(_code(spec, name, path), module.__dict__)
        return module
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    exec(compile(text, path, "exec", dont_inherit=True), module.__dict__)
    return module


_codes: dict[str, tuple[tuple[int, int, int], CodeType]] = {}  # by path, with what the file was then


def _code(spec: Any, name: str, path: str) -> CodeType:
    """What the file is compiled to: once, as a walk up and down a tree comes by several times."""
    status = os.stat(path)
    stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
    if path not in _codes or _codes[path][0] != stamp:
        _codes[path] = stamp, spec.loader.get_code(name)
    return _codes[path][1]


def script_directory(config: Config) -> Any:
    """None where the configuration has none that Alembic would take: a body can do without."""
    try:
        return ScriptDirectory.from_config(config)
    except Exception:
        return None
