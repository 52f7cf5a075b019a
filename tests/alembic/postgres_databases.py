"""PostgreSQL databases: make them, run SQL on them, and read schema and rows, with psycopg2.

A database is a libpq connection string. Those that tests/alembic makes belong to a role that may do
nothing else, as scenario SQL does in the program. A version table is a pair of schema and name.
"""
import contextlib
import itertools
import os
import re
import threading
import time
from collections import Counter
from functools import partial
from urllib.parse import quote

import psycopg2
from psycopg2.extensions import make_dsn, new_type, parse_dsn, register_type, string_types

import postgres_schema
from postgres_server import ADMIN
from postgres_text import path_of, quoted, statements_of

NAME = "postgres"
Error = psycopg2.Error

_AS_SENT = new_type(tuple(string_types), "AS_SENT", lambda value, _: value)  # no Python objects

_numbers = itertools.count(1)


def error_text(err):
    return err.diag.message_primary or str(err).strip()


def version_table(configure):
    return [configure.get("version_table_schema", "public"),
            configure.get("version_table", "alembic_version")]


# --- databases ----------------------------------------------------------------------------------

def admin_of(server):
    """How a superuser reaches the server whose socket is in that folder."""
    return make_dsn(host=server, user=ADMIN, dbname="postgres")


def new_database(server, copy_of=None, locale=None):
    """An empty database of that locale, or a copy, on the server whose socket is in that folder."""
    name = "d%d_%d" % (os.getpid(), next(_numbers))
    if copy_of:
        _create(server, name, parse_dsn(copy_of)["dbname"])
    else:
        _create(server, name, "template0", _locale_clause(server, locale))
    return make_dsn(host=server, user=_owner(server), dbname=name)


def _owner(server):
    """A role of this process alone, which owns its databases and may do no more."""
    name = "rehearse_owner_%d" % os.getpid()
    if not _run_as_admin(server, "SELECT 1 FROM pg_roles WHERE rolname = '%s'" % name).fetchone():
        _run_as_admin(server, "CREATE ROLE %s LOGIN" % name)
    return name


def begin_roles(server, roles):
    """Make the roles that a scenario wants. They are the server's: who has some has it alone."""
    _run_as_admin(server, "SELECT pg_advisory_lock%s(1)" % ("" if roles else "_shared"))
    for role in roles:
        _run_as_admin(server, "CREATE ROLE %s" % quoted(role))
        _run_as_admin(server, "GRANT %s TO %s" % (quoted(role), _owner(server)))


def reset_roles(server, roles):
    """As they were when they were made."""
    for role in roles:
        _run_as_admin(server, "ALTER ROLE %s RESET ALL" % quoted(role))


def end_roles(server, roles):
    """Drop them, when no database holds rights for them any more."""
    for role in roles:
        _run_as_admin(server, "DROP ROLE IF EXISTS %s" % quoted(role))
    _run_as_admin(server, "SELECT pg_advisory_unlock_all()")


def role_settings(server):
    """What was set for the role of this process, in every database."""
    return _run_as_admin(server, "SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = 0 AND "
                         "setrole = '%s'::regrole" % _owner(server)).fetchall()


def set_role_settings(server, settings):
    """Make them what role_settings() gave; by none, those of a new role."""
    _run_as_admin(server, "ALTER ROLE %s RESET ALL" % _owner(server))
    for row in settings:
        _run_as_admin(server, "INSERT INTO pg_db_role_setting VALUES (0, '%s'::regrole, %%s)" % _owner(server), row)


def _locale_clause(server, locale):
    """Of CREATE DATABASE: the system's locale of that name, else ICU's."""
    if not locale:
        return ""
    spelt, = _run_as_admin(server, "SELECT min(collcollate) FROM pg_collation WHERE collprovider = 'c' AND "
                           "replace(lower(collcollate), '-', '') = replace(lower(%s), '-', '')", (locale,)).fetchone()
    if spelt:
        return " LC_COLLATE '%s' LC_CTYPE '%s'" % (spelt, spelt)
    return " LOCALE_PROVIDER icu ICU_LOCALE '%s'" % re.split("[.@]", locale)[0].replace("_", "-")


