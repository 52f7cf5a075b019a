"""SQLite database files: run SQL on them, and read schema and rows, with Python's own driver."""
import contextlib
import itertools
import os
import re
import shutil
import sqlite3
from collections import Counter

from sqlalchemy.dialects.sqlite import pysqlite

NAME = "sqlite"
Error = sqlite3.Error

_numbers = itertools.count(1)
_register_functions = pysqlite.dialect(dbapi=sqlite3).on_connect()  # regexp, and from 2.0 on floor

_TOKEN = re.compile(r"""
    (?P<blank>\s+ | --[^\n]* | /\*.*?(?:\*/|\Z))
  | (?P<text>'(?:[^']|'')*')
  | (?P<name>"(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\])
  | (?P<word>[\w$]+)
  | (?P<sign>.)
""", re.VERBOSE | re.DOTALL)


def statements_of(sql):
    """The statements of `sql`, without their semicolons."""
    start = 0
    for semicolon in re.finditer(";", sql):
        piece = sql[start:semicolon.end()]
        if sqlite3.complete_statement(piece):
            start = semicolon.end()
            if not _is_blank(piece):
                yield piece[:-1].strip()
    if not _is_blank(sql[start:]):
        yield sql[start:].strip()


def _is_blank(sql):
    return all(token.lastgroup == "blank" or token.group() == ";" for token in _TOKEN.finditer(sql))


def error_text(err):
    return str(err)


def version_table(configure):
    return configure.get("version_table", "alembic_version")


def new_database(folder, copy_of=None, locale=None):
    """An empty database, or a copy, in that folder."""
    path = os.path.join(folder, "%d-%d.sqlite" % (os.getpid(), next(_numbers)))
    if copy_of:
        shutil.copyfile(copy_of, path)
    else:
        sqlite3.connect(path).close()
    return path


def drop_database(path):
    os.unlink(path)


def overwrite(path, copy_of):
    """Make a database what another one is."""
    shutil.copyfile(copy_of, path)


def begin_roles(_folder, _roles):
    """There are no roles."""


def reset_roles(_folder, _roles):
    """There are no roles."""


def end_roles(_folder, _roles):
    """There are no roles."""


def role_settings(_folder):
    """There are no roles."""
    return []


def set_role_settings(_folder, _settings):
    """There are no roles."""


def sqlalchemy_url(path):
    return "sqlite:///" + path + "?timeout=0"  # who holds a lock does not go on meanwhile


def load(path, dump):
    """A script of plain SQL, or a database file."""
    if dump.endswith(".sql"):
        with open(dump, encoding="utf-8") as file:
            run_sql(path, file.read())
    else:
        shutil.copyfile(dump, path)


@contextlib.contextmanager
def autocommitting(path):
    """A connection that autocommits; a transaction that SQL leaves open is rolled back."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    _register_functions(connection)
    try:
        yield connection
    finally:
        connection.close()


class Others(contextlib.ExitStack):
    """Sessions that run their SQL and then do nothing more, until the context ends."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def open(self, _name, sql):
        connection = self.enter_context(autocommitting(self.path))
        for statement in statements_of(sql):
            connection.execute(statement).fetchall()

    def waited_for(self):
        """Whom the last statement was cancelled for: nobody, as SQLite does not wait."""
        return []


def run_sql(path, *bodies):
    """Send the statements of the bodies one by one; all the rows that they gave."""
    with autocommitting(path) as connection:
        return [row for body in bodies for statement in statements_of(body)
                for row in connection.execute(statement).fetchall()]


def send_in_autocommit(connection, sql):
    """Send the statements on a connection of the driver's, as a listener to "connect" does."""
    habit, connection.isolation_level = connection.isolation_level, None
    for statement in statements_of(sql):
        connection.execute(statement)
    connection.isolation_level = habit


def run_bodies(path, on_connect, bodies):
    """Send bodies (their SQL, whether it autocommits) as a migration would, with the driver's habit."""
    with contextlib.closing(sqlite3.connect(path, timeout=0)) as connection:
        send_in_autocommit(connection, on_connect)
        habit = connection.isolation_level
        for sql, autocommits in bodies:
            connection.isolation_level = None if autocommits else habit
            for statement in statements_of(sql):
                connection.execute(statement)
            connection.commit()


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def text_of(value):
    """A value as SQLite's shell prints it; NULL stays None."""
    if isinstance(value, float):
        text = format(value, ".15g")
        return text if re.search("[.einf]", text) else text + ".0"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return None if value is None else str(value)


