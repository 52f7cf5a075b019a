"""Small Alembic projects with faults in known places."""
import os
import shutil
import subprocess

ENV = """from alembic import context
from sqlalchemy import engine_from_config, pool

{models}
engine = engine_from_config(context.config.get_section(context.config.config_ini_section), prefix="sqlalchemy.",
                            poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata={target})
    with context.begin_transaction():
        context.run_migrations()
"""

REVISION = '''"""{id}"""
import os
import sys
import time

import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = {parent!r}
{more}

def upgrade():
{up}


def downgrade():
{down}
'''


def indent(body):
    return "\n".join("    " + line for line in (body.strip() or "pass").splitlines())


def sql(*statements):
    return "\n".join("op.execute(%r)" % statement for statement in statements)


class Project:
    """A folder that becomes one."""

    def __init__(self, folder, models="", target="None", url="sqlite:///nowhere/production.db"):
        self.folder = folder
        self.versions = os.path.join(folder, "migrations", "versions")
        os.makedirs(self.versions)
        self.write("alembic.ini", "[alembic]\nscript_location = %%(here)s/migrations\nprepend_sys_path = %%(here)s\n"
                                  "sqlalchemy.url = %s\n" % url)
        self.write("migrations/env.py", ENV.format(models=models, target=target))

    def write(self, path, text):
        with open(os.path.join(self.folder, path), "w", encoding="utf-8") as file:
            file.write(text)

    def revision(self, name, parent, up="", down="", more=""):
        self.write("migrations/versions/%s.py" % name,
                   REVISION.format(id=name, parent=parent, up=indent(up), down=indent(down), more=more))

    def git(self, *words):
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
                       "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@project.invalid",
                       "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@project.invalid"}
        subprocess.run(["git", *words], cwd=self.folder, env=environment, check=True, stdout=subprocess.DEVNULL)

    def commit(self, tag=None):
        if not os.path.exists(os.path.join(self.folder, ".git")):
            self.git("init", "-q", "-b", "main", ".")
        self.git("add", "-A")
        self.git("commit", "-qm", tag or "more")
        if tag:
            self.git("tag", tag)


# --- projects as people have them -------------------------------------------------------------------

PEOPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "projects")


class Copied(Project):
    """One of tests/projects."""

    def __init__(self, folder):  # pylint: disable=super-init-not-called
        self.folder = folder
        shutil.copytree(os.path.join(PEOPLES, os.path.basename(folder)), folder)


def people(name, *expected):
    """A plant of what is in a project as it stands."""
    def plant(folder):
        return Copied(folder), list(expected)
    plant.__name__ = name
    return plant


# --- what is planted -------------------------------------------------------------------------------

USERS = sql("CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(60) NOT NULL, phone VARCHAR(20), name VARCHAR(60))",
            "CREATE TABLE marks (id INTEGER PRIMARY KEY)", "CREATE INDEX ix_users ON users (email)")
NO_USERS = sql("DROP TABLE users", "DROP TABLE marks")


