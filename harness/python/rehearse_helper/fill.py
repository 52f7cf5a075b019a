"""Rows for every table, parents first: what a revision meets in a database that people have used.

*ordinary*: a row that satisfies the constraints; *nulls*: one with NULL wherever it may stand; *doubles*: one that repeats
the ordinary row wherever it may. A table that cannot be filled is a note with the reason.
"""
from __future__ import annotations

import itertools
import warnings
from dataclasses import dataclass
from typing import Any, Iterator, Optional

import sqlalchemy as sa
from sqlalchemy.exc import SAWarning

from .connection import Connection, execute
from .errors import UserFiles, describe
from .made_up import NULL, alternatives, made_up
from .wire import ProtocolError

KINDS = ("ordinary", "nulls", "doubles")
_MOST_TRIES = 200
_SAVEPOINT = "rehearse_fill"

Row = dict[str, str]  # column: literal


@dataclass
class _Column:
    name: str
    type: Any
    is_nullable: bool
    makes_itself: bool  # a default, an identity, a serial: it may be left out
    is_counter: bool    # what makes it is a counter, and it takes another number


@dataclass
class _Table:
    name: str
    schema: Optional[str]
    quoted: str
    columns: list[_Column]
    primary_key: list[str]
    unique: set[str]                          # columns of which two rows may not have the same
    parents: list[tuple[list[str], str, list[str]]]  # columns, quoted parent, its columns
    checks: list[str]


class CannotFill(Exception):
    """For the reason that it says."""


def fill(connection: Connection, kinds: list[str], leave: list[str],
         first: int = 1) -> tuple[dict[str, int], list[str]]:
    """How many rows each table got, and the notes. Values are made from numbers, from `first` on."""
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise ProtocolError(f"there are no rows called '{unknown[0]}'")
    connection.begin()
    filler = _Filler(connection, first)
    filled: dict[str, int] = {}
    notes: list[str] = []
    for table in _tables(connection.sqlalchemy, set(leave)):
        name = f"{table.schema}.{table.name}" if table.schema else table.name
        filled[name] = 0
        for kind in kinds:
            try:
                filled[name] += filler.add(table, kind)
            except CannotFill as reason:
                notes.append(f"{name}: no {kind} row: {reason}")
    return filled, notes


class _Filler:
    """Puts in rows, and knows what it has put in."""

    def __init__(self, connection: Connection, first: int) -> None:
        self._connection = connection
        self._backend = connection.sqlalchemy.dialect.name
        self._quote = connection.sqlalchemy.dialect.identifier_preparer.quote
        self._numbers = itertools.count(first)
        self._gives_numbers = first > 1  # beside rows that bodies put in, whose keys are small
        self._ordinary: dict[str, int] = {}  # by table: the number that its ordinary row was made from

    def add(self, table: _Table, kind: str) -> int:
        """1, or 0 where such a row would be no different from the ordinary one."""
        if kind == "nulls" and not any(column.is_nullable for column in table.columns):
            return 0
        number = next(self._numbers)
        if kind == "ordinary":
            self._ordinary[table.quoted] = number
        error: Optional[str] = None
        for row in self._candidates(table, kind, number):
            error = self._insert(table, row)
            if error is None:
                return 1
        raise CannotFill(error or "nothing to put in")

    def _candidates(self, table: _Table, kind: str, number: int) -> Iterator[Row]:
        """The row that is meant; then those in which columns have what check constraints mention."""
        row = self._row(table, kind, number)
        choices = []
        for column in table.columns:
            checks = [check for check in table.checks if column.name in check]
            if checks and row.get(column.name) not in (None, NULL):
                literals = [row[column.name], *alternatives(checks, column.type)]
                choices.append([(column.name, literal) for literal in dict.fromkeys(literals)])
        for chosen in itertools.islice(itertools.product(*choices), _MOST_TRIES):
            yield {**row, **dict(chosen)}

    def _row(self, table: _Table, kind: str, number: int) -> Row:
        repeated = self._ordinary.get(table.quoted, number) if kind == "doubles" else number
        row: Row = {}
        for column in table.columns:
            if kind == "nulls" and column.is_nullable and column.name not in table.primary_key:
                row[column.name] = NULL
            elif column.is_counter and self._gives_numbers:
                row[column.name] = str(number)
            elif not column.makes_itself:
                value = made_up(column.name, column.type, number if column.name in table.unique else repeated,
                                self._backend)
                if value is not None:
                    row[column.name] = value
                elif not column.is_nullable:
                    raise CannotFill(f"nobody knows a value for column {column.name} of type {column.type!r}")
        for columns, parent, parent_columns in table.parents:
            if all(row.get(name) == NULL for name in columns):
                continue
            row.update(self._reference(table, row, columns, parent, parent_columns))
        return row

    def _reference(self, table: _Table, row: Row, columns: list[str], parent: str, parent_columns: list[str]) -> Row:
        """What refers to a row of the parent's, one that nobody refers to where two may not."""
        if parent == table.quoted:
            nullable = all(column.is_nullable for column in table.columns if column.name in columns)
            if nullable:
                return dict.fromkeys(columns, NULL)
            return {name: row[other] for name, other in zip(columns, parent_columns) if other in row}
        is_unique = bool(table.unique.intersection(columns))
        listed = ", ".join(self._quote(name) for name in parent_columns)
        condition = " AND ".join(
            f"child.{self._quote(name)} = parent.{self._quote(other)}" for name, other in zip(columns, parent_columns))
        unused = f" WHERE NOT EXISTS (SELECT 1 FROM {table.quoted} AS child WHERE {condition})" if is_unique else ""
        rows = self._execute(f"SELECT {listed} FROM {parent} AS parent{unused} ORDER BY {listed}")
        usable = [one for one in rows if None not in one]
        if not usable:
            if all(column.is_nullable for column in table.columns if column.name in columns):
                return dict.fromkeys(columns, NULL)
            raise CannotFill(f"{parent} has no row {'left ' if is_unique else ''}to refer to")
        return {name: "'" + str(value).replace("'", "''") + "'" for name, value in zip(columns, usable[0])}

    def _insert(self, table: _Table, row: Row) -> Optional[str]:
        """None; or why not, and nothing has happened."""
        names = ", ".join(self._quote(name) for name in row)
        values = f" ({names}) VALUES ({', '.join(row.values())})" if row else " DEFAULT VALUES"
        insert = f"INSERT INTO {table.quoted}{values}"
        try:
            if self._backend == "sqlite":  # a statement that fails has done nothing
                self._execute(insert)
            else:
                self._execute_whole(insert)
        except Exception as error:
            return str(describe(error, UserFiles())["message"])
        return None

    def _execute_whole(self, sql: str) -> None:
        """Or not at all, the transaction as it was."""
        self._execute(f"SAVEPOINT {_SAVEPOINT}")
        try:
            self._execute(sql)
        except Exception:
            self._execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            raise
        finally:
            self._execute(f"RELEASE SAVEPOINT {_SAVEPOINT}")

    def _execute(self, sql: str) -> list[list[Optional[str]]]:
        return list(execute(self._connection.led, sql, True)["rows"])


