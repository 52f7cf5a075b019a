#!/usr/bin/env python3
"""project.py REHEARSE - how long a large project and a long history take.

The project has 3,000 revision files of ordinary size; Alembic's own loader reads them in the same run, if this Python
can import it. Then every tenth file is gone. The history has 10,000 commits, and lost the file of a parent in one of the first. Processor time, the
best of five rounds.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import warnings

from side_by_side import table

REVISION = '''"""Revision number {number}

Revision ID: {id}
Revises: {parent}
Create Date: 2024-03-04 10:11:12.131415

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '{id}'
down_revision: Union[str, None] = {literal}
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
{upgrade}

def downgrade() -> None:
{downgrade}'''


def id_of(number):
    return f"{number * 2654435761 % 2**48:012x}"


def text_of(number):
    parent = id_of(number - 1) if number else ""
    columns = range(15)
    return REVISION.format(
        number=number, id=id_of(number), parent=parent, literal=repr(parent or None),
        upgrade="".join(f"    op.add_column('t{number % 50}', sa.Column('c{c}', sa.String(length={c}), nullable=True))\n"
                        for c in columns),
        downgrade="".join(f"    op.drop_column('t{number % 50}', 'c{c}')\n" for c in columns))


def make_project(folder, count):
    versions = os.path.join(folder, "alembic", "versions")
    os.makedirs(versions)
    with open(os.path.join(folder, "alembic.ini"), "w") as out:
        out.write("[alembic]\nscript_location = %(here)s/alembic\n")
    for name in ("env.py", "script.py.mako"):
        open(os.path.join(folder, "alembic", name), "w").close()
    for number in range(count):
        with open(os.path.join(versions, f"{id_of(number)}_number_{number}.py"), "w") as out:
            out.write(text_of(number))


def make_history(folder, commits):
    """A project of 200 files that loses one in its tenth commit; each commit after that changes another file."""
    make_project(folder, 200)
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@project.invalid", "-C", folder]
    lost = f"alembic/versions/{id_of(100)}_number_100.py"
    subprocess.run([*git, "init", "-q", "-b", "main", "."], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "begin"], check=True)
    stream = []
    for number in range(commits):
        message = f"commit {number}"
        stream.append(f"commit refs/heads/main\ncommitter Ada <ada@project.invalid> {1700000000 + number} +0000\n"
                      f"data {len(message)}\n{message}")
        if not number:
            stream.append("from refs/heads/main^0")
        if number == 10:
            stream.append(f"D {lost}")
        elif number and number % 10 == 0:  # a migration now and then
            next_one = 198 + number // 10
            text = text_of(next_one)
            stream.append(f"M 100644 inline alembic/versions/{id_of(next_one)}.py\ndata {len(text)}\n{text}")
        else:
            stream.append(f"M 100644 inline src/file{number % 97}.py\ndata {len(message)}\n{message}")
    subprocess.run([*git, "fast-import", "--quiet"], input="\n".join(stream).encode() + b"\n", check=True)
    subprocess.run([*git, "reset", "-q", "--hard", "main"], check=True)


def seconds_of(arguments, statuses):
    """Processor time of a program."""
    with open(os.devnull, "w") as nowhere:
        child = subprocess.Popen(arguments, stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in statuses:
        sys.exit(f"{arguments} ended with {child.returncode}")
    return usage.ru_utime + usage.ru_stime


def best(rounds, arguments, statuses):
    return min(seconds_of(arguments, statuses) for _ in range(rounds))


def load_with_alembic(folder):
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    script = ScriptDirectory.from_config(Config(os.path.join(folder, "alembic.ini")))
    if len(list(script.revision_map._generator())) != 3000 or len(script.get_heads()) != 1:
        sys.exit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rehearse")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--load", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        load_with_alembic(options.load)
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        project, history = os.path.join(folder, "project"), os.path.join(folder, "history")
        make_project(project, 3000)
        ours = best(options.rounds, [options.rehearse, "doctor", project], {0})
        rows.append(["3,000 revision files read and diagnosed", f"{ours:.2f} s"])
        try:
            theirs = best(2, [sys.executable, __file__, "", "--load", project], {0})
            rows.append(["Alembic's loader, which runs them", f"{theirs:.2f} s, {theirs / ours:.0f} times as long"])
        except SystemExit:
            rows.append(["Alembic's loader", "not to be had in this Python"])
        for number in range(5, 3000, 10):
            os.remove(os.path.join(project, "alembic", "versions", f"{id_of(number)}_number_{number}.py"))
        missing = best(options.rounds, [options.rehearse, "doctor", project], {1})
        rows.append(["the same with 300 parents missing", f"{missing:.2f} s"])
        make_history(history, 10000)
        without = best(options.rounds, [options.rehearse, "doctor", history, "--no-git"], {1})
        with_git = best(options.rounds, [options.rehearse, "doctor", history], {1})
        found = subprocess.run([options.rehearse, "doctor", history, "--format", "json"], capture_output=True, text=True)
        if '"deleted_by": "' not in found.stdout:
            sys.exit("the lost file was not found: this machine is too busy to search in two seconds")
        rows.append(["10,000 commits, of which 1,000 change migrations, searched for a lost file", f"{with_git - without:.2f} s"])
        compared = best(options.rounds, [options.rehearse, "doctor", history, "--no-git", "--against", "main~1000"], {1})
        rows.append(["1,197 revision files compared with those of another commit (`--against`)", f"{compared - without:.2f} s"])
    table(["", "processor time, the best of %d" % options.rounds], rows)


main()
