#!/usr/bin/env python3
"""carried_out.py --rehearse PROGRAM [--postgres] [--sample COUNT [--seed NUMBER]] CHAIN - does real Alembic get where the runbook of `rehearse repair` says?

Projects are made and broken, and databases with them: a row that lies, a hole, a file that is gone, parents that nothing has,
two heads, tables without a row, a row of code that is not there, or not any more, a body that died half-way. Then CHAIN, a project of forty-nine
revisions of which Alembic loads none, with a database that had run a part. What `repair` says is carried out to the letter on
copies: the patch by git, the commands by Alembic, the SQL by sqlite3. Each database has to end with the rows that were
told, the schema that Alembic gives to an empty one by the patched files, and its own rows. With --postgres some of the projects, on
a server that is started for it; psycopg2 sends the SQL. --sample makes so many of the projects, by the dice. Exit status 77:
there is no server.
"""
import argparse
import contextlib
import io
import json
import os
import pathlib
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

import alembic.config

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "alembic")]

import postgres_server
from dice import drawn, first_seed

MOST_SECONDS = 60  # for the chain

INI = "[alembic]\nscript_location = %(here)s/alembic\nsqlalchemy.url = sqlite:///nobody.sqlite\n"

ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool
config = context.config
engine = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
"""

MAKO = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""
from alembic import op
import sqlalchemy as sa

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''

FILE = '''"""%(revision)s"""
from alembic import op
import sqlalchemy as sa
revision = %(revision)r
down_revision = %(down)r
branch_labels = depends_on = None


def upgrade():
    %(up)s


def downgrade():
    %(back)s
'''

USERS = ('op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))', 'op.drop_table("users")')
ORDERS = ('op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True))', 'op.drop_table("orders")')
PHONE = ('op.add_column("users", sa.Column("phone", sa.Text))', 'op.drop_column("users", "phone")')
NOTE = ('op.add_column("orders", sa.Column("note", sa.Text))', 'op.drop_column("orders", "note")')
TWO = ('op.create_table("a", sa.Column("id", sa.Integer)); op.create_table("b", sa.Column("id", sa.Integer))',
       'op.drop_table("b"); op.drop_table("a")')
CHAIN = [("0001", None, USERS), ("0002", "0001", ORDERS), ("0003", "0002", PHONE)]


def lying(case):
    case.write(CHAIN)
    case.database("production", "0001", "INSERT INTO users VALUES (1), (2)", row="0002")


def hole(case):
    case.write(CHAIN)
    case.database("production", "0003", "DROP TABLE orders", "INSERT INTO users (id) VALUES (1)")


def deleted(case):
    case.write(CHAIN)
    case.commit()
    case.database("production", "0002", "INSERT INTO orders VALUES (7)")
    os.remove(case.project / "alembic/versions/0002.py")


def typo(case):
    case.write([CHAIN[0], ("0002", "0001", ORDERS), ("0003", "0002", PHONE)])
    case.database("production", "0002", "INSERT INTO users VALUES (1)")
    case.write([("0003", "0002_orders", PHONE)])


def two_heads(case):
    case.write(CHAIN + [("0003b", "0002", NOTE)])
    case.database("one", "0003", "INSERT INTO users (id) VALUES (1)")
    case.database("other", "0003b", "INSERT INTO orders (id) VALUES (1)")


def no_row(case):
    case.write(CHAIN)
    case.database("production", "0003", "DROP TABLE alembic_version", "INSERT INTO users (id) VALUES (1)")


def unknown_row(case):
    case.write(CHAIN)
    case.database("staging", "0002", "INSERT INTO users VALUES (1)", row="5f0e1d2c3b4a")


def half_way(case):
    case.write(CHAIN + [("0004", "0003", TWO)])
    case.database("production", "0003", "CREATE TABLE a (id integer)", "INSERT INTO users (id) VALUES (1)")


def forgotten(case):
    """The file of what ran in production is gone, and what came then has run elsewhere."""
    case.write(CHAIN[:2])
    case.commit()
    case.database("production", "0002", "INSERT INTO orders VALUES (7)")
    os.remove(case.project / "alembic/versions/0002.py")
    case.write([("0003", "0001", PHONE)])
    case.database("staging", "0003", "INSERT INTO users (id) VALUES (1)")


def by_hand(case):
    """Somebody has made a table in production, and it is in use."""
    case.write(CHAIN)
    case.database("production", "0002", "CREATE TABLE vouchers (id %s, code VARCHAR(20), PRIMARY KEY (id))" % case.engine.serial,
                  "CREATE UNIQUE INDEX ix_vouchers ON vouchers (code)", "INSERT INTO vouchers VALUES (1, 'SPRING')")
    case.database("staging", "0003", "INSERT INTO users (id) VALUES (1)")


def edited(case):
    """What ran in production has had another line since."""
    case.write(CHAIN)
    case.database("production", "0003", "INSERT INTO orders (id) VALUES (7)")
    case.write([("0002", "0001", (ORDERS[0] + "; " + NOTE[0], ORDERS[1]))])


def never_committed(case):
    """The file of what ran in production was on somebody's disk alone."""
    case.write(CHAIN)
    case.database("production", "0003", "INSERT INTO users VALUES (1, '030')")
    os.remove(case.project / "alembic/versions/0003.py")
    case.write([("0004", "0002", NOTE)])
    case.database("staging", "0004", "INSERT INTO orders (id) VALUES (1)")


