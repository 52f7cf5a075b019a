#!/usr/bin/env python3
"""Random projects, run by Rehearse's two runners and by Alembic alone: the same schema, rows, version rows and errors.

    run_random_projects.py [--engine sqlite|postgres] [--count N] [--seed S] [--keep FOLDER] REHEARSE

Without a seed a fresh one is thrown, and told where something differs: `--seed S --count 1` repeats that project. With
--keep the projects that differ are laid into a folder. Exit status: 0 all agree, 1 some differ, 77 no Alembic or server.
"""
import argparse
import os
import shutil
import sys
import tempfile

# In which order Alembic takes several heads, and which row of several a merge keeps, may hang on how Python hashes texts. All that
# Rehearse starts hashes so; what it decides by itself may be what another number would have given.
HASHED = {"PYTHONHASHSEED": "0"}
if os.environ.get("PYTHONHASHSEED") != HASHED["PYTHONHASHSEED"]:  # before Alembic is imported, which takes a while
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **HASHED})

sys.path.append(os.path.join(sys.path[0], os.pardir))

from dice import first_seed
import run_beside_alembic as beside
import random_projects

import sqlalchemy


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", default="sqlite", choices=sorted(beside.PROGRAMS))
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--keep")
    parser.add_argument("rehearse")
    args = parser.parse_args()
    if not beside.engines.has_driver(args.engine):
        print("skipped: no driver of %s" % args.engine)
        return 77
    first = args.seed if args.seed is not None else first_seed()
    failures, failed = 0, 0
    try:
        with beside.place_for(args.engine, None) as place:
            for start in range(first, first + args.count, 100):
                with tempfile.TemporaryDirectory(prefix="rehearse-random-") as folder:
                    some = range(start, min(start + 100, first + args.count))
                    for told, has_failed in compare(args, folder, place or folder, some):
                        failed += has_failed
                        failures += bool(told)
                        if told:
                            print(told)
    except beside.NoServer as missing:
        print("skipped: %s" % missing)
        return 77
    print("Alembic %s, SQLAlchemy %s on %s: %d projects from seed %d on, %d of which fail somewhere: %d differ" % (
        beside.alembic.__version__, sqlalchemy.__version__, args.engine, args.count, first, failed, failures))
    return 1 if failures else 0


def compare(args, folder, place, seeds):
    """(what differs, whether Alembic fails) of each project."""
    os.environ["REHEARSE_PYTHON"] = sys.executable
    projects, commands, paths = os.path.join(folder, "projects"), {}, []
    for seed in seeds:
        project = os.path.join(projects, str(seed))
        commands[seed] = random_projects.make(seed, args.engine, project)
        for runner in ("bodies", "env"):
            paths.append(os.path.join(folder, "case-%d-%s.yaml" % (seed, runner)))
            beside.write_scenario(paths[-1], project, runner, commands[seed], args.engine)
    program = beside.PROGRAMS[args.engine](os.path.abspath(args.rehearse), folder, place, beside.WORKERS)
    laid = beside.contents(projects)
    program.run(paths)
    changed = sorted(set(beside.contents(projects).items()) ^ set(laid.items()))
    if changed:
        yield "files of projects have changed: %s" % changed, False
    for seed in seeds:
        project = os.path.join(projects, str(seed))
        theirs = beside.alembic_in_a_fork(project, commands[seed], program.engine, place)
        told = []
        for runner in ("bodies", "env"):
            cell = program.cell("case-%d-%s/replay@fresh:%s" % (seed, runner, args.engine), theirs["table"])
            differences = beside.differences(cell, theirs)
            if differences and runner == "bodies" and any(
                    not beside.differences(cell, alembic_hashed(project, commands[seed], program.engine, place, number))
                    for number in range(1, 9)):
                differences = []
            for what, one, other in differences:
                told.append("%s: %s differs\n  rehearse %r\n  alembic  %r" % (runner, what, one, other))
        if told and args.keep:
            shutil.copytree(project, os.path.join(args.keep, "%s-%d" % (args.engine, seed)), dirs_exist_ok=True)
        yield told and "--engine %s --seed %d --count 1: %s\n%s" % (
            args.engine, seed, "; ".join(commands[seed]), "\n".join(told)), theirs["error"] is not None
    program.drop_kept()


def alembic_hashed(project, commands, engine, place, number):
    """What it leaves with texts hashed otherwise."""
    os.environ["PYTHONHASHSEED"] = str(number)
    try:
        return beside.alembic_alone(project, commands, engine, place, {})
    finally:
        os.environ.update(HASHED)


if __name__ == "__main__":
    sys.exit(main())
