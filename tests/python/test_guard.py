"""Nothing but the throwaway is ever spoken to.

All this is tried with the kernel's help and without: a helper that was started with --tcp keeps its network, so that what
a listener on the named address would hear is what Python's guard lets through.
"""
import os
import select
import socket
import sqlite3
import textwrap

import cases
from cases import Case, Failed, needs, only
from helper import Helper

SECRET = "hunter2-secret"


class Listener:
    """Production: whoever connects, or sends a datagram, is heard."""

    def __init__(self):
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))

    def heard(self):
        ready, _, _ = select.select([self.tcp, self.udp], [], [], 0)
        return bool(ready)

    def close(self):
        self.tcp.close()
        self.udp.close()


class Guarded(Case):
    """A cell of a helper that has a network."""

    arguments = ("--tcp",)

    @classmethod
    def setUpClass(cls):
        cls.helper = Helper(*cls.arguments, python=cases.PYTHON)

    @classmethod
    def tearDownClass(cls):
        cls.helper.close()

    def setUp(self):
        super().setUp()
        self.listener = Listener()
        self.addCleanup(self.listener.close)
        self.other = str(self.folder / "production.sqlite")
        with sqlite3.connect(self.other) as production:
            production.execute("CREATE TABLE precious (n)")
        production.close()
        self.before = cases.fingerprint(self.folder)
        self.url = f"postgresql://app:{SECRET}@127.0.0.1:{self.listener.port}/shop"

    def tearDown(self):
        super().tearDown()
        self.assertFalse(self.listener.heard(), "production has heard something")
        after = cases.fingerprint(self.folder)
        self.assertEqual({name: after.get(name) for name in self.before}, self.before)

    def cell(self, **fields):
        cell = self.helper.fork()
        self.cells.append(cell)
        project = {"folder": str(self.folder), "prepend_sys_path": [str(self.folder)], **fields}
        cell.ask("open", database=self.database, project=project, driver=cases.DRIVER)
        cell.ask("connect")
        return cell

    def placed(self, text):
        return text.replace("PORT", str(self.listener.port)).replace("OTHER", self.other).replace("URL", self.url)

    def refused(self, body, named, klass="Elsewhere", **fields):
        """The body must fail so, at its own line."""
        path = self.body(self.placed(textwrap.dedent(body)))
        cell = self.cell(**fields)
        with self.assertRaises(Failed) as caught:
            self.upgrade(cell, path)
        answer = caught.exception.answer
        self.assertEqual(answer["error"]["class"], klass, answer)
        self.assertIn(self.placed(named), answer["error"]["message"])
        self.assertEqual(answer["error"]["file"], path)
        self.assertTrue(answer["error"]["text"])
        self.assertNotIn(SECRET, str(answer))
        self.assertNotIn(SECRET, str(cell.events))
        return answer

    def test_the_listener_hears(self):
        """Else the others would prove nothing."""
        listener = Listener()
        with socket.create_connection(("127.0.0.1", listener.port)):
            self.assertTrue(listener.heard())
        listener.close()

    # --- led ---------------------------------------------------------------------------------------

    def test_an_engine_with_productions_url_is_led(self):
        if cases.is_async():
            return
        url = cases.dialect_url(f"127.0.0.1:{self.listener.port}", self.other if cases.ENGINE.name == "sqlite" else "shop")
        cell = self.cell()
        self.upgrade(cell, self.body(f"""
            engine = sa.create_engine({url!r})
            with engine.begin() as connection:
                connection.execute(sa.text("CREATE TABLE led (n INTEGER)"))
            with sa.create_engine({url!r}).connect() as connection:
                assert connection.execute(sa.text("SELECT count(*) FROM led")).scalar() == 0
        """))
        self.assertIn("led", self.tables())
        self.assertEqual([event["event"] for event in cell.events if "connected" in event["event"]][0], "connected")
        self.assertNotIn(SECRET, str(cell.events))

    def test_an_engine_with_a_creator_is_led(self):
        """The user's function is not called."""
        if cases.is_async():
            return
        url = "sqlite://" if cases.ENGINE.name == "sqlite" else f"postgresql+{cases.DRIVER}://"
        cell = self.cell()
        self.upgrade(cell, self.body(f"""
            def connect():
                raise AssertionError("called")
            engine = sa.create_engine({url!r}, creator=connect)
            with engine.begin() as connection:
                connection.execute(sa.text("CREATE TABLE led (n INTEGER)"))
            engine.dispose()  # makes a new pool
            engine.connect().close()
        """))
        self.assertEqual(self.tables(), ["led"])
        self.assertIn("creator=", cell.events[0]["named"])

    def test_a_url_in_env_is_led(self):
        if cases.is_async():
            return
        url = cases.dialect_url(f"127.0.0.1:{self.listener.port}", self.other if cases.ENGINE.name == "sqlite" else "shop")
        self.file(".env", f"DATABASE_URL={url}\n")
        self.before = cases.fingerprint(self.folder)
        self.upgrade(self.cell(), self.body("""
            url = open(".env").read().strip().split("=", 1)[1]
            with sa.create_engine(url).begin() as connection:
                connection.execute(sa.text("CREATE TABLE led (n INTEGER)"))
        """))
        self.assertEqual(self.tables(), ["led"])

    # --- refused: databases ------------------------------------------------------------------------

    def test_a_second_database(self):
        if cases.is_async():
            return
        urls = [cases.dialect_url(f"127.0.0.1:{self.listener.port}", name) for name in ("/one", "/two")]
        self.refused(f"""
            sa.create_engine({urls[0]!r}).connect()
            sa.create_engine({urls[1]!r}).connect()
        """, "two")

    @only("postgres")
    def test_another_database_of_the_same_server(self):
        """An engine for it is led as for any other; a driver by itself is refused."""
        place, name = self.database, self.database["database"]
        if "psycopg2" in cases.THERE:
            self.refused(f"""
                import psycopg2
                psycopg2.connect(host={place["host"]!r}, port={place["port"]}, user="cell", dbname="postgres")
            """, "/postgres")
        if not cases.is_async():
            url = f"postgresql+{cases.DRIVER}://cell@localhost:{place['port']}/postgres"
            self.upgrade(self.cell(), self.body(f"""
                with sa.create_engine({url!r}).connect() as connection:
                    assert connection.execute(sa.text("SELECT current_database()")).scalar() == {name!r}
            """))

    @only("sqlite")
    def test_another_dialect(self):
        if "psycopg2" in cases.THERE:
            self.refused("sa.create_engine('URL').connect()", "127.0.0.1:PORT/shop")

    @only("postgres")
    def test_another_dialect_as_well(self):
        self.refused("sa.create_engine('sqlite:///OTHER').connect().execute(sa.text('DROP TABLE precious'))", "OTHER")

    def test_sqlite3_by_itself(self):
        self.refused("import sqlite3\nsqlite3.connect('OTHER').execute('DROP TABLE precious')", "OTHER")

    def test_a_refused_database_that_is_swallowed_fails_all_the_same(self):
        self.refused("import sqlite3\ntry:\n    sqlite3.connect('OTHER')\nexcept Exception:\n    pass", "OTHER")

    @only("sqlite")
    def test_another_file_that_is_attached(self):
        for sql in ("ATTACH 'OTHER' AS other", "VACUUM INTO 'OTHER2'"):
            answer = self.refused(f'with op.get_context().autocommit_block():\n    op.execute("{sql}")', "OTHER")
            self.assertEqual(answer["refused"][0]["what"], "database")
        self.upgrade(self.cell(), self.body('with op.get_context().autocommit_block():\n    op.execute("VACUUM")'))

    @needs("psycopg2")
    def test_psycopg2_by_itself(self):
        for connect in ("psycopg2.connect('URL')", "psycopg2.extensions.connection('URL')", "psycopg2._connect('URL')",
                        f"psycopg2.connect(host='127.0.0.1', port=PORT, dbname='shop', user='x', password='{SECRET}')",
                        "psycopg2.extras.LoggingConnection('host=127.0.0.1 port=PORT dbname=shop')",
                        "psycopg2.pool.SimpleConnectionPool(1, 2, 'URL')",
                        "__import__('importlib').reload(psycopg2).connect('URL')"):
            with self.subTest(connect):
                self.refused(f"import psycopg2.extras, psycopg2.pool\n{connect}", "127.0.0.1:PORT/shop")

    @needs("psycopg")
    def test_psycopg_by_itself(self):
        for connect in ("psycopg.connect('URL')", "psycopg.Connection.connect('URL')",
                        "asyncio.run(psycopg.AsyncConnection.connect('URL'))",
                        "__import__('importlib').reload(psycopg).connect('URL')"):
            with self.subTest(connect):
                if cases.is_async() and "asyncio" in connect:
                    continue
                self.refused(f"import asyncio, psycopg\n{connect}", "127.0.0.1:PORT/shop")

    @needs("pg8000")
    def test_pg8000_by_itself(self):
        self.refused("import pg8000.dbapi\npg8000.dbapi.connect('x', host='127.0.0.1', port=PORT, database='shop')",
                     "127.0.0.1:PORT/shop")
        self.refused("import pg8000.native\npg8000.native.Connection('x', '127.0.0.1', 'shop', PORT)", "127.0.0.1:PORT/shop")

    @needs("asyncpg")
    def test_asyncpg_by_itself(self):
        if cases.is_async():
            return
        self.refused("import asyncio, asyncpg\nasyncio.run(asyncpg.connect('URL'))", "127.0.0.1:PORT/shop")
        self.refused("""
            import asyncio, asyncpg
            async def main():
                await asyncpg.create_pool('URL')
            asyncio.run(main())
        """, "127.0.0.1:PORT/shop")

    @needs("psycopg2")
    def test_what_would_undo_the_guard(self):
        self.refused("""
            import importlib.abc, sys

            class Fresh(importlib.abc.MetaPathFinder):
                def find_spec(self, name, path, target=None):
                    sys.modules.pop("psycopg2._psycopg", None)
                    return None

            import psycopg2
            sys.meta_path.insert(0, Fresh())
            for name in [name for name in sys.modules if name.startswith("psycopg2")]:
                del sys.modules[name]
            import psycopg2
            psycopg2.connect('URL')
        """, "psycopg2")

    def test_events_that_are_taken_away(self):
        """Without our listener SQLAlchemy connects through the driver, which is guarded."""
        if cases.is_async():
            return
        url = cases.dialect_url(f"127.0.0.1:{self.listener.port}", self.other if cases.ENGINE.name == "sqlite" else "shop")
        self.refused(f"""
            engine = sa.create_engine({url!r})
            engine.dialect.__dict__.pop("dispatch", None)
            engine.dialect._has_events = False
            engine.dialect.connect(*engine.dialect.create_connect_args(engine.url)[0],
                                   **engine.dialect.create_connect_args(engine.url)[1])
        """, "shop" if cases.ENGINE.name == "postgres" else "OTHER")

    def test_what_env_files_try(self):
        """They are run before anything has connected, and may do no more than a body."""
        engines = [cases.dialect_url(f"127.0.0.1:{self.listener.port}", name) for name in ("/one", "/two")]
        acts = [("import sqlite3\nsqlite3.connect('OTHER')", "OTHER"),
                ("import socket\nsocket.create_connection(('127.0.0.1', PORT))", "127.0.0.1:PORT"),
                ("import subprocess\nsubprocess.run(['psql', 'URL'])", "psql"),
                ("import sqlite3, sys, threading\nthreading.excepthook = lambda *_: None\n"
                 "one = threading.Thread(target=sqlite3.connect, args=('OTHER',))\none.start()\none.join()", "OTHER"),
                ("import importlib, sys\nsys.modules.pop('sqlite3')\nimportlib.import_module('sqlite3').connect('OTHER')", "OTHER")]
        if "psycopg2" in cases.THERE:
            acts.append(("import psycopg2\npsycopg2.connect('URL')", "127.0.0.1:PORT/shop"))
        if "asyncpg" in cases.THERE:
            acts.append(("import asyncio, asyncpg\nasyncio.run(asyncpg.connect('URL'))", "127.0.0.1:PORT/shop"))
        if not cases.is_async():
            acts.append((f"import sqlalchemy\nfor url in {engines}:\n    sqlalchemy.create_engine(url).connect()", "two"))
        ini = self.file("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\n")
        self.file("migrations/versions/.keep", "")
        for act, named in acts:
            with self.subTest(act):
                self.file("migrations/env.py", self.placed(act))
                cell = self.helper.fork()
                self.cells.append(cell)
                cell.ask("open", database=self.database, driver=cases.DRIVER,
                         project={"folder": str(self.folder), "config": ini})
                with self.assertRaises(Failed) as caught:
                    cell.ask("alembic", command="upgrade", arguments=["head"])
                self.assertEqual(caught.exception.error["class"], "Elsewhere", caught.exception.answer)
                self.assertIn(self.placed(named), caught.exception.error["message"])
                self.assertNotIn(SECRET, str(caught.exception.answer))

    # --- refused: sockets --------------------------------------------------------------------------

    def test_sockets(self):
        for act in ("socket.create_connection(('127.0.0.1', PORT))", "socket.socket().connect(('127.0.0.1', PORT))",
                    "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT))",
                    "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('127.0.0.1', PORT))",
                    "__import__('urllib.request').request.urlopen('http://127.0.0.1:PORT/')"):
            with self.subTest(act):
                self.refused(f"import socket\n{act}", "127.0.0.1:PORT",
                             "URLError" if "urlopen" in act else "Elsewhere")

    def test_sockets_by_other_ways(self):
        """What stands below `socket`, what is made from a descriptor, what a fork, a pool or a loop opens, what undoes our own."""
        for act in ("import _socket; _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM).connect(('127.0.0.1', PORT))",
                    "import socket; socket.socket(fileno=socket.socket().detach()).connect(('127.0.0.1', PORT))",
                    "import importlib, socket; importlib.reload(socket).create_connection(('127.0.0.1', PORT))",
                    "import sys; del sys.modules['socket']; import socket; socket.create_connection(('127.0.0.1', PORT))",
                    "import socket; socket.socket().connect_ex(('127.0.0.1', PORT))",
                    "import http.client; http.client.HTTPConnection('127.0.0.1', PORT).request('GET', '/')",
                    "import socket; socket.socket(socket.AF_INET6).connect(('::ffff:127.0.0.1', PORT))",
                    "import ctypes, struct; libc = ctypes.CDLL(None)\nend = libc.socket(2, 1, 0)\n"
                    "libc.connect(end, struct.pack('<H', 2) + struct.pack('>H', PORT) + bytes([127, 0, 0, 1]) + bytes(8), 16)"):
            with self.subTest(act):
                cell = self.cell()
                text = act.replace("PORT", str(self.listener.port))
                try:
                    answer = self.upgrade(cell, self.body(text))
                except Failed as failed:
                    self.assertIn(failed.error["class"], ("Elsewhere", "OSError", "RuntimeError"), failed.error)
                else:
                    self.assertTrue(answer.get("refused") or "network" in self.helper.hello["guard"], answer)
                cell.close()

    def test_other_processes(self):
        """A fork has the same guard, and whoever is started is refused or finds it."""
        for act in ("import os, socket\npid = os.fork()\nif not pid:\n    try:\n        socket.create_connection(('127.0.0.1', PORT))\n"
                    "    finally:\n        os._exit(0)\nos.waitpid(pid, 0)",
                    "import multiprocessing, socket\none = multiprocessing.get_context('fork').Process("
                    "target=socket.create_connection, args=(('127.0.0.1', PORT),))\none.start()\none.join()",
                    "import multiprocessing, socket\none = multiprocessing.get_context('spawn').Process("
                    "target=socket.create_connection, args=(('127.0.0.1', PORT),))\none.start()\none.join()",
                    "import os; os.environ['LD_PRELOAD'] = '/tmp/x.so'; os.execv('/bin/true', ['true'])"):
            with self.subTest(act):
                cell = self.cell()
                try:
                    quiet = "import os\nos.dup2(os.open(os.devnull, os.O_WRONLY), 2)\n"
                    self.upgrade(cell, self.body(quiet + act.replace("PORT", str(self.listener.port))))
                except Failed as failed:
                    self.assertEqual(failed.error["class"], "Elsewhere")
                cell.close()

    def test_a_name_is_not_looked_up(self):
        self.refused("import socket\nsocket.create_connection(('db.example.com', 5432))", "db.example.com")

    def test_another_unix_socket(self):
        path = str(self.folder / "s")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path)
            server.listen()
            self.refused(f"import socket\nsocket.socket(socket.AF_UNIX).connect({path!r})", path)
            self.assertFalse(select.select([server], [], [], 0)[0])
        os.unlink(path)

    def test_a_thread(self):
        answer = self.upgrade(self.cell(), self.body(f"""
            import socket, threading
            caught = []

            def work():
                try:
                    socket.create_connection(("127.0.0.1", {self.listener.port}))
                except OSError as error:
                    caught.append(type(error).__name__)

            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            assert caught == ["Elsewhere"], caught
        """))
        self.assertEqual([(one["what"], one["named"]) for one in answer["refused"]],
                         [("socket", f"127.0.0.1:{self.listener.port}")])

    # --- refused: programs -------------------------------------------------------------------------

    def test_programs(self):
        for act in ("subprocess.run(['psql', 'URL'])", "subprocess.run('psql URL', shell=True)", "os.system('psql URL')",
                    "os.popen('psql URL')", "os.execvp('psql', ['psql'])", "os.posix_spawn('/bin/true', ['psql'], {})",
                    "pty.spawn('/bin/true')"):
            with self.subTest(act):
                self.refused(f"import os, pty, subprocess\n{act}", "", "Elsewhere")

    def test_programs_that_are_started_in_a_fork(self):
        """The exception is in the forked process, which ends with it."""
        self.upgrade(self.cell(), self.body(f"""
            import os
            assert os.spawnlp(os.P_WAIT, "touch", "touch", {self.other + "2"!r}) == 127
        """))
        self.assertFalse(os.path.exists(self.other + "2"))

    def test_c_functions(self):
        self.refused("import ctypes\nctypes.CDLL(None).system(b'touch OTHER')", "system()")

    # --- allowed -----------------------------------------------------------------------------------

    def test_what_bodies_do(self):
        """Nothing of this goes anywhere."""
        answer = self.upgrade(self.cell(), self.body("""
            import asyncio, concurrent.futures, ctypes, hashlib, socket, tempfile, threading, uuid
            open("/etc/hostname").close() if __import__("os").path.exists("/etc/hostname") else None
            with tempfile.TemporaryFile() as file:
                file.write(b"x")
            one, other = socket.socketpair()
            one.close(), other.close()
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                assert list(pool.map(len, ["a", "bc"])) == [1, 2]
            assert ctypes.CDLL(None).abs(-3) == 3
            uuid.uuid4(), hashlib.sha256(b"x"), socket.gethostname()
            socket.getaddrinfo("127.0.0.1", 80)
        """))
        self.assertNotIn("refused", answer)

    def test_passwords_are_told_to_nobody(self):
        cell = self.cell(env={"DATABASE_URL": "{url}"})
        error = self.fails(cell, self.body(f"""
            import os
            password = {self.database.get("password", SECRET)!r}
            raise RuntimeError(os.environ["DATABASE_URL"] + " password=" + password + " {self.url}")
        """))
        self.assertNotIn(SECRET, str(error["message"]))
        self.assertNotIn("s3cret-of", error["message"])
        self.assertIn("127.0.0.1", error["message"])

    def test_secrets_of_the_environment_are_told_to_nobody(self):
        cell = self.cell(env={"MAIL_PASSWORD": "tell-nobody", "MODE": "testing"})
        error = self.fails(cell, self.body("import os\nraise RuntimeError(os.environ['MAIL_PASSWORD'] + os.environ['MODE'])"))
        self.assertEqual(error["message"], "***testing")


class GuardedByTheKernel(Guarded):
    """The same of a helper that asked the kernel for help."""

    arguments = ()

    def test_c_that_asks_nobody(self):
        """A connection type as C has it, past all that Python replaced: there is no network to connect through."""
        if "psycopg2" not in cases.THERE or "network" not in self.helper.hello["guard"]:
            return
        path = self.body(f"import psycopg2.extensions\npsycopg2.extensions.connection.__mro__[1]({self.url!r})")
        error = self.fails(self.cell(), path)
        self.assertEqual(error["class"], "OperationalError")
