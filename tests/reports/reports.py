"""reports.py PROGRAM [--write] - what `run --report` writes of one sample run is what stands in expected/, and programs
that read such files read it back.

The sample has cells that are as expected and that are not, skipped ones, one that takes too long, and one whose worker
is killed. --write brings expected/ up to date.
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import annotations

try:
    import jsonschema
    import junitparser
    import yaml
    from lxml import etree, html
    from markdown_it import MarkdownIt
    from mesonbuild.mtest import TAPParser, TestResult
except ImportError as error:
    print(f"not installed: {error.name}")
    sys.exit(77)

HERE = Path(__file__).resolve().parent
FORMATS = {"junit": "junit.xml", "tap": "run.tap", "json": "run.json", "markdown": "run.md", "text": "run.txt",
           "html": "page.html"}
# Of a scenario that claims nothing yet: formats for people tell what works, and the lines that would claim it.
ANSWER_FORMATS = {"markdown": "answer.md", "text": "answer.txt", "html": "answer.html"}
PASSWORD = "hunter2"
complaints = []


def holds(what, is_so):
    if not is_so:
        complaints.append(what)


def children_of(parent):
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if re.search(rf"^PPid:\s*{parent}$", status.read_text(), re.M):
                yield int(status.parent.name)
        except OSError:
            continue


def play(program, folder):
    """Run the sample; when only the last cell is left, its worker is killed."""
    reports = [option for name, file in FORMATS.items() for option in ("--report", f"{name}:out/{file}")]
    environment = dict(os.environ, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY="summary.md", LC_ALL="C")
    environment.pop("GITHUB_WORKSPACE", None)
    with subprocess.Popen([program, "run", "--jobs", "1", "--timeout", "1", "--format", "tap", *reports,
                           "--postgres", f"postgresql://bob:{PASSWORD}@127.0.0.1:1/none",
                           "a-mixed.yaml", "b-late.yaml", "c-killed.yaml"],
                          cwd=folder, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        lines = []
        for line in run.stdout:
            lines.append(line)
            if re.match(r"(not )?ok \d+ - b-late/", line):
                time.sleep(0.3)
                for child in children_of(run.pid):
                    os.kill(child, signal.SIGKILL)
        errors = run.stderr.read()
    return run.returncode, "".join(lines), errors


def steady(text):
    """Without what differs from run to run, or between machines."""
    text = re.sub(r'time="[\d.]+"', 'time="T"', text)
    text = re.sub(r'"elapsed_us": \d+', '"elapsed_us": N', text)
    text = re.sub(r"<b>\d+\.\d s</b>", "<b>N s</b>", text)
    text = re.sub(r"<p>Rehearse [\d.]+</p>", "<p>Rehearse V</p>", text)
    text = re.sub(r'"rehearse": "[^"]*"', '"rehearse": "V"', text)
    return re.sub(r"could not connect to PostgreSQL: [^\n\"\\<]*(&quot;[^\n\"\\<]*|\\\"[^\n\"\\<]*)*"
                  r"(\"[^\n\"\\<]*\"[^\n\"\\<]*)?refused", "could not connect", text)


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


# --- programs that read them -------------------------------------------------------------------------------------------

def read_junit(text):
    schema = etree.XMLSchema(etree.parse(str(HERE / "junit-10.xsd")))
    document = etree.fromstring(text.encode())
    if not schema.validate(document):
        complaints.append(f"junit: {schema.error_log}")
    cases = {f"{case.classname}/{case.name}": [type(result).__name__.lower() for result in case.result]
             for suite in junitparser.JUnitXml.fromstring(text.encode()) for case in suite}
    holds("junit: a case for each cell", len(cases) == 12)
    holds("junit: verdicts", cases["a-mixed/up@fresh:sqlite"] == [] and
          cases["a-mixed/up@fresh:postgres"] == ["skipped"] and
          cases["a-mixed/fear@fresh:sqlite"] == ["failure"] and
          cases["b-late/late@fresh:sqlite"] == ["failure"] and
          cases["c-killed/killed@fresh:sqlite"] == ["error"])
    for suite in document.iter("testsuite", "testsuites"):
        for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            holds(f"junit: {attribute} of {suite.get('name')}", int(suite.get(attribute)) == len(list(suite.iter(tag))))


def read_tap(text, folder):
    results = []
    for event in TAPParser().parse(iter(text.splitlines(keepends=True))):
        holds(f"tap: Meson does not read {event}", not isinstance(event, (TAPParser.Error, TAPParser.UnknownLine)))
        if isinstance(event, TAPParser.Test):
            results.append(event.result)
    holds("tap: Meson's count", (results.count(TestResult.OK), results.count(TestResult.SKIP),
                                 results.count(TestResult.FAIL)) == (3, 5, 4))
    diagnostics = [yaml.safe_load(block) for block in re.findall(r"^  ---\n(.*?)^  \.\.\.$", text, re.M | re.S)]
    holds("tap: a diagnostic for each failure", len(diagnostics) == 4)
    holds("tap: the place of one", diagnostics[0]["at"] == {"file": "a-mixed.yaml", "line": 16, "column": 27})
    holds("tap: its details", diagnostics[0]["details"].startswith("a-mixed.yaml:16:27: error: DatabaseError: "))
    (folder / "tap").write_text(text)
    shown = subprocess.run(["prove", "-v", "--exec", "cat", "tap"], cwd=folder, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, check=False)
    holds(f"tap: prove's count\n{shown.stdout}", "Failed 4/12 subtests" in shown.stdout and
          "5 skipped" in shown.stdout and "Parse errors" not in shown.stdout)


def read_json(text):
    value = json.loads(text)
    schema = json.loads((HERE.parent.parent / "docs/run.schema.json").read_text())
    for error in jsonschema.Draft7Validator(schema).iter_errors(value):
        complaints.append(f"json: {list(error.absolute_path)}: {error.message}")
    holds("json: the cell without an answer", value["unanswered"] == [
        {"name": "c-killed/killed@fresh:sqlite", "reason": "its worker was killed by signal 9 (Killed)"}])


def read_markdown(text):
    holds("markdown: it fits", len(text) <= 65536)
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    holds("markdown: its answer comes first", rendered.startswith("<h3>✗ Rehearse: 3 of 12 cells not as expected</h3>"))
    document = etree.HTML(rendered)
    names = ["".join(cell.itertext()) for cell in document.iter("th")]
    holds(f"markdown: states with their names {names}", names[1:3] == ["fresh", "half | done"])
    rows = [["".join(cell.itertext()).strip() for cell in row.iter("td")] for row in document.iter("tr")]
    holds(f"markdown: the matrix {rows}", ["hope <i>", "", "✗ fails at 1 ⚠"] in rows and
          ["up", "✓ works", "✗ fails at 1"] in rows)
    holds("markdown: details are folded", len(document.findall(".//details")) == 2)


def read_html(text):
    document = html.document_fromstring(text)
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    holds("html: each id stands once", len(ids) == len(set(ids)))
    links = [link.get("href") for link in document.iter("a")]
    holds("html: links lead to what is there", links and all(link[0] == "#" and link[1:] in ids for link in links))
    holds("html: nothing is asked for from elsewhere", not re.search(r"https?://|@import|url\(|<link|<img| src=", text))
    holds("html: the answer", document.findtext(".//h1") == "3 of 12 cells are not as expected")
    holds("html: all cells", len(document.find_class("cell")) == 12)
    loud = [element.findtext("summary/b") for element in document.find_class("loud") if element.tag == "details"]
    holds(f"html: what differs is open {loud}", loud == ["hope <i>", "fear", "late"] and
          all("open" in element.attrib for element in document.find_class("loud") if element.tag == "details"))
    shown = "".join(document.get_element_by_id("a-mixed/stamp@half~20~7c~20done:sqlite").itertext())
    holds("html: rows, without control characters", "a\\x1b[31mb" in shown and "NULL" in shown)
    holds("html: the schema that differs", "- column u.id integer not null" in shown)
    holds("html: the lesson", "Look before you stamp." in text)


def without_looks(text):
    """A page without its style sheet and its script."""
    return re.sub(r"(<(style|script)>\n).*?(</\2>)", r"\1\3", text, flags=re.S)


def read_github(errors):
    found = annotations.read(errors)
    holds("github: an annotation for each failure", len(found) == 4)
    holds("github: its place", found[0][1] == {"file": "a-mixed.yaml", "line": "16", "col": "27",
                                               "title": "a-mixed/hope <i>@half | done:sqlite"})
    holds("github: its message", found[0][2].startswith("fails at step 1; claimed: works\na-mixed.yaml:16:27: "))


def check_answer(program, writes):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "first.yaml").write_text((HERE / "answer" / "first.yaml").read_text())
        reports = [option for format, file in ANSWER_FORMATS.items() for option in ("--report", f"{format}:{file}")]
        run = subprocess.run([program, "run", "--report", "github", *reports, "--report", "json:run.json", "first.yaml"],
                             cwd=folder, env=dict(os.environ, LC_ALL="C.UTF-8"), text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, check=False)
        holds(f"answer: status {run.returncode}\n{run.stderr}", run.returncode == 1)
        texts = {format: (folder / file).read_text() for format, file in ANSWER_FORMATS.items()}
        said = html.document_fromstring(texts["html"])
        rendered = etree.HTML(MarkdownIt("commonmark", {"html": True}).render(texts["markdown"]))
        lines = run.stdout.split("    outcomes:\n")[1].split("\n\n")[0].split("\n")
        claims = "outcomes:\n" + "".join(f"  {line.strip()}\n" for line in lines)
        holds("answer: lines to paste in Markdown", claims in [code.text for code in rendered.iter("code")])
        holds("answer: lines to paste in HTML", claims in [code.text for code in said.iter("pre")])
        holds("answer: no promise is broken", not said.find_class("loud") and "⚠" not in texts["markdown"])
        holds("answer: one annotation", len(run.stderr.splitlines()) == 1)
        merged = subprocess.run([program, "merge", "run.json"], cwd=folder, env=dict(os.environ, LC_ALL="C.UTF-8"),
                                text=True, stdout=subprocess.PIPE, check=False)
        holds(f"answer: merge says the same\n{merged.stdout}", merged.stdout == run.stdout)
        texts["html"] = without_looks(texts["html"])
        for format, file in ANSWER_FORMATS.items():
            compare(file, steady(texts[format]), writes)
        compare("answer-annotations.txt", run.stderr, writes)
        with (folder / "first.yaml").open("a") as scenario:
            scenario.write(claims)
        again = subprocess.run([program, "run", "first.yaml"], cwd=folder, stdout=subprocess.DEVNULL, check=False)
        holds("answer: what was pasted holds", again.returncode == 0)


def check_runbook(program, writes):
    """The page of a runbook is read as a browser does: what is to be done, in order, with something to tick off."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "shop.yaml").write_text((HERE / "runbook" / "shop.yaml").read_text())
        run = subprocess.run([program, "repair", "shop.yaml", "--format", "html"], cwd=name, capture_output=True, text=True,
                             env=dict(os.environ, LC_ALL="C.UTF-8"), check=False)
    holds(f"runbook: status {run.returncode}\n{run.stderr}", run.returncode == 0)
    page = html.document_fromstring(run.stdout)
    holds("runbook: nothing is asked for from elsewhere", not re.search(r"https?://|@import|url\(|<link|<img| src=", run.stdout))
    steps = [code.text for code in page.iterfind(".//ol/li/label/code")]
    holds(f"runbook: steps {steps}", steps == ["alembic upgrade heads", "alembic stamp a1", "alembic upgrade heads"])
    boxes = page.findall(".//label/input")
    holds("runbook: each step and each look can be ticked off", len(boxes) == len(steps) + 2 * len(page.find_class("finding")[1:]))
    holds("runbook: files", "b2_mail.py: down_revision a1 instead of a1_users" in [code.text for code in page.iterfind(".//ul/li/code")])
    holds("runbook: SQL", "ALTER TABLE users ADD COLUMN email text DEFAULT '<none>'" in "".join(page.xpath("//ol/li/pre/text()")))
    failed = [row for row in page.iterfind(".//tbody/tr") if "fails at step 1: KeyError" in "".join(row.itertext())]
    holds("runbook: what was tried", len(failed) == 1)
    compare("runbook.html", steady(without_looks(run.stdout)), writes)