# --- reading the tables -----------------------------------------------------------------------------


def _tables(connection: sa.engine.Connection, leave: set[str]) -> list[_Table]:
    """In an order in which parents come first, as far as there is one."""
    inspector = sa.inspect(connection)
    schemas: list[Optional[str]] = [None]
    if connection.dialect.name == "postgresql":
        schemas += [name for name in inspector.get_schema_names()
                    if name != inspector.default_schema_name and name != "information_schema"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # circles, types that only the database knows
        found = [_read(inspector, connection, schema, name) for schema in schemas
                 for name in sorted(inspector.get_table_names(schema=schema)) if name not in leave]
    ordered: list[_Table] = []
    while found:
        waiting = {table.quoted for table in found}
        ready = [table for table in found
                 if not any(parent in waiting and parent != table.quoted for _, parent, _ in table.parents)]
        chosen = ready or found[:1]  # a circle: somewhere it has to begin
        ordered += chosen
        found = [table for table in found if table not in chosen]
    return ordered


def _read(inspector: Any, connection: sa.engine.Connection, schema: Optional[str], name: str) -> _Table:
    primary_key = inspector.get_pk_constraint(name, schema=schema).get("constrained_columns") or []
    unique = set(primary_key)
    for constraint in inspector.get_unique_constraints(name, schema=schema):
        unique.update(constraint["column_names"])
    for index in inspector.get_indexes(name, schema=schema):
        if index["unique"]:
            unique.update(column for column in index["column_names"] if column)
    is_sqlite = connection.dialect.name == "sqlite"
    columns = []
    for column in inspector.get_columns(name, schema=schema):
        if column.get("computed"):
            continue
        is_row_id = is_sqlite and primary_key == [column["name"]] and str(column["type"]).upper() == "INTEGER"
        identity, default = column.get("identity"), column.get("default")
        is_counter = primary_key == [column["name"]] and bool(
            is_row_id or (identity and not identity.get("always")) or str(default).startswith("nextval("))
        columns.append(_Column(column["name"], column["type"], bool(column["nullable"]) and column["name"] not in primary_key,
                               bool(is_row_id or identity or default is not None), is_counter))
    parents = [(key["constrained_columns"], _quoted(connection, key.get("referred_schema"), key["referred_table"]),
                key["referred_columns"] or key["constrained_columns"])
               for key in inspector.get_foreign_keys(name, schema=schema)]
    checks = [check["sqltext"] or "" for check in inspector.get_check_constraints(name, schema=schema)]
    return _Table(name, schema, _quoted(connection, schema, name), columns, primary_key, unique, parents, checks)


def _quoted(connection: sa.engine.Connection, schema: Optional[str], name: str) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return f"{quote(schema)}.{quote(name)}" if schema else quote(name)
