#!/usr/bin/env python3
"""Every state of scenarios as `rehearse export` writes it: plain Alembic meets there what the scenario says.

    exports.py [--engine sqlite|postgres] [--rehearse PROGRAM] [--sample COUNT [--seed NUMBER]] PATH...

In each folder real Alembic says its heads and where the database is, and carries out `upgrade head`. It has to end as the
program's replay of that does: error class and text, version rows, schema, rows of all tables. Nothing of the lesson, the
strategies or the outcomes may be found in the folder. Left out are states with sessions, which no folder has.
Exit status: 0 all agree, 1 some differ, 77 no Alembic.
"""
import argparse
import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from functools import partial
from multiprocessing import Pool

sys.path.append(os.path.join(sys.path[0], os.pardir))

from dice import drawn, first_seed

try:
    import alembic.command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    import engines
    from alembic_project import COMMAND_LIMIT_S, Hang, failure_of
    from compare import LOOPS, PROGRAMS, copy_scenarios, differences, place_for
    from scenario_file import read_scenario
    from postgres_server import NoServer
    from rehearsal import rows_in
except ImportError as missing:
    print("skipped: this Python (%s) cannot compare: %s" % (sys.executable, missing))
    sys.exit(77)

SECTIONS = ("strategies:", "steps:", "goal:", "outcomes:")
SHARED = []  # what processes of the pool have from their parent
PLAIN = "\nstrategies: {plain: {steps: [{upgrade: head}]}}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehearse", default="build/rehearse")
    parser.add_argument("--engine", default="sqlite", choices=["sqlite", "postgres"])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--sample", type=int, help="only so many scenarios")
    parser.add_argument("--seed", type=int, default=first_seed(), help="which")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    args = parser.parse_args()
    args.rehearse = os.path.abspath(args.rehearse)
    if not engines.has_driver(args.engine):
        print("skipped: this Python has no driver of %s" % args.engine)
        return 77
    try:
        with tempfile.TemporaryDirectory(prefix="rehearse-exports-") as folder, \
                place_for(args.engine, folder) as place:
            return compare_all(args, folder, place)
    except NoServer as err:
        print("skipped: %s" % err)
        return 77


def compare_all(args, folder, place):
    originals = [path for path in copy_scenarios(args.paths, os.path.join(folder, "all"))
                 if args.engine in read_scenario(path)["engines"]]
    if args.sample:
        print("seed %d" % args.seed)
    originals = drawn(originals, args.sample, args.seed)
    plain = [write_plain(path) for path in originals]
    program = PROGRAMS[args.engine](args.rehearse, folder, place, args.jobs)
    program.run(plain)
    compared, lines = 0, []
    SHARED.extend((args, place, program))
    with Pool(args.jobs) as pool:
        for count, found in pool.imap(compare_scenario, zip(originals, plain)):
            compared += count
            lines += found
    print("\n".join(lines + ["%s: %d states exported, %d differences" % (args.engine, compared, len(lines))]))
    program.drop_kept()
    return 1 if lines or not compared else 0


def write_plain(path):
    """The scenario with one strategy, which is what everybody tries; its path."""
    with open(path, encoding="utf-8-sig") as file:
        sections = re.split(r"^(?=[a-z])", file.read(), flags=re.MULTILINE)
    plain = path[:-len(".yaml")] + "-plain.yaml"
    with open(plain, "w", encoding="utf-8") as file:
        file.write("".join(section for section in sections if not section.startswith(SECTIONS)) + PLAIN)
    return plain


def compare_scenario(paths):
    """How many states were compared, and what differs."""
    args, place, program = SHARED
    original, plain = paths
    scenario = read_scenario(original, args.engine)
    count, lines = 0, []
    for name, state in scenario["states"].items():
        if (state or {}).get("sessions"):
            continue
        cell = "%s/plain@%s:%s" % (os.path.basename(plain)[:-len(".yaml")], name, args.engine)
        with tempfile.TemporaryDirectory(prefix="rehearse-export-") as folder:
            lines += ["%s: %s" % (cell, line) for line in
                      compare_state(args, place, program, scenario, original, name, cell, folder)]
        count += 1
    return count, lines


