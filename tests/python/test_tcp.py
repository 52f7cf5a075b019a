"""A throwaway on a server that is reached over TCP, as lent ones are: the same, with less help from the kernel."""
import contextlib
import socket
import threading

import cases
from cases import Case, Failed
from helper import Helper


class Forwarder:
    """A TCP port in front of the server's Unix socket."""

    def __init__(self, path):
        self._path = path
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._path)
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._copy, args=(source, target), daemon=True).start()

    @staticmethod
    def _copy(source, target):
        with contextlib.suppress(OSError):
            while True:
                data = source.recv(1 << 16)
                if not data:
                    break
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


class Tcp(Case):
    @classmethod
    def setUpClass(cls):
        cls.helper = Helper("--tcp", python=cases.PYTHON)

    @classmethod
    def tearDownClass(cls):
        cls.helper.close()

    def setUp(self):
        super().setUp()
        forwarder = Forwarder(f"{self.database['host']}/.s.PGSQL.5432")
        self.addCleanup(forwarder.close)
        self.place = {**self.database, "host": "127.0.0.1", "port": forwarder.port}
        self.cell = self.helper.fork()
        self.cells.append(self.cell)
        self.cell.ask("open", database=self.place, project={"folder": str(self.folder)}, driver=cases.DRIVER)
        self.cell.ask("connect")

    def test_the_throwaway_is_reached(self):
        self.assertEqual(self.helper.hello["guard"], [word for word in self.helper.hello["guard"] if word != "network"])
        self.upgrade(self.cell, self.body("op.create_table('t', sa.Column('id', sa.Integer))"))
        self.cell.ask("commit")
        self.assertEqual(self.tables(), ["t"])

    def test_production_is_led_there(self):
        if cases.is_async():
            return
        url = cases.dialect_url("db.example.com", "shop")
        self.upgrade(self.cell, self.body(f"""
            with sa.create_engine({url!r}).begin() as connection:
                connection.execute(sa.text("CREATE TABLE led (n INTEGER)"))
        """))
        self.assertEqual(self.tables(), ["led"])

    def test_another_database_of_the_server_is_not_reached(self):
        if cases.is_async():
            return
        address = f"127.0.0.1:{self.place['port']}"
        urls = [cases.dialect_url(address, name) for name in ("postgres", "template1")]
        with self.assertRaises(Failed) as caught:
            self.upgrade(self.cell, self.body(f"""
                with sa.create_engine({urls[0]!r}).connect() as connection:
                    name = connection.execute(sa.text("SELECT current_database()")).scalar()
                    assert name == {self.database["database"]!r}, name
                sa.create_engine({urls[1]!r}).connect()
            """))
        self.assertEqual(caught.exception.error["class"], "Elsewhere")
        self.assertIn(f"{address}/template1", caught.exception.error["message"])

    def test_other_ports_are_refused(self):
        error = self.fails(self.cell, self.body("import socket\nsocket.create_connection(('127.0.0.1', 9))"))
        self.assertEqual(error["class"], "Elsewhere")


def load_tests(loader, tests, _pattern):
    """There is nothing of it on SQLite."""
    return tests if cases.ENGINE.name == "postgres" else loader.suiteClass()
