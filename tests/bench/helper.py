"""helper.py REHEARSE - what a cell costs whose revisions are functions of Python, beside the same revisions in SQL.

All sides in one run, in turn, on the clock, one worker: of each the median and the spread. A run of one cell is taken off, as it
builds the state, starts Python and, for PostgreSQL, a server. On SQLite also Alembic's own command, as people run it. This Python
has to have Alembic, and a driver for PostgreSQL.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from side_by_side import rounds, spread, table

CELLS = {"sqlite": int(os.environ.get("CELLS", "100")), "postgres": int(os.environ.get("CELLS", "40"))}
ROUNDS = rounds(5)
SIDES = {"SQL": "", "`runner: bodies`": "bodies", "`runner: env`": "env"}

# Ten revisions above a first one, three statements each: those of sqlite.py.
REVISIONS = {"r0": ["CREATE TABLE base (id integer PRIMARY KEY, amount numeric NOT NULL)"]}
for number in range(1, 11):
    REVISIONS[f"r{number}"] = [
        f"CREATE TABLE t{number} (id integer PRIMARY KEY, name text NOT NULL, base_id integer REFERENCES base (id))",
        f"CREATE INDEX ix_t{number} ON t{number} (name)",
        f"ALTER TABLE base ADD COLUMN c{number} text",
    ]

ENV = """from alembic import context
from sqlalchemy import engine_from_config, pool

engine = engine_from_config(context.config.get_section(context.config.config_ini_section), prefix="sqlalchemy.",
                            poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def parent_of(name: str) -> str | None:
    return None if name == "r0" else f"r{int(name[1:]) - 1}"


def write_project() -> None:
    versions = pathlib.Path("project/migrations/versions")
    versions.mkdir(parents=True)
    pathlib.Path("project/alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = sqlite:///database.sqlite\n")
    (versions.parent / "env.py").write_text(ENV)
    for name, statements in REVISIONS.items():
        body = "\n".join(f"    op.execute({statement!r})" for statement in statements)
        (versions / f"{name}.py").write_text(f"from alembic import op\n\nrevision = {name!r}\ndown_revision = {parent_of(name)!r}\n\n\n"
                                             f"def upgrade():\n{body}\n\n\ndef downgrade():\n    pass\n")


def write_scenario(engine: str, runner: str, count: int) -> str:
    lines = ["rehearse: 1", f"engines: [{engine}]"]
    if runner:
        lines.append(f"revisions: {{alembic: project, runner: {runner}}}")
    else:
        lines.append("revisions:")
        for name, statements in REVISIONS.items():
            lines += [f"  - revision: {name}", f"    down_revision: {parent_of(name) or 'null'}",
                      f"    upgrade: {'; '.join(statements)}"]
    lines += ["states:", '  production: {schema: r0, seed: "INSERT INTO base (id, amount) VALUES (1, 10), (2, 20)"}',
              "goal: {version: heads, schema: {same_as: fresh}, rows_kept: all}", "strategies:"]
    lines += [f"  s{i}: {{steps: [{{upgrade: head}}]}}" for i in range(count)]
    path = f"{engine}-{runner or 'sql'}-{count}.yaml"
    pathlib.Path(path).write_text("\n".join(lines) + "\noutcomes: {'*@*': works}\n")
    return path


def seconds(rehearse: str, path: str) -> float:
    since = time.perf_counter()
    done = subprocess.run([rehearse, "run", "--jobs", "1", "--quiet", path], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode or "skipped" in done.stdout:
        sys.exit(done.stdout)
    return time.perf_counter() - since


def alembic(target: str) -> None:
    subprocess.run([sys.executable, "-B", "-m", "alembic", "-c", "project/alembic.ini", "upgrade", target], check=True)


def seconds_of_alembic(production: str, count: int) -> float:
    """For one database of several."""
    since = time.perf_counter()
    for _ in range(count):
        shutil.copy(production, "database.sqlite")
        alembic("head")
    return (time.perf_counter() - since) / count


def main() -> None:
    rehearse = os.path.abspath(sys.argv[1])
    os.environ["REHEARSE_PYTHON"] = sys.executable
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_project()
        alembic("r0")
        shutil.move("database.sqlite", "production.sqlite")
        for engine, cells in CELLS.items():
            paths = {side: [write_scenario(engine, runner, count) for count in (1, cells + 1)] for side, runner in SIDES.items()}
            took: dict[str, list[float]] = {side: [] for side in SIDES}
            if engine == "sqlite":
                took["`alembic upgrade head`"] = []
            for _ in range(ROUNDS):
                for side, (one, many) in paths.items():
                    took[side].append((seconds(rehearse, many) - seconds(rehearse, one)) * 1000 / cells)
                if engine == "sqlite":
                    took["`alembic upgrade head`"].append(seconds_of_alembic("production.sqlite", 5) * 1000)
            for side, times in took.items():
                ratios = [one / plain for one, plain in zip(times, took["SQL"])]
                rows.append([f"{engine}: {side}", spread(times, 1), "1" if side == "SQL" else spread(ratios, 1)])
    table(["a cell of ten revisions, `rehearse run --jobs 1`", "ms", "SQL = 1"], rows)


main()
