"""What is told while a body runs, and what may be said to it."""
import cases
from cases import Case, Failed, only

TABLE = 'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.String(20)))'


class Events(Case):
    def test_each_statement_is_told_with_its_line(self):
        cell = self.connect()
        path = self.body(f"""
            {TABLE}
            op.bulk_insert(sa.table("t", sa.column("n")), [{{"n": "a"}}, {{"n": "b"}}])
            op.get_bind().execute(sa.text("UPDATE t SET n = :n"), {{"n": "c"}})
        """)
        self.upgrade(cell, path)
        told = [event for event in cell.events if event["event"] == "statement"]
        self.assertEqual([event["sql"].split()[0] for event in told], ["CREATE", "INSERT", "UPDATE"])
        self.assertEqual([(event["file"], event["line"]) for event in told], [(path, 9), (path, 10), (path, 11)])
        self.assertIn("'c'", told[2]["parameters"])
        done = [event for event in cell.events if event["event"] == "statement_done"]
        self.assertEqual(done[2]["changed"], 2)
        self.assertEqual([event["error"] for event in done], [None] * 3)

    def test_a_failure_is_told(self):
        cell = self.connect()
        self.fails(cell, self.body("op.execute('SELECT 1 FROM nowhere')"))
        self.assertIn("nowhere", cell.events[-1]["error"]["message"])

    @only("sqlite")
    def test_the_drivers_own_cursors_are_told(self):
        if cases.is_async():
            return
        cell = self.connect()
        self.upgrade(cell, self.body("""
            raw = op.get_bind().connection
            raw.cursor().execute("CREATE TABLE t (n)")
            raw.cursor().executemany("INSERT INTO t VALUES (?)", [(1,), (2,)])
            getattr(raw, "driver_connection", None).execute("DELETE FROM t")
            raw.cursor().executescript("DROP TABLE t; CREATE TABLE u (n)")
        """))
        self.assertEqual(cell.statements(), ["CREATE TABLE t (n)", "INSERT INTO t VALUES (?)", "DELETE FROM t",
                                             "DROP TABLE t; CREATE TABLE u (n)"])

    @only("postgres")
    def test_the_drivers_own_cursors_are_told_too(self):
        cell = self.connect()
        self.upgrade(cell, self.body("""
            cursor = op.get_bind().connection.cursor()
            cursor.execute("CREATE TABLE t (n INTEGER)")
            if op.get_bind().dialect.driver == "psycopg2":
                from psycopg2.extras import DictCursor, execute_values
                execute_values(cursor, "INSERT INTO t VALUES %s", [(1,), (2,)])
                import io
                cursor.copy_expert("COPY t FROM STDIN", io.StringIO("3\\n"))
                op.get_bind().connection.cursor(cursor_factory=DictCursor).execute("SELECT 1")
        """))
        more = ["INSERT INTO t VALUES (1),(2)", "COPY t FROM STDIN", "SELECT 1"] if cases.DRIVER == "psycopg2" else []
        self.assertEqual(cell.statements(), ["CREATE TABLE t (n INTEGER)"] + more)

    def test_a_thread_is_told(self):
        if cases.ENGINE.name == "sqlite" or cases.is_async():
            return  # their connections stay in one thread
        cell = self.connect()
        self.upgrade(cell, self.body("""
            import threading
            thread = threading.Thread(target=lambda: op.get_bind().execute(sa.text("SELECT 42")))
            thread.start()
            thread.join()
        """))
        self.assertEqual(cell.statements(), ["SELECT 42"])

    def test_an_observer_looks_at_what_is_not_committed(self):
        cell = self.connect()
        seen = []

        def say(event):
            if event["event"] == "statement" and "second" in event["sql"]:
                seen.append(cell.execute_within("SELECT n FROM t")["rows"])
            if event["event"] == "statement_done":
                seen.append(len(cell.execute_within("SELECT 1")["rows"]))

        cell.ask("body", say, revision="0001", direction="upgrade", configure={}, file=self.body(f"""
            {TABLE}
            op.execute("INSERT INTO t (n) VALUES ('first')")
            op.execute("INSERT INTO t (n) VALUES ('second')")
        """))
        self.assertEqual(seen, [1, 1, [["first"]], 1])

    def test_only_execute_is_answered_meanwhile(self):
        cell = self.connect()
        answers = []

        def say(event):
            cell.line.write({"do": "commit"})
            answers.append(cell.line.read())
            return {"say": "go"}

        cell.ask("body", say, revision="0001", direction="upgrade", configure={}, file=self.body("op.execute('SELECT 1')"))
        self.assertEqual({answer["error"]["class"] for answer in answers}, {"ProtocolError"})

    def test_a_statement_can_be_kept_from_being_sent(self):
        cell = self.connect()
        path = self.body(f"""
            {TABLE}
            try:
                try:
                    op.execute("INSERT INTO t (n) VALUES ('x')")
                except Exception:
                    op.execute("SELECT 'swallowed'")
            finally:
                op.execute("SELECT 'finally'")  # SQLAlchemy has given the connection up: it fails in its turn
        """)

        def say(event):
            if event["event"] == "statement" and "'x'" in event["sql"]:
                return {"say": "raise", "class": "Stopped", "message": "stopped before statement 2"}
            return None

        with self.assertRaises(Failed) as caught:
            cell.ask("body", say, revision="0001", direction="upgrade", configure={}, file=path)
        error = caught.exception.error
        self.assertEqual((error["class"], error["message"], error["file"], error["line"]),
                         ("Stopped", "stopped before statement 2", path, 12))
        self.assertFalse([sql for sql in cell.statements() if "swallowed" in sql])
        cell.ask("rollback")
        self.assertEqual(self.tables(), ["t"] if cases.ENGINE.name == "sqlite" else [])

    def test_a_statement_that_is_done_can_be_the_last(self):
        cell = self.connect()
        with self.assertRaises(Failed) as caught:
            cell.ask("body", lambda event: {"say": "raise", "class": "Timeout", "message": "too long"}
                     if event["event"] == "statement_done" else None, revision="0001", direction="upgrade", configure={},
                     file=self.body("op.execute('SELECT 1')\nop.execute('SELECT 2')"))
        self.assertEqual(caught.exception.error["class"], "Timeout")
        self.assertEqual(cell.statements(), ["SELECT 1"])

    def test_a_kill_leaves_what_a_killed_process_leaves(self):
        cell = self.connect()
        cell.line.write({"do": "body", "revision": "0001", "direction": "upgrade", "configure": {}, "file": self.body(f"""
            {TABLE}
            op.execute("INSERT INTO t (n) VALUES ('a')")
            op.execute("INSERT INTO t (n) VALUES ('b')")
        """)})
        while True:
            event = cell.line.read()
            if event["event"] == "statement" and "'b'" in event["sql"]:
                break
            cell.line.write({"say": "go"})
        self.assertEqual(cases.helper().end(cell.pid), {"done": "end", "pid": cell.pid, "signal": 9})
        self.cells.remove(cell)
        cell.line.close()
        self.assertEqual(self.tables(), ["t"] if cases.ENGINE.name == "sqlite" else [])
        if cases.ENGINE.name == "sqlite":
            self.assertEqual(self.look("SELECT n FROM t"), [])

    def test_transactions_that_a_body_ends_are_told(self):
        cell = self.connect()
        self.upgrade(cell, self.body(f"""
            {TABLE}
            op.execute("INSERT INTO t (n) VALUES ('a')")
            with op.get_context().autocommit_block():
                op.execute("INSERT INTO t (n) VALUES ('b')")
        """))
        self.assertEqual([event["end"] for event in cell.events if event["event"] == "transaction"][:1],
                         ["commit"])
        self.assertEqual(cell.ask("commit")["transaction"], "none")
        self.assertEqual(cell.events, [])

    def test_nobody_need_watch(self):
        cell = self.connect()
        self.assertEqual(self.upgrade(cell, self.body(TABLE), watch=False)["statements"], 1)
        self.assertEqual(cell.events, [])

    @only("postgres")
    def test_notices_come_with_their_statement(self):
        cell = self.connect()
        self.upgrade(cell, self.body("op.execute('DROP TABLE IF EXISTS nowhere')"))
        self.assertEqual(cell.events[-1]["notices"], [["NOTICE", 'table "nowhere" does not exist, skipping']])

    def test_what_is_raised_cannot_be_swallowed(self):
        cell = self.connect()
        with self.assertRaises(Failed) as caught:
            cell.ask("body", lambda event: {"say": "raise", "class": "Stopped", "message": "here"}
                     if event["event"] == "statement" else None, revision="0001", direction="upgrade", configure={},
                     file=self.body("try:\n    op.execute('SELECT 1')\nexcept BaseException:\n    pass"))
        self.assertEqual(caught.exception.error["class"], "Stopped")

    def test_what_was_refused_is_told_at_the_end(self):
        """Not to an observer who looks meanwhile."""
        cell = self.connect()
        looks = []
        with self.assertRaises(Failed) as caught:
            cell.ask("body", lambda event: looks.append(cell.execute_within("SELECT 1")), revision="0001",
                     direction="upgrade", configure={}, file=self.body("""
                         import sqlite3
                         try:
                             sqlite3.connect("/nowhere.sqlite")
                         except OSError:
                             op.execute("SELECT 2")
                     """))
        self.assertEqual(caught.exception.error["class"], "Elsewhere")
        self.assertEqual([look["rows"] for look in looks], [[["1"]], [["1"]]])

    def test_a_thread_that_is_left_behind_disturbs_nobody(self):
        if cases.ENGINE.name == "sqlite" or cases.is_async():
            return  # their connections stay in one thread
        cell = self.connect()
        self.upgrade(cell, self.body("""
            import threading, time
            def work(bind):
                for _ in range(40):
                    bind.execute(sa.text("SELECT 42"))
                    time.sleep(0.005)
            threading.Thread(target=work, args=(op.get_bind(),), daemon=True).start()
            time.sleep(0.02)
        """))
        for _ in range(20):
            self.assertEqual(cell.execute("SELECT 7"), [["7"]])
