#!/usr/bin/env python3
"""`rehearse grade` with contestants of all kinds: each gets its own verdict, disturbs no other, and leaves nothing running.

    grade.py REHEARSE PROJECT [--engine NAME] [--few | [--sample COUNT [--seed NUMBER]] --strategies PATH...]

With --strategies each strategy of those scenarios is carried out by a program, with an editor and real Alembic: it is graded
"repaired" where the replay works, and not so where it does not.
Exit status: 0 all is as it should be, 1 it is not, 77 no Alembic.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter

sys.path.append(os.path.join(sys.path[0], os.pardir))

from dice import drawn, first_seed

try:
    from scenario_file import read_scenario
    from strategist import CANNOT, PASSED_OVER, carry_out
    from warm import run_alembic, warm_programs
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

TRUTH = "alembic stamp 3d91640ec9e0 && alembic upgrade heads"
MARK = "4321.%07d" % os.getpid()  # seconds that somebody sleeps: no other process does
NO_SERVER = 3  # exit status of the program
CONTESTANTS = [  # (what it does, a shell's words, verdict, a part of the message)
    ("repairs", TRUTH, "repaired", ""),
    ("does nothing", "true", "wrong", ""),
    ("gives up", "exit 3", "gave up", "exit status 3"),
    ("sleeps", "sleep %s" % MARK, "timeout", "took too long"),
    ("forks", "sleep %s & setsid sleep %s & exit 4" % (MARK, MARK), "gave up", "exit status 4"),
    ("forks, and repairs", "setsid sh -c 'sleep %s' >/dev/null 2>&1 & %s" % (MARK, TRUTH), "repaired", ""),
    ("fills the disk", "cat /dev/zero >large", "gave up", "written more than 256 MiB"),
    ("fills the disk with many", "for i in 1 2 3 4 5 6; do head -c 60M /dev/zero >large$i; done; sleep %s" % MARK,
     "gave up", "written more than 256 MiB"),
    ("deletes its folder", "rm -rf ../project", "wrong", "folder is gone"),
    ("drops the database", "rm ../database/*; exit 0", "wrong", "database is gone"),
    ("breaks the project", "echo 'x = (' >versions/0000.py", "wrong", "cannot be read"),
    ("is not there", None, "gave up", "could not start"),
    # Neither the folder nor the environment leads to the scenario.
    ("looks around", "! grep -rqE 'honest-stamp|changes what a database says' . && ! env | grep -q wallet-two-heads && "
     'test "$DATABASE_URL" = "sqlite:///$DATABASE_PATH" -a -f "$DATABASE_PATH" -a '
     '"$DATABASE_ASYNC_URL" = "sqlite+aiosqlite:///$DATABASE_PATH" && ' + TRUTH, "repaired", ""),
]
LOCK = "psql -qc 'BEGIN; LOCK TABLE wallets IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(4321)'"
LOCKED = "until psql -Atc \"SELECT count(*) FROM pg_locks WHERE relation = 'wallets'::regclass " \
         "AND mode = 'AccessExclusiveLock' AND granted\" | grep -q 1; do sleep 0.05; done"
LOCKERS = [  # the same on PostgreSQL
    ("repairs, and leaves a lock behind", "%s && { setsid %s >/dev/null 2>&1 & %s; }" % (TRUTH, LOCK, LOCKED), "repaired", ""),
    ("looks at its variables", 'test "$DATABASE_ASYNC_URL" = "postgresql+asyncpg:${DATABASE_URL#postgresql:}" -a -z "$DATABASE_PATH" '
     '&& psql -c "SELECT 1" && ' + TRUTH, "repaired", ""),
    ("leaves a lock behind", "setsid %s >/dev/null 2>&1 & %s" % (LOCK, LOCKED), "wrong", ""),
    ("holds a lock when it is ended", LOCK, "timeout", "took too long"),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rehearse", type=os.path.abspath)
    parser.add_argument("project", type=os.path.abspath)
    parser.add_argument("--few", action="store_true", help="three of the contestants, no neighbours, and nothing kept")
    parser.add_argument("--engine", default="sqlite")
    parser.add_argument("--sample", type=int, help="only so many scenarios")
    parser.add_argument("--seed", type=int, default=first_seed(), help="which")
    parser.add_argument("--strategies", nargs="+", metavar="PATH")
    options = parser.parse_args()
    if options.strategies:
        print("seed %d" % options.seed)
        failures = check_strategies(options)
    else:
        with tempfile.TemporaryDirectory(prefix="rehearse-contestants-") as folder, \
                warm_programs(folder, {"alembic": run_alembic}):
            os.environ["PATH"] = os.pathsep.join([folder, os.environ["PATH"]])
            failures = check_contestants(options)
    print("\n".join(failures + ["%d failures" % len(failures)]))
    return 1 if failures else 0


def grade(options, paths, words, *more):
    """name -> cell, as the program grades them."""
    done = subprocess.run([options.rehearse, "grade", *paths, "--engine", options.engine, "--format", "json", "--python",
                           sys.executable, *more, "--"] + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode == NO_SERVER:
        skip_without_server()
    if done.returncode not in (0, 1):
        sys.exit("%s\nstatus %d of %r" % (done.stderr, done.returncode, words))
    report = json.loads(done.stdout)
    ends = [cell["verdict"] for cell in report["cells"]]
    if {end: ends.count(end) for end in report["score"]} != report["score"]:
        raise AssertionError("the score is not that of the cells: %s" % report["score"])
    return {cell["name"]: cell for cell in report["cells"]}


def skip_without_server():
    print("skipped: there is no server")
    sys.exit(77)


# --- contestants ---------------------------------------------------------------------------------

def check_contestants(options):
    path = os.path.join(options.project, "scenarios", "wallet-two-heads.yaml")
    contestants = LOCKERS if options.engine == "postgres" else CONTESTANTS
    if options.few:
        contestants = drawn(CONTESTANTS[:-1], 2, options.seed) + CONTESTANTS[-1:]
        print("; ".join(does for does, *_ in contestants))
    failures = []
    for does, line, verdict, message in contestants:
        words = ["sh", "-c", line] if line else ["/no/such/program"]
        cells = grade(options, [path], words, "--state", "production",
                      *(["--timeout", "1"] if verdict == "timeout" else []))
        (cell,) = cells.values()
        text = (cell["error"] or {}).get("message", "")
        if cell["verdict"] != verdict or message not in text:
            failures.append("who %s is %r: %r" % (does, cell["verdict"], text))
        if sleepers():
            failures.append("who %s goes on" % does)
    if options.engine == "postgres" or options.few:
        return failures
    return failures + check_neighbours(options, path) + check_kept(options, path)


def sleepers():
    return subprocess.run(["pgrep", "-f", "sleep " + MARK.replace(".", "[.]")], stdout=subprocess.DEVNULL).returncode == 0


def check_neighbours(options, path):
    """One that goes wild in one folder only; the verdict of the other, and the bytes, for one worker and for two."""
    line = "if grep -q \"'fresh'\" README.md; then alembic upgrade heads; else rm -rf ../project ../database; fi"
    answers = [grade(options, [path], ["sh", "-c", line], "--jobs", jobs) for jobs in "12"]
    for cells in answers:
        for cell in cells.values():
            del cell["elapsed_us"]
    verdicts = sorted((cell["state"], cell["verdict"]) for cell in answers[0].values())
    failures = [] if answers[0] == answers[1] else ["one worker and two give different answers"]
    if verdicts != [("fresh", "repaired"), ("production", "wrong")]:
        failures.append("neighbours end as %r" % verdicts)
    return failures


def check_kept(options, path):
    """--keep failed keeps the project of who has not repaired, with the database that it names, until `clean --kept`."""
    with tempfile.TemporaryDirectory(prefix="rehearse-kept-") as folder:
        def run(*words):
            return subprocess.run([options.rehearse, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  cwd=folder, env={**os.environ, "TMPDIR": folder}).stdout
        line = "grep -q \"'fresh'\" README.md && exec alembic upgrade heads; touch mark"
        kept = []
        for more in [], ["--format", "json"]:
            kept += re.findall(r"the project: (\S+)", run(
                "grade", path, "--engine", "sqlite", "--keep", "failed", "--python", sys.executable, *more, "--", "sh", "-c", line))
        found = [] if len(kept) == 2 else ["one project should be kept of each run: %s" % kept]
        for place in kept:
            with open(os.path.join(place, "alembic.ini"), encoding="utf-8") as file:
                database = re.search(r"^sqlalchemy.url = sqlite:///(.*)$", file.read(), re.MULTILINE)[1]
            if not os.path.exists(os.path.join(place, "mark")) or not os.path.exists(database):
                found.append("%s is not what was left, or its database is not there" % place)
        run("clean", "--kept")  # and what others have left meanwhile
        if any(map(os.path.exists, kept)):
            found.append("what was kept stays")
        return found


# --- strategies ----------------------------------------------------------------------------------

def check_strategies(options):
    """Carried out in folders by a program, a strategy repairs where its replay works, and nowhere else."""
    scenarios = [read_scenario(path, options.engine) for path in scenario_files(options.strategies)]
    scenarios = [scenario for scenario in scenarios if scenario["goal"] and options.engine in scenario["engines"]]
    scenarios = drawn(scenarios, options.sample, options.seed)
    titles = {scenario.get("title", scenario["name"]): scenario for scenario in scenarios}
    if len(titles) < len(scenarios):
        raise AssertionError("two scenarios have one title, which is all that a program is told")

    def strategist(words):
        """The strategy of that number, of whatever scenario the folder is of."""
        with open("README.md", encoding="utf-8") as file:
            scenario = titles[file.readline()[len("# "):].strip()]
        return carry_out(scenario, list(scenario["strategies"])[int(words[0])])

    replayed = replay(options, scenarios)
    failures, counts = [], Counter()
    with tempfile.TemporaryDirectory(prefix="rehearse-strategies-") as folder, \
            warm_programs(folder, {"strategist": strategist}):
        program = os.path.join(folder, "strategist")
        for number in range(max(len(scenario["strategies"]) for scenario in scenarios)):
            names = {scenario["name"]: list(scenario["strategies"])[number] for scenario in scenarios
                     if number < len(scenario["strategies"])}
            cells = grade(options, paths_of(scenario for scenario in scenarios if scenario["name"] in names),
                          [program, str(number)])
            for cell in cells.values():
                strategy = names[cell["scenario"]]
                what = compare_strategy(cell, replayed.get((cell["scenario"], strategy, cell["state"])))
                counts[what] += 1
                if what == DIFFERS:
                    failures.append("strategy '%s', carried out by a program: %s" % (strategy, json.dumps(cell, indent=1)))
    print(", ".join("%d %s" % (count, what) for what, count in sorted(counts.items())))
    return failures if counts["repair"] and counts["do not"] else failures + ["hardly a strategy was carried out"]


DIFFERS = "differ from their replay"


def compare_strategy(cell, verdict):
    """What a strategy came to whose replay is `verdict`; None: it has none, or another goal than programs are judged by."""
    status = (cell["error"] or {}).get("message")
    if verdict is None:
        return "are of another state or goal"
    if status == "exit status %d" % CANNOT:
        return "cannot be carried out"
    if status == "exit status %d" % PASSED_OVER or (cell["verdict"] == "repaired") != (verdict == "works"):
        return DIFFERS
    return "repair" if verdict == "works" else "do not"


def paths_of(scenarios):
    return [os.path.join(scenario["folder"], scenario["name"] + ".yaml") for scenario in scenarios]


def scenario_files(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, _, names in sorted(os.walk(path)):
            yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".yaml"))


def replay(options, scenarios):
    """(scenario, strategy, state) -> verdict, of strategies that have no goal of their own."""
    done = subprocess.run([options.rehearse, "run", "--engine", options.engine, "--format", "json"] + paths_of(scenarios),
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if done.returncode == NO_SERVER:
        skip_without_server()
    own = {(scenario["name"], name) for scenario in scenarios for name, strategy in scenario["strategies"].items()
           if "goal" in strategy}
    return {(cell["scenario"], cell["strategy"], cell["state"]): cell["verdict"] for cell in json.loads(done.stdout)["cells"]
            if (cell["scenario"], cell["strategy"]) not in own}


if __name__ == "__main__":
    sys.exit(main())
