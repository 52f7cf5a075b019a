#!/usr/bin/python3
"""plugin.py [REHEARSE PYTHONPATH] - does pytest collect and run scenarios and audits by the plugin?

Run by the Python whose pytest is asked. With arguments the plugin is read from PYTHONPATH and runs that program; else
it is the one that is installed. The program is run through a script that counts: once a file and no more, with
pytest-xdist too. Exit status 77: this Python has no pytest.
"""
import importlib.util
import os
import pathlib
import re
import sys
import tempfile

GOOD = """\
rehearse: 1
title: A row that lies
tags: [lying-version]
engines: [sqlite]
revisions:
  - {revision: "0001", down_revision: null, upgrade: CREATE TABLE users (id integer PRIMARY KEY)}
  - {revision: "0002", down_revision: "0001", upgrade: ALTER TABLE users ADD COLUMN email text}
states:
  fresh: {}
  liar: {schema: "0001", version: "0002"}
strategies:
  hope: {steps: [{upgrade: head}]}
  honest: {states: [liar], steps: [{stamp: "0001"}, {upgrade: head}]}
goal: {version: heads, schema: {same_as: fresh}}
outcomes:
  hope@liar: {wrong: [schema]}
"""
BAD = GOOD.replace("hope@liar: {wrong: [schema]}", "hope@fresh: {fails_at: 1}")
BROKEN = "rehearse: 1\nrevisions: [{revision: a, down_revision: null, upgrad: SELECT 1}]\n"
UNRELATED = "services:\n  rehearse: 1\n"
PROJECT = {
    "alembic.ini": "[alembic]\nscript_location = migrations\n",
    "migrations/env.py": "",
    "migrations/versions/a.py": 'revision = "a"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n\n\n'
                                'def downgrade():\n    pass\n',
    "migrations/versions/b.py": 'revision = "b"\ndown_revision = "gone"\n',
}

# A revision of statements; where x is NULL the second of these fails.
NULLS = """\
from alembic import op

revision = "%s"
down_revision = %s


def upgrade():
    for statement in ['%s']:
        op.execute(statement)


def downgrade():
    pass
"""


class Folder:
    """Files, and pytest run on them."""

    def __init__(self, path, program, python_path):
        self.path = path
        self.program, self.python_path = program, python_path
        self.mistakes = 0
        counting = path / "counting"
        counting.write_text('#!/bin/sh\necho "$1" >>"%s"\nexec "%s" "$@"\n' % (path / "runs", program))
        counting.chmod(0o755)

    def write(self, name, text):
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text, encoding="utf-8")

    def pytest(self, *arguments):
        (self.path / "runs").write_text("")
        words = ["-p", "no:cacheprovider", "-o", "rehearse_program=%s" % (self.path / "counting"), "--color=no"]
        if self.python_path:
            words += ["-p", "rehearse_migrations.pytest_plugin"]
        self.said, self.status = pytest_in_a_fork(words + list(arguments), self.path)
        self.runs = (self.path / "runs").read_text().split()
        self.asked = " ".join(arguments)

    def holds(self, truth, what):
        if not truth:
            self.mistakes += 1
            print("pytest %s: %s; it said\n%s" % (self.asked, what, self.said))

    def has(self, *texts):
        for text in texts:
            self.holds(re.search(text, self.said, re.MULTILINE), "there is no '%s'" % text)

    def ran(self, command, count):
        self.holds(self.runs.count(command) == count,
                   "'%s' was run %d times, and should be %d" % (command, self.runs.count(command), count))


def pytest_in_a_fork(words, path):
    """What it says and its exit status, by a process of its own that need not import pytest again."""
    import pytest
    with tempfile.TemporaryFile() as said:
        pid = os.fork()
        if pid == 0:
            for descriptor in (1, 2):
                os.dup2(said.fileno(), descriptor)
            os.chdir(path)
            status = pytest.main(words)
            sys.stdout.flush()
            os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        said.seek(0)
        return said.read().decode(), status


