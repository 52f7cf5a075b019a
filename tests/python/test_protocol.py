"""Forking, ending, and what is no request."""
import os
import socket
import time

import cases
from cases import Case
from helper import Failed
from sqlalchemy.engine import make_url


class Protocol(Case):
    def test_says_what_there_is(self):
        hello = cases.helper().hello
        self.assertEqual(hello["hello"], 1)
        self.assertEqual(hello["alembic"], cases.THERE["alembic"])
        self.assertEqual(hello["sqlalchemy"], cases.THERE["sqlalchemy"])
        self.assertIn(cases.DRIVER, hello["drivers"])
        self.assertIn("audit", hello["guard"])

    def test_what_one_cell_breaks_does_not_reach_the_next(self):
        path = self.body("import sqlalchemy.schema; sqlalchemy.schema.broken = sa.broken = True; op.create_table = None")
        self.upgrade(self.connect(), path)
        path = self.body("assert not hasattr(sa, 'broken'); op.create_table('t', sa.Column('id', sa.Integer))")
        self.upgrade(self.connect(), path)

    def test_a_crash_ends_one_cell(self):
        cell = self.connect()
        with self.assertRaises(EOFError):
            self.upgrade(cell, self.body("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"))
        self.assertEqual(cell.close(), {"done": "end", "pid": cell.pid, "signal": 11})
        self.cells.remove(cell)
        self.connect().execute("SELECT 1")

    def test_splits(self):
        """What is split off has all that was imported, and goes with its socket; the others go on."""
        whole, split = cases.helper(), cases.helper().split()
        self.assertEqual({**split.hello, "pid": 0, "setup_ms": 0}, {**whole.hello, "pid": 0, "setup_ms": 0})
        self.assertNotEqual(split.hello["pid"], whole.hello["pid"])
        cell = split.fork()
        cell.ask("open", database=self.database)
        cell.ask("connect")
        self.assertEqual(cell.execute("SELECT 1"), [["1"]])
        split.line.socket.shutdown(socket.SHUT_WR)
        self.assertRaises(EOFError, split.line.read)
        self.assertRaises(EOFError, cell.line.read)
        split.line.close()
        cell.line.close()
        self.assertEqual(self.connect().execute("SELECT 1"), [["1"]])

    def test_the_next_cell_finds_imported_what_one_had_to_import(self):
        self.upgrade(self.connect(), self.body("import sqlalchemy.orm"))
        for helper in (cases.helper(), cases.helper().split()):
            cell = helper.fork()
            cell.ask("open", database=self.database)
            cell.ask("connect")
            self.upgrade(cell, self.body("import sys; assert 'sqlalchemy.orm' in sys.modules"))
            cell.close()

    def test_ends_what_never_ends(self):
        cell = self.connect()
        cell.line.write({"do": "body", "revision": "0001", "direction": "upgrade", "configure": {},
                         "file": self.body("while True: pass")})
        time.sleep(0.05)
        begun = time.monotonic()
        self.assertEqual(cell.close(), {"done": "end", "pid": cell.pid, "signal": 9})
        self.assertLess(time.monotonic() - begun, 5)
        self.cells.remove(cell)

    def test_ends_what_a_body_has_forked(self):
        cell = self.connect()
        mark = self.folder / "pid"
        self.upgrade(cell, self.body(f"""
            import os, time
            pid = os.fork()
            if pid == 0:
                time.sleep(600)
            open({str(mark)!r}, "w").write(str(pid))
        """))
        forked = int(mark.read_text())
        cell.close()
        self.cells.remove(cell)
        with self.assertRaises(ProcessLookupError):
            for _ in range(200):
                os.kill(forked, 0)
                with open(f"/proc/{forked}/stat", encoding="ascii") as stat:
                    if stat.read().rpartition(")")[2].split()[0] == "Z":  # dead, and nobody has looked yet
                        raise ProcessLookupError
                time.sleep(0.02)

    def test_refuses_what_is_no_request(self):
        cell = self.connect()
        for message, word in [({"do": "dance"}, "dance"), ({}, "None"), ({"do": "execute"}, "'sql' is missing"),
                              ({"do": "execute", "sql": 1}, "'sql' must be of type str"), ({"do": "open"}, "open already"),
                              ({"do": "connect"}, "a connection already"),
                              ({"do": "body", "direction": "sideways"}, "no 'sideways'"),
                              ({"do": "alembic", "command": "upgrade"}, "disconnect first")]:
            cell.line.write(message)
            answer = cell.line.read()
            self.assertEqual(answer["error"]["class"], "ProtocolError", answer)
            self.assertIn(word, answer["error"]["message"])
        cell.line.socket.sendall(b"{no json\n[]\n")
        self.assertEqual([cell.line.read()["error"]["class"] for _ in range(2)], ["ProtocolError"] * 2)
        self.assertEqual(cell.execute("SELECT 1"), [["1"]])

    def test_needs_open_and_connect_first(self):
        cell = cases.helper().fork()
        self.cells.append(cell)
        for request in ("connect", "commit", "execute"):
            with self.assertRaises(Failed) as caught:
                cell.ask(request, sql="SELECT 1")
            self.assertIn("nothing is open yet", caught.exception.error["message"])

    def test_takes_the_driver_that_sqlalchemy_takes(self):
        """For a URL that names none: SQLAlchemy 2.1 means another one by "postgresql://" than 2.0."""
        backend = "postgresql" if cases.ENGINE.name == "postgres" else "sqlite"
        usual = make_url(f"{backend}://").get_driver_name().replace("pysqlite", "sqlite3")
        there = cases.helper().hello["drivers"]
        expected = usual if usual in there else next(name for name in cases.DRIVERS[cases.ENGINE.name] if name in there)
        ini = self.file("alembic.ini", f"[alembic]\nscript_location = .\nsqlalchemy.url = {backend}://\n")
        for project in ({}, {"config": ini}):
            cell = cases.helper().fork()
            self.cells.append(cell)
            self.assertEqual(cell.ask("open", database=self.database, project=project)["driver"], expected)

    def test_names_the_driver_that_is_missing(self):
        cell = cases.helper().fork()
        self.cells.append(cell)
        with self.assertRaises(Failed) as caught:
            cell.ask("open", database=self.database, driver="nonesuch")
        self.assertEqual(caught.exception.error["class"], "ProtocolError")

    def test_does_not_change_the_project(self):
        path = self.body("import shop.models; op.create_table('t', sa.Column('id', sa.Integer))")
        self.file("shop/__init__.py", "")
        self.file("shop/models.py", "import json")
        before = cases.fingerprint(self.folder)
        self.upgrade(self.connect(project={"prepend_sys_path": [str(self.folder)]}), path)
        self.assertEqual(cases.fingerprint(self.folder), before)

    def test_fills_in_the_environment(self):
        cell = self.connect(project={"env": {"PLACE": "<{database}>", "BRACES": "{{x}}", "URL": "{url}"}})
        self.upgrade(cell, self.body("""
            import os
            assert os.environ["BRACES"] == "{x}", os.environ["BRACES"]
            assert os.environ["PLACE"][1:-1] in os.environ["URL"], os.environ
            assert sa.engine.make_url(os.environ["URL"]).get_backend_name() == op.get_bind().dialect.name
        """))
