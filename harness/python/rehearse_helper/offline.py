"""What upgrade() or downgrade() would send, without a database to send it to: Alembic's `--sql` mode."""
from __future__ import annotations

import contextlib
import io
from typing import Any, Iterator, Optional

import sqlalchemy
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from sqlalchemy.schema import DDLElement

from .body import body_load, script_directory
from .wire import Message


def offline(config: Config, path: str, text: Optional[str], direction: str, dialect: str,
            configure: dict[str, Any]) -> Message:
    """The statements in order, each with whether it stands in an autocommit block; `irreversible`: there are none, as
    it refuses to begin."""
    with EnvironmentContext(config, script_directory(config), as_sql=True) as environment:
        # Values stand in the text, so nothing in it is to be a parameter: no driver doubles its percent signs.
        environment.configure(dialect_name=dialect, literal_binds=True, dialect_opts={"paramstyle": "named"},
                              output_buffer=io.StringIO(), **configure)
        context = environment.get_context()
        transcript = Transcript(context)
        is_irreversible = False
        with Operations.context(context):
            body = getattr(body_load(path, text), direction)
            try:
                body()
            except NotImplementedError:
                if transcript.statements:
                    raise
                is_irreversible = True
    return {"sql": transcript.statements, "irreversible": is_irreversible}


class Transcript:
    """Takes what a context would have written, statement by statement, and as it would have been sent: Alembic writes
    each tab as four blanks, also within values."""

    def __init__(self, context: MigrationContext) -> None:
        self.statements: list[Message] = []
        self._impl = context.impl
        self._is_autocommit = False
        self._block = context.autocommit_block
        setattr(context, "autocommit_block", self._autocommit_block)
        setattr(context.impl, "_exec", self._exec)
        setattr(context.impl, "static_output", self._take)
        # The transaction is not the body's to begin and to end.
        setattr(context.impl, "emit_begin", lambda: None)
        setattr(context.impl, "emit_commit", lambda: None)

    def _exec(self, construct: Any, *_arguments: Any, **keywords: Any) -> None:
        if keywords.get("multiparams") or keywords.get("params"):
            raise TypeError("Execution arguments not allowed with as_sql")
        if isinstance(construct, str):
            construct = sqlalchemy.text(construct)
        is_ddl = isinstance(construct, DDLElement)
        compiled = construct.compile(dialect=self._impl.dialect,
                                     **({} if is_ddl else {"compile_kwargs": {"literal_binds": True}}))
        self._take(str(compiled).replace("\n\t", "\n    ") if is_ddl else str(compiled))

    def _take(self, text: str) -> None:
        sql = text.strip().rstrip(";").rstrip()
        if sql:
            self.statements.append({"sql": sql, "autocommit": self._is_autocommit})

    @contextlib.contextmanager
    def _autocommit_block(self) -> Iterator[None]:
        self._is_autocommit = True
        try:
            with self._block():
                yield
        finally:
            self._is_autocommit = False
