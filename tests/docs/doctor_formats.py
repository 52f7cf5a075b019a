"""doctor_formats.py PROGRAM SCHEMA PAGE - what `doctor --format github` and `--format sarif` print is what their readers
take, and PAGE explains each kind of fault.

SCHEMA is the part of the OASIS schema of SARIF 2.1.0 that the program uses.
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)

REVISION = '''"""%s"""
revision = '%s'
down_revision = %s


def upgrade():
    pass
'''
# A name with all that would end a command or a URI.
ODD = "0003 50%, a:b #1 \u00fcber\n.py"
FILES = {
    "0001.py": REVISION % ("One", "0001", "None"),
    "0002.py": REVISION % ("Two", "0002", "'0001'"),
    "0002_again.py": REVISION % ("Again", "0002", "'0001'"),
    ODD: REVISION % ("Odd", "0003", "'0002x'"),
    "0004.py": REVISION % ("Four", "0004", "'0003'") + "x = '\n",
    "0005.py": "revision = '0005'\ndown_revision = '0004'\nbranch_labels = ('0001',)\n",
}


def make(folder):
    versions = folder / "my app" / "alembic" / "versions"
    versions.mkdir(parents=True)
    (folder / ".git").mkdir()  # all that tells a repository's root
    (folder / "my app" / "alembic.ini").write_text("[alembic]\nscript_location = alembic\n")
    (versions.parent / "env.py").write_text("")
    for name, text in FILES.items():
        (versions / name).write_text(text)
    return versions


def run(program, folder, *arguments):
    done = subprocess.run([program, "doctor", "--no-git", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1, done
    return done.stdout


def unescape(text):
    return re.sub("%(25|0D|0A|3A|2C)", lambda found: chr(int(found[1], 16)), text)


def read_commands(text):
    """What GitHub's runner makes of the commands: level, properties, message."""
    for line in text.splitlines():
        level, properties, message = re.fullmatch(r"::(error|warning) ([^:]*)::(.*)", line).groups()
        pairs = (pair.split("=", 1) for pair in properties.split(","))
        yield level, {key: unescape(value) for key, value in pairs}, unescape(message)


def check_github(text, root, faults):
    commands = list(read_commands(text))
    assert len(commands) == len(faults), text
    for (level, properties, message), fault in zip(commands, faults):
        assert level == fault["level"]
        assert message == fault["message"] + ("\n" + fault["suggestion"] if fault["suggestion"] else ""), message
        assert int(properties["line"]) == fault["line"]
        assert fault["kind"] in properties["title"]
        assert (root / properties["file"]).is_file(), properties


def check_place(place, root):
    path = root / unquote(place["artifactLocation"]["uri"])
    assert path.is_file(), path
    lines = path.read_text().splitlines()
    region = place.get("region")
    if region:
        assert region["startLine"] <= region["endLine"] <= len(lines) + 1
        assert region["startColumn"] <= len(lines[region["startLine"] - 1]) + 1


def check_fix(fix, patch, root):
    """What the fix makes of the files is what git makes of them by the patch that JSON has."""
    for change in fix["artifactChanges"]:
        path = root / unquote(change["artifactLocation"]["uri"])
        before = path.read_text()
        lines = before.splitlines(keepends=True)
        for replacement in reversed(change["replacements"]):
            region = replacement["deletedRegion"]
            assert region["startColumn"] == region["endColumn"] == 1
            lines[region["startLine"] - 1:region["endLine"] - 1] = replacement["insertedContent"]["text"]
        subprocess.run(["git", "apply", "--unsafe-paths", "--directory", str(root)], input=patch, text=True, check=True,
                       cwd="/")
        assert path.read_text() == "".join(lines), fix
        path.write_text(before)


def check_sarif(text, schema, root, faults):
    log = json.loads(text)
    jsonschema.validate(log, schema)
    [found] = log["runs"]
    rules = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    assert all(rule["help"]["text"] for rule in found["tool"]["driver"]["rules"])
    assert [result["ruleId"] for result in found["results"]] == [fault["kind"] for fault in faults]
    for result, fault in zip(found["results"], faults):
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert fault["message"] in result["message"]["text"]
        [location] = result["locations"]
        check_place(location["physicalLocation"], root)
        assert location["physicalLocation"]["region"]["startLine"] == fault["line"]
        for related in result.get("relatedLocations", []):
            assert related["message"]["text"]
            check_place(related["physicalLocation"], root)
        if shutil.which("git"):
            for fix in result.get("fixes", []):
                assert fix["description"]["text"] == fault["suggestion"]
                check_fix(fix, fault["patch"], root)
    assert sum("fixes" in result for result in found["results"]) >= 2
    [double] = [result for result in found["results"] if result["ruleId"] == "duplicate-revision"]
    uris = {double["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            double["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"]}
    assert {uri.rsplit("/", 1)[1] for uri in uris} == {"0002.py", "0002_again.py"}
    fingerprints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in found["results"]]
    assert len(set(fingerprints)) == len(fingerprints)
    return fingerprints


def main():
    program = str(Path(sys.argv[1]).resolve())
    schema = json.loads(Path(sys.argv[2]).read_text())
    page = Path(sys.argv[3]).read_text()
    jsonschema.Draft7Validator.check_schema(schema)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        versions = make(root)
        faults = json.loads(run(program, root, "--format", "json"))["faults"]
        assert len({fault["kind"] for fault in faults}) >= 5, faults
        check_github(run(program, root, "--format", "github"), root, faults)
        fingerprints = check_sarif(run(program, root, "--format", "sarif"), schema, root, faults)
        [found] = json.loads(run(program, root, "--format", "sarif"))["runs"]
        for rule in found["tool"]["driver"]["rules"]:
            assert f"| `{rule['id']}` |" in page, f"the page does not explain {rule['id']}"
        # From another folder, and with lines above: the same findings.
        for path in versions.iterdir():
            path.write_text("# A comment.\n" + path.read_text())
        moved = json.loads(run(program, versions, "--format", "json"))["faults"]
        assert [fault["line"] for fault in moved] == [fault["line"] + 1 for fault in faults]
        assert check_sarif(run(program, versions, "--format", "sarif"), schema, root, moved) == fingerprints
        check_github(run(program, versions, "--format", "github"), root, moved)


main()