def _create(server, name, template, locale=""):
    _await_empty(server, template)
    strategy = ""
    if _run_as_admin(server, "SHOW server_version_num").fetchone()[0] >= "150000":
        strategy = " STRATEGY FILE_COPY"
    _run_as_admin(server, "CREATE DATABASE %s OWNER %s TEMPLATE %s%s%s" % (
        name, _owner(server), template, locale, strategy))
    if template != "template0":
        _copy_settings(server, name, template)


def _copy_settings(server, name, template):
    """What was set for a database, not in it: the copy has it from the catalogs, row by row."""
    _run_as_admin(server, "INSERT INTO pg_db_role_setting SELECT (SELECT oid FROM pg_database WHERE datname = '%s'), "
                  "setrole, setconfig FROM pg_db_role_setting WHERE setdatabase = "
                  "(SELECT oid FROM pg_database WHERE datname = '%s')" % (name, template))
    _run_as_admin(server, "UPDATE pg_database SET (datacl, datconnlimit) = (SELECT datacl, datconnlimit "
                  "FROM pg_database WHERE datname = '%s') WHERE datname = '%s'" % (template, name))
    _run_as_admin(server, "INSERT INTO pg_shdescription SELECT (SELECT oid FROM pg_database WHERE datname = '%s'), "
                  "classoid, description FROM pg_shdescription WHERE classoid = 'pg_database'::regclass AND "
                  "objoid = (SELECT oid FROM pg_database WHERE datname = '%s')" % (name, template))


def _await_empty(server, name):
    """A database is copied and dropped while nobody is connected to it and no transaction is prepared in
    it. A server process outlives its connection for a moment; the server would look again only after a
    tenth of a second."""
    _put_away(server, name)
    prepared = _run_as_admin(
        server, "SELECT gid FROM pg_prepared_xacts WHERE database = '%s'" % name).fetchall()
    if prepared:
        with contextlib.closing(psycopg2.connect(host=server, user=ADMIN, dbname=name)) as connection:
            connection.autocommit = True
            for row in prepared:
                connection.cursor().execute("ROLLBACK PREPARED %s", row)
    others = "FROM pg_stat_activity WHERE datname = '%s'" % name
    until = time.monotonic() + 0.2
    while _run_as_admin(server, "SELECT 1 " + others).fetchone():
        if time.monotonic() > until:  # an exception still holds a connection, which would end with its process
            _run_as_admin(server, "SELECT pg_terminate_backend(pid) " + others)
        time.sleep(0.001)


def drop_database(database):
    parts = parse_dsn(database)
    _await_empty(parts["host"], parts["dbname"])
    _run_as_admin(parts["host"], "DROP DATABASE IF EXISTS " + parts["dbname"])


def overwrite(database, copy_of):
    """Make a database what another one is."""
    parts = parse_dsn(database)
    drop_database(database)
    _create(parts["host"], parts["dbname"], parse_dsn(copy_of)["dbname"])


def databases_on(server, prefix):
    """name -> database of those whose names begin so."""
    names = _run_as_admin(server, "SELECT datname FROM pg_database").fetchall()
    return {name: make_dsn(host=server, user=ADMIN, dbname=name)
            for (name,) in names if name.startswith(prefix)}


def sqlalchemy_url(database):
    parts = parse_dsn(database)
    return "postgresql+psycopg2://%s@/%s?host=%s" % (
        parts["user"], parts["dbname"], quote(parts["host"], safe=""))


_admins = {}


def _run_as_admin(server, sql, values=None):
    """On a connection that stays: there are many databases to make."""
    key = server, os.getpid()
    if key not in _admins:
        _admins[key] = psycopg2.connect(admin_of(server))
        _admins[key].autocommit = True
    cursor = _admins[key].cursor()
    cursor.execute(sql, values)
    return cursor


# --- reading ------------------------------------------------------------------------------------

# Nothing that is read depends on what a role, a database or a server has set, nor on row security.
_READING = " ".join("-c " + setting for setting in (
    "search_path=", "timezone=UTC", "datestyle=ISO", "intervalstyle=postgres", "bytea_output=hex",
    "extra_float_digits=1", "quote_all_identifiers=off", "standard_conforming_strings=on"))

_open = {}  # process, server, name of a database -> the connection to read it; one at most


