#!/usr/bin/env python3
"""audit.py REHEARSE [--suite few|sqlite|more|postgres|people|people_postgres] [NAME...] - every fault that is planted in a project is found by the
question that should find it, and by no other; a clean project has no finding.

Exit status: 0 so it is, 1 not, 77 no Alembic, or no server.
"""
import argparse
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

import projects
from dice import every, first_seed

if not importlib.util.find_spec("alembic"):  # to import it takes a while
    print("skipped: no Alembic")
    sys.exit(77)

HAS_CHECK = tuple(int(part) for part in importlib.metadata.version("alembic").split(".")[:2]) >= (1, 9)

NEED_GIT = (projects.releases, projects.since_released, projects.since_second_head, projects.since_two_heads)
FROM_DUMP = ["--database", "production.sql"]

# What is planted, the options, and the exit status.
CASES = {
    "sqlite": [
        (projects.many, [], 1),
        (projects.clean, [], 0),
        (projects.releases, ["--releases", "v*"], 1),
        (projects.since_released, ["--since", "old"], 1),
        (projects.hangs, ["--timeout", "1", "--only", "upgrade"], 1),
    ],
    "more": [
        (projects.missing_import, [], 1),
        (projects.unmerged, [], 1),
        (projects.since_second_head, ["--since", "old", "--only", "faults"], 1),
        (projects.since_two_heads, ["--since", "new", "--only", "faults"], 0),
        (projects.dies, [], 1),
        (projects.takes_argument, ["--only", "upgrade"], 1),
        (projects.takes_argument_in_env, ["--only", "upgrade", "--only", "downgrade", "--runner", "env"], 0),
        (projects.base_elsewhere, FROM_DUMP, 1),
        (projects.clean, ["--runner", "env", "--skip", "models"], 0),
        (projects.takes_long, ["--runner", "env", "--timeout", "5", "--only", "upgrade"], 0),
        (projects.no_base, ["--only", "upgrade"], 1),
        (projects.base_elsewhere, [*FROM_DUMP, "--runner", "env", "--skip", "models"], 1),
        (projects.order_matters, [], 1),
        (projects.half_way, ["--only", "retry"], 0),
        (projects.race, ["--only", "race"], 1),
        (projects.models_drift, ["--only", "models"], 1),
        (projects.babbles, ["--skip", "rows"], 0),
    ],
    "postgres": [
        (projects.enum_left, [], 1),
        (projects.column_changed, ["--skip", "rows"], 1),
        (projects.view_left, [], 1),
        (projects.no_base_caught, ["--only", "upgrade"], 1),
        (projects.rows_postgres, [], 1),
        (projects.tenants, ["--runner", "env", "--only", "upgrade", "--only", "stairs", "--only", "downgrade"], 0),
        (projects.clean, ["--engine", "postgres"], 0),
        (projects.base_elsewhere, [*FROM_DUMP, "--engine", "postgres"], 1),
        (projects.releases, ["--engine", "postgres", "--releases", "v*"], 1),
    ],
}

# Projects as people have them: what is in them, on either engine, and what is in them on one alone.
CLEAN = ["clinic", "fleet", "harbour", "newsroom", "observatory", "workshop"]
FAULTY = [
    projects.people("annex", ("upgrade", "a100", "error", "visitors.*does not hold its own base")),
    projects.people("bookshop", ("faults", "17b6c3d9a050", "error", "docstring-disagrees")),
    projects.people("kitchen", ("faults", "b2c3d4e5f6a7", "error", "duplicate-revision"),
                    ("faults", "c3d4e5f6a7b8", "error", "multiple-heads")),
    projects.people("observer", ("faults", "aa02", "error", "not-literal"), ("faults", "aa03", "error", "not-literal"),
                    ("faults", None, "error", "not-literal")),
    projects.people("shelter", ("faults", "f04b8c6e1d27", "error", "multiple-heads")),
    projects.people("wreck", ("faults", "d4", "error", "multiple-heads"), ("upgrade", "d4", "error", "ModuleNotFoundError"),
                    ("orders", "c3", "error", "crates without a mark"), ("orders", "b2", "error", "[Uu](nique|NIQUE)")),
]
DOES_NOT_RUN = ("upgrade", "0002", "error", "ck_fare")
IN_SQLITE = [projects.people("ferry", DOES_NOT_RUN)]
IN_POSTGRES = [
    projects.people("ferry", DOES_NOT_RUN, ("downgrade", "0001", "error", "leaves type crossing_state")),
    projects.people("markets", ("upgrade", "0003", "error", "contains null values")),
]
FOG = ("downgrade", "0003", "error", "NotImplementedError")
BOTH = [projects.people("lighthouse", FOG)]  # as it says itself


