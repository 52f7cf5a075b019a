#!/usr/bin/env python3
"""plays.py PROGRAM PROJECT - a project at the prompt of `rehearse play`, its bodies by themselves and all of it by its env.py: from a
pipe, and on a terminal. The Python that runs this has Alembic, and runs the project.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "terminal"))
from terminal import ESCAPE, PROGRAM, Terminal, environment, expect

BODY = '''"""%s"""
from alembic import op
revision = "%s"
down_revision = "%s"
def upgrade():
    op.execute("CREATE TABLE half (i int)")
    %s
def downgrade():
    pass
'''

SCENARIO = """\
rehearse: 1
engines: [sqlite]
revisions: {alembic: project, runner: env}
states:
  fresh: {}
goal: {version: heads, schema: {same_as: fresh}, rows_kept: all}
"""

# What is typed, and what is said of it; by which of the runners, if not by both.
SCRIPT = [
    ("heads", r"  e0d1e55 \(head\), never ends\n", None),
    ("upgrade +2", r"2\. upgrade 3f1a0c7be2d1 -> 9be40d5512aa, customers", None),
    ("downgrade base", r"version  9be40d5512aa → no rows", None),
    ("upgrade 9be4", r"books\.py\n +20   CREATE TABLE books", None),
    ("sql INSERT INTO books VALUES (1)", r"of books \(id\)\n    \+ 1\n", None),
    ("upgrade 17b6", r"version  9be40d5512aa → 17b6c3d9a050", None),
    ("undo", r"taken back: alembic upgrade 17b6\n  it claims   9be40d5512aa", None),
    ("rows books", r"\n  1\n", None),
    ("upgrade fa11", r"no such table: nowhere", None),
    ("undo", r"taken back: alembic upgrade fa11", None),
    ("downgrade -1", r"- table customers \(id\)", None),
    ("edit e0d1 upgrade=CREATE TABLE whole (i int)", r"~ e0d1e55: another upgrade body", "bodies"),
    ("remove e0d1 fa11", r"- e0d1e55", None),
    ("locate", r"The schema is that of   3f1a0c7be2d1", None),
    ("upgrade heads", r"version  3f1a0c7be2d1 → 17b6c3d9a050", None),
    ("goal", r"✓ works", None),
    ("steps", r"  - upgrade: 9be4\n", None),
    ("save by-hand saved.yaml", r"saved: \d+ steps, of which a run says works", None),
]


def make(project, folder):
    shutil.copytree(project, folder / "project")
    versions = folder / "project/alembic/versions"
    (versions / "fails.py").write_text(BODY % ("fails", "fa11", "17b6c3d9a050",
                                               'op.execute("INSERT INTO nowhere VALUES (1)")'))
    (versions / "never_ends.py").write_text(BODY % ("never ends", "e0d1e55", "17b6c3d9a050",
                                                    "import time\n    while True: time.sleep(0.01)"))
    (folder / "env.yaml").write_text(SCENARIO)


def from_a_pipe(source, runner, folder):
    """Each line is answered as it should be, and what is saved runs to the same end."""
    lines = [(typed, answer) for typed, answer, only in SCRIPT if only in (None, runner)]
    played = subprocess.run([PROGRAM, "play", source, "--python", sys.executable],
                            input="".join(typed + "\n" for typed, _ in lines), capture_output=True, text=True,
                            cwd=folder, env=environment(), check=False)
    expect(not played.stderr and played.returncode == 1, "%s %d" % (played.stderr, played.returncode))
    answers = re.split(r"^> ", played.stdout, flags=re.M)[1:]
    expect([answer.split("\n")[0] for answer in answers] == [typed for typed, _ in lines], played.stdout)
    for (typed, wanted), answer in zip(lines, answers):
        expect(re.search(wanted, answer), "%s: %s, and not %s" % (typed, answer, wanted))
        expect(max(map(len, answer.split("\n"))) <= 80, answer)
    run = subprocess.run([PROGRAM, "run", "saved.yaml", "--filter", "by-hand", "--python", sys.executable],
                         capture_output=True, text=True, cwd=folder, env=environment(), check=False)
    expect(run.returncode == 0 and "✓ works" in run.stdout, run.stdout + run.stderr)
    (folder / "saved.yaml").unlink()


def on_a_terminal(source, folder):
    """Ctrl-C ends Python that would never end, and the next command is carried out as if nothing had been."""
    room = Terminal(["play", source, "--python", sys.executable], folder)
    room.until("fresh:sqlite> ")

    def say(text, answer="fresh:sqlite> "):
        start = len(room.said)
        room.type(text)
        room.until(answer, start)
        return ESCAPE.sub("", room.said[start:])

    expect("17b6c3d9a050" in say("upgrade 17b6\n"), room.plain)
    room.type("upgrade e0d1\n")
    time.sleep(1.5)
    began = time.monotonic()
    said = say("\x03")
    expect(time.monotonic() - began < 10, "it is ended at once")
    expect("Interrupted: it was interrupted" in said, said)
    expect("It was ended, and the database is as it was before." in said, said)
    expect("half" not in say("schema\n"), room.plain)
    expect("version  17b6c3d9a050 → e8810b6f4c2d" in say("downgrade -1\n"), room.plain)
    expect("taken back: alembic downgrade -1" in say("undo\n"), room.plain)
    room.type("\x04")
    expect(room.end() == 0, room.plain)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(os.path.realpath(name))
        make(sys.argv[2], folder)
        before = sorted(str(path) for path in folder.rglob("*") if "__pycache__" not in str(path))
        for runner, source in (("bodies", "project"), ("env", "env.yaml")):
            from_a_pipe(source, runner, folder)
            on_a_terminal(source, folder)
            print("ok", runner)
        after = sorted(str(path) for path in folder.rglob("*") if "__pycache__" not in str(path))
        expect(before == after, "nothing is left behind")


if __name__ == "__main__":
    main()