def many(folder):
    """A fault a revision, of all that a walk on SQLite can meet: the findings."""
    project = Project(folder)
    project.revision("r01", None, USERS, NO_USERS)
    project.revision("r02", "r01", sql("CREATE TABLE a (id INTEGER)"), 'raise RuntimeError("no way back")')
    project.revision("r03", "r02", sql("CREATE TABLE b (id INTEGER)", "CREATE INDEX ix_b ON b (id)"), "")
    project.revision("r04", "r03", sql("CREATE TABLE c (id INTEGER)"), sql("DROP TABLE c", "DROP INDEX ix_users"))
    project.revision("r05", "r04", """bind = op.get_bind()
met = bind.execute(sa.text("SELECT count(*) FROM marks WHERE id < 10000")).scalar()
op.execute("CREATE TABLE d (id INTEGER%s)" % (", again INTEGER" if met else ""))
op.execute("INSERT INTO marks (id) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM marks WHERE id = 1)")""",
                     sql("DROP TABLE d"))
    project.revision("r06", "r05", sql("CREATE TABLE e (id INTEGER, must INTEGER NOT NULL)",
                                       "INSERT INTO e SELECT id, NULL FROM users"), sql("DROP TABLE e"))
    project.revision("r07", "r06", sql("CREATE TABLE f (id INTEGER, phone VARCHAR(20) NOT NULL)",
                                       "INSERT INTO f SELECT id, phone FROM users"), sql("DROP TABLE f"))
    project.revision("r08", "r07", sql("CREATE UNIQUE INDEX ux_users ON users (name)"), sql("DROP INDEX ux_users"))
    project.revision("r09", "r08", """for number, phone in op.get_bind().execute(sa.text("SELECT id, phone FROM users")).fetchall():
    phone.strip()""", "")
    project.revision("r10", "r09", sql("CREATE TABLE g (id INTEGER)"), sql("DROP TABLE g"))
    return project, [
        ("stairs", "r04", "error", "takes away what was there before: index ix_users"),
        ("stairs", "r05", "error", "another schema the second time"),
        ("downgrade", "r02", "error", "does not downgrade"),
        ("downgrade", "r03", "error", "leaves table b"),
        ("rows", "r06", "error", "breaks on an ordinary row: it needs no NULL in e.must"),
        ("rows", "r07", "warning", "needs no NULL in f.phone"),
        ("rows", "r08", "warning", "needs no two rows with the same users.name"),
        ("rows", "r09", "warning", "breaks on a row with NULL wherever it may stand"),
    ]


def clean(folder):
    """Batch mode with reflection, a data migration with a Session, branches and a merge: no finding."""
    project = Project(folder)
    project.revision("c1", None, USERS, NO_USERS)
    project.revision("c2", "c1", """with op.batch_alter_table("users") as batch:
    batch.add_column(sa.Column("age", sa.Integer))
    batch.alter_column("name", type_=sa.String(90), existing_type=sa.String(60))""",
                     """with op.batch_alter_table("users") as batch:
    batch.alter_column("name", type_=sa.String(60), existing_type=sa.String(90))
    batch.drop_column("age")""")
    project.revision("c3a", "c2", """from sqlalchemy.orm import Session
session = Session(bind=op.get_bind())
for (number,) in session.execute(sa.text("SELECT id FROM users")).fetchall():
    session.execute(sa.text("UPDATE users SET age = 1 WHERE id = :id"), {"id": number})
session.flush()""", "")
    project.revision("c3b", "c2", sql("CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id))"),
                     sql("DROP TABLE orders"))
    project.revision("c4", ("c3a", "c3b"))
    return project, []


def missing_import(folder):
    project = Project(folder)
    project.revision("i1", None, USERS, NO_USERS)
    project.revision("i2", "i1", sql("CREATE TABLE t (id INTEGER)"), sql("DROP TABLE t"), more="import celery_of_nobody")
    return project, [("upgrade", "i2", "error", "ModuleNotFoundError.*--stub celery_of_nobody")]


def takes_argument(folder):
    """That env.py hands on."""
    project = Project(folder)
    project.write("migrations/env.py", ENV.format(models="", target="None").replace("run_migrations()", "run_migrations(name='shop')"))
    project.revision("y1", None, 'op.execute("CREATE TABLE %s (id INTEGER)" % name)', 'op.execute("DROP TABLE %s" % name)')
    path = os.path.join(project.versions, "y1.py")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    project.write(path, text.replace("grade():", "grade(name):"))
    return project, [("upgrade", "y1", "error", "TypeError.*--runner env")]


def takes_argument_in_env(folder):
    return takes_argument(folder)[0], []


def no_base(folder):
    project = Project(folder)
    project.revision("n1", None, sql("ALTER TABLE users ADD COLUMN age INTEGER"), "")
    return project, [("upgrade", "n1", "error", "does not hold its own base")]