def of_people(engine, more):
    """Nothing but the engine is said. The dice give every other project of those that end alike to the one, and the rest to the other."""
    options = ["--engine", engine]
    alike = [*((projects.people(name), options, 0) for name in CLEAN), *((plant, options, 1) for plant in FAULTY)]
    return every(2, alike, turn=engine == "sqlite") + [(plant, options, 1) for plant in more]


# The walk that meets most, and another that the dice choose.
CASES["few"] = [CASES["sqlite"][0], random.Random(first_seed()).choice(CASES["sqlite"][1:])]
CASES["people"] = of_people("sqlite", IN_SQLITE)
CASES["people_postgres"] = [*of_people("postgres", IN_POSTGRES), *((plant, [], 1) for plant in BOTH)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", default="sqlite", choices=sorted(CASES))
    parser.add_argument("rehearse")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    program, complaints = os.path.abspath(args.rehearse), []
    os.environ["REHEARSE_PYTHON"] = sys.executable
    for plant, options, status in CASES[args.suite]:
        if args.names and plant.__name__ not in args.names:
            continue
        print(plant.__name__, *options)
        if plant is projects.models_drift and not HAS_CHECK:
            continue  # 'alembic check' came with 1.9
        if plant in NEED_GIT and not shutil.which("git"):
            continue
        with tempfile.TemporaryDirectory(prefix="rehearse-audit-") as folder:
            project, expected = plant(os.path.join(folder, plant.__name__))
            before = contents(project.folder)
            found = audit(program, project.folder, options)
            if isinstance(found, str):
                complaints.append("%s: %s" % (plant.__name__, found))
                continue
            if found["without a server"]:
                print("skipped: %s" % found["without a server"])
                return 77
            complaints += ["%s %s: %s" % (plant.__name__, " ".join(options), one)
                           for one in compare(found, expected, status)]
            if contents(project.folder) != before:
                complaints.append("%s: files of the project have changed" % plant.__name__)
    print("\n".join(complaints + ["%d complaints" % len(complaints)]))
    return 1 if complaints else 0


def contents(root):
    return {os.path.join(folder, name): hashlib.sha256(open(os.path.join(folder, name), "rb").read()).hexdigest()
            for folder, _, names in os.walk(root) for name in names}


def audit(program, folder, options):
    done = subprocess.run([program, "audit", "--format", "json", "-j", "2", *options], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return "exit %d: %s%s" % (done.returncode, done.stdout, done.stderr)
    found["status"] = done.returncode
    found["without a server"] = next((one["reason"] for one in found["questions"] if one["answer"] == "unknown"
                                      and re.search("server|initdb", one["reason"] or "")), None)
    return found


def compare(found, expected, status):
    """What is not as it should be."""
    findings, complaints = list(found["findings"]), []
    for question, revision, level, pattern in expected:
        for one in findings:
            text = "%(class)s %(message)s %(error)s %(hint)s" % one
            if (one["question"], one["revision"], one["level"]) == (question, revision, level) and re.search(pattern, text):
                findings.remove(one)
                break
        else:
            complaints.append("nobody has found: %s %s %s: %s" % (question, revision, level, pattern))
    complaints += ["found, and not planted: %s" % json.dumps(one) for one in findings]
    answers = {one["question"]: one for one in found["questions"]}
    for name, one in answers.items():
        has_any = any(finding["question"] == name for finding in found["findings"])
        if (one["answer"] == "no") != has_any or one["findings"] != sum(
                finding["question"] == name for finding in found["findings"]):
            complaints.append("%s answers %s" % (name, json.dumps(one)))
    if not expected:
        complaints += ["%s is unknown: %s" % (name, one["reason"]) for name, one in answers.items()
                       if one["answer"] == "unknown"]
    for one in found["findings"]:
        if one["revision"] and not (one["file"] and one["line"]):
            complaints.append("nowhere: %s" % json.dumps(one))
    if found["status"] != status:
        complaints.append("ends with %d, not with %d" % (found["status"], status))
    return complaints


if __name__ == "__main__":
    sys.exit(main())