def reader(database):
    """A connection to look at a database with, as somebody whom no setting of its role and no policy concerns. The
    last one stays open until another is asked for, or the database is copied or dropped: connecting costs more
    than a look."""
    parts = parse_dsn(database)
    key = os.getpid(), parts["host"], parts["dbname"]
    if key not in _open:
        for other in list(_open):
            _put_away(*other[1:])
        _open[key] = psycopg2.connect(database, user=ADMIN, options=_READING)
        _open[key].autocommit = True
    return _open[key]


def _put_away(server, name):
    connection = _open.pop((os.getpid(), server, name), None)
    if connection:
        connection.close()


# --- SQL ----------------------------------------------------------------------------------------

@contextlib.contextmanager
def autocommitting(database):
    """A connection that autocommits; a transaction that SQL leaves open is rolled back."""
    connection = psycopg2.connect(database)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


class Others(contextlib.ExitStack):
    """Sessions that run their SQL and then do nothing more, until the context ends. A thread looks for
    statements that wait for them, and cancels what has waited longer than any timeout of a scenario."""
    PATIENCE_S, INTERVAL_S = 1.5, 0.1
    LIMITS = {"idle_in_transaction_session_timeout": 0, "idle_session_timeout": 140000,
              "transaction_timeout": 170000}  # since which version

    def __init__(self, database):
        super().__init__()
        self.database = database
        self._names = {}  # by process, of those that only we will end
        self._waited_for = []
        self._thread, self._is_over = None, threading.Event()

    def open(self, name, sql):
        if not self._thread:
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()
            self.callback(self._thread.join)
            self.callback(self._is_over.set)
        connection = self.enter_context(autocommitting(self.database))
        for statement in statements_of(sql):
            connection.cursor().execute(statement)
        if not any(connection.server_version >= since and _shown(connection, limit) != "0"
                   for limit, since in self.LIMITS.items()):
            self._names[connection.get_backend_pid()] = name

    def waited_for(self):
        """Whom the last statement was cancelled for."""
        names, self._waited_for = self._waited_for, []
        return names

    def _watch(self):
        parts = parse_dsn(self.database)
        waits = {}  # process -> since when
        with contextlib.closing(psycopg2.connect(admin_of(parts["host"]))) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            while not self._is_over.wait(self.INTERVAL_S):
                cursor.execute("SELECT pid, pg_blocking_pids(pid) FROM pg_stat_activity"
                               " WHERE datname = %s AND wait_event_type = 'Lock'", (parts["dbname"],))
                found = {pid: [name for session, name in list(self._names.items()) if session in holders]
                         for pid, holders in cursor.fetchall()}
                waits = {pid: waits.get(pid, time.monotonic()) for pid, names in found.items() if names}
                for pid, since in waits.items():
                    if time.monotonic() - since > self.PATIENCE_S:
                        self._waited_for = found[pid]
                        cursor.execute("SELECT pg_cancel_backend(%s)", (pid,))


def _shown(connection, setting):
    cursor = connection.cursor()
    cursor.execute("SHOW " + setting)
    return cursor.fetchone()[0]


def run_sql(database, *bodies):
    """Send the statements of the bodies one by one; all the rows that they gave, as libpq has them."""
    rows = []
    with autocommitting(database) as connection:
        register_type(_AS_SENT, connection)
        for body in bodies:
            for statement in statements_of(body):
                cursor = connection.cursor()
                cursor.execute(statement)
                if cursor.description:
                    rows += cursor.fetchall()
    return rows


def send_in_autocommit(connection, sql):
    """Send the statements on a connection of the driver's, as a listener to "connect" does."""
    connection.autocommit = True
    for statement in statements_of(sql):
        connection.cursor().execute(statement)
    connection.autocommit = False


def run_bodies(database, on_connect, bodies):
    """Send bodies (their SQL, whether it autocommits) as a migration would, a transaction each."""
    with contextlib.closing(psycopg2.connect(database)) as connection:
        send_in_autocommit(connection, on_connect)
        for sql, autocommits in bodies:
            connection.autocommit = autocommits
            for statement in statements_of(sql):
                connection.cursor().execute(statement)
            if not autocommits:
                connection.commit()


def text_of(value):
    return value


def load(database, path):
    """A script of plain SQL."""
    if not path.endswith(".sql"):
        raise psycopg2.ProgrammingError("only .sql files are loaded")
    with open(path, encoding="utf-8") as file:
        run_sql(database, file.read())