# --- version table ------------------------------------------------------------------------------

def version_rows(path, table):
    """Rows of the version table in SELECT order; None without a table, [] of some other table."""
    with autocommitting(path) as connection:
        if not _has_table(connection, table):
            return None
        if "version_num" not in _stored_columns(connection, table):
            return []
        return [text_of(row[0])
                for row in connection.execute("SELECT version_num FROM " + quoted(table))]


def write_version_rows(path, table, rows, has_primary_key):
    """Make the version table anew as Alembic does, doubled rows possible; None: no table."""
    with autocommitting(path) as connection:
        connection.execute("DROP TABLE IF EXISTS " + quoted(table))
        if rows is None:
            return
        key = ""
        if has_primary_key and len(set(rows)) == len(rows):
            key = ", CONSTRAINT %s PRIMARY KEY (version_num)" % quoted(table + "_pkc")
        connection.execute("CREATE TABLE %s (version_num VARCHAR(32) NOT NULL%s)"
                           % (quoted(table), key))
        connection.executemany("INSERT INTO %s VALUES (?)" % quoted(table), [(r,) for r in rows])


def _has_table(connection, table):
    return connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE",
        (table,)).fetchone() is not None


# --- rows ---------------------------------------------------------------------------------------

def tables_of(path, version_table):
    """The ordinary tables."""
    with autocommitting(path) as connection:
        ordinary = {name for (name,) in connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")}
        return [table for table in _tables(connection, version_table) if table in ordinary]


def _tables(connection, version_table):
    """All tables, those included that belong to virtual ones."""
    return sorted(name for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        if name.lower() != version_table.lower())


def rows_of(path, version_table):
    """table -> (its columns, the multiset of its rows as text)."""
    with autocommitting(path) as connection:
        return {table: _rows(connection, table, _stored_columns(connection, table))
                for table in _tables(connection, version_table)}


def keys_of(path, version_table):
    """table -> the columns of its primary key, in its order."""
    with autocommitting(path) as connection:
        return {table: [name for _, name in sorted(
                    (row[5], row[1]) for row in connection.execute("PRAGMA table_xinfo(%s)" % quoted(table))
                    if row[5])]
                for table in _tables(connection, version_table)}


def rows_in_columns(path, table, columns):
    """The multiset of a table's rows in those columns; None if the table or a column is gone."""
    with autocommitting(path) as connection:
        if not _has_table(connection, table) or \
                not set(columns) <= set(_stored_columns(connection, table)):
            return None
        return _rows(connection, table, columns)[1]


def _stored_columns(connection, table):
    return [row[1] for row in connection.execute("PRAGMA table_xinfo(%s)" % quoted(table))
            if row[6] != 1]


def _rows(connection, table, columns):
    rows = connection.execute(
        "SELECT %s FROM %s" % (", ".join(map(quoted, columns)), quoted(table)))
    return columns, Counter(tuple(map(text_of, row)) for row in rows)


# --- schema -------------------------------------------------------------------------------------

def schema_of(path, version_table, is_column_order_strict=False):
    """The schema as a plain value: two are equal when their schemas mean the same."""
    with autocommitting(path) as connection:
        connection.execute("BEGIN")  # probes are undone when the connection closes
        schema = {("table", table): _table_schema(connection, table, is_column_order_strict)
                  for table in _tables(connection, version_table)}
        for kind, name, table, sql in connection.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_master"
                " WHERE type IN ('view', 'trigger')").fetchall():
            if table.lower() != version_table.lower():
                schema[kind, name] = _normal(sql)
        schema["number", "user_version"], = connection.execute("PRAGMA user_version").fetchone()
        return schema


def schema_lines(path, version_table):
    """The same as lines of text, column order included."""
    return sorted("%s %s: %s" % (*object_, value)
                  for object_, value in schema_of(path, version_table, True).items())


