#!/usr/bin/env python3
"""project.py REHEARSE - how long a large project and a long history take.

The project has 3,000 revision files of ordinary size; Alembic's own loader reads them in the same run, if this Python
can import it. Then every tenth file is gone. The history has 10,000 commits, and lost the file of a parent in one of the
first. Processor time: medians, with the spread.
"""
import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import warnings

from side_by_side import rounds, spread, table

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


def in_turn(count, commands):
    """Of each command, with the statuses that it may end with, the times of all rounds."""
    took = {name: [] for name in commands}
    for _ in range(count):
        for name, (arguments, statuses) in commands.items():
            took[name].append(seconds_of(arguments, statuses))
    return took


def load_with_alembic(folder):
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    script = ScriptDirectory.from_config(Config(os.path.join(folder, "alembic.ini")))
    if len(list(script.revision_map._generator())) != 3000 or len(script.get_heads()) != 1:
        sys.exit(1)


def rows_of_project(rehearse, count, folder):
    make_project(folder, 3000)
    doctor = [rehearse, "doctor", folder]
    sides = {"ours": (doctor, {0})}
    if importlib.util.find_spec("alembic"):
        sides["theirs"] = ([sys.executable, __file__, "", "--load", folder], {0})
    took = in_turn(count, sides)
    rows = [["3,000 revision files read and diagnosed", spread(took["ours"], 2), "1"]]
    if "theirs" in took:
        ratios = [theirs / ours for theirs, ours in zip(took["theirs"], took["ours"])]
        rows.append(["Alembic's loader, which runs them", spread(took["theirs"], 2), spread(ratios, 0)])
    for number in range(5, 3000, 10):
        os.remove(os.path.join(folder, "alembic", "versions", f"{id_of(number)}_number_{number}.py"))
    rows.append(["the same with 300 parents missing", spread(in_turn(count, {"": (doctor, {1})})[""], 2), ""])
    return rows


def rows_of_history(rehearse, count, folder):
    make_history(folder, 10000)
    doctor = [rehearse, "doctor", folder]
    took = in_turn(count, {
        "alone": (doctor + ["--no-git"], {1}),
        "searching": (doctor, {1}),
        "comparing": (doctor + ["--no-git", "--against", "main~1000"], {1}),
    })
    found = subprocess.run(doctor + ["--format", "json"], capture_output=True, text=True)
    more = {kind: spread([with_it - alone for with_it, alone in zip(took[kind], took["alone"])], 2) for kind in ("searching", "comparing")}
    if '"deleted_by": "' not in found.stdout:
        more["searching"] = "given up: this machine is too busy"
    return [
        ["10,000 commits, of which 1,000 change migrations, searched for a lost file", more["searching"], ""],
        ["1,197 revision files compared with those of another commit (`--against`)", more["comparing"], ""],
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rehearse")
    parser.add_argument("--rounds", type=int, default=rounds(5))
    parser.add_argument("--load", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        load_with_alembic(options.load)
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = rows_of_project(options.rehearse, options.rounds, os.path.join(folder, "project"))
        rows += rows_of_history(options.rehearse, options.rounds, os.path.join(folder, "history"))
    table(["", "seconds of a processor", "ours = 1"], rows)


main()