def unmerged(folder):
    project = Project(folder)
    project.revision("h1", None, USERS, NO_USERS)
    project.revision("h2", "h1", sql("CREATE TABLE a (id INTEGER)"), sql("DROP TABLE a"))
    project.revision("h3", "h1", sql("CREATE TABLE b (id INTEGER)"), sql("DROP TABLE b"))
    return project, [("faults", "h3", "error", "multiple-heads")]


def base_elsewhere(folder):
    """The base stands in a dump, whose version row is of the first revision."""
    project = Project(folder)
    project.revision("n1", None, sql("ALTER TABLE users ADD COLUMN age INTEGER"), sql("ALTER TABLE users DROP COLUMN age"))
    project.revision("n2", "n1", sql("CREATE TABLE b (id INTEGER PRIMARY KEY)", "INSERT INTO b SELECT id FROM users"),
                     sql("DROP TABLE b"))
    project.revision("n3", "n2", sql("CREATE TABLE c (id INTEGER)"), "")
    project.revision("n4a", "n3", sql("CREATE TABLE d (id INTEGER)"), sql("DROP TABLE d"))
    project.revision("n4b", "n3", sql("CREATE UNIQUE INDEX ux_users ON users (name)"), sql("DROP INDEX ux_users"))
    project.revision("n5", ("n4a", "n4b"))
    project.write("production.sql", """CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(60), age INTEGER);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
INSERT INTO alembic_version VALUES ('n1');
""")
    return project, [
        ("downgrade", "n3", "error", "leaves table c"),
        ("rows", "n4b", "warning", "needs no two rows with the same (users.)?name"),
    ]


def order_matters(folder):
    project = Project(folder)
    project.revision("o1", None, USERS, NO_USERS)
    project.revision("o2", "o1", sql("CREATE TABLE a (id INTEGER)"), sql("DROP TABLE a"))
    project.revision("o3", "o1", """if sa.inspect(op.get_bind()).has_table("a"):
    op.execute("CREATE TABLE met_a (id INTEGER)")""", sql("DROP TABLE IF EXISTS met_a"))
    project.revision("o4", ("o2", "o3"))
    return project, [("orders", None, "error", "ends in another schema")]


def half_way(folder):
    """Its statements are final one by one, so a kill between them leaves what the next run stumbles over."""
    project = Project(folder)
    project.revision("w1", None, sql("CREATE TABLE IF NOT EXISTS users (id INTEGER)"), sql("DROP TABLE users"))
    project.revision("w2", "w1", "with op.get_context().autocommit_block():\n" + indent(
        sql("CREATE TABLE a (id INTEGER)", "CREATE TABLE b (id INTEGER)")), sql("DROP TABLE a", "DROP TABLE b"))
    return project, [("retry", "w2", "warning", "killed before statement . of ., the same command does not get through")]


def race(folder):
    """Nobody notices that another has done the same meanwhile."""
    project = Project(folder)
    project.revision("x1", None, USERS, NO_USERS)
    project.revision("x2", "x1", """here = sa.inspect(op.get_bind()).has_table("a")
op.execute("CREATE TABLE IF NOT EXISTS a (id INTEGER)")
op.execute("CREATE TABLE b%d (id INTEGER)" % here)""", sql("DROP TABLE a"))
    return project, [("race", "x2", "error", "two at once")]


def releases(folder):
    """A revision that was released has changed since: one release ends elsewhere, the other does not get through."""
    project = Project(folder)
    project.revision("v1", None, sql("CREATE TABLE a (id INTEGER)"), sql("DROP TABLE a"))
    project.commit("v1.0")
    project.revision("v1", None, sql("CREATE TABLE a (id INTEGER, more INTEGER)"), sql("DROP TABLE a"))
    project.revision("v2", "v1", sql("CREATE TABLE b (id INTEGER)", "CREATE TABLE c (id INTEGER)"),
                     sql("DROP TABLE b", "DROP TABLE c"))
    project.commit("v2.0")
    project.revision("v2", "v1", sql("CREATE TABLE b (id INTEGER)"), sql("DROP TABLE b"))
    project.revision("v3", "v2", sql("CREATE TABLE c (id INTEGER)"), sql("DROP TABLE c"))
    project.commit("next")
    return project, [("releases", "v3", "error", "release v2.0 does not upgrade"),
                     ("releases", None, "error", "release v1.0 ends with another schema")]