def compare_state(args, place, program, scenario, path, state, cell, folder):
    engine = program.engine
    server = [] if args.engine == "sqlite" else ["--postgres", engine.admin_of(place)]
    target = os.path.join(folder, "project")
    done = subprocess.run([args.rehearse, "export", path, target, "--state", state, "--engine", args.engine] + server,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        return ["cannot be exported: %s" % done.stderr]
    found = secrets_in(target, scenario)
    roles = scenario.get("roles", [])
    engine.begin_roles(place, roles)
    try:
        database = database_of(engine, args.engine, place, target, scenario)
        config = Config(os.path.join(target, "alembic.ini"), stdout=io.StringIO())
        if args.engine == "postgres":
            config.set_main_option("sqlalchemy.url", engine.sqlalchemy_url(database).replace("%", "%%"))
        found += compare_listings(args, scenario, engine, database, config)
        found += compare_upgrade(program, engine, scenario, database, config, cell)
        if args.engine == "postgres":
            engine.drop_database(database)
    finally:
        engine.end_roles(place, roles)
    return found


def database_of(engine, name, place, folder, scenario):
    if name == "sqlite":
        return os.path.join(folder, "database.sqlite")
    database = engine.new_database(place, locale=scenario["configure"].get("locale"))
    done = subprocess.run(["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", database,
                           "--file", os.path.join(folder, "database.sql")],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError("%s\nthe dump of %s cannot be loaded" % (done.stderr, scenario["name"]))
    return database


def secrets_in(folder, scenario):
    """What the folder gives away: the lesson, the names, titles and stories of strategies."""
    secrets = [scenario.get("lesson") or ""]
    for name, strategy in scenario["strategies"].items():
        secrets += [strategy.get("title") or "", strategy.get("story") or ""]
    secrets = [secret.strip() for secret in secrets if len(secret.strip()) > 20]
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), "rb") as file:
                text = file.read().decode(errors="replace")
            found += ["%s gives away %r" % (name, secret) for secret in secrets if secret in text]
            if re.search(r"^(lesson|outcomes|strategies):", text, re.MULTILINE):
                found.append("%s has a key of the scenario" % name)
    return found


def plan(args, scenario, current, command):
    """What the program says to a listing."""
    specs = [{"revision": revision["revision"], "down_revision": revision.get("down_revision"),
              "branch_labels": revision.get("branch_labels"), "depends_on": revision.get("depends_on")}
             for revision in scenario["revisions"]]
    case = {"id": 1, "revisions": specs, "current": current, "command": command, "target": "", "sql": False}
    level = scenario["configure"]["alembic"]
    done = subprocess.run([args.rehearse, "plan", "--jsonl", "--alembic", level], input=json.dumps(case) + "\n",
                          stdout=subprocess.PIPE, text=True, check=True)
    answer = json.loads(done.stdout)
    return sorted(answer["result"]) if answer["ok"] else answer["error_class"]


def compare_listings(args, scenario, engine, database, config):
    table = engine.version_table(scenario["configure"])
    current = engine.version_rows(database, table) or []
    found = []
    for command, ask in (("heads", heads), ("current", current_rows)):
        theirs = answer_of(partial(ask, config))
        ours = plan(args, scenario, current, command)
        if ours != theirs:
            found.append("%s differs\n  rehearse %r\n  alembic  %r" % (command, ours, theirs))
    return found


def heads(config):
    return sorted(ScriptDirectory.from_config(config).get_heads())


def current_rows(config):
    config.stdout = io.StringIO()
    alembic.command.current(config)
    return sorted(line.split(" ")[0] for line in config.stdout.getvalue().splitlines() if line)


def answer_of(ask):
    try:
        return bounded(ask)
    except Exception as err:  # whatever Alembic raises
        return failure_of(err).class_name


def bounded(ask):
    signal.setitimer(signal.ITIMER_VIRTUAL, COMMAND_LIMIT_S)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return ask()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def compare_upgrade(program, engine, scenario, database, config, cell):
    table = engine.version_table(scenario["configure"])
    ours = program.cell(cell, table)
    error = None
    try:
        bounded(partial(alembic.command.upgrade, config, "head"))
    except Exception as err:  # whatever Alembic, or the database, raises
        failure = failure_of(err)
        error = {"class": failure.class_name, "message": failure.message}
    if ours["error"] and ours["error"]["message"].startswith(LOOPS):
        return []
    theirs = {"verdict": "fails" if error else "works", "failed_step": 1 if error else None, "error": error,
              "wrong": [], "version_order": engine.version_rows(database, table) or [],
              "schema": engine.schema_lines(database, table), "rows": rows_in(engine, database, table),
              "tables": engine.tables_of(database, table)}
    return ["%s differs\n  rehearse %r\n  alembic  %r" % difference for difference in differences(ours, theirs)]


if __name__ == "__main__":
    sys.exit(main())
