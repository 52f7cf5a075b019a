#!/usr/bin/env python3
"""test_mutation.py REHEARSE - the mutation check finds every mutant, and says when nobody misses one."""
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest

try:
    import yaml
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

from mutants import mutants_of, rewritten, write
from mutation import main

REHEARSE = os.path.abspath(sys.argv.pop())

SMALL = """\
rehearse: 1
engines: [sqlite]
revisions:
  - revision: a1
    down_revision: null
    upgrade: |
      CREATE TABLE notes (text varchar(40));
      INSERT INTO notes VALUES ('a;b'); -- nobody looks
      CREATE TRIGGER t AFTER INSERT ON notes BEGIN SELECT 1; SELECT 2; END;
steps:
  - upgrade: head
goal:
  version: heads
  schema: {has: [table notes, trigger t]}
"""
UNMISSED = "revisions/a1/upgrade statement 2"

EDITS = """\
rehearse: 1
revisions:
  - {revision: a1, down_revision: null, upgrade: {file: a1.sql}}
  - revision: a1
    down_revision: null
    downgrade: {sqlite: "DROP TABLE a", postgres: "DROP TABLE a; SELECT $$;$$"}
states: {fresh: {load: dump.sql}}
strategies:
  works:
    engines: [postgres]
    change_revisions: {a1: {upgrade: SELECT 1}}
    steps:
      - edit: {replace_revisions: [{revision: b1, down_revision: null, upgrade: SELECT 2}]}
      - upgrade: head
  fails: {steps: [{upgrade: head}]}
outcomes:
  fails@*: {fails_at: 1}
"""


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rehearse-test-mutation-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


class Mutants(Files):
    def places(self, path):
        return [mutant.place for mutant in mutants_of(path)]

    def test_each_statement_and_each_step_is_left_out_once(self):
        path = self.write("small.yaml", SMALL)
        self.assertEqual(self.places(path), [
            "revisions/a1/upgrade statement 1", "revisions/a1/upgrade statement 2",
            "revisions/a1/upgrade statement 3", "strategies/replay step 1"])
        mutant = list(mutants_of(path))[1]
        self.assertEqual(mutant.dropped, "INSERT INTO notes VALUES ('a;b')")
        upgrade = yaml.safe_load(write(mutant.document))["revisions"][0]["upgrade"]
        self.assertIn("CREATE TABLE", upgrade)
        self.assertIn("SELECT 2; END", upgrade)
        self.assertNotIn("INSERT INTO", upgrade)

    def test_bodies_in_files_for_engines_and_in_edits_count(self):
        self.write("a1.sql", "CREATE TABLE a (id integer);\nSELECT 0;")
        path = self.write("edits.yaml", EDITS)
        self.assertEqual(self.places(path), [
            "revisions/a1/upgrade statement 1", "revisions/a1/upgrade statement 2",
            "revisions/a1 (2)/downgrade/sqlite statement 1",
            "revisions/a1 (2)/downgrade/postgres statement 1",
            "revisions/a1 (2)/downgrade/postgres statement 2",
            "strategies/works/change_revisions/a1/upgrade statement 1",
            "strategies/works/step 1/replace_revisions/b1/upgrade statement 1",
            "strategies/works step 1", "strategies/works step 2"])
        by_place = {mutant.place: mutant for mutant in mutants_of(path)}
        self.assertEqual(by_place["revisions/a1 (2)/downgrade/sqlite statement 1"].engines, ("sqlite",))
        of_edit = by_place["strategies/works/change_revisions/a1/upgrade statement 1"]
        self.assertEqual((of_edit.engines, of_edit.strategy), (("postgres",), "works"))

    def test_a_folder_of_sql_files_is_a_list_of_revisions(self):
        self.write("folder/1.sql", "-- revision: a1\n-- down_revision: null\n-- irreversible: true\n"
                   "-- upgrade\nSELECT 1;\n-- downgrade postgres\nSELECT 2;\nSELECT 3;\n")
        path = self.write("folder.yaml", "rehearse: 1\nrevisions: {directory: folder}\nsteps: []\n")
        self.assertEqual(self.places(path), [
            "revisions/a1/upgrade/sqlite statement 1", "revisions/a1/upgrade/postgres statement 1",
            "revisions/a1/downgrade/postgres statement 1", "revisions/a1/downgrade/postgres statement 2"])
        self.write("again.yaml", write(rewritten(path)))
        check = subprocess.run([REHEARSE, "check", os.path.join(self.folder, "again.yaml")],
                               stdout=subprocess.DEVNULL)
        self.assertEqual(check.returncode, 0)


class Verdicts(Files):
    def check(self, scenario, listed):
        """The exit status of the check of one scenario, and what it prints."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = main(["--rehearse", REHEARSE, "--engine", "sqlite", "--expected", self.folder,
                           "--listed", self.write("listed.yaml", listed), self.write("small.yaml", scenario)])
        return status, printed.getvalue()

    def test_a_mutant_that_nobody_misses_has_to_be_listed(self):
        status, printed = self.check(SMALL, "{}")
        self.assertEqual(status, 1)
        self.assertIn("small: nobody misses %s: INSERT INTO" % UNMISSED, printed)
        self.assertIn("4 mutants: 3 noticed", printed)
        status, _ = self.check(SMALL, "small: {%s: rows are not looked at}" % UNMISSED)
        self.assertEqual(status, 0)

    def test_the_list_holds_nothing_else(self):
        status, printed = self.check(SMALL, "small: {%s: so, %s: no}" % (
            UNMISSED, UNMISSED.replace("2", "1")))
        self.assertEqual(status, 1)
        self.assertIn("listed, but revisions/a1/upgrade statement 1 is noticed", printed)
        status, printed = self.check(SMALL, "small: {%s: so, revisions/b2: no}" % UNMISSED)
        self.assertEqual(status, 1)
        self.assertIn("listed, but there is no revisions/b2", printed)

    def test_a_scenario_that_differs_itself_is_told(self):
        status, printed = self.check(SMALL.replace("trigger t", "trigger u"), "{}")
        self.assertEqual(status, 1)
        self.assertIn("small: is not as claimed and recorded itself", printed)


unittest.main()
