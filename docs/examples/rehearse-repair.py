#!/usr/bin/env python3
"""Carry out what `rehearse repair` finds for the project in the working folder and the database at $DATABASE_URL."""
import json
import os
import shlex
import sqlite3
import subprocess
import sys

DATABASE = os.environ["DATABASE_URL"]


def main():
    asked = subprocess.run(["rehearse", "repair", "--database", DATABASE, "--format", "json"], stdout=subprocess.PIPE)
    if asked.returncode:  # 1: it has found none
        sys.exit(asked.returncode)
    repair = json.loads(asked.stdout)["repair"]
    if repair["patch"]:
        subprocess.run(["git", "apply", "-"], input=repair["patch"].encode(), check=True)
    for step in repair["databases"][-1]["steps"]:  # the first is an empty one, which always comes along
        if step["kind"] == "sql":
            send(step["sql"])
        else:
            subprocess.run(shlex.split(step["command"]), check=True)


def send(sql):
    path = DATABASE.partition("sqlite:///")[2]
    if path:
        sqlite3.connect(path).executescript(sql)
    else:
        subprocess.run(["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", DATABASE], input=sql.encode(), check=True)


main()
