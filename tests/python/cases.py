"""What test cases share: the helper, a project in a folder, cells."""
from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path
from typing import Any, Callable, Optional

from helper import Cell, Failed, Helper, Message

# Which drivers there are for an engine; set by run.py, beside what it was told.
DRIVERS = {"sqlite": ("sqlite3", "aiosqlite"), "postgres": ("psycopg2", "psycopg", "pg8000", "asyncpg")}
ENGINE: Any = None
PYTHON = sys.executable
DRIVER: str = "sqlite3"
THERE: dict[str, str] = {}

_helper: Optional[Helper] = None


def helper() -> Helper:
    """One for all tests, as a worker has one for all cells."""
    global _helper
    if _helper is None:
        _helper = Helper(python=PYTHON)
    return _helper


def stop_helper() -> None:
    global _helper
    if _helper is not None:
        _helper.close()
        _helper = None


def is_async() -> bool:
    return DRIVER in ("asyncpg", "aiosqlite")


def sqlalchemy_2() -> bool:
    return not THERE["sqlalchemy"].startswith("1.")


def only(*engines: str) -> Callable[[Any], Any]:
    """The test is about these engines alone, and does not exist on others."""
    return lambda test: test if ENGINE.name in engines else None


def needs(module: str) -> Callable[[Any], Any]:
    """The test is about a package, and does not exist without."""
    return lambda test: test if module in THERE else None


def dialect_url(address: str, database: str) -> str:
    """A URL of the engine in hand, that names another place."""
    if ENGINE.name == "sqlite":
        return f"sqlite{'+aiosqlite' if DRIVER == 'aiosqlite' else ''}:///{database}"
    return f"postgresql+{DRIVER}://app:hunter2-secret@{address}/{database}"


class Case(unittest.TestCase):
    """A test with a project of its own and a database."""

    maxDiff = None

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rehearse-project-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.database = ENGINE.new()
        self.cells: list[Cell] = []

    def tearDown(self) -> None:
        for cell in self.cells:
            cell.close()

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return str(path)

    def body(self, text: str, name: str = "0001_first.py") -> str:
        """A revision file with that upgrade(), or with the functions that it holds."""
        text = textwrap.dedent(text).strip("\n")
        if "def upgrade" not in text:
            text = "def upgrade():\n" + textwrap.indent(text, "    ")
        return self.file(f"versions/{name}", "from alembic import context, op\nimport sqlalchemy as sa\n\n"
                         f"revision = {name[:4]!r}\ndown_revision = None\n\n\n{text}\n")

    def open(self, **fields: Any) -> Cell:
        cell = helper().fork()
        self.cells.append(cell)
        project = {"folder": str(self.folder), **fields.pop("project", {})}
        cell.ask("open", database=self.database, project=project, driver=DRIVER, **fields)
        return cell

    def connect(self, **fields: Any) -> Cell:
        cell = self.open(**fields)
        cell.ask("connect")
        return cell

    def upgrade(self, cell: Cell, path: str, **fields: Any) -> Message:
        return self.run_body(cell, path, "upgrade", **fields)

    def run_body(self, cell: Cell, path: str, direction: str, **fields: Any) -> Message:
        configure = {"transactional_ddl": ENGINE.name == "postgres", **fields.pop("configure", {})}
        return cell.ask("body", revision="0001", direction=direction, file=path, configure=configure, **fields)

    def fails(self, cell: Cell, path: str, direction: str = "upgrade", **fields: Any) -> Message:
        """The ERROR of a body."""
        with self.assertRaises(Failed) as caught:
            self.run_body(cell, path, direction, **fields)
        return caught.exception.error

    def tables(self) -> list[str]:
        return ENGINE.tables(self.database)

    def look(self, sql: str) -> list[tuple[Any, ...]]:
        return ENGINE.look(self.database, sql)


def fingerprint(folder: Path) -> dict[str, str]:
    """All that is below it."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
            for path in sorted(folder.rglob("*"))}