def main():
    program = str(Path(sys.argv[1]).resolve())
    writes = "--write" in sys.argv[2:]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in (HERE / "sample").iterdir():
            (folder / path.name).write_text(path.read_text())
        (folder / "out").mkdir()
        (folder / "out" / FORMATS["junit"]).write_text("an older one")
        (folder / "summary.md").write_text("What stood there.\n")
        status, output, errors = play(program, folder)
        texts = {name: (folder / "out" / file).read_text() for name, file in FORMATS.items()}
        summary = (folder / "summary.md").read_text()
        holds(f"status {status}\n{errors}", status == 3)
        holds("nothing else is left there", len(list((folder / "out").iterdir())) == len(FORMATS))
        holds("no password is told", PASSWORD not in output + errors + summary + "".join(texts.values()))
        holds("standard output has what a file has", output == texts["tap"])
        holds("the summary is what Markdown has", summary == "What stood there.\n" + texts["markdown"])
        read_junit(texts["junit"])
        read_tap(texts["tap"], folder)
        read_json(texts["json"])
        read_markdown(texts["markdown"])
        read_html(texts["html"])
        texts["html"] = without_looks(texts["html"])
        read_github(errors)
        for name, file in FORMATS.items():
            compare(file, steady(texts[name]), writes)
        compare("annotations.txt", steady(annotations.lines_of(errors)), writes)
    check_answer(program, writes)
    check_runbook(program, writes)
    for complaint in complaints:
        print(f"does not hold: {complaint}")
    return 1 if complaints else 0


sys.exit(main())
