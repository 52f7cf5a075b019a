"""A contestant of `rehearse grade` that carries out a strategy of the scenario: it edits the files of the folder, and runs real Alembic there.

Each of its steps is what a person would do: an editor for the files, `alembic`'s own commands, SQL by the engine's driver.
"""
import contextlib
import io
import os
import re
import tempfile

import alembic.command
from alembic.config import Config
from alembic.script import ScriptDirectory

import engines
from alembic_project import Project, failure_of
from rehearsal import Played, Stage
from scenario_file import Unsupported, as_list, edit_tree, is_true, sql_for_engine

PASSED_OVER = 9  # exit status: the strategy is none for this state
CANNOT = 10  # it has a step that this one cannot carry out
IDENTIFIERS = ("revision", "down_revision", "branch_labels", "depends_on")


def carry_out(scenario, strategy):
    """The strategy of that name, in the working folder, on $DATABASE_URL. An exit status: 0 all of its steps went as they should."""
    details = scenario["strategies"][strategy]
    with open("README.md", encoding="utf-8") as file:
        state = re.search(r"^This folder is .* one called '(.*)'\.$", file.read(), re.MULTILINE)[1]
    if state not in as_list(details.get("states", list(scenario["states"]))):
        return PASSED_OVER
    with tempfile.TemporaryDirectory(prefix="rehearse-strategist-") as folder:
        stage = Strategist(scenario, folder)
        played = Played(stage.database, edit_tree(stage.project.tree, details))
        try:
            stage.project.deploy(played.tree)
            stage._play_steps(details.get("steps") or [], played, Nobody)
            stage.project.deploy(played.tree)
        except Unsupported as err:
            print(err)
            return CANNOT
    if played.failure:
        print("step %d: %s" % (played.failed_step, played.failure.message))
    return 1 if played.failure else 0


class Nobody:
    """Who is waited for: nobody that the contestant knows of."""

    @staticmethod
    def waited_for():
        return []


class Strategist(Stage):
    """Carries out steps in the working folder."""

    def __init__(self, scenario, place):  # not Stage's: it makes no project, and no database but backups
        self.scenario, self.place = scenario, place
        self.engine = engines.engine_named(scenario["engine"])
        self.database = re.sub("^sqlite:///", "", os.environ["DATABASE_URL"])
        self.project = Folder(scenario, self.engine)
        self.version_table = self.engine.version_table(scenario["configure"])
        self._databases = []

    def _new_database(self, copy_of=None):
        if self.engine.NAME != "sqlite":
            raise Unsupported("a copy of a database that another one's role has made")
        return super()._new_database(copy_of)


class Folder(Project):
    """The exported project. Of its tree each revision that has a file names it."""

    def __init__(self, scenario, engine):  # not Project's, which writes one
        self.scenario, self.engine = scenario, engine
        self.config = Config("alembic.ini", stdout=io.StringIO())
        self.versions = "versions"
        self.tree = [dict(revision) for revision in scenario["revisions"]]
        names = sorted(name for name in os.listdir(self.versions) if name.endswith(".py"))
        for revision in self.tree:
            named = [name for name in names if name == revision.get("file")] or \
                [name for name in names if self._identifier(name, "revision") == revision["revision"]]
            revision["path"] = os.path.join(self.versions, named[0])
            names.remove(named[0])

    def _identifier(self, name, key):
        found = {}
        for line in self._read(os.path.join(self.versions, name)).splitlines():
            if re.match(key + " = ", line):
                exec(line, found)
        return found[key]

    @staticmethod
    def _read(path):
        with open(path, encoding="utf-8") as file:
            return file.read()

    def deploy(self, tree):
        """Edit the files: nothing is touched that is as it was."""
        before = {revision["path"]: revision for revision in self.tree}
        for path in set(before) - {revision.get("path") for revision in tree}:
            os.unlink(path)
        last = max(before, default="")
        for number, revision in enumerate(tree):
            if "path" not in revision:
                name = revision.get("file", "")
                if not name.endswith(".py"):  # behind all others, in the order of the list
                    name = "%s_%04d.py" % (os.path.basename(last)[:-len(".py")] or "new", number)
                revision["path"] = os.path.join(self.versions, name)
                self._write(revision, self._migration(revision))
            elif revision != before[revision["path"]]:
                self._write(revision, self._edited(before[revision["path"]], revision))
        self.tree = tree

    @staticmethod
    def _write(revision, text):
        with open(revision["path"], "w", encoding="utf-8") as file:
            file.write(text)

    def _edited(self, before, revision):
        text = self._read(revision["path"])
        changed = {key for key in set(before) | set(revision) if before.get(key) != revision.get(key)}
        for key in changed & set(IDENTIFIERS):
            line = "%s = %r" % (key, _literal(revision.get(key)))
            text = re.sub("^%s = .*$" % key, lambda _, line=line: line, text, flags=re.MULTILINE)
        if changed - set(IDENTIFIERS) - {"message", "file"}:
            text = text[:text.index("\n\ndef upgrade():")] + self._bodies(revision)
        return text

    def _migration(self, revision):
        lines = [repr(revision.get("message") or ""), "from alembic import op", ""]
        lines += ["%s = %r" % (key, _literal(revision.get(key))) for key in IDENTIFIERS]
        return "\n".join(lines) + "\n" + self._bodies(revision)

    def _bodies(self, revision):
        lines = []
        for direction in ("upgrade", "downgrade"):
            lines += ["", "", "def %s():" % direction]
            indent = "    "
            if direction == "downgrade" and is_true(revision.get("irreversible")):
                lines.append(indent + "raise NotImplementedError('there is no way back')")
                continue
            if is_true(revision.get("autocommit")):
                lines.append(indent + "with op.get_context().autocommit_block():")
                indent += "    "
            lines += ["%sop.execute(%r)" % (indent, statement.replace(":", "\\:")) for statement in
                      self.engine.statements_of(sql_for_engine(self.scenario, revision.get(direction)))] or [indent + "pass"]
        return "\n".join(lines) + "\n"

    def merge(self, revisions, revision, message):
        before = set(os.listdir(self.versions))
        try:
            self._run(None, alembic.command.merge, revisions, message=message, rev_id=revision)
        finally:
            for name in sorted(set(os.listdir(self.versions)) - before - {"__pycache__"}):
                self.tree = self.tree + [{"path": os.path.join(self.versions, name), "message": message or "", **{
                    key: self._identifier(name, key) for key in ("revision", "down_revision")}}]

    def _script(self):
        return ScriptDirectory.from_config(self.config)

    def _run(self, _database, command, *args, **options):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                command(self.config, *args, **options)
            except Exception as err:
                raise failure_of(err) from err


def _literal(value):
    return tuple(value) if isinstance(value, list) else value
