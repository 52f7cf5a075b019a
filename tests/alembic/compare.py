#!/usr/bin/env python3
"""Compare the program with real Alembic: the same scenarios, carried out by both.

Takes scenario files or folders of them, and writes others by the dice. A cell agrees when verdict,
failing step, error class and text, unmet goals, version rows, schema, surviving tables and their rows
are the same. Exit status: 0 all cells agree, 1 some differ, 77 no Alembic to compare with.
"""
import argparse
import contextlib
import glob
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import lru_cache, partial
from multiprocessing import Pool

sys.path.append(os.path.join(sys.path[0], os.pardir))

from dice import drawn, first_seed

try:
    import alembic
    import yaml
except ImportError as err:
    print("skipped: this Python (%s) cannot compare: %s" % (sys.executable, err))
    sys.exit(77)

import engines
from alembic_project import LEVEL
from generate_scenarios import scenario_text, write_files
from postgres_server import NoServer, private_server
from rehearsal import in_memory, rehearse, rows_in
from scenario_file import Unsupported, read_scenario

BATCH = 24       # so many scenarios are carried out before their databases are dropped
HASH_SEEDS = 12  # how often at most Alembic is asked again where it may follow the order of a set
LOOPS = "alembic loops for ever"  # what the program says instead of doing so
OWN_WORDS = ("Blocked", "Expectation", "Irreversible", "Hang")  # error classes that Alembic has no text for


def main():
    args = arguments()
    if not engines.has_driver(args.engine):
        print("skipped: this Python (%s) has no driver of %s" % (sys.executable, args.engine))
        return 77
    try:
        with tempfile.TemporaryDirectory(prefix="rehearse-compare-", dir=in_memory()) as folder, \
                place_for(args.engine, folder) as place:
            report = compare(args, folder, place)
    except NoServer as err:
        print("skipped: %s" % err)
        return 77
    return 1 if report.different else 0


def compare(args, folder, place):
    """Carry all out on both sides; the report."""
    started = time.monotonic()
    bundled = drawn(copy_scenarios(args.paths, os.path.join(folder, "bundled")), args.sample, args.seed)
    seeds = range(args.seed, args.seed + args.generated)
    generated = write_generated(seeds, args.engine, os.path.join(folder, "generated"))
    print("Alembic %s on %s; %d scenario files, %d generated: --seed %d --generated %d%s" % (
        alembic.__version__, args.engine, len(bundled), len(generated), args.seed, args.generated,
        " --sample %d" % args.sample if args.sample else ""), flush=True)
    program = PROGRAMS[args.engine](args.rehearse, folder, place, args.jobs)
    report = Report(args.show)
    paths = bundled + generated
    with Pool(args.jobs) as pool:
        for batch in (paths[at:at + BATCH] for at in range(0, len(paths), BATCH)):
            program.run(batch)
            answers = pool.imap(partial(carry_out, args.engine, place), batch)
            for path, (cells, reason) in zip(batch, answers):
                report.add(path, cells, reason, program)
            program.drop_kept()
    report.finish(program, time.monotonic() - started)
    return report


def place_for(engine, folder):
    """Where databases are made while the context lasts: a folder, or that of a server's socket."""
    if engine == "sqlite":
        return contextlib.nullcontext(folder)
    return private_server()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehearse", default="build/rehearse", help="the program")
    parser.add_argument("--engine", default="sqlite", choices=["sqlite", "postgres"])
    parser.add_argument("--generated", type=int, default=200, metavar="N",
                        help="write so many scenarios by the dice (default 200)")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many of the scenario files")
    parser.add_argument("--seed", type=int, default=first_seed(),
                        help="of the first of those by the dice, and of the sample, to repeat a run (default: a fresh one)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--show", type=int, default=20, help="how many differing cells to print")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="scenario files, folders of them")
    args = parser.parse_args()
    args.rehearse = os.path.abspath(args.rehearse)
    return args


# --- scenarios -----------------------------------------------------------------------------------

def copy_scenarios(paths, folder):
    """Copy scenario files, and the folders they stand in; the copies ask for the installed release."""
    copies = []
    for number, path in enumerate(paths):
        source = path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
        target = os.path.join(folder, str(number))
        shutil.copytree(source, target)
        if os.path.isdir(path):
            found = [os.path.join(place, name) for place, _, names in os.walk(target)
                     for name in names if name.endswith((".yaml", ".yml"))]
        else:
            found = [os.path.join(target, os.path.basename(path))]
        copies += sorted(found)
    for path in copies:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(with_level(text))
    return copies


def write_generated(seeds, engine, folder):
    os.makedirs(folder)
    write_files(folder)
    paths = [os.path.join(folder, "dice-%d.yaml" % seed) for seed in seeds]
    for seed, path in zip(seeds, paths):
        with open(path, "w", encoding="utf-8") as file:
            file.write(with_level(scenario_text(seed, engine)))
    return paths


