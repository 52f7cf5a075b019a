#!/usr/bin/env python3
"""Run the migrations of projects with Rehearse, by both runners, and with Alembic alone: the same schema, rows,
version rows, and the same error where one fails.

    run_beside_alembic.py [--engine sqlite|postgres] [--every-other] REHEARSE

With --every-other the dice give each case that both engines have to one of them.
Both use the Alembic of this Python. What Rehearse leaves of the projects' folders is compared, too: byte for byte what
was there. Exit status: 0 all agree, 1 some differ, 77 no Alembic or no server.
"""
import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "alembic"))
sys.path.append(os.path.join(HERE, os.pardir))

from dice import every

try:
    import alembic
    import yaml
    import engines
    import plain_alembic
    from compare import PROGRAMS
    from postgres_server import NoServer, private_server
    from rehearsal import rows_in
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

# Project, commands, and the revision files that are left out (of what Alembic would stop at).
MINOR = int(alembic.__version__.split(".")[1])
CASES = [
    ("bookshop", ["upgrade heads"], ()),
    ("bookshop", ["upgrade heads", "downgrade base", "upgrade +1"], ()),
    ("harbour", ["upgrade heads"], ()),
    ("workshop", ["upgrade 0002", "upgrade head"], ()),
    ("workshop", ["upgrade head", "downgrade 0002", "upgrade head"], ()),
    ("workshop", ["upgrade head", "downgrade base"], ()),
    ("workshop", ["stamp 0003", "upgrade head"], ()),
    ("workshop", ["upgrade 0099"], ()),
    ("wreck", ["upgrade b2"], ("d4_queue.py",)),
    ("wreck", ["upgrade a1", "upgrade c3"], ("d4_queue.py",)),
    ("wreck", ["upgrade a1", "upgrade heads"], ("d4_queue.py",)),
    ("wreck", ["upgrade head"], ("d4_queue.py",)),
    ("wreck", ["stamp b2", "downgrade -1"], ("d4_queue.py",)),
]
# With settings that build the URL, types of columns of the project's own, a version table in a schema of its own, a downgrade that
# leaves an enum behind and one that raises, a revision that breaks on the rows that there are; and without a base.
URL = {"DATABASE_URL": "{url}"}
CASES += [
    ("ferry", ["upgrade 0001", "downgrade base", "upgrade 0001"], (), URL),
    ("ferry", ["upgrade heads"], (), URL),
    ("ferry", ["upgrade 0001", "stamp 0002", "downgrade -1"], (), URL),
    ("annex", ["upgrade heads"], ()),
]
# In an event loop; and a schema a tenant in a loop, which ends with the version table of the last.
CASES += [
    ("lighthouse", ["upgrade heads"], ()),
    ("lighthouse", ["upgrade heads", "downgrade -1"], ()),
    ("lighthouse", ["upgrade 0002", "downgrade base", "upgrade +1"], ()),
]
IN_POSTGRES = [
    ("ferry", ["upgrade heads"], (), {**URL, "VERSION_SCHEMA": "book_keeping"}),
    ("markets", ["upgrade 0002"], (), {"VERSION_SCHEMA": "west"}),
    ("markets", ["upgrade 0002", "downgrade base", "upgrade 0001"], (), {"VERSION_SCHEMA": "west"}),
    ("markets", ["upgrade heads"], (), {"VERSION_SCHEMA": "west"}),
]
RUNNERS = {"markets": ("env",)}  # the loop is env.py's
NEEDS = {"lighthouse": {"sqlite": "aiosqlite", "postgres": "asyncpg"}}
if MINOR >= 16:  # it reads pyproject.toml
    CASES.append(("clinic", ["upgrade heads", "downgrade patients@base"], ()))
PLAIN = os.path.join(HERE, "plain_alembic.py")
WORKERS = 1  # each of them would import Alembic


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", default="sqlite", choices=sorted(PROGRAMS))
    parser.add_argument("--every-other", action="store_true", help="of the cases of both engines those that dice give this one")
    parser.add_argument("rehearse")
    args = parser.parse_args()
    if not engines.has_driver(args.engine):
        print("skipped: no driver of %s" % args.engine)
        return 77
    try:
        with tempfile.TemporaryDirectory(prefix="rehearse-projects-") as folder, \
                place_for(args.engine, folder) as place:
            return compare(args, folder, place)
    except NoServer as missing:
        print("skipped: %s" % missing)
        return 77


def place_for(engine, folder):
    return contextlib.nullcontext(folder) if engine == "sqlite" else private_server()


