"""audits.py PROGRAM [--write] - what `audit --report` writes of a project with planted faults is what stands in expected/,
and programs that read such files read it back. --write brings expected/ up to date.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "audit"))

import annotations

try:
    import alembic  # of the project
    import jsonschema
    import junitparser
    import projects
    import yaml
    from lxml import etree, html
    from markdown_it import MarkdownIt
    from mesonbuild.mtest import TAPParser, TestResult
except ImportError as error:
    print(f"not installed: {error.name}")
    sys.exit(77)

FORMATS = {"junit": "audit.xml", "tap": "audit.tap", "json": "audit.json", "markdown": "audit.md", "text": "audit.txt",
           "html": "audit.html", "sarif": "audit.sarif"}
FINDINGS, ERRORS, FAILED = 8, 5, 3  # of projects.many; questions that have errors
complaints = []


def holds(what, is_so):
    if not is_so:
        complaints.append(what)


def steady(text):
    """Without what differs from run to run, or between machines and releases."""
    text = re.sub(r'time="[\d.]+"', 'time="T"', text)
    text = re.sub(r'"elapsed_us": \d+', '"elapsed_us": N', text)
    text = re.sub(r"[\d.]+ s\b", "N s", text)
    text = re.sub(r"(Alembic|SQLAlchemy|Python|Rehearse) \d[\w.]*", r"\1 V", text)
    text = re.sub(r'("(?:rehearse|alembic|sqlalchemy|python|version)": )"\d[\w.]*"', r'\1"V"', text)
    text = re.sub(r"(<(style|script)>\n).*?(</\2>)", r"\1\3", text, flags=re.S)
    return re.sub(r'("[\w/]*[fF]ingerprint[\w/]*": )"\w+"', r'\1"F"', text)


def compare(name, text, writes):
    path = HERE / "expected" / name
    if writes:
        path.write_text(text)
        return
    expected = path.read_text() if path.exists() else ""
    if text != expected:
        with tempfile.NamedTemporaryFile("w", suffix=name) as actual:
            actual.write(text)
            actual.flush()
            shown = subprocess.run(["diff", "-u", str(path), actual.name], stdout=subprocess.PIPE, text=True, check=False)
        complaints.append(f"{name} differs (- expected, + actual)\n{shown.stdout}")


def has_its_shape(what, found):
    schema = json.loads((HERE.parent.parent / "docs/audit.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    for error in jsonschema.Draft7Validator(schema).iter_errors(found):
        complaints.append(f"json: {what}: {list(error.absolute_path)}: {error.message}")


def read_all(texts):
    found = json.loads(texts["json"])
    holds("json: findings", len(found["findings"]) == FINDINGS)
    has_its_shape("an audit", found)

    document = etree.fromstring(texts["junit"].encode())
    schema = etree.XMLSchema(etree.parse(str(HERE / "junit-10.xsd")))
    holds(f"junit: {schema.error_log}", schema.validate(document))
    suites = junitparser.JUnitXml.fromstring(texts["junit"].encode())
    failures = [case.name for suite in suites for case in suite if any(isinstance(result, junitparser.Failure) for result in case.result)]
    holds(f"junit: failures {failures}", len(failures) == ERRORS == suites.failures)

    events = list(TAPParser().parse(iter(texts["tap"].splitlines(keepends=True))))
    holds(f"tap: Meson reads it {events}", not any(isinstance(event, (TAPParser.Error, TAPParser.UnknownLine)) for event in events))
    results = [event.result for event in events if isinstance(event, TAPParser.Test)]
    holds(f"tap: Meson's count {results}", results.count(TestResult.FAIL) == ERRORS + FAILED)
    blocks = [yaml.safe_load(block) for block in re.findall(r"^  ---\n(.*?)^  \.\.\.$", texts["tap"], re.M | re.S)]
    holds("tap: places", any(block.get("at", {}).get("file") == "migrations/versions/r04.py" for block in blocks))

    sarif = json.loads(texts["sarif"])
    schema = json.loads((HERE.parent / "docs/sarif.schema.json").read_text())
    for error in jsonschema.Draft7Validator(schema).iter_errors(sarif):
        complaints.append(f"sarif: {list(error.absolute_path)}: {error.message}")
    levels = [result["level"] for result in sarif["runs"][0]["results"]]
    holds(f"sarif: {levels}", levels.count("error") == ERRORS and len(levels) == FINDINGS)

    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(texts["markdown"])
    holds("markdown: its answer comes first", rendered.startswith("<h3>✗ Rehearse: 10 revisions on sqlite: 8 findings</h3>"))
    holds("markdown: details are folded", len(etree.HTML(rendered).findall(".//details")) == FINDINGS)

    noted = annotations.read(texts["github"])
    holds(f"github: {noted}", [level for level, _, _ in noted] == ["error"] * ERRORS + ["warning"] * (FINDINGS - ERRORS))
    holds("github: places", noted[0][1]["file"] == "migrations/versions/r04.py" and noted[0][1]["line"] == "17")
    holds("github: messages", all(message.split("\n")[0] in texts["text"] for _, _, message in noted))

    page = html.document_fromstring(texts["html"])
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    links = [link.get("href") for link in page.iter("a")]
    holds("html: each id stands once", len(ids) == len(set(ids)))
    holds("html: links lead to what is there", all(link[0] == "#" and link[1:] in ids for link in links))
    holds("html: nothing is asked for from elsewhere", not re.search(r"https?://|@import|url\(|<link|<img| src=", texts["html"]))
    shown = "".join(page.itertext())
    holds("html: each finding", all(one["message"] in shown for one in found["findings"]))
    holds("text: each finding", all(one["revision"] in texts["text"] for one in found["findings"]))


def main():
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as name:
        project, _ = projects.many(str(Path(name) / "shop"))
        reports = [option for one, file in FORMATS.items() for option in ("--report", f"{one}:{name}/{file}")]
        environment = dict(os.environ, REHEARSE_PYTHON=sys.executable, LC_ALL="C.UTF-8")
        for variable in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI"):
            environment.pop(variable, None)
        done = subprocess.run([program, "audit", "--engine", "sqlite", "-j", "1", "--format", "json", *reports, "--report", "github"],
                              cwd=project.folder, env=environment, text=True, capture_output=True, check=False)
        holds(f"status {done.returncode}\n{done.stderr}", done.returncode == 1)
        texts = {one: (Path(name) / file).read_text() for one, file in FORMATS.items()}
        holds("standard output has what a file has", done.stdout == texts["json"])
        texts["github"] = annotations.lines_of(done.stderr)
        read_all(texts)
        for what, options in {"without Alembic": ["--python", "false"], "one question": ["--only", "faults"]}.items():
            asked = subprocess.run([program, "audit", "--format", "json", *options], cwd=project.folder, env=environment,
                                   text=True, capture_output=True, check=False)
            has_its_shape(what, json.loads(asked.stdout))
        for one, file in {**FORMATS, "github": "audit-annotations.txt"}.items():
            compare(file, steady(texts[one]), "--write" in sys.argv[2:])
    for complaint in complaints:
        print(f"does not hold: {complaint}")
    return 1 if complaints else 0


sys.exit(main())
