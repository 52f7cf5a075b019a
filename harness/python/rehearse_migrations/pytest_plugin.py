"""Scenarios and audits as tests of pytest.

A file with a key `rehearse` is collected as a test a cell, named strategy@state:engine; with --rehearse-audit the
configuration of an Alembic project is, as a test a question of `rehearse audit`. The program is run once a file, when
the first of its tests is: of the tests that were selected, with their answers kept for the others. Under pytest-xdist
the workers share the answers, by files in a folder that lives as long as the session.
"""
import fcntl
import hashlib
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import warnings

import pytest

from rehearse_migrations import program

LOOKED_AT = 65536  # bytes in which the key stands, as for the program itself
KEY = re.compile(rb"^[\"']?rehearse[\"']?\s*:", re.MULTILINE)
ALEMBIC = {".ini": re.compile(rb"^\s*script_location\s*[=:]", re.MULTILINE),
           ".toml": re.compile(rb"^\[tool\.alembic\]", re.MULTILINE)}
SHARED = pytest.StashKey()  # the folder that workers share; None: there is one process
ANSWERS = pytest.StashKey()  # of the files that were run


# --- options -----------------------------------------------------------------------------------------

def pytest_addoption(parser):
    group = parser.getgroup("rehearse", "rehearsals of database migrations")
    group.addoption("--rehearse-engine", action="append", default=[], metavar="NAME",
                    help="only cells, and audits, on this engine: sqlite or postgres")
    group.addoption("--rehearse-audit", action="store_true",
                    help="collect the configuration of Alembic projects, as a test a question of 'rehearse audit'")
    group.addoption("--no-rehearse", action="store_true", help="collect nothing of rehearse's")
    parser.addini("rehearse_args", type="args", default=[], help="more options for 'rehearse run'")
    parser.addini("rehearse_audit_args", type="args", default=[], help="more options for 'rehearse audit'")
    parser.addini("rehearse_program", default="", help="another program than the one that came with the plugin")


def pytest_configure(config):
    config.stash[ANSWERS] = {}
    config.stash[SHARED] = getattr(config, "workerinput", {}).get("rehearse_folder")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """In the process that leads xdist's workers."""
    if not node.config.stash[SHARED]:
        node.config.stash[SHARED] = tempfile.mkdtemp(prefix="rehearse-pytest.")
    node.workerinput["rehearse_folder"] = node.config.stash[SHARED]


def pytest_unconfigure(config):
    folder = config.stash.get(SHARED, None)
    if folder and not hasattr(config, "workerinput"):
        shutil.rmtree(folder, ignore_errors=True)


