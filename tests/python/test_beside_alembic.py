"""The same project three times: by Alembic alone, by its commands within the helper, and body by body. What is left is the
same: schema, rows, version, error. Where DDL is transactional, dice choose for each whether a transaction is one of all
migrations."""
import json
import random
import shutil
import subprocess
from pathlib import Path

import cases
from cases import Case, Failed
from dice import first_seed

ENV = """
    import os
    from alembic import context
    from sqlalchemy import create_engine, pool

    engine = create_engine(os.environ["REAL_URL"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, transaction_per_migration={per_migration}, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
"""

TABLES = """
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)),
                    sa.Column("kind", sa.Enum("a", "b", name="kinds")))
    op.create_index("users_name", "users", ["name"], unique=True)
"""
ROWS = """
    users = sa.table("users", sa.column("name"), sa.column("kind"))
    op.bulk_insert(users, [{"name": "ann", "kind": "a"}, {"name": "100%", "kind": "b"}])
"""
SESSION = """
    from sqlalchemy.orm import Session
    session = Session(bind=op.get_bind())
    users = sa.Table("users", sa.MetaData(), autoload_with=op.get_bind())
    for row in session.execute(sa.select(users.c.id, users.c.name)).fetchall():
        session.execute(users.update().where(users.c.id == row[0]).values(name=row[1] + "!"))
    session.commit()
"""
BATCH = """
    with op.batch_alter_table("users", recreate="auto") as batch:
        batch.add_column(sa.Column("age", sa.Integer, server_default="3"))
        batch.drop_column("kind")
"""
AUTOCOMMIT = """
    op.execute("INSERT INTO users (name) VALUES ('before')")
    with op.get_context().autocommit_block():
        op.execute("INSERT INTO users (name) VALUES ('within')")
    op.execute("INSERT INTO users (name) VALUES ('after')")
"""
LOOP = """
    bind = op.get_bind()
    for table in sa.inspect(bind).get_table_names():
        if table != "alembic_version":
            op.add_column(table, sa.Column("note", sa.Text))
"""
FAILS = """
    op.execute("INSERT INTO users (name) VALUES ('lost')")
    op.execute("INSERT INTO users (name) VALUES ('lost')")
"""
RAISES = """
    op.create_table("half", sa.Column("id", sa.Integer))
    op.execute("INSERT INTO half VALUES (1)")
    raise ValueError("no more")
"""
NESTED = """
    with op.get_bind().begin_nested():
        op.execute("INSERT INTO users (name) VALUES ('nested')")
    try:
        with op.get_bind().begin_nested():
            op.execute("INSERT INTO users (name) VALUES ('undone')")
            raise KeyError("x")
    except KeyError:
        pass
"""
BY_HAND = """
    op.execute("COMMIT")
    op.execute("INSERT INTO users (name) VALUES ('after a commit')")
"""

PROJECTS = {
    "all is well": [TABLES, ROWS, SESSION.replace("session.commit()", "session.flush()"), LOOP],
    "a table is made anew": [TABLES, ROWS, BATCH],
    "a session that commits": [TABLES, ROWS, SESSION, LOOP],
    "autocommit": [TABLES, AUTOCOMMIT, LOOP],
    "autocommit, then a failure": [TABLES, AUTOCOMMIT, RAISES],
    "a constraint": [TABLES, ROWS, FAILS, LOOP],
    "an exception": [TABLES, RAISES],
    "savepoints": [TABLES, NESTED, LOOP],
    "a commit by hand": [TABLES, BY_HAND, LOOP],
    "a failure after a commit by hand": [TABLES, BY_HAND, RAISES],
}