def scenarios(folder):
    folder.write("good.yaml", GOOD)
    folder.write("unrelated.yaml", UNRELATED)
    folder.pytest("-v")
    folder.holds(folder.status == 0, "exit status %d" % folder.status)
    folder.has(r"good.yaml::hope@fresh:sqlite PASSED", r"good.yaml::honest@liar:sqlite PASSED", "3 passed")
    folder.ran("run", 1)

    folder.pytest("-v", "-k", "liar and not honest")
    folder.has(r"good.yaml::hope@liar:sqlite PASSED", "1 passed, 2 deselected")
    folder.pytest("-k", "lying-version")  # a tag
    folder.has("3 passed")
    folder.pytest("-v", "good.yaml::honest@liar:sqlite")
    folder.has("1 passed")

    folder.write("sub/bad.yaml", BAD)
    folder.pytest("-rf")
    folder.holds(folder.status == 1, "exit status %d" % folder.status)
    folder.has("2 failed, 4 passed", r"^bad/hope@liar:sqlite: wrong: schema; claimed: works",
               r"^  schema: .*", r"column users.email", r"^bad/hope@fresh:sqlite: works; claimed: fails at step 1",
               r"^  step by step: rehearse explain \S*/sub/bad.yaml hope@liar:sqlite")
    folder.holds("Traceback" not in folder.said, "it shows frames of Python")
    folder.ran("run", 2)
    if importlib.util.find_spec("xdist"):
        folder.pytest("-n", "2", "--junitxml", "junit.xml")
        folder.has("2 failed, 4 passed")
        folder.ran("run", 2)
        folder.holds("rehearse_verdict" in (folder.path / "junit.xml").read_text(), "JUnit has no verdicts")
    else:
        print("not looked at: pytest-xdist is not here")

    folder.write("sub/bad.yaml", BROKEN)
    folder.pytest()
    folder.holds(folder.status == 2, "exit status %d" % folder.status)
    folder.has("unknown key 'upgrad'", "Did you mean 'upgrade'")
    folder.pytest("--no-rehearse")
    folder.holds(folder.status == 5, "exit status %d, though nothing is to be collected" % folder.status)
    (folder.path / "sub/bad.yaml").unlink()
    folder.pytest("--rehearse-engine", "postgres")
    folder.holds(folder.status == 5, "exit status %d, though no cell is left" % folder.status)


def audits(folder):
    for name, text in PROJECT.items():
        folder.write(name, text)
    folder.pytest("-v", "alembic.ini")
    folder.ran("audit", 0)
    folder.pytest("-v", "--rehearse-audit", "alembic.ini", "-rs")
    folder.holds(folder.status == 1, "exit status %d" % folder.status)
    folder.has(r"alembic.ini::faults FAILED", r"^faults: no", r"^  error b \S*b.py:2: missing-parent: .*gone",
               r"alembic.ini::\w+ SKIPPED")
    folder.ran("audit", 1)
    folder.pytest("-v", "--rehearse-audit", "alembic.ini", "-k", "faults")
    folder.has("1 failed, .* deselected")
    folder.write("migrations/versions/b.py", PROJECT["migrations/versions/a.py"].replace('"a"', '"b"').replace(
        "None", '"a"'))
    folder.pytest("-v", "--rehearse-audit", "alembic.ini", "-k", "faults")
    folder.has("1 passed")
    if not importlib.util.find_spec("alembic"):
        print("not looked at: warnings, as Alembic is not here")
        return
    folder.write("migrations/versions/a.py", NULLS % ("a", "None", "CREATE TABLE t (id integer PRIMARY KEY, x text)"))
    rows = ["-v", "--rehearse-audit", "alembic.ini", "-k", "rows"]
    folder.write("migrations/versions/b.py", NULLS % (
        "b", "'a'", "CREATE TABLE u (x text NOT NULL)', 'INSERT INTO u SELECT x FROM t"))
    folder.pytest(*rows)
    folder.has("1 passed, .* 1 warning", "rows: no", "NULL")
    folder.pytest(*rows, "-o", "rehearse_audit_args=--strict")
    folder.has("1 failed", "^  warning b .*NULL")


def main(program=None, python_path=None):
    if not importlib.util.find_spec("pytest"):
        print("skipped: %s has no pytest" % sys.executable)
        return 77
    if not program:
        from rehearse_migrations import program as installed
        program = installed()
    for name in ("CI", "PYTEST_ADDOPTS"):
        os.environ.pop(name, None)
    if python_path:
        python_path = os.path.abspath(python_path)
        os.environ["PYTHONPATH"] = python_path  # of those that pytest-xdist starts
        sys.path.insert(0, python_path)
    with tempfile.TemporaryDirectory(prefix="rehearse-plugin.") as path:
        folder = Folder(pathlib.Path(path), os.path.abspath(program), python_path)
        scenarios(folder)
        audits(folder)
    print("%d mistakes" % folder.mistakes)
    return 1 if folder.mistakes else 0


sys.exit(main(*sys.argv[1:]))
