#!/usr/bin/env python3
"""scores.py REHEARSE PROJECT [--sample COUNT [--seed NUMBER] | --write] [--who NAME]... - what the contestants of docs/examples repair.

docs/scores.txt has the verdict of each on every bundled scenario and state, on SQLite, and docs/grade.md the tables that are
made of it. Some scenarios, or all, are graded anew, by another number of workers each time: they end as that file says.
--write, which `script/docs --scores` calls, grades all of them and brings both up to date. With --who only those contestants
are graded.
Exit status: 0 all is so, 1 it is not, 77 no Alembic, or no git.
"""
import argparse
import json
import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(sys.path[0], os.pardir))

from dice import first_seed

try:
    from warm import run_alembic, warm_programs
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

HEAD = """\
# What the contestants of docs/examples come to on each bundled scenario and state, on SQLite: who does nothing, then they.
# tests/alembic/scores.py holds it true, `script/docs --scores` brings it up to date, with the tables of docs/grade.md.
"""
NOTHING = "nothing"
CONTESTANTS = ["upgrade-heads.sh", "heal-by-stamp.sh", "merge-heads.sh", "rehearse-repair.py"]
DEAR = {"rehearse-repair.py": 10}  # one in so many of the scenarios that are graded anew: its cells take seconds
MARKED = re.compile(r"(?<=<!-- script/docs --scores -->\n).*?(?=<!-- -->\n)", re.DOTALL)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rehearse", type=os.path.abspath)
    parser.add_argument("project", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--sample", type=int, help="only so many scenarios")
    parser.add_argument("--seed", type=int, default=first_seed(), help="which")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--who", action="append", metavar="NAME", help="of the contestants only this one")
    options = parser.parse_args()
    options.dice = random.Random(options.seed)
    if not shutil.which("git"):
        print("skipped: there is no git")
        return 77
    scores, page = options.project / "docs/scores.txt", options.project / "docs/grade.md"
    known = read_scores(scores)
    if options.write:
        graded = grade_all(options)
        known = {name: [end or was for end, was in zip(ends, known.get(name, ends))] for name, ends in graded.items()}
        scores.write_text(HEAD + "".join("%s | %s\n" % (name, " | ".join(ends)) for name, ends in sorted(known.items())),
                          encoding="utf-8")
        page.write_text(MARKED.sub(lambda _: tables(known), page.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    mistakes = compare(known, grade_all(options), not options.sample)
    if MARKED.findall(page.read_text(encoding="utf-8")) != [tables(known)]:
        mistakes.append("docs/grade.md: the tables are not those of docs/scores.txt")
    print("\n".join(["seed %d" % options.seed] + mistakes + ["%d mistakes" % len(mistakes)]))
    return 1 if mistakes else 0


def read_scores(path):
    """Cell -> the ends of nobody and of the contestants."""
    lines = [line.split(" | ") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {name: ends for name, *ends in lines}


def compare(known, graded, is_all):
    mistakes = []
    for name, ends in sorted(graded.items()):
        before = known.get(name, [""] * len(ends))
        mistakes += ["%s: %s ends as '%s', docs/scores.txt says '%s'" % (name, who, end, was)
                     for who, end, was in zip([NOTHING] + CONTESTANTS, ends, before) if end and end != was]
    if is_all and set(known) != set(graded):
        mistakes.append("docs/scores.txt has other cells: %s" % " ".join(sorted(set(known) ^ set(graded))))
    return mistakes if graded else ["nothing was graded"]


# --- grading -------------------------------------------------------------------------------------

def grade_all(options):
    """As read_scores(); an end is empty where a contestant did not come to a cell."""
    folder = options.project / "scenarios"
    paths = sorted(str(path) for path in folder.rglob("*.yaml"))
    if options.sample:
        paths = options.dice.sample(paths, options.sample)
    graded = {}
    with tempfile.TemporaryDirectory(prefix="rehearse-scores-") as place, warm_programs(place, {"alembic": run_alembic}):
        let_it_search(options.rehearse, pathlib.Path(place) / "rehearse")
        for number, who in enumerate([NOTHING] + CONTESTANTS):
            if options.who and who not in options.who:
                continue
            mine = paths[:len(paths) // DEAR[who] or 1] if options.sample and who in DEAR else paths
            program = "true" if who == NOTHING else str(options.project / "docs/examples" / who)
            for name, end in grade(options, place, mine, program).items():
                graded.setdefault(name, [""] * (1 + len(CONTESTANTS)))[number] = end
    return graded


def let_it_search(rehearse, script):
    """The program as a contestant runs it: a repair has all the time that the machine makes it take."""
    script.write_text('#!/bin/sh\n[ "$1" = repair ] && set -- "$@" --budget 0\nexec %s "$@"\n' % shlex.quote(rehearse),
                      encoding="utf-8")
    script.chmod(0o755)


def grade(options, place, paths, program):
    """FAMILY/SCENARIO@STATE -> how it ends."""
    environment = {**os.environ, "REHEARSE_PYTHON": sys.executable,
                   "PATH": os.pathsep.join([place, os.environ["PATH"]])}
    done = subprocess.run([options.rehearse, "grade", *paths, "--engine", "sqlite", "--format", "json", "--timeout", "0",
                           "--jobs", str(options.dice.randint(1, 3)), "--", program],
                          stdout=subprocess.PIPE, env=environment, text=True, check=False)
    families = {pathlib.Path(path).stem: pathlib.Path(path).parent.name for path in paths}
    return {"%s/%s@%s" % (families[cell["scenario"]], cell["scenario"], cell["state"]): end_of(cell)
            for cell in json.loads(done.stdout)["cells"]}


def end_of(cell):
    return cell["verdict"] + (": " + ", ".join(cell["wrong"]) if cell["wrong"] else "")


# --- the page ------------------------------------------------------------------------------------

def tables(known):
    columns = list(zip(*known.values()))
    before = columns[1]  # of those who only upgrade
    page = "\n| | repaired | wrong | of these: rows lie | rows lost | gave up | spoilt |\n|---|---|---|---|---|---|---|\n"
    for who, ends in zip([NOTHING] + CONTESTANTS, columns):
        wrong = [set(end[len("wrong: "):].split(", ")) for end in ends if end.startswith("wrong: ")]
        page += "| %s | %d of %d | %d | %d | %d | %d | %d |\n" % (
            linked(who), ends.count("repaired"), len(ends), len(wrong),
            sum("schema" in keys and "version" not in keys for keys in wrong), sum("rows" in keys for keys in wrong),
            ends.count("gave up"), sum(end != "repaired" == was for end, was in zip(ends, before)))
    families = sorted({name.split("/")[0] for name in known})
    page += "\n| repaired | of | %s |\n|---|---|%s\n" % (" | ".join([NOTHING] + CONTESTANTS), "---|" * len(columns))
    for family in families:
        mine = [ends for name, ends in known.items() if name.startswith(family + "/")]
        page += "| %s | %d | %s |\n" % ("incidents" if family == "scenarios" else family.replace("-", " "), len(mine),
                                        " | ".join(str(ends.count("repaired")) for ends in zip(*mine)))
    return page + "\n"


def linked(who):
    return who if who == NOTHING else "[%s](examples/%s)" % (who, who)


if __name__ == "__main__":
    sys.exit(main())
