"""A real Alembic project, made from a tree: write its migration files, run Alembic's commands on it."""
import contextlib
import io
import os
import shutil
import signal
import sys
import warnings

import alembic
import alembic.command
import sqlalchemy.exc
from alembic.config import Config
from alembic.script import Script, ScriptDirectory

import engines
from scenario_file import is_true, sql_for_engine

LEVEL = ".".join(alembic.__version__.split(".")[:2])  # what `configure: alembic` would call it
COMMAND_LIMIT_S = 2  # of processor time, so that a busy machine changes no answer

warnings.simplefilter("ignore")  # of damaged trees, mostly

# Files are written anew under names that were there before: no cache may outlive them.
sys.dont_write_bytecode = True

# Up to 1.9 Alembic loads files in the order in which the folder lists them, which is anybody's guess.
_list_files = Script._list_py_dir.__func__
Script._list_py_dir = classmethod(lambda cls, *args: sorted(_list_files(cls, *args)))


class Failure(Exception):
    """What failed, as the program reports it: Alembic's own class and text, or the engine's text."""

    def __init__(self, class_name, message):
        super().__init__(class_name, message)
        self.class_name, self.message = class_name, message


def failure_of(err):
    """The failure that an exception out of Alembic or a database means."""
    if isinstance(err, Failure):
        return err
    if isinstance(err, sqlalchemy.exc.DBAPIError):
        err = err.orig
    text = engines.error_text(err)
    if text is not None:
        return Failure("DatabaseError", text)
    return Failure(type(err).__name__, str(err))


class Hang(Exception):
    """Alembic loops for ever, as it does on some trees."""


def _raise_hang(_signal, _frame):
    raise Hang()


signal.signal(signal.SIGVTALRM, _raise_hang)


class Project:
    """An Alembic project in `folder` whose migration files are the scenario's revisions."""

    def __init__(self, scenario, folder):
        self.scenario = scenario
        self.engine = engines.engine_named(scenario["engine"])
        self.versions = os.path.join(folder, "versions")
        shutil.copytree(os.path.join(os.path.dirname(__file__), "project"), folder)
        os.mkdir(self.versions)
        self.config = Config()
        self.config.set_main_option("script_location", folder)
        self.config.attributes["options"] = self._options(scenario["configure"])
        self.on_connect = sql_for_engine(scenario, scenario["configure"].get("on_connect"))
        self.config.attributes["on_connect"] = self.on_connect and self._listen
        self.tree = []

    def _listen(self, connection, _record):
        """What SQLAlchemy calls with every new connection of the driver's."""
        self.engine.send_in_autocommit(connection, self.on_connect)

    @staticmethod
    def _options(configure):
        options = {}
        for key in ("transaction_per_migration", "transactional_ddl", "version_table_pk"):
            if key in configure:
                options[key] = is_true(configure[key])
        for key in ("version_table", "version_table_schema"):
            if key in configure:
                options[key] = configure[key]
        return options

    def deploy(self, tree):
        """Have exactly the files of `tree`, whose names sort as the list does."""
        if tree is self.tree:
            return
        for name in os.listdir(self.versions):
            os.unlink(os.path.join(self.versions, name))
        for number, revision in enumerate(tree):
            with open(os.path.join(self.versions, "%04d.py" % number), "w", encoding="utf-8") as file:
                file.write(self._migration(revision))
        self.tree = tree

    def _migration(self, revision):
        lines = [repr(revision.get("message") or ""), "from alembic import op", ""]
        for name in ("revision", "down_revision", "branch_labels", "depends_on"):
            value = revision.get(name)
            lines.append("%s = %r" % (name, tuple(value) if isinstance(value, list) else value))
        lines.append(_HELPERS)
        for direction in ("upgrade", "downgrade"):
            statements = list(self.engine.statements_of(
                sql_for_engine(self.scenario, revision.get(direction))))
            lines.append("def %s():" % direction)
            if direction == "downgrade" and is_true(revision.get("irreversible")):
                lines.append("    raise Irreversible()")
            elif is_true(revision.get("autocommit")):
                lines.append("    with op.get_context().autocommit_block():")
                lines.append("        send(%r)" % statements)
            else:
                lines.append("    send(%r)" % statements)
            lines.append("")
        return "\n".join(lines)

    def upgrade(self, database, target):
        self._run(database, alembic.command.upgrade, target)

    def downgrade(self, database, target):
        self._run(database, alembic.command.downgrade, target)

    def stamp(self, database, targets, purge):
        self._run(database, alembic.command.stamp, targets, purge=purge)

    def merge(self, revisions, revision, message):
        """Let `alembic merge` write its file; the tree with it, even if Alembic then complains."""
        name = "%04d" % len(self.tree)
        self.config.set_main_option("file_template", name)
        try:
            self._run(None, alembic.command.merge, revisions, message=message, rev_id=revision)
        finally:
            path = os.path.join(self.versions, name + ".py")
            if os.path.exists(path):
                written = {}
                with open(path, encoding="utf-8") as file:
                    exec(file.read(), written)
                down = written["down_revision"]
                self.tree = self.tree + [{
                    "revision": written["revision"],
                    "down_revision": list(down) if isinstance(down, tuple) else down,
                    "message": message or "",
                }]

    def heads(self):
        """What `alembic heads` lists."""
        return list(self._script().get_heads())

    def real_heads(self):
        """What `upgrade heads` leaves in the version table."""
        return sorted({script.revision for script in self._script().get_revisions("heads")})

    def loads(self):
        try:
            self.heads()
        except Exception:  # whatever Alembic raises on a tree that it cannot load
            return False
        return True

    def _script(self):
        return ScriptDirectory.from_config(self.config)

    def _run(self, database, command, *args, **options):
        self.config.attributes["url"] = database and self.engine.sqlalchemy_url(database)
        signal.setitimer(signal.ITIMER_VIRTUAL, COMMAND_LIMIT_S)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                command(self.config, *args, **options)
        except Exception as err:
            raise failure_of(err) from err
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)


# Statements go one by one to the driver itself, so that nothing in them is taken for a parameter.
_HELPERS = '''

class Irreversible(Exception):
    pass


def send(statements):
    for statement in statements:
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})

'''