OF_POSTGRES = [hole, by_hand, edited, never_committed]
CASES = [lying, hole, deleted, typo, two_heads, no_row, unknown_row, half_way, forgotten, by_hand, edited,
         never_committed]


class Sqlite:
    """Databases are files in a folder."""
    serial = "INTEGER NOT NULL"
    asks = []

    def __init__(self, folder):
        self.folder = folder

    def name(self, name):
        """As `--database` takes it."""
        return str(self.folder / (name + ".sqlite"))

    def url(self, name):
        return "sqlite:///" + self.name(name)

    def make(self, name):
        """Alembic makes the file."""

    def copy(self, name, copy):
        shutil.copy(self.name(name), self.name(copy))

    def close(self):
        """They go with the folder."""

    @contextlib.contextmanager
    def connect(self, name):
        with contextlib.closing(sqlite3.connect(self.name(name))) as connection:
            yield connection
            connection.commit()

    def send(self, name, sql):
        with self.connect(name) as connection:
            connection.executescript(sql)

    def ask(self, name, sql):
        with self.connect(name) as connection:
            return connection.execute(sql).fetchall()

    def tables(self, name):
        return [table for (table,) in self.ask(name, "SELECT name FROM sqlite_master WHERE type = 'table'")]

    def columns(self, name, table):
        return [column[1] for column in self.ask(name, "PRAGMA table_info(%s)" % table)]

    def schema(self, name):
        facts = set(self.ask(name, "SELECT type, name, tbl_name FROM sqlite_master WHERE tbl_name != 'alembic_version'"))
        for table in self.tables(name):
            if table != "alembic_version":
                facts |= {(table, column[1], column[2].lower(), *column[3:])
                          for column in self.ask(name, "PRAGMA table_info(%s)" % table)}
        return facts