def _table_schema(connection, table, is_column_order_strict):
    (kind, width, without_rowid, strict), = connection.execute(
        "SELECT type, ncol, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = ?",
        (table,))
    sql, = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
    columns = [(name, _normal(type_), bool(notnull), _normal(default), key, hidden,
                _collation(connection, table, name) if kind == "table" else None)
               for _, name, type_, notnull, default, key, hidden in connection.execute(
                   "PRAGMA table_xinfo(%s)" % quoted(table)).fetchall()]
    return {
        "columns": columns if is_column_order_strict else sorted(columns, key=repr),
        "indexes": _indexes(connection, table),
        "foreign keys": _foreign_keys(connection, table),
        "clauses": _clauses(sql),
        "kind": (kind, width, without_rowid, strict),
    }


def _collation(connection, table, column):
    """No pragma tells a column's collation, but that of an index on it does."""
    connection.execute("SAVEPOINT probe")
    connection.execute("CREATE INDEX rehearse_probe ON %s (%s)" % (quoted(table), quoted(column)))
    collation = connection.execute("PRAGMA index_xinfo(rehearse_probe)").fetchone()[4]
    connection.execute("ROLLBACK TO probe")
    return collation.upper()


def _indexes(connection, table):
    indexes = []
    for _, name, unique, origin, partial in connection.execute(
            "PRAGMA index_list(%s)" % quoted(table)).fetchall():
        columns = [(row[2], row[3], row[4]) for row in connection.execute(
            "PRAGMA index_xinfo(%s)" % quoted(name)) if row[5]]
        details = None  # a constraint's index has no name of its own
        if origin == "c":  # only the text tells expressions and the predicate
            sql, = connection.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?", (name,)).fetchone()
            details = name, _normal(sql[sql.index("("):])
        indexes.append((origin, details, unique, partial, columns))
    return sorted(indexes, key=repr)


def _foreign_keys(connection, table):
    keys = {}
    for id_, _, target, from_, to, on_update, on_delete, match in connection.execute(
            "PRAGMA foreign_key_list(%s)" % quoted(table)):
        keys.setdefault(id_, [target, on_update, on_delete, match]).append((from_, to))
    return sorted(keys.values(), key=repr)


def _clauses(sql):
    """What no pragma tells of a table: its checks, generated values, AUTOINCREMENT, names of constraints."""
    words = _normal(sql).split(" ")
    clauses = [word for word in words if word == "autoincrement"]
    for at, word in enumerate(words[:-1]):
        if word in ("check", "as") and words[at + 1] == "(":
            depth = end = 0
            for end in range(at + 1, len(words)):
                depth += {"(": 1, ")": -1}.get(words[end], 0)
                if depth == 0:
                    break
            clauses.append(" ".join(words[at:end + 1]))
        if word == "constraint" and words[at + 2] in ("primary", "unique", "check", "foreign", "references"):
            kind = "foreign" if words[at + 2] == "references" else words[at + 2]
            clauses.append("%s %s" % (kind, words[at + 1]))
    return sorted(clauses)


def _normal(sql):
    """SQL without the accidents of writing: blanks, comments, case, needless quotes."""
    if sql is None:
        return None
    words = []
    for token in _TOKEN.finditer(sql):
        text = token.group()
        if token.lastgroup == "name":
            text = text[1:-1].lower()
        elif token.lastgroup == "word":
            text = text.lower()
        if token.lastgroup != "blank":
            words.append(text)
    return " ".join(words)


def schema_has(path, items, in_effect=False):
    """Of each item, such as `table trades` or `column transactions.trade_id`, whether the schema has it; here nothing is
    there that has no effect."""
    with autocommitting(path) as connection:
        return [_has_item(connection, item) for item in items]


def _has_item(connection, item):
    kind, _, name = item.strip().partition(" ")
    name = name.strip()
    if kind == "column":
        table, _, column = name.partition(".")
        return connection.execute(
            "SELECT 1 FROM sqlite_master, pragma_table_xinfo(sqlite_master.name) AS c"
            " WHERE sqlite_master.type = 'table' AND sqlite_master.name = ? AND c.name = ?",
            (table, column)).fetchone() is not None
    if kind in ("table", "view", "index", "trigger"):
        return connection.execute(
            "SELECT 1 FROM sqlite_master WHERE type = ? AND name = ?",
            (kind, name)).fetchone() is not None
    if kind == "constraint":
        return any("constraint %s " % name.lower() in _normal(sql) + " " for (sql,) in
                   connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table'"))
    return False  # SQLite has no sequences, types or functions of its own
