#!/usr/bin/env python3
"""mutation.py - do the outcomes and records of scenarios notice when something is left out?

    python3 tests/mutation/mutation.py [PATH...]      scenario files or folders; all by default

Of each scenario there is a mutant for every statement of a revision body, and for every step of a
strategy that works in some cell: the scenario without it. A mutant is noticed when a cell's verdict is
not as claimed any more, when a cell's record differs, or when the file no longer loads, as a step is gone
at which a cell was to fail, or a backup that is restored.

SQLite is asked first, and PostgreSQL about what SQLite could not tell. What goes unnoticed for a good
reason is listed in unnoticed.yaml, and the list holds nothing else. --sample asks about so many mutants, by
the dice. Exit status: 0 all is as listed, and less than 5 % is listed; 1 something is not; 77 a library is
missing.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from itertools import groupby

try:
    import yaml
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

sys.path.append(os.path.join(sys.path[0], os.pardir))

from dice import drawn, first_seed
from mutants import ENGINES, mutants_of, read, rewritten, write
from scenario_file import as_list

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
NO_SERVER = 3  # exit status
MOST_UNNOTICED = 0.05
UNLOADABLE = "does not load: "


class Trial:
    """A scenario file to be played: a mutant, or without one the scenario as it is, which must not
    differ."""

    def __init__(self, scenario, number, engines, document, mutant=None):
        self.scenario, self.mutant = scenario, mutant
        self.name = "%s--%d" % (scenario, number)  # of its file
        self.text = write(document)
        self.left = list(engines)  # that have not been asked
        self.noticed = None        # how

    def is_unnoticed(self):
        return not self.noticed and not self.left


def main(words):
    args = arguments(words)
    started = time.monotonic()
    paths = scenario_files(args.paths)
    mutants = [(path, mutant) for path in paths for mutant in mutants_of(path)]
    if args.sample:
        print("--sample %d --seed %d" % (args.sample, args.seed))
    trials = list(trials_of(drawn(mutants, args.sample, args.seed)))
    for engine in args.engine or ENGINES:
        asked = [trial for trial in trials if engine in trial.left and not trial.noticed]
        mutated = {trial.scenario for trial in asked if trial.mutant}
        ask(args, engine, [trial for trial in asked if trial.scenario in mutated])
    for scenario in sorted({trial.scenario for trial in trials}):
        if not os.path.isdir(os.path.join(args.expected, scenario)):
            print("%s: has no records, so that its outcomes alone notice anything" % scenario)
    places = {(scenario_of(path), mutant.place) for path, mutant in mutants}
    is_well = judge(trials, read_listed(args.listed), places, is_whole=not args.paths)
    print("%d mutants of %d scenarios in %.1f s" % (len(mutants), len(paths), time.monotonic() - started))
    return 0 if is_well else 1


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehearse", default=os.path.join(PROJECT, "build", "rehearse"),
                        help="the program")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="only this one")
    parser.add_argument("--expected", default=os.path.join(PROJECT, "expected"),
                        help="the folder of records")
    parser.add_argument("--listed", default=os.path.join(HERE, "unnoticed.yaml"),
                        help="what may go unnoticed")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many mutants")
    parser.add_argument("--seed", type=int, default=first_seed(), help="which, to repeat a run")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="scenario files, folders of them")
    return parser.parse_args(words)


def scenario_files(paths):
    files = []
    for path in paths or [os.path.join(PROJECT, "scenarios")]:
        if os.path.isdir(path):
            files += sorted(os.path.join(folder, name) for folder, _, names in os.walk(path)
                            for name in names if name.endswith(".yaml"))
        else:
            files.append(path)
    return files


def scenario_of(path):
    return os.path.splitext(os.path.basename(path))[0]


def trials_of(mutants):
    """Those of mutants of some paths, and one of each scenario as it is."""
    for path, of_path in groupby(mutants, lambda pair: pair[0]):
        name = scenario_of(path)
        yield Trial(name, 0, as_list(read(path).get("engines", list(ENGINES))), rewritten(path))
        for number, (_, mutant) in enumerate(of_path, 1):
            yield Trial(name, number, mutant.engines, mutant.document, mutant)


# --- asking the program ---------------------------------------------------------------------------

def ask(args, engine, trials):
    """Play trials on an engine, all in one run; without such an engine here, they stay unasked."""
    with tempfile.TemporaryDirectory(prefix="rehearse-mutation-") as folder:
        scenarios, expected = os.path.join(folder, "scenarios"), os.path.join(folder, "expected")
        os.mkdir(scenarios)
        os.mkdir(expected)
        for trial in trials:
            with open(os.path.join(scenarios, trial.name + ".yaml"), "w", encoding="utf-8") as file:
                file.write(trial.text)
            records = os.path.join(os.path.abspath(args.expected), trial.scenario)
            os.symlink(records, os.path.join(expected, trial.name))
        unloadable = remove_unloadable(args, scenarios)
        differing = play(args, engine, scenarios, expected, cells_of(engine, trials))
    if differing is None:
        return
    for trial in trials:
        trial.left.remove(engine)
        if trial.name in unloadable:
            trial.noticed = UNLOADABLE + unloadable[trial.name]
        elif trial.name in differing:
            trial.noticed = differing[trial.name]


def remove_unloadable(args, folder):
    """Remove the files that are no scenarios; name -> the first mistake."""
    check = subprocess.run([args.rehearse, "check", folder], capture_output=True, text=True)
    mistakes = {}
    for name, mistake in re.findall(r"^%s/(.+)\.yaml:\d+:\d+: error: (.*)$" % re.escape(folder),
                                    check.stderr, re.MULTILINE):
        mistakes.setdefault(name, mistake)
    for name in mistakes:
        os.unlink(os.path.join(folder, name + ".yaml"))
    return mistakes


def cells_of(engine, trials):
    """A pattern for the cells that can differ; a scenario as it is plays those of its mutants. SQLite has
    played all of them in the time that it would take to read the pattern."""
    if engine == "sqlite":
        return "."
    played = defaultdict(set)  # scenario -> strategies of its mutants
    for trial in trials:
        if trial.mutant:
            played[trial.scenario].add(trial.mutant.strategy)
    return "^(%s)@" % "|".join(
        "%s/%s" % (trial.name, any_of({trial.mutant.strategy} if trial.mutant
                                      else played[trial.scenario])) for trial in trials)


def any_of(strategies):
    """A pattern for their names; None among them stands for all there are."""
    return ".*" if None in strategies else "(%s)" % "|".join(map(re.escape, sorted(strategies)))


def play(args, engine, scenarios, expected, cells):
    """scenario -> its first cell that is not as claimed and recorded; None without the engine."""
    if not os.listdir(scenarios):
        return {}
    run = subprocess.run([args.rehearse, "run", "--engine", engine, "--filter", cells, "--format",
                          "json", "--expected", expected, scenarios], capture_output=True, text=True)
    if run.returncode == NO_SERVER:
        print("without %s: %s" % (engine, run.stderr.strip().splitlines()[-1]))
        return None
    if run.returncode not in (0, 1):
        sys.exit("could not play the mutants: " + run.stderr)
    differing = {}
    for cell in json.loads(run.stdout)["cells"]:
        if cell["as_expected"] is False:
            differing.setdefault(cell["scenario"], "%s %s" % (cell["name"], cell["verdict"]))
    return differing


# --- the verdict ----------------------------------------------------------------------------------

def read_listed(path):
    """(scenario, place) -> the reason why it may go unnoticed."""
    with open(path, encoding="utf-8") as file:
        listed = yaml.safe_load(file) or {}
    return {(scenario, place): reason for scenario, places in listed.items()
            for place, reason in places.items()}


def judge(trials, listed, places, is_whole):
    """Print what is not as it should be, and the counts; whether all is well. `places` are those of all mutants that
    there are, asked about or not."""
    mutants = {(trial.scenario, trial.mutant.place): trial for trial in trials if trial.mutant}
    scenarios = {scenario for scenario, _ in places}
    failures = 0
    for trial in trials:
        if not trial.mutant and trial.noticed:
            failures += 1
            print("%s: is not as claimed and recorded itself: %s" % (trial.scenario, trial.noticed))
    for (scenario, place), trial in mutants.items():
        if trial.is_unnoticed() and (scenario, place) not in listed:
            failures += 1
            print("%s: nobody misses %s: %s" % (
                scenario, place, shorten(trial.mutant.dropped)))
    for scenario, place in listed:
        if (scenario, place) not in places:
            if scenario in scenarios or is_whole:
                failures += 1
                print("%s: listed, but there is no %s" % (scenario, place))
        elif (scenario, place) in mutants and mutants[scenario, place].noticed:
            failures += 1
            print("%s: listed, but %s is noticed: %s" % (
                scenario, place, mutants[scenario, place].noticed))
    if is_whole and len(listed) >= MOST_UNNOTICED * len(places):
        failures += 1
        print("too many go unnoticed: %d of %d are listed, and less than %.0f %% may" % (
            len(listed), len(places), 100 * MOST_UNNOTICED))
    count(list(mutants.values()))
    return not failures


def count(mutants):
    noticed = [trial.noticed for trial in mutants if trial.noticed]
    unloadable = sum(how.startswith(UNLOADABLE) for how in noticed)
    unnoticed = sum(trial.is_unnoticed() for trial in mutants)
    undecided = len(mutants) - len(noticed) - unnoticed
    share = unnoticed / max(1, len(noticed) + unnoticed)
    print("%d mutants: %d noticed (%d do not load), %d unnoticed (%.1f %%)%s" % (
        len(mutants), len(noticed), unloadable, unnoticed, 100 * share,
        ", %d for engines that were not asked" % undecided if undecided else ""))


def shorten(text):
    text = " ".join(text.split())
    return text if len(text) <= 100 else text[:97] + "..."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