def run(config, *arguments):
    """Run the program; its answer whatever the exit status, which says what the answer says."""
    command = [config.getini("rehearse_program") or program()] + [str(argument) for argument in arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8", errors="replace", check=False)


# --- collecting --------------------------------------------------------------------------------------

def pytest_collect_file(file_path, parent):
    if parent.config.getoption("--no-rehearse"):
        return None
    if file_path.suffix in (".yaml", ".yml") and KEY.search(beginning(file_path)):
        return ScenarioFile.from_parent(parent, path=file_path)
    if parent.config.getoption("--rehearse-audit") and file_path.suffix in ALEMBIC \
            and ALEMBIC[file_path.suffix].search(beginning(file_path)):
        return ProjectFile.from_parent(parent, path=file_path)
    return None


def beginning(path):
    with open(path, "rb") as file:
        return file.read(LOOKED_AT)


class RehearsedFile(pytest.File):
    """A file that the program is run with once."""

    all_names = ()  # of its tests, selected or not

    def keep_names(self, items):
        items = list(items)
        self.all_names = [item.name for item in items]
        return items

    def answers(self):
        """What the program says of the file's selected tests, by their names."""
        key = str(self.path)
        kept = self.config.stash[ANSWERS]
        if key not in kept:
            kept[key] = self.shared_answers(self.config.stash[SHARED])
        return kept[key]

    def shared_answers(self, folder):
        if not folder:
            return self.ask(self.selected())
        # Every worker has collected, and left out, the same tests: who comes first asks for all of them.
        selected = self.selected()
        name = hashlib.sha256("\n".join([str(self.path)] + selected).encode()).hexdigest()
        path = pathlib.Path(folder, name)
        with open(path.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                whole = path.with_suffix(".new")
                whole.write_text(json.dumps(self.ask(selected)), encoding="utf-8")
                whole.rename(path)
        return json.loads(path.read_text(encoding="utf-8"))

    def selected(self):
        """Names of the tests that are to be run."""
        return [item.name for item in self.session.items if item.parent is self]

    def engines(self):
        return [part for name in self.config.getoption("--rehearse-engine") for part in ("--engine", name)]

    def ask(self, names):
        raise NotImplementedError


class RehearsedItem(pytest.Item):
    """One test of such a file."""

    def answer(self):
        answers = self.parent.answers()
        if "stopped" in answers:
            raise NotAsExpected(answers["stopped"])
        return answers["by_name"].get(self.name)

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, NotAsExpected):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, None, self.name


class NotAsExpected(Exception):
    """What differs, in words."""


def read_answers(done, key, name_of):
    """The answers under `key` by their names; or why there are none."""
    try:
        answer = json.loads(done.stdout)
        return {"by_name": {name_of(item): item for item in answer[key]}, "whole": answer}
    except (ValueError, KeyError):
        return {"stopped": "\n".join(filter(None, [
            done.stderr.strip(), "rehearse ended with exit status %d" % done.returncode]))}


# --- scenarios ---------------------------------------------------------------------------------------

class ScenarioFile(RehearsedFile):
    def collect(self):
        done = run(self.config, "list", "--format", "json", *self.engines(), self.path)
        if done.returncode == 4:  # no cell is left by --rehearse-engine
            return []
        if done.returncode != 0:
            raise self.CollectError(done.stderr.strip())
        return self.keep_names(
            CellItem.from_parent(self, name=without_scenario(cell), words=[scenario["name"]] + scenario["tags"])
            for scenario in json.loads(done.stdout)["scenarios"] for cell in scenario["cells"])

    def ask(self, names):
        left_out = []
        if len(names) < len(self.all_names):
            left_out = ["--filter", "/(%s)$" % "|".join("\\Q%s\\E" % name for name in names)]
        done = run(self.config, "run", "--format", "json", *self.engines(), *left_out,
                   *self.config.getini("rehearse_args"), self.path)
        return read_answers(done, "cells", lambda cell: without_scenario(cell["name"]))


def without_scenario(name):
    """strategy@state:engine, as neither of them has a slash."""
    return name.split("/", 1)[1]


class CellItem(RehearsedItem):
    def __init__(self, *, words, **rest):
        super().__init__(**rest)
        self.extra_keyword_matches.update(words)

    def runtest(self):
        cell = self.answer()
        if cell is None:
            raise NotAsExpected(self.why_unanswered())
        self.user_properties.append(("rehearse_verdict", cell["verdict"]))
        self.user_properties.append(("rehearse_elapsed_us", cell["elapsed_us"]))
        if cell["verdict"] == "skipped":
            pytest.skip(cell["skip_reason"] or "skipped")
        if not cell["as_expected"]:
            raise NotAsExpected(told(cell, self.path))

    def why_unanswered(self):
        whole = self.parent.answers()["whole"]
        for cell in whole.get("unanswered", []):
            if without_scenario(cell["name"]) == self.name:
                return cell["reason"]
        return "rehearse has not played this cell"


def told(cell, path):
    """What of a cell is not as expected."""
    lines = ["%s: %s; claimed: %s" % (cell["name"], verdict(cell), cell["claim"])]
    error = cell["error"]
    if error:
        lines.append("  %s: %s" % (error["class"], error["message"]))
        lines += ["  %s: %s" % (key, error[key]) for key in ("where", "revision", "statement", "detail", "hint")
                  if error.get(key)]
    for reason in cell["reasons"]:
        lines += indented(reason["text"], "  %s: " % reason["key"])
    if cell["record"] == "differs":
        lines.append("  not as recorded (- recorded, + now; 'rehearse accept' records it):")
        lines += ["    " + line for line in cell["record_difference"]]
    if cell["record"] == "missing" and cell["claim"].startswith(verdict(cell)):
        lines.append("  there is no record of it ('rehearse accept' writes one)")
    lines += ["  from run to run: %s" % json.dumps(end) for end in cell.get("runs", [])]
    lines += [line for note in cell["notes"] for line in indented(note, "  note: ")]
    lines.append("  step by step: rehearse explain %s %s"
                 % (shlex.quote(str(path)), shlex.quote(without_scenario(cell["name"]))))
    return "\n".join(lines)


def indented(text, start):
    lines = text.split("\n")
    return [start + lines[0]] + ["    " + line for line in lines[1:]]


def verdict(cell):
    if cell["verdict"] == "fails":
        return "fails at step %s" % cell["failed_step"] if cell["failed_step"] else "fails while the state is built"
    if cell["verdict"] == "wrong":
        return "wrong: %s" % ", ".join(cell["wrong"])
    return cell["verdict"]


# --- audits ------------------------------------------------------------------------------------------

class ProjectFile(RehearsedFile):
    def collect(self):
        return self.keep_names(QuestionItem.from_parent(self, name=question) for question in questions(self.config))

    def ask(self, names):
        only = []
        if len(names) < len(self.all_names):
            only = [part for name in names for part in ("--only", name)]
        done = run(self.config, "audit", "--format", "json", *self.engines(), *only,
                   *self.config.getini("rehearse_audit_args"), self.path)
        return read_answers(done, "questions", lambda question: question["question"])


def questions(config):
    """The questions that this program knows, as it completes them."""
    done = run(config, "completions", "words", "--", "audit", "--only", "")
    names = [line.split("\t")[0] for line in done.stdout.splitlines()]
    if not names:
        raise pytest.UsageError("this rehearse has no audit")
    return names


class QuestionItem(RehearsedItem):
    def runtest(self):
        answer = self.answer()
        if answer is None:
            raise NotAsExpected("rehearse has not answered this question")
        if answer["answer"] == "skipped":
            pytest.skip(answer["reason"] or "skipped")
        findings = [finding for finding in self.parent.answers()["whole"]["findings"]
                    if finding["question"] == self.name and not finding["known"]]
        said = "\n".join(
            ["%s: %s%s" % (self.name, answer["answer"], ": " + answer["reason"] if answer["reason"] else "")]
            + [line for finding in findings for line in told_finding(finding)])
        # As for the program's exit status: warnings are told, and count where --strict asks for it.
        if answer["answer"] == "unknown" or any(
                finding["level"] == "error" or "--strict" in self.config.getini("rehearse_audit_args")
                for finding in findings):
            raise NotAsExpected(said)
        if findings:
            warnings.warn(pytest.PytestWarning(said))


def told_finding(finding):
    """A finding, with where it is."""
    where = ":".join(str(part) for part in (finding["file"], finding["line"]) if part)
    start = " ".join(part for part in (finding["level"], finding["revision"], where) if part)
    message = ": ".join(part for part in (finding["class"], finding["message"]) if part)
    return indented(message, "  %s: " % start) + ["    " + line for line in finding["difference"]]