class Postgres:
    """Databases of a server, whose socket is in `server`; as many names as projects make."""
    serial = "SERIAL"
    made = 0

    def __init__(self, server):
        import psycopg2
        self.driver, self.server, self.own = psycopg2, server, {}
        self.asks = ["--engine", "postgres", "--postgres", self._url("postgres")]

    def _url(self, database):
        return "postgresql://%s@/%s?host=%s" % (postgres_server.ADMIN, database, self.server)

    def name(self, name):
        return self._url(self.own[name])

    def url(self, name):
        return self.name(name)

    def make(self, name, like="template0"):
        Postgres.made += 1
        self.own[name] = "%s_%d" % (re.sub("[^a-z]", "_", name), Postgres.made)
        self._send("postgres", "CREATE DATABASE %s TEMPLATE %s" % (self.own[name], like))

    def copy(self, name, copy):
        self.make(copy, self.own[name])

    def close(self):
        for database in self.own.values():
            self._send("postgres", "DROP DATABASE %s" % database)

    def _send(self, database, sql, asks=False):
        connection = self.driver.connect(self._url(database))
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if asks else None

    def send(self, name, sql):
        self._send(self.own[name], sql)

    def ask(self, name, sql):
        return self._send(self.own[name], sql, True)

    def tables(self, name):
        return [table for (table,) in self.ask(name, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]

    def columns(self, name, table):
        return [column for (column,) in self.ask(
            name, "SELECT attname FROM pg_attribute WHERE attrelid = '%s'::regclass AND attnum > 0 AND NOT attisdropped "
                  "ORDER BY attnum" % table)]

    def schema(self, name):
        own = "AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'alembic_version%%'"
        return set(self.ask(name, (
            "SELECT relname, attname, format_type(atttypid, atttypmod) || attnotnull::text, "
            "  (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum) "
            "FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE attnum > 0 AND NOT attisdropped " + own +
            " UNION ALL SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid), '' "
            "FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE true " + own +
            " UNION ALL SELECT relname, '', pg_get_indexdef(indexrelid), '' "
            "FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE true " + own).replace("%%", "%")))


class Case:
    """A project in a repository, and databases."""

    def __init__(self, folder, server=None):
        self.folder = pathlib.Path(folder)
        self.project = self.folder / "project"
        self.engine = Postgres(server) if server else Sqlite(self.folder)
        self.databases = []

    def found(self):
        (self.project / "alembic/versions").mkdir(parents=True)
        (self.project / "alembic.ini").write_text(INI)
        (self.project / "alembic/env.py").write_text(ENV)
        (self.project / "alembic/script.py.mako").write_text(MAKO)
        self.git("init", "-q")

    def git(self, *words, **more):
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *words], cwd=self.project,
                       check=True, stdout=subprocess.DEVNULL, **more)

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "as it is")

    def write(self, revisions):
        for revision, down, (up, back) in revisions:
            path = self.project / ("alembic/versions/%s.py" % revision)
            path.write_text(FILE % {"revision": revision, "down": down, "up": up, "back": back})

    def database(self, name, target, *statements, row=None):
        self.engine.make(name)
        if target:
            self.alembic(name, "upgrade", target)
        for statement in statements:
            self.engine.send(name, statement)
        if row:
            self.engine.send(name, "UPDATE alembic_version SET version_num = '%s'" % row)
        self.databases.append(name)

    def alembic(self, name, *words):
        """Alembic's own program, in this process, on a database."""
        ini = self.project / "alembic.ini"
        text = ini.read_text()
        here = os.getcwd()
        try:
            ini.write_text("".join("sqlalchemy.url = %s\n" % self.engine.url(name) if line.startswith("sqlalchemy.url")
                                   else line for line in text.splitlines(True)))
            os.chdir(self.project)
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
                try:
                    alembic.config.main(argv=["-c", str(ini), *words])
                except SystemExit as end:
                    raise AssertionError("alembic %s: %s" % (" ".join(words), said.getvalue())) from end
        finally:
            os.chdir(here)
            ini.write_text(text)


def ask(options, case, *more):
    words = [options.rehearse, "repair", str(case.project / "alembic.ini"), "--python", sys.executable]
    for name in case.databases:
        words += ["--database", case.engine.name(name)]
    run = subprocess.run([*words, *case.engine.asks, *more], cwd=case.project, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         encoding="utf-8")
    if run.returncode not in (0, 1):
        raise AssertionError("exit status %d: %s" % (run.returncode, run.stderr))
    return json.loads(run.stdout)


def rows_of(engine, name):
    """{(table, the columns of now): the rows}, but for the version table's."""
    rows = {}
    for table in engine.tables(name):
        if table != "alembic_version":
            columns = engine.columns(name, table)
            rows[table, tuple(columns)] = engine.ask(name, "SELECT %s FROM %s ORDER BY 1" % (", ".join(columns), table))
    return rows


def version_of(engine, name):
    return sorted(row for (row,) in engine.ask(name, "SELECT version_num FROM alembic_version"))


