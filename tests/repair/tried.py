#!/usr/bin/env python3
"""tried.py --rehearse PROGRAM - does `rehearse try` tell a branch that repairs from one that does not?

A project has a release, a branch that goes on and one that drops a table with rows in it. What is kept with --save plays
as it was tried; nothing is left in the project's folder.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from carried_out import CHAIN, Case


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rehearse", required=True)
    options = parser.parse_args()
    options.rehearse = str(pathlib.Path(options.rehearse).resolve())
    with tempfile.TemporaryDirectory() as folder:
        case = Case(folder)
        case.found()
        case.write(CHAIN[:2])
        case.commit()
        case.git("tag", "v1")
        case.database("production", "0002", "INSERT INTO orders VALUES (1)")
        case.write(CHAIN[2:])
        case.commit()
        case.git("checkout", "-q", "-b", "fix/drops")
        case.write([("0004", "0003", ('op.drop_table("orders")', "pass"))])
        case.commit()
        case.git("checkout", "-q", "-")
        mistakes = check(options, case)
    for mistake in mistakes:
        print(mistake)
    print("%d mistakes" % len(mistakes))
    return 1 if mistakes else 0


def check(options, case):
    more = ["--engine", "sqlite", "--python", sys.executable]
    before = sorted(case.project.rglob("*"))
    run = subprocess.run([options.rehearse, "try", "HEAD", "fix/drops", "--database",
                          case.engine.name("production"), "--releases", "v*", "--save", "../tried.yaml", *more],
                         cwd=case.project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    mistakes = []
    if run.returncode != 1:
        mistakes.append("exit status %d: %s%s" % (run.returncode, run.stdout, run.stderr))
    for wanted in ("fix-drops   ✓ works   ≠ wrong: rows", "HEAD        ✓ works   ✓ works", "6 cells: 5 as expected"):
        if wanted not in run.stdout:
            mistakes.append("'%s' is not in:\n%s" % (wanted, run.stdout))
    if sorted(case.project.rglob("*")) != before:
        mistakes.append("the project's folder has other files than before")
    kept = subprocess.run([options.rehearse, "run", str(case.folder / "tried.yaml"), "--format", "json", *more],
                          cwd=case.folder, stdout=subprocess.PIPE, encoding="utf-8")
    verdicts = {(cell["strategy"], cell["state"]): cell["verdict"] for cell in json.loads(kept.stdout)["cells"]}
    if verdicts != {(strategy, state): "wrong" if (strategy, state) == ("fix-drops", "production") else "works"
                    for strategy in ("HEAD", "fix-drops") for state in ("fresh", "production", "v1")}:
        mistakes.append("what is kept plays otherwise: %s" % verdicts)
    for words, wanted in ((["nowhere"], "nowhere"), (["HEAD", "--steps", "drop it"], "no list of commands"),
                          (["HEAD", "--releases", "x*"], "no tag matches 'x*'")):
        run = subprocess.run([options.rehearse, "try", *words, *more], cwd=case.project,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        if run.returncode != 2 or wanted not in run.stderr:
            mistakes.append("try %s: status %d, %s" % (" ".join(words), run.returncode, run.stderr))
    return mistakes


sys.exit(main())