def compare(args, folder, place):
    before = contents(HERE)
    projects = os.path.join(folder, "projects")
    os.environ["REHEARSE_PYTHON"] = sys.executable
    program = PROGRAMS[args.engine](os.path.abspath(args.rehearse), folder, place, WORKERS)
    paths, failures = [], []
    both = every(2, CASES, turn=args.engine == "sqlite") if args.every_other else CASES
    cases = [(*case, {})[:4] for case in both + (IN_POSTGRES if args.engine == "postgres" else [])]
    cases = [case for case in cases if has_what_it_needs(case[0], args.engine)]
    for number, (project, commands, left_out, variables) in enumerate(cases):
        copied = copy_of(project, left_out, os.path.join(projects, str(number)))
        for runner in RUNNERS.get(project, ("bodies", "env")):
            paths.append(os.path.join(folder, "case-%d-%s.yaml" % (number, runner)))
            write_scenario(paths[-1], copied, runner, commands, args.engine, variables)
    laid = contents(projects)
    program.run(paths)
    for number, (project, commands, _, variables) in enumerate(cases):
        theirs = alembic_in_a_fork(os.path.join(projects, str(number), project), commands,
                                   program.engine, place, variables)
        for runner in RUNNERS.get(project, ("bodies", "env")):
            name = "case-%d-%s/replay@fresh:%s" % (number, runner, args.engine)
            for what, one, other in differences(program.cell(name, theirs["table"]), theirs):
                failures.append("%s (%s): %s: %s differs\n  rehearse %r\n  alembic  %r" % (
                    project, "; ".join(commands), runner, what, one, other))
    program.drop_kept()
    for root, was in ((HERE, before), (projects, laid)):
        if contents(root) != was:
            failures.append("files of the projects have changed: %s" % sorted(
                set(contents(root).items()) ^ set(was.items())))
    print("\n".join(failures + ["Alembic %s on %s: %d cases by each runner that they have, %d differences" % (
        alembic.__version__, args.engine, len(cases), len(failures))]))
    return 1 if failures else 0


def has_what_it_needs(project, engine):
    module = NEEDS.get(project, {}).get(engine)
    is_there = module is None or importlib.util.find_spec(module) is not None
    if not is_there:
        print("left out: a case of %s, which needs %s" % (project, module))
    return is_there


def contents(root):
    """path -> hash, of each file below."""
    return {os.path.join(folder, name): hashlib.sha256(open(os.path.join(folder, name), "rb").read()).hexdigest()
            for folder, _, names in os.walk(root) for name in names}


def copy_of(project, left_out, folder):
    """A copy of a project without some of its revision files: the folder."""
    for above, _, names in os.walk(os.path.join(HERE, project)):
        to = os.path.join(folder, project, os.path.relpath(above, os.path.join(HERE, project)))
        os.makedirs(to, exist_ok=True)
        for name in names:
            if name not in left_out and not name.endswith(".pyc"):
                with open(os.path.join(above, name), "rb") as file, open(os.path.join(to, name), "wb") as copy:
                    copy.write(file.read())
    return os.path.join(folder, project)


def write_scenario(path, project, runner, commands, engine, variables=None):
    schema = (variables or {}).get("VERSION_SCHEMA")
    with open(path, "w", encoding="utf-8") as file:
        yaml.safe_dump({
            "rehearse": 1,
            "engines": [engine],
            "revisions": {"alembic": project, "runner": runner, **({"env": variables} if variables else {})},
            **({"configure": {"version_table_schema": schema, "before": "CREATE SCHEMA IF NOT EXISTS %s" % schema}}
               if schema else {}),
            "steps": [dict([command.split()]) for command in commands],
        }, file, default_flow_style=None)


def alembic_alone(project, commands, engine, place, variables):
    """What a plain program over alembic.command leaves, and the error it ends with."""
    database = engine.new_database(place)
    url = plain_alembic.without_driver(str(engine.sqlalchemy_url(database)))
    done = subprocess.run([sys.executable, "-B", PLAIN, project, url, *commands],
                          cwd=project, text=True, stdout=subprocess.PIPE, check=True,
                          env={**os.environ, **with_url(variables, url)})
    return left_in(engine, database, json.loads(done.stdout.splitlines()[-1]))


def alembic_in_a_fork(project, commands, engine, place, variables=None):
    """The same, by a process of its own that need not import Alembic again."""
    database = engine.new_database(place)
    url = plain_alembic.without_driver(str(engine.sqlalchemy_url(database)))
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(read)
            os.chdir(project)
            os.environ.update(with_url(variables or {}, url))
            sys.dont_write_bytecode = True
            for descriptor in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
            told = plain_alembic.run(project, url, commands)
            with os.fdopen(write, "w") as pipe:
                json.dump(told, pipe)
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    if not text:
        raise RuntimeError("Alembic alone has ended in the middle: %s" % project)
    theirs = left_in(engine, database, json.loads(text))
    engine.drop_database(database)
    return theirs


def with_url(variables, url):
    return {name: value.replace("{url}", url) for name, value in variables.items()}


def left_in(engine, database, told):
    """With what Alembic has told of itself, what it has left."""
    table = engine.version_table({key: value for key, value in told["configure"].items() if value})
    return {
        **told, "table": table,
        "schema": engine.schema_lines(database, table),
        "version_order": engine.version_rows(database, table) or [],
        "rows": rows_in(engine, database, table),
    }


def differences(ours, theirs):
    """(what, ours, theirs) where they differ."""
    found = [(key, ours[key], theirs[key]) for key in ("failed_step", "version_order", "schema", "rows")
             if ours[key] != theirs[key]]
    error = ours["error"] and {key: ours["error"][key] for key in ("class", "message")}
    if error != theirs["error"]:
        found.append(("error", error, theirs["error"]))
    return found


if __name__ == "__main__":
    sys.exit(main())
