#!/usr/bin/env python3
"""large.py PROGRAM [MIB] - what a large database costs: seconds and memory, beside the least that it could cost.

A cell with `rows_kept: all` over a SQLite file and over a plain dump of PostgreSQL, of so many MiB (default 300) in one table.
Beside the first stand `cp` and two scans of it by SQLite alone, beside the second psql and two scans by it, on a server as
Rehearse starts them. Memory is that of the largest process of Rehearse's, without the server.
"""
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

ROW = 200  # bytes, about
SCENARIO = """
rehearse: 1
engines: [%s]
revisions:
  - {revision: a1, down_revision: null}
  - {revision: a2, down_revision: a1, upgrade: ALTER TABLE payment ADD COLUMN seen text}
states: {production: {load: %s}}
steps: [{upgrade: head}]
goal: {version: a2, rows_kept: all}
"""


def main():
    program = os.path.abspath(sys.argv[1])
    mib = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    rows = mib * 1024 * 1024 // ROW
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/tmp")) as folder:
        os.chmod(folder, 0o755)
        print("%-38s %9s %9s" % ("%d rows, %d MiB" % (rows, mib), "seconds", "MiB held"))
        sqlite(program, folder, rows)
        if shutil.which("psql"):
            postgres(program, folder, rows)


def sqlite(program, folder, rows):
    path = os.path.join(folder, "large.sqlite")
    with sqlite3.connect(path) as database:
        database.executescript("""
            CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num));
            INSERT INTO alembic_version VALUES ('a1');
            CREATE TABLE payment (id INTEGER PRIMARY KEY, customer INT, note TEXT);
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
                INSERT INTO payment SELECT i, i %% 1000, printf('%%0180d', i) FROM n;
            CREATE INDEX by_customer ON payment (customer)""" % rows)
    alone = seconds(lambda: shutil.copy(path, path + ".copy"))
    with sqlite3.connect(path + ".copy") as database:
        for _ in range(2):
            alone += seconds(lambda: database.execute("SELECT sum(length(id) + length(customer) + length(note)) "
                                                      "FROM payment").fetchall())
    tell("SQLite: cp and two scans", alone)
    cell(program, folder, "SQLite: a cell", SCENARIO % ("sqlite", "large.sqlite"))


def postgres(program, folder, rows):
    path = os.path.join(folder, "large.sql")
    with open(path, "w", encoding="utf-8") as file:
        file.write("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY);\n"
                   "INSERT INTO alembic_version VALUES ('a1');\nCREATE TABLE payment (id bigint, customer integer, note text);\n"
                   "COPY payment FROM stdin;\n")
        file.writelines("%d\t%d\t%0180d\n" % (i, i % 1000, i) for i in range(rows))
        file.write("\\.\nALTER TABLE payment ADD PRIMARY KEY (id);\nCREATE INDEX ON payment (customer);\n")
    kept = cell(program, folder, "PostgreSQL: a cell", SCENARIO % ("postgres", "large.sql"), "--keep", "all")
    server = re.search(r"host=(\S+)", kept).group(1).strip("'")
    stop = re.search(r"stop it, and remove them, with: (.*)", kept).group(1)

    def psql(database, *arguments):
        subprocess.run(["psql", "-qX", "-d", "host=%s user=rehearse dbname=%s" % (server, database), *arguments],
                       stdout=subprocess.DEVNULL, check=True)

    try:
        psql("postgres", "-c", "CREATE DATABASE alone TEMPLATE template0")
        alone = seconds(lambda: psql("alone", "-f", path))
        for _ in range(2):
            alone += seconds(lambda: psql("alone", "-c", "SELECT sum(length(id::text) + length(customer::text) + length(note)) "
                                          "FROM payment"))
        tell("PostgreSQL: psql and two scans", alone)
    finally:
        subprocess.run(stop, shell=True, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def cell(program, folder, title, scenario, *options):
    path = os.path.join(folder, "large.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(scenario)
    began = time.monotonic()
    with subprocess.Popen([program, "run", "--jobs", "1", "--timeout", "0", *options, path], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as running:
        peak = Peak(running.pid)
        output = running.communicate()[0]
    took = time.monotonic() - began
    peak.end()
    if running.returncode:
        sys.exit(output)
    tell(title, took, peak.mib)
    return output


class Peak(threading.Thread):
    """The most that a process of a session has held."""

    def __init__(self, session):
        super().__init__()
        self.session, self.mib, self.is_over = session, 0, threading.Event()
        self.start()

    def run(self):
        while not self.is_over.wait(0.1):
            for name in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open("/proc/%s/stat" % name, encoding="utf-8") as file:
                        stat = file.read()
                    if "(rehearse)" in stat and int(stat.rsplit(")", 1)[1].split()[3]) == self.session:
                        with open("/proc/%s/status" % name, encoding="utf-8") as file:
                            self.mib = max(self.mib, int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) // 1024)
                except (OSError, ValueError, AttributeError):
                    pass

    def end(self):
        self.is_over.set()
        self.join()


def seconds(work):
    began = time.monotonic()
    work()
    return time.monotonic() - began


def tell(title, took, mib=None):
    print("%-38s %9.1f %9s" % (title, took, "" if mib is None else mib), flush=True)


if __name__ == "__main__":
    main()