def with_level(text):
    """The scenario with `configure: alembic` of the installed release, all else left as it is."""
    level = '"%s"' % LEVEL
    root = yaml.compose(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    values = {key.value: (key, value) for key, value in root.value}
    if "configure" not in values:
        if root.flow_style:
            at, added = root.start_mark.index + 1, "configure: {alembic: %s}, " % level
        else:
            at, added = root.start_mark.index, "configure: {alembic: %s}\n" % level
        return text[:at] + added + text[at:]
    configure = values["configure"][1]
    for key, value in configure.value:
        if key.value == "alembic":
            return text[:value.start_mark.index] + level + text[value.end_mark.index:]
    at = configure.start_mark.index + (1 if configure.flow_style else 0)
    separator = ", " if configure.flow_style else "\n" + " " * configure.start_mark.column
    return text[:at] + "alembic: " + level + separator + text[at:]


# --- both sides ----------------------------------------------------------------------------------

def carry_out(engine, place, path):
    """The cells of a scenario as real Alembic gives them, and why there are none."""
    try:
        return rehearse(read_scenario(path, engine), place), None
    except Unsupported as err:
        return [], str(err)


class Program:
    """What `rehearse run` gives: cells, and the databases it left behind."""

    def __init__(self, program, folder, place, jobs):
        self.program, self.folder, self.place, self.jobs = program, folder, place, jobs
        self.engine = engines.engine_named(self.ENGINE)
        self.cells, self.kept = {}, {}  # by name; by what the name of a database makes of it

    def run(self, paths, *options):
        """Play the cells of some files; gives their names."""
        command = [self.program, "run", "--engine", self.ENGINE, "--format", "json", "--keep", "all",
                   "--jobs", str(self.jobs), *options]
        done = subprocess.run(command + paths, cwd=self.folder, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode not in (0, 1, 4):
            sys.exit("%s\n'%s ...' left with exit status %d" % (
                done.stderr, shlex.join(command), done.returncode))
        cells = json.loads(done.stdout)["cells"] if done.stdout else []
        self.cells.update((cell["name"], cell) for cell in cells)
        return [cell["name"] for cell in cells]

    def cell(self, name, version_table):
        """A cell with what its database holds, read as on the other side."""
        database = self.kept[name]
        return {**self.cells[name],
                "own_schema": self.cells[name]["schema"],
                "schema": self.engine.schema_lines(database, version_table),
                "version_order": self.engine.version_rows(database, version_table) or [],
                "rows": rows_in(self.engine, database, version_table)}

    def drop_kept(self):
        for database in self.kept.values():
            self.engine.drop_database(database)
        self.kept = {}


class SqliteProgram(Program):
    ENGINE = "sqlite"

    def run(self, paths, *options):
        names = super().run(paths, *options)
        files = {os.path.basename(path).rpartition("-")[0]: path for path in
                 glob.glob(os.path.join(self.folder, ".rehearse", "kept", "*.sqlite"))}
        self.kept = {name: files[re.sub(r"[^A-Za-z0-9._-]", "-", name)] for name in names}
        return names


class PostgresProgram(Program):
    ENGINE = "postgres"
    PREFIX = "rehearse_kept_"
    SPACE = 63 - len("_12345678")  # what is left of a name for prefix and label

    def run(self, paths, *options):
        server = ["--postgres", self.engine.admin_of(self.place)]
        names = super().run(paths, *server, *options)
        labels = {name: self._label(name) for name in names}
        often = Counter(labels.values())
        by_label = {name.rpartition("_")[0]: database for name, database in self._on_server().items()}
        self.kept = {name: by_label[labels[name]] for name in names}
        for name in names:
            if often[labels[name]] > 1:  # a label that is cut may be that of several cells
                before = self._on_server()
                super().run(paths, *server, "--filter", "^%s$" % re.escape(name))
                self.kept[name], = (database for other, database in self._on_server().items()
                                    if other not in before)
        return names

    def _label(self, name):
        return self.PREFIX + re.sub("[^a-z0-9]", "_", name.lower())[:self.SPACE - len(self.PREFIX)]

    def _on_server(self):
        return self.engine.databases_on(self.place, self.PREFIX)

    def drop_kept(self):
        for database in self._on_server().values():
            self.engine.drop_database(database)
        self.kept = {}


PROGRAMS = {program.ENGINE: program for program in (SqliteProgram, PostgresProgram)}
# --- comparing -----------------------------------------------------------------------------------

def compare_cell(theirs, program):
    if theirs["name"] not in program.cells:
        return [("cell", "absent", "there")]
    return differences(program.cell(theirs["name"], theirs["version_table"]), theirs)


def is_undefined(path, name, program):
    """Whether Alembic gives the program's answer too when its sets have another order."""
    return any(cell["name"] == name and not compare_cell(cell, program) for seed in range(HASH_SEEDS)
               for cell in answers_in_order(path, program.ENGINE, program.place, seed))


@lru_cache
def answers_in_order(path, engine, place, seed):
    """The cells of a scenario as Alembic gives them with one of the orders of its sets."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rehearse_with_alembic.py")
    command = [sys.executable, script, "--engine", engine, "--place", place, path]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          env=dict(os.environ, PYTHONHASHSEED=str(seed)))
    return json.loads(done.stdout)["cells"]


def differences(ours, theirs):
    """What differs between the program's cell and real Alembic's: (what, program, Alembic)."""
    found = [(key, ours[key], theirs[key])
             for key in ("verdict", "failed_step", "version_order", "schema") if ours[key] != theirs[key]]
    if sorted(ours["wrong"]) != sorted(theirs["wrong"]):
        found.append(("wrong", ours["wrong"], theirs["wrong"]))
    errors = [plain_error(cell["error"]) for cell in (ours, theirs)]
    if errors[0] != errors[1]:
        found.append(("error", *errors))
    tables = sorted(filter(None, map(named_table, ours["own_schema"])))
    if tables != theirs["tables"]:
        found.append(("tables", tables, theirs["tables"]))
    for table in sorted(set(ours["rows"]) | set(theirs["rows"])):
        one, other = ours["rows"].get(table), theirs["rows"].get(table)
        if one != other:
            found.append(("rows of " + table, one, other))
    return found


def named_table(line):
    """The table that a line of the program's schema is about; it quotes what is not plain."""
    name = r'"(?:[^"]|"")*"|[^\s".]+'
    table = re.match(r'table ((%s)(\.(%s))?)' % (name, name), line)
    return table and re.sub(r'"((?:[^"]|"")*)"', lambda quoted: quoted[1].replace('""', '"'), table[1])


def plain_error(error):
    """Class and text of an error; its text only where it is not of our own wording, and without the
    order that Alembic takes from a set."""
    if error is None or error["class"] in OWN_WORDS:
        return error and error["class"]
    text = error["message"]
    if text.startswith(LOOPS):
        return "Hang"
    overlap = re.fullmatch(r"(Requested revision .* overlaps with other requested revisions )(.*)", text)
    if overlap:
        text = overlap[1] + ", ".join(sorted(overlap[2].split(", ")))
    clash = re.fullmatch(r"Branch name '(.*)' in revision (.*) already used by revision (.*)", text)
    if clash:
        text = "Branch name '%s' used by revisions %s and %s" % (
            clash[1], *sorted((clash[2], clash[3])))
    return "%s: %s" % (error["class"], text)


class Report:
    """Counts cells, and prints those that differ."""

    def __init__(self, shown_count):
        self.shown_count = shown_count
        self.cells = self.different = self.undefined = 0
        self.without_cells, self.verdicts = [], Counter()

    def add(self, path, cells, reason, program):
        if reason:
            self.different += 1
            print("NOT COMPARED %s: %s" % (path, reason))
        elif not cells:
            self.without_cells.append(os.path.basename(path))
        for theirs in cells:
            self.cells += 1
            self.verdicts[theirs["verdict"]] += 1
            found = compare_cell(theirs, program)
            if not found:
                continue
            if self.different < self.shown_count and is_undefined(path, theirs["name"], program):
                self.undefined += 1
                print("undefined in Alembic: " + theirs["name"])
                continue
            self.different += 1
            if self.different <= self.shown_count:
                self.show(theirs["name"], found)

    @staticmethod
    def show(name, found):
        print("\nDIFFERENT %s" % name)
        for what, ours, theirs in found:
            if isinstance(ours, list) and isinstance(theirs, list):
                ours, theirs = ([item for item in ours if item not in theirs],
                                [item for item in theirs if item not in ours])
                what += " (only there)"
            print("  %s\n    rehearse %r\n    alembic  %r" % (what, ours, theirs))

    def finish(self, program, elapsed_s):
        if self.without_cells:
            print("no such cells: " + ", ".join(self.without_cells))
        extra = len(program.cells) - self.cells
        if extra:
            self.different += 1
            print("the program has %d cells that this reading does not have" % extra)
        verdicts = ", ".join("%d %s" % (count, verdict)
                             for verdict, count in sorted(self.verdicts.items()))
        print("%d cells compared (%s): %d differ, %d undefined in Alembic; %.1f s" % (
            self.cells, verdicts, self.different, self.undefined, elapsed_s))


if __name__ == "__main__":
    sys.exit(main())
