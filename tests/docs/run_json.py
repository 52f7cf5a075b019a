"""run_json.py PROGRAM SCHEMA - what `run --format json` prints has the shape that the documentation promises."""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)

SCENARIO = """\
rehearse: 1
engines: [sqlite, postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t (id integer UNIQUE)}
  - {revision: b2, down_revision: a1, upgrade: "INSERT INTO t VALUES (1), (1)"}
states:
  fresh: {}
  broken: {sql: SELECT nope}
strategies:
  works: {states: [fresh], steps: [{upgrade: a1}, {show: SELECT 1 AS one}]}
  wrong: {states: [fresh], steps: [{upgrade: a1}], goal: {version: b2, check: [{sql: SELECT 1, equals: 2}]}}
  fails: {states: [fresh], steps: [{upgrade: heads}]}
  otherwise: {states: [fresh], steps: [{upgrade: zz, fails: boom}]}
  starts: {states: [broken], steps: []}
"""
MISTAKEN = """\
rehearse: 1
revisions:
  - {revision: a1, down_revisoin: null}
"""


def main():
    program = str(Path(sys.argv[1]).resolve())
    schema = json.loads(Path(sys.argv[2]).read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    complaints = []

    def holds(what, is_so):
        if not is_so:
            complaints.append(what)

    with tempfile.TemporaryDirectory() as folder:

        def run(*arguments):
            done = subprocess.run([program, "run", "--format", "json", *arguments], cwd=folder,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
            value = json.loads(done.stdout)
            for error in validator.iter_errors(value):
                complaints.append(f"{arguments}: {list(error.absolute_path)}: {error.message}")
            return done.returncode, value

        (Path(folder) / "cells.yaml").write_text(SCENARIO)
        (Path(folder) / "mistaken.yaml").write_text(MISTAKEN)

        # Not being lent a server that answers, cells on PostgreSQL are skipped.
        status, value = run("--postgres", "postgresql://127.0.0.1:1/none", "cells.yaml")
        cells = {cell["name"].split("/")[1]: cell for cell in value["cells"]}
        holds("ten cells", len(cells) == 10 == value["summary"]["cells"])
        holds("five are skipped, with a reason", value["summary"]["skipped"] == 5 and
              all(cell["skip_reason"] for cell in cells.values() if cell["engine"] == "postgres"))
        failed = cells["fails@fresh:sqlite"]
        error = failed["error"]
        holds("a failure has its parts", error["class"] == "DatabaseError" and error["revision"] == "b2" and
              error["statement"] == "INSERT INTO t VALUES (1), (1)" and error["sqlstate"] is None and
              error["where"] == "cells.yaml:5:49")
        holds("it is not as claimed", failed["as_expected"] is False and failed["claim"] == "works" and
              failed["record"] == "none" and failed["failed_step"] == 1)
        wrong = cells["wrong@fresh:sqlite"]
        holds("each wrong key has a reason", wrong["wrong"] == ["version", "check"] and
              [reason["key"] for reason in wrong["reasons"]] == ["version", "check"])
        other = cells["otherwise@fresh:sqlite"]
        holds("what a step met that fails otherwise", other["error"]["class"] == "CommandError" and
              other["notes"] == ["step 1 was expected to fail with 'boom'"])
        holds("a state that cannot be built", cells["starts@broken:sqlite"]["failed_step"] == 0 and
              cells["starts@broken:sqlite"]["error"]["where"] == "state")
        holds("rows that were shown", cells["works@fresh:sqlite"]["shows"][0]["rows"] == [["1"]])

        status, value = run("mistaken.yaml", "nowhere.yaml")
        holds("mistakes end with status 2", status == 2)
        holds("a mistake has its place", {"file": "mistaken.yaml", "line": 3, "column": 20,
                                          "message": "unknown key 'down_revisoin'",
                                          "hint": "Did you mean 'down_revision'?"} in value["mistakes"])
        holds("one that stands in no file has none", any(mistake["file"] is None for mistake in value["mistakes"]))

    for complaint in complaints:
        print(f"does not hold: {complaint}")
    return 1 if complaints else 0


sys.exit(main())