def carry_out(case, answer):
    """What is not as it was told."""
    repair, engine = answer["repair"], case.engine
    if repair["patch"]:
        case.git("apply", "-", input=repair["patch"], encoding="utf-8")
    engine.make("fresh")
    case.alembic("fresh", "upgrade", "heads")
    if len(repair["databases"]) != 1 + len(case.databases):
        yield "the repair is told of %d databases" % len(repair["databases"])
    for name, told in zip(["nothing", *case.databases], repair["databases"]):
        copy, before = "repaired-" + name, {}
        if name in case.databases:
            engine.copy(name, copy)
            before = rows_of(engine, copy)
        else:
            engine.make(copy)
        for step in told["steps"]:
            if step["kind"] == "sql":
                engine.send(copy, step["sql"])
            else:
                case.alembic(copy, *shlex.split(step["command"])[1:])
        if version_of(engine, copy) != sorted(told["rows_after"]):
            yield "%s: the rows are %s, not %s" % (name, version_of(engine, copy), told["rows_after"])
        if engine.schema(copy) != engine.schema("fresh"):
            yield "%s: the schema differs: %s" % (name, engine.schema(copy) ^ engine.schema("fresh"))
        for (table, columns), rows in before.items():
            after = engine.ask(copy, "SELECT %s FROM %s ORDER BY 1" % (", ".join(columns), table)) if rows else rows
            if after != rows:
                yield "%s: rows of %s are lost" % (name, table)


def check(options, case, name):
    answer = ask(options, case, "--format", "json")
    if not answer["found"]:
        return ["%s: nothing was found: %s" % (name, json.dumps(answer["tried"], indent=1))]
    return ["%s: %s" % (name, mistake) for mistake in carry_out(case, answer)]


def check_chain(options, folder):
    """Of the chain a repair is found for nobody first, so that Alembic can make a database that ran a part."""
    case = Case(folder)
    shutil.copytree(options.chain, case.project)
    case.git("init", "-q")
    case.commit()
    whole = Case(folder + "/whole")
    shutil.copytree(case.project, whole.project)
    patch = ask(options, whole, "--format", "json")["repair"]["patch"]
    whole.git("apply", "-", input=patch, encoding="utf-8")
    case.database("production", None)
    whole.engine.folder = case.folder
    whole.alembic("production", "upgrade", "003")
    table = next(table for table in case.engine.tables("production") if table != "alembic_version")
    case.engine.send("production", "INSERT INTO %s (id) VALUES (1)" % table)
    since = time.monotonic()
    mistakes = check(options, case, "the chain")
    seconds = time.monotonic() - since
    print("the chain: %.1f s" % seconds)
    if options.timed and seconds > MOST_SECONDS:
        mistakes.append("the chain took %.1f s" % seconds)
    return mistakes


def check_all(options, cases, server=None):
    mistakes = []
    for make in cases:
        with tempfile.TemporaryDirectory() as folder:
            case = Case(folder, server)
            case.found()
            try:
                make(case)
                mistakes += check(options, case, make.__name__)
            except AssertionError as error:
                mistakes.append("%s: %s" % (make.__name__, error))
            finally:
                case.engine.close()
    return mistakes


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rehearse", required=True)
    parser.add_argument("--timed", action="store_true", help="the chain has to be repaired within 60 s")
    parser.add_argument("--postgres", action="store_true", help="some of the projects, on PostgreSQL, and not the chain")
    parser.add_argument("--sample", type=int, help="only so many of the projects, beside the chain")
    parser.add_argument("--seed", type=int, default=first_seed(), help="which")
    parser.add_argument("chain", type=pathlib.Path)
    options = parser.parse_args()
    options.rehearse = str(pathlib.Path(options.rehearse).resolve())
    cases = drawn(OF_POSTGRES if options.postgres else CASES, options.sample, options.seed)
    if options.sample:
        print("--sample %d --seed %d: %s" % (options.sample, options.seed, ", ".join(make.__name__ for make in cases)))
    if options.postgres:
        try:
            with postgres_server.private_server() as server:
                mistakes = check_all(options, cases, server)
        except postgres_server.NoServer as error:
            print("skipped: %s" % error)
            return 77
    else:
        mistakes = check_all(options, cases)
    with_chain = not options.postgres
    if with_chain:
        with tempfile.TemporaryDirectory() as folder:
            mistakes += check_chain(options, folder)
    for mistake in mistakes:
        print(mistake)
    print("%d projects, %d mistakes" % (len(cases) + with_chain, len(mistakes)))
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
