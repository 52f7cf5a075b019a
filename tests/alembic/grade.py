#!/usr/bin/env python3
"""`rehearse grade` with contestants of all kinds: each gets its own verdict, disturbs no other, and leaves nothing running.

    grade.py REHEARSE PROJECT [--few | --strategies PATH...]

With --strategies every strategy of those scenarios whose steps are commands of Alembic becomes a program that carries it out
by real Alembic: it is graded "repaired" where the replay works, and not so where it does not.
Exit status: 0 all is as it should be, 1 it is not, 77 no Alembic.
"""
import json
import os
import shlex
import subprocess
import sys

try:
    import alembic  # noqa: F401
    from scenario_file import read_scenario
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

ALEMBIC = shlex.quote(sys.executable) + " -m alembic "
TRUTH = ALEMBIC + "stamp 3d91640ec9e0 && " + ALEMBIC + "upgrade heads"
MARK = "4321.125"  # seconds that somebody sleeps: no other process does
CONTESTANTS = [  # (what it does, a shell's words, verdict, a part of the message)
    ("repairs", TRUTH, "repaired", ""),
    ("does nothing", "true", "wrong", ""),
    ("gives up", "exit 3", "gave up", "exit status 3"),
    ("sleeps", "sleep %s" % MARK, "timeout", "took too long"),
    ("forks", "sleep %s & setsid sleep %s & exit 4" % (MARK, MARK), "gave up", "exit status 4"),
    ("forks, and repairs", "setsid sh -c 'sleep %s' >/dev/null 2>&1 & %s" % (MARK, TRUTH), "repaired", ""),
    ("fills the disk", "cat /dev/zero >large", "gave up", "ended by signal"),
    ("deletes its folder", "rm -rf ../project", "wrong", "folder is gone"),
    ("drops the database", "rm ../database/*; exit 0", "wrong", "database is gone"),
    ("breaks the project", "echo 'x = (' >versions/0000.py", "wrong", "cannot be read"),
    ("is not there", None, "gave up", "could not start"),
]
STEPS = {"upgrade", "downgrade", "stamp", "title", "purge"}


def main():
    rehearse, project = (os.path.abspath(path) for path in sys.argv[1:3])
    if sys.argv[3:4] == ["--strategies"]:
        failures = check_strategies(rehearse, sys.argv[4:])
    else:
        contestants = CONTESTANTS[::3] if sys.argv[3:4] == ["--few"] else CONTESTANTS
        failures = check_contestants(rehearse, contestants, os.path.join(project, "scenarios", "wallet-two-heads.yaml"))
    print("\n".join(failures + ["%d failures" % len(failures)]))
    return 1 if failures else 0


def grade(rehearse, path, words, *options):
    """name -> cell, as the program grades them."""
    done = subprocess.run([rehearse, "grade", path, "--engine", "sqlite", "--format", "json", "--python", sys.executable,
                           *options, "--"] + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        sys.exit("%s\nstatus %d of %r" % (done.stderr, done.returncode, words))
    report = json.loads(done.stdout)
    ends = [cell["verdict"] for cell in report["cells"]]
    if {end: ends.count(end) for end in report["score"]} != report["score"]:
        raise AssertionError("the score is not that of the cells: %s" % report["score"])
    return {cell["name"]: cell for cell in report["cells"]}


# --- contestants ---------------------------------------------------------------------------------

def check_contestants(rehearse, contestants, path):
    failures = []
    for does, line, verdict, message in contestants:
        words = ["sh", "-c", line] if line else ["/no/such/program"]
        cells = grade(rehearse, path, words, "--state", "production", "--timeout", "60" if verdict != "timeout" else "1")
        (cell,) = cells.values()
        text = (cell["error"] or {}).get("message", "")
        if cell["verdict"] != verdict or message not in text:
            failures.append("who %s is %r: %r" % (does, cell["verdict"], text))
        if sleepers():
            failures.append("who %s goes on" % does)
    return failures + check_neighbours(rehearse, path) + check_secrets(rehearse, path)


def sleepers():
    return subprocess.run(["pgrep", "-f", "sleep " + MARK.replace(".", "[.]")], stdout=subprocess.DEVNULL).returncode == 0


def check_neighbours(rehearse, path):
    """One that goes wild in one folder only; the verdict of the other, and the bytes, for one worker and for two."""
    line = "if grep -q \"'fresh'\" README.md; then %s; else rm -rf ../project ../database; fi" % (ALEMBIC + "upgrade heads")
    answers = [grade(rehearse, path, ["sh", "-c", line], "--jobs", jobs) for jobs in "12"]
    for cells in answers:
        for cell in cells.values():
            del cell["elapsed_us"]
    verdicts = sorted((cell["state"], cell["verdict"]) for cell in answers[0].values())
    failures = [] if answers[0] == answers[1] else ["one worker and two give different answers"]
    if verdicts != [("fresh", "repaired"), ("production", "wrong")]:
        failures.append("neighbours end as %r" % verdicts)
    return failures


def check_secrets(rehearse, path):
    """Neither the folder nor the environment leads to the scenario."""
    line = "! grep -rqE 'honest-stamp|changes what a database says' . && ! env | grep -q wallet-two-heads"
    cells = grade(rehearse, path, ["sh", "-c", line + " && " + TRUTH], "--state", "production")
    return [] if [cell["verdict"] for cell in cells.values()] == ["repaired"] else ["the folder gives something away"]


# --- strategies ----------------------------------------------------------------------------------

def check_strategies(rehearse, paths):
    failures, count = [], 0
    for path in scenario_files(paths):
        scenario = read_scenario(path)
        lines = {name: script_of(strategy) for name, strategy in scenario["strategies"].items()}
        lines = {name: line for name, line in lines.items() if line}
        if not lines or not scenario["goal"] or "sqlite" not in scenario["engines"]:
            continue
        replayed = replay(rehearse, path)
        for name, line in lines.items():
            graded = grade(rehearse, path, ["sh", "-c", line])
            for cell in graded.values():
                theirs = replayed.get((name, cell["state"]))
                if theirs is None:
                    continue
                count += 1
                if (cell["verdict"] == "repaired") != (theirs == "works"):
                    failures.append("%s, carried out from %s by a program: %s, replayed: %s" % (
                        name, cell["name"], cell["verdict"], theirs))
    print("%d strategies carried out by programs" % count)
    return failures if count else ["no strategy was carried out"]


def scenario_files(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, _, names in sorted(os.walk(path)):
            yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".yaml"))


def script_of(strategy):
    """A shell's line that does what a strategy does; None: it does more than Alembic's commands."""
    steps = strategy.get("steps") or []
    if not steps or set(strategy) - {"title", "story", "steps", "states", "engines"} or \
            any(set(step) - STEPS for step in steps):
        return None
    return " && ".join(ALEMBIC + command_of(step) for step in steps)


def command_of(step):
    (action,) = set(step) & {"upgrade", "downgrade", "stamp"}
    targets = step[action] if isinstance(step[action], list) else [step[action]]
    options = ["--purge"] if step.get("purge") == "true" else []
    return " ".join([action] + options + ["--"] + [shlex.quote(target) for target in targets])


def replay(rehearse, path):
    """(strategy, state) -> verdict."""
    done = subprocess.run([rehearse, "run", path, "--engine", "sqlite", "--format", "json"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return {(cell["strategy"], cell["state"]): cell["verdict"] for cell in json.loads(done.stdout)["cells"]}


if __name__ == "__main__":
    sys.exit(main())