def since_released(folder):
    """Faults old and new: of the old ones nothing is said."""
    project = Project(folder)
    project.revision("g1", None, sql("CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT)"), "")
    project.commit("old")
    project.revision("g2", "g1", sql("CREATE TABLE IF NOT EXISTS b (id INTEGER)"), "")
    project.revision("g3", "g2", sql("CREATE UNIQUE INDEX IF NOT EXISTS ux_a ON a (name)"), sql("DROP INDEX ux_a"))
    project.commit("new")
    return project, [("downgrade", "g2", "error", "leaves table b"),
                     ("rows", "g3", "warning", "needs no two rows with the same a.name")]


def since_second_head(folder):
    """A new head, beside one that is loaded later."""
    project = Project(folder)
    project.revision("g1", None, sql("CREATE TABLE a (id INTEGER)"), sql("DROP TABLE a"))
    project.revision("g9", "g1")
    project.commit("old")
    project.revision("g2", "g1")
    project.commit("new")
    return project, [("faults", "g9", "error", "multiple-heads")]


def since_two_heads(folder):
    """There were two before."""
    project, _ = since_second_head(folder)
    project.revision("g3", "g2")
    project.commit("newer")
    return project, []


def since_broken(folder):
    """An old revision is in the way of new ones."""
    project = Project(folder)
    project.revision("g1", None, sql("CREATE TABLE a (id INTEGER"), "")
    project.commit("old")
    project.revision("g2", "g1", sql("CREATE TABLE b (id INTEGER)"), sql("DROP TABLE b"))
    project.commit("new")
    return project


def models_drift(folder):
    project = Project(folder, models="import depot_models", target="depot_models.metadata")
    project.write("depot_models.py", """import sqlalchemy as sa
metadata = sa.MetaData()
sa.Table("a", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("more", sa.Integer))
""")
    project.revision("m1", None, sql("CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY)"), sql("DROP TABLE a"))
    return project, [("models", None, "error", "the models want 1 more operation")]


def hangs(folder):
    project = Project(folder)
    project.revision("t1", None, USERS, NO_USERS)
    project.revision("t2", "t1", "time.sleep(600)", "")
    return project, [("upgrade", "t2", "error", "Timeout")]


def takes_long(folder):
    """More than one revision may take, all together."""
    project = Project(folder)
    for number in range(1, 6):
        project.revision("l%d" % number, "l%d" % (number - 1) if number > 1 else None, "time.sleep(1.2)", "")
    return project, []


def dies(folder):
    project = Project(folder)
    project.revision("k1", None, USERS, NO_USERS)
    project.revision("k2", "k1", "import signal\nos.kill(os.getpid(), signal.SIGKILL)", "")
    return project, [("upgrade", "k2", "error", "Crashed")]


def babbles(folder):
    """What it prints is nobody's business."""
    project = Project(folder)
    project.revision("p1", None, """print('{"done": "body"}')
os.write(1, b"\\xff\\xfe{{{\\n" * 10000)
sys.stderr.write("\\x1b[31mrubbish")
op.execute("CREATE TABLE a (id INTEGER)")""", sql("DROP TABLE a"))
    return project, []


# --- PostgreSQL ------------------------------------------------------------------------------------


def enum_left(folder):
    project = Project(folder, url="postgresql://db.example.com/production")
    project.revision("e1", None, """op.create_table("tickets", sa.Column("id", sa.Integer, primary_key=True),
                sa.Column("state", sa.Enum("open", "shut", name="ticket_state")))""", sql("DROP TABLE tickets"))
    project.revision("e2", "e1", sql("CREATE SEQUENCE numbers"), sql("DROP SEQUENCE numbers"))
    return project, [("downgrade", "e1", "error", "leaves type ticket_state")]


