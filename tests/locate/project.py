#!/usr/bin/env python3
"""project.py --rehearse PROGRAM PROJECT - where are databases that real Alembic has made?

The project's revisions are carried out by Alembic itself, and after each `rehearse locate` has to find the version, by
the bodies in Python. Then a table of the middle is dropped, and a revision is cut off half-way.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

TWO_TABLES = '''"""two tables"""
from alembic import op
import sqlalchemy as sa
revision = "two_tables"
down_revision = "%s"
branch_labels = depends_on = None
def upgrade():
    op.create_table("first", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table("second", sa.Column("id", sa.Integer, primary_key=True))
def downgrade():
    op.drop_table("second")
    op.drop_table("first")
'''


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rehearse", required=True)
    parser.add_argument("project")
    options = parser.parse_args()
    mistakes = []
    with tempfile.TemporaryDirectory() as folder:
        project = os.path.join(folder, "project")
        shutil.copytree(options.project, project)
        tree = scripts(project)
        head = tree.get_current_head()
        with open(os.path.join(tree.versions, "two_tables.py"), "w", encoding="utf-8") as file:
            file.write(TWO_TABLES % head)
        databases = list(make_databases(project, folder))
        for path, wanted in databases:
            mistakes += look(options, [project], path, wanted)
        files = sorted(str(path) for path in pathlib.Path(tree.versions).glob("[!_]*.py"))
        mistakes += look(options, files, *databases[0])
    for mistake in mistakes:
        print(mistake)
    print("%d databases, %d mistakes" % (len(databases), len(mistakes)))
    return 1 if mistakes else 0


def scripts(project):
    return ScriptDirectory.from_config(config(project, "sqlite://"))


def config(project, url):
    ini = Config(os.path.join(project, "alembic.ini"))
    ini.set_main_option("script_location", os.path.join(project, "alembic"))
    ini.set_main_option("sqlalchemy.url", url)
    return ini


def make_databases(project, folder):
    """Pairs of a database and of what is to be found out about it: one after each revision, and spoiled ones."""
    for revision in scripts(project).walk_revisions():
        path = os.path.join(folder, revision.revision + ".sqlite")
        with open(os.devnull, "w", encoding="utf-8") as silence, contextlib.redirect_stderr(silence):
            command.upgrade(config(project, "sqlite:///" + path), revision.revision)
        yield path, {"exact": True, "row_is_true": True, "partly": [], "holes": []}
        if revision.revision == "two_tables":
            yield spoil(path, "hole", "DROP TABLE customers"), {
                "exact": False, "row_is_true": False, "holes": ["9be40d5512aa"], "foreign": []}
            yield spoil(path, "part", "DROP TABLE second"), {
                "exact": False, "row_is_true": False,
                "partly": [{"revision": "two_tables", "statements": 1, "of": 2}]}


def spoil(path, name, sql):
    copy = path.replace(".sqlite", "-%s.sqlite" % name)
    shutil.copy(path, copy)
    with contextlib.closing(sqlite3.connect(copy)) as database:
        database.execute(sql)
    return copy


def look(options, sources, path, wanted):
    run = subprocess.run([options.rehearse, "locate", *sources, "--database", path, "--format", "json",
                          "--python", sys.executable], capture_output=True, text=True, check=False)
    if not run.stdout:
        return ["%s: %s" % (os.path.basename(path), run.stderr)]
    found = json.loads(run.stdout)
    return ["%s: %s is %s, and not %s" % (os.path.basename(path), key, found[key], value)
            for key, value in wanted.items() if found[key] != value]


if __name__ == "__main__":
    sys.exit(main())