class BesideAlembic(Case):
    @classmethod
    def setUpClass(cls):
        cls.alembic = subprocess.Popen([cases.PYTHON, "-B", str(Path(__file__).with_name("plain_alembic.py"))],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    @classmethod
    def tearDownClass(cls):
        cls.alembic.communicate()
        assert cls.alembic.returncode == 0

    def write(self, bodies, per_migration):
        shutil.rmtree(self.folder / "migrations", ignore_errors=True)
        self.ini = self.file("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\n")
        self.file("migrations/env.py", ENV.format(per_migration=per_migration))
        self.revisions = []
        for number, body in enumerate(bodies, 1):
            down = repr(f"{number - 1:04}") if number > 1 else None
            path = self.file(f"migrations/versions/{number:04}.py", "from alembic import op\nimport sqlalchemy as sa\n"
                             f"revision = '{number:04}'\ndown_revision = {down}\n\n\ndef upgrade():\n{body}\n")
            self.revisions.append((f"{number:04}", path))

    def test_what_is_left_is_the_same(self):
        if cases.is_async():
            return  # env.py would be another one; bodies are what matters, and are tested as they are
        seed = first_seed()
        dice = random.Random(seed)
        for name, bodies in PROJECTS.items():
            per_migration = cases.ENGINE.name == "postgres" and dice.choice((False, True))
            with self.subTest(name, per_migration=per_migration, seed=seed):
                self.write(bodies, per_migration)
                expected = self.alone()
                self.assertEqual(self.by_command(), expected)
                self.assertEqual(self.body_by_body(per_migration), expected)

    def alone(self):
        self.database = cases.ENGINE.new()
        asked = {"folder": str(self.folder), "env": {"REAL_URL": self.url()}, "ini": self.ini, "command": "upgrade",
                 "arguments": ["head"]}
        print(json.dumps(asked), file=self.alembic.stdin, flush=True)
        answer = json.loads(self.alembic.stdout.readline())
        self.assertEqual(list(answer), ["ending"], answer)
        return answer["ending"], self.state()

    def url(self):
        if cases.ENGINE.name == "sqlite":
            return f"sqlite:///{self.database['path']}"
        host = f"host={self.database['host']}"
        if cases.DRIVER == "pg8000":
            host = f"unix_sock={self.database['host']}/.s.PGSQL.5432"
        return f"postgresql+{cases.DRIVER}://cell:{self.database['password']}@/{self.database['database']}?{host}"

    def by_command(self):
        self.database = cases.ENGINE.new()
        cell = self.open(project={"config": self.ini, "env": {"REAL_URL": "{url}"}})
        ending = None
        try:
            cell.ask("alembic", command="upgrade", arguments=["head"])
        except Failed as failed:
            ending = self.ending(failed)
        return ending, self.state()

    def body_by_body(self, per_migration):
        """What Rehearse does: the version rows and the ends of transactions are its own."""
        self.database = cases.ENGINE.new()
        ddl = cases.ENGINE.name == "postgres"
        each = per_migration or not ddl
        cell = self.connect(project={"config": self.ini})
        ending, before = None, None
        cell.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                     "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))")
        try:
            for revision, path in self.revisions:
                self.upgrade(cell, path, configure={"transaction_per_migration": per_migration, "render_as_batch": True})
                cell.execute(f"UPDATE alembic_version SET version_num='{revision}' WHERE version_num = '{before}'" if before
                             else f"INSERT INTO alembic_version (version_num) VALUES ('{revision}')")
                before = revision
                if each:
                    cell.ask("commit")
            cell.ask("commit")
        except Failed as failed:
            ending = self.ending(failed)
            cell.ask("rollback")
        cell.ask("disconnect")
        return ending, self.state()

    @staticmethod
    def ending(failed):
        return [failed.error["class"], failed.error["message"].split("\n")[0]]

    def state(self):
        """Tables with their columns and rows, as text."""
        state = {}
        for table in self.tables():
            columns = ("SELECT name, type FROM pragma_table_info('%s')" if cases.ENGINE.name == "sqlite" else
                       "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '%s' "
                       "ORDER BY ordinal_position") % table
            state[table] = (self.look(columns), sorted(map(repr, self.look(f"SELECT * FROM {table}"))))
        return state