# --- version table ------------------------------------------------------------------------------

def version_rows(database, table):
    """Rows of the version table in SELECT order; None without a table, [] of some other table."""
    connection = reader(database)
    if not _relation_kind(connection, table):
        return None
    if "version_num" not in _columns(connection, *table):
        return []
    return [row[0] for row in _query(
        connection, "SELECT version_num::text FROM " + ".".join(map(quoted, table)))]


def write_version_rows(database, table, rows, has_primary_key):
    """Make the version table anew as Alembic does, doubled rows possible; None: no table."""
    name = ".".join(map(quoted, table))
    with autocommitting(database) as connection:
        cursor = connection.cursor()
        cursor.execute("DROP TABLE IF EXISTS " + name)
        if rows is None:
            return
        key = ""
        if has_primary_key and len(set(rows)) == len(rows):
            key = ", CONSTRAINT %s PRIMARY KEY (version_num)" % quoted(table[1] + "_pkc")
        cursor.execute("CREATE TABLE %s (version_num VARCHAR(32) NOT NULL%s)" % (name, key))
        for row in rows:
            cursor.execute("INSERT INTO %s VALUES (%%s)" % name, (row,))


def _relation_kind(connection, table):
    found = _query(connection, "SELECT c.relkind FROM pg_class c JOIN pg_namespace n"
                   " ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s", table)
    return found[0][0] if found else None


# --- rows ---------------------------------------------------------------------------------------

def tables_of(database, version):
    """The tables."""
    return sorted(path_of(*table) for table in _tables(reader(database), version))


def _tables(connection, version):
    return [table for table in _query(
        connection, "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname !~ '^pg_'"
        " AND n.nspname <> 'information_schema'") if list(table) != list(version)]


def rows_of(database, version):
    """table -> (its columns, the multiset of its rows as text)."""
    connection = reader(database)
    return {path_of(*table): _rows(connection, table, _columns(connection, *table))
            for table in _tables(connection, version)}


def keys_of(database, version):
    """table -> the columns of its primary key, in its order."""
    connection = reader(database)
    return {path_of(*table): [name for (name,) in _query(
                connection, "SELECT a.attname FROM pg_constraint k, unnest(k.conkey) WITH ORDINALITY u(number, place),"
                " pg_attribute a WHERE k.contype = 'p' AND k.conrelid = %s::regclass AND a.attrelid = k.conrelid"
                " AND a.attnum = u.number ORDER BY u.place", (".".join(map(quoted, table)),))]
            for table in _tables(connection, version)}


def rows_in_columns(database, path, columns):
    """The multiset of a table's rows in those columns; None if the table or a column is gone."""
    connection = reader(database)
    for table in _tables(connection, []):
        if path_of(*table) == path and set(columns) <= set(_columns(connection, *table)):
            return _rows(connection, table, columns)[1]
    return None


def _columns(connection, schema, table):
    return [name for (name,) in _query(
        connection, "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s"
        " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum", (schema, table))]


def _rows(connection, table, columns):
    values = ", ".join(quoted(column) + "::text" for column in columns)
    rows = _query(connection, "SELECT %s FROM %s" % (
        re.sub("%", "%%", values), ".".join(map(quoted, table))))
    return columns, Counter(rows)


def _query(connection, sql, parameters=()):
    cursor = connection.cursor()
    cursor.execute(sql, parameters)
    return cursor.fetchall()


def schema_of(database, version, is_column_order_strict=False):
    """The schema as a plain value: two are equal when their schemas mean the same."""
    return postgres_schema.read_schema(
        partial(_query, reader(database)), version, is_column_order_strict)


def schema_has(database, items, in_effect=False):
    """Of each item, such as `table trades` or `column transactions.trade_id`, whether the schema has it, and if asked for,
    one that does something."""
    schema = items and schema_of(database, [])
    return [postgres_schema.has_item(schema, item, in_effect) for item in items]


def schema_lines(database, version):
    """The schema as lines of text, column order included; not who may do what, as a kept database has changed hands."""
    return sorted("%s %s: %s" % (*object_, value)
                  for object_, value in schema_of(database, version, True).items()
                  if object_[0] not in ("rights", "default rights"))
