"""Databases for the oracle: the statements of a case run there, and the schema is read as facts, in the grain of the program's.
PostgreSQL's are transactions that are never committed, in one database of a server of our own.
"""
import sqlite3


class Sqlite:
    NAME, Error = "sqlite", sqlite3.Error

    def open(self, path=":memory:"):
        return SqliteDatabase(path)


class SqliteDatabase:
    Error = sqlite3.Error

    def __init__(self, path):
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA synchronous = OFF")

    def execute(self, sql, *values):
        return self.connection.execute(sql, *values).fetchall()

    def close(self):
        self.connection.close()

    def tables(self):
        return [name for (name,) in self.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]

    def indexes(self):
        return [name for (name,) in self.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")]

    def columns(self, table):
        return [row[1] for row in self.execute("PRAGMA table_info(%s)" % table)]

    def facts(self):
        """The schema as a set of facts, a line each."""
        found = set()
        for kind, name, table, sql in self.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_schema "
                "WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"):
            if kind == "table":
                found |= self.table_facts(name)
            elif kind == "index":
                columns = tuple(row[2] for row in self.execute("PRAGMA index_info(%s)" % name))
                unique = [row[2] for row in self.execute("PRAGMA index_list(%s)" % table) if row[1] == name]
                found.add(("index", name, table, columns, unique[0]))
            else:
                found.add((kind, name, sql))
        return frozenset(found)

    def table_facts(self, table):
        found = {("table", table)}
        key = []
        for _, name, kind, is_not_null, default, place in self.execute("PRAGMA table_info(%s)" % table):
            found.add(("column", table, name, kind.lower(), is_not_null, default))
            if place:
                key.append((place, name))
        if key:
            found.add(("primary key", table, tuple(sorted(key))))
        for row in self.execute("PRAGMA foreign_key_list(%s)" % table):
            found.add(("foreign key", table) + tuple(row[2:5]))
        return found


class Postgres:
    NAME = "postgres"

    def __init__(self, dsn):
        import psycopg2

        self.Error = psycopg2.Error
        self.connection = psycopg2.connect(dsn)

    def open(self):
        self.connection.rollback()
        return PostgresDatabase(self.connection, self.Error)


class PostgresDatabase:
    def __init__(self, connection, error):
        self.connection, self.Error = connection, error
        self.cursor = connection.cursor()

    def execute(self, sql):
        if sql != "BEGIN":  # the driver's own
            self.cursor.execute(sql)
        return self.cursor.fetchall() if self.cursor.description else []

    def close(self):
        self.connection.rollback()

    def tables(self):
        return [name for (name,) in self.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname")]

    def indexes(self):
        return [name for (name,) in self.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid "
            "WHERE relnamespace = 'public'::regnamespace AND NOT indisprimary ORDER BY relname")]

    def columns(self, table):
        return [name for (name,) in self.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = '%s'::regclass AND attnum > 0 AND NOT attisdropped "
            "ORDER BY attnum" % table)]

    def facts(self):
        """The schema as a set of facts, a line each; names that the server makes up are none."""
        found = {("table", name) for name in self.tables()}
        found |= {("column", *row) for row in self.execute(
            "SELECT c.relname, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid) "
            "FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid "
            "LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped")}
        found |= {("constraint", *row) for row in self.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace")}
        found |= {("index", name, self.execute("SELECT pg_get_indexdef('%s'::regclass)" % name)[0][0])
                  for name in self.indexes()}
        found |= {("view", *row) for row in self.execute(
            "SELECT relname, pg_get_viewdef(oid) FROM pg_class WHERE relkind = 'v' "
            "AND relnamespace = 'public'::regnamespace")}
        return frozenset(found)