def no_base_caught(folder):
    """The body catches what the database said; the row of the version fails with what PostgreSQL says then."""
    project = Project(folder, url="postgresql://db.example.com/production")
    project.revision("n1", None, """try:
    op.execute("ALTER TABLE users ADD COLUMN age integer")
except sa.exc.ProgrammingError as error:
    print("already there?", error)""", "")
    return project, [("upgrade", "n1", "error", "aborted.*\"users\" does not exist.*does not hold its own base")]


def column_changed(folder):
    """It is there again, and not as it was."""
    project = Project(folder, url="postgresql://db.example.com/production")
    project.revision("v1", None, sql("CREATE TABLE users (id integer PRIMARY KEY, age integer NOT NULL)"), sql("DROP TABLE users"))
    project.revision("v2", "v1", sql("ALTER TABLE users DROP COLUMN age"), sql("ALTER TABLE users ADD COLUMN age integer"))
    return project, [("downgrade", "v2", "error", "leaves column users.age .changed.")]


def view_left(folder):
    """What is left keeps another revision from going down, which is no fault of that one."""
    project = Project(folder, url="postgresql://db.example.com/production")
    project.revision("z1", None, sql("CREATE TABLE users (id integer PRIMARY KEY, email text)"), sql("DROP TABLE users"))
    project.revision("z2", "z1", sql("CREATE VIEW emails AS SELECT email FROM users"), "")
    project.revision("z3", "z2", sql("CREATE TABLE c (id integer)"), sql("DROP TABLE c"))
    return project, [("downgrade", "z2", "error", "leaves view emails")]


def rows_postgres(folder):
    project = Project(folder, url="postgresql://db.example.com/production")
    project.revision("q1", None, sql("CREATE TABLE users (id serial PRIMARY KEY, phone text, email text NOT NULL)"),
                     sql("DROP TABLE users"))
    project.revision("q2", "q1", sql("ALTER TABLE users ADD COLUMN age integer NOT NULL"),
                     sql("ALTER TABLE users DROP COLUMN age"))
    project.revision("q3", "q2", sql("ALTER TABLE users ALTER COLUMN phone SET NOT NULL"),
                     sql("ALTER TABLE users ALTER COLUMN phone DROP NOT NULL"))
    project.revision("q4", "q3", sql("ALTER TABLE users ADD CONSTRAINT one_email UNIQUE (email)"),
                     sql("ALTER TABLE users DROP CONSTRAINT one_email"))
    return project, [("rows", "q2", "error", "breaks on an ordinary row: it needs no NULL in users.age"),
                     ("rows", "q3", "warning", "needs no NULL in users.phone"),
                     ("rows", "q4", "warning", "needs no two rows with the same email")]


TENANTS = """from alembic import context
from sqlalchemy import engine_from_config, pool, text

engine = engine_from_config(context.config.get_section(context.config.config_ini_section), prefix="sqlalchemy.",
                            poolclass=pool.NullPool)
with engine.connect() as connection:
    for tenant in ("north", "south"):
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS " + tenant))
        connection.execute(text("SET search_path TO " + tenant))
        getattr(connection, "commit", int)()
        context.configure(connection=connection, version_table_schema=tenant, target_metadata=None)
        with context.begin_transaction():
            context.run_migrations()
        getattr(connection, "commit", int)()
"""


def tenants(folder):
    project = Project(folder, url="postgresql://db.example.com/production")
    project.write("migrations/env.py", TENANTS)
    project.revision("s1", None, sql("CREATE TABLE orders (id serial PRIMARY KEY)"), sql("DROP TABLE orders"))
    project.revision("s2", "s1", sql("ALTER TABLE orders ADD COLUMN note text"), sql("ALTER TABLE orders DROP COLUMN note"))
    return project, []
