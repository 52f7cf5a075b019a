"""Bodies, as Alembic would run them: rows, transactions, errors."""
import cases
from cases import Case, only

TABLE = 'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.String(20)))'


class Bodies(Case):
    def test_runs_and_leaves_the_commit_to_us(self):
        cell = self.connect()
        path = self.body(f"{TABLE}\nop.execute(\"INSERT INTO t (n) VALUES ('a')\")")
        self.assertEqual(self.upgrade(cell, path)["statements"], 2)
        self.assertEqual(cell.ask("execute", sql="SELECT n FROM t")["transaction"], "open")
        cell.ask("rollback")
        self.assertEqual(self.tables(), ["t"] if cases.ENGINE.name == "sqlite" else [])  # as SQLite's driver has it

    def test_commits(self):
        cell = self.connect()
        self.upgrade(cell, self.body(f"{TABLE}\nop.bulk_insert(sa.table('t', sa.column('n')), [{{'n': 'a'}}, {{'n': 'b'}}])"))
        self.assertEqual(cell.ask("commit")["transaction"], "none")
        self.assertEqual(self.look("SELECT n FROM t ORDER BY n"), [("a",), ("b",)])

    def test_version_rows_go_with_the_body(self):
        cell = self.connect()
        cell.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        cell.ask("commit")
        self.upgrade(cell, self.body(TABLE))
        answer = cell.ask("execute", sql="INSERT INTO alembic_version (version_num) VALUES ('0001')")
        self.assertEqual((answer["changed"], answer["rows"], answer["transaction"]), (1, [], "open"))
        self.assertEqual(self.look("SELECT count(*) FROM alembic_version"), [(0,)])
        cell.ask("commit")
        self.assertEqual(self.look("SELECT version_num FROM alembic_version"), [("0001",)])

    def test_downgrade(self):
        path = self.body(f"def upgrade():\n    {TABLE}\n\n\ndef downgrade():\n    op.drop_table('t')")
        cell = self.connect()
        self.upgrade(cell, path)
        self.run_body(cell, path, "downgrade")
        cell.ask("commit")
        self.assertEqual(self.tables(), [])

    def test_a_body_that_is_missing_is_alembics_error(self):
        error = self.fails(self.connect(), self.body("pass"), "downgrade")
        self.assertEqual(error["class"], "AttributeError")
        self.assertIn("has no attribute 'downgrade'", error["message"])

    def test_runs_text_under_the_name_of_a_file(self):
        path = str(self.folder / "versions" / "0009_gone.py")
        text = "def upgrade():\n    assert __file__.endswith('0009_gone.py')\n    raise RuntimeError('as it was')\n"
        error = self.fails(self.connect(), path, text=text)
        self.assertEqual((error["class"], error["message"], error["file"], error["line"], error["text"]),
                         ("RuntimeError", "as it was", path, 3, "    raise RuntimeError('as it was')"))

    def test_configuration_is_there(self):
        ini = self.file("alembic.ini", """
            [alembic]
            script_location = migrations
            sqlalchemy.url = postgresql://prod:hunter2-secret@db.example.com/shop
            greeting = 100%% of it
        """)
        self.upgrade(self.connect(project={"config": ini, "x": ["tenant=7"]}), self.body("""
            config = op.get_context().config
            assert config is context.config
            assert config.get_main_option("greeting") == "100% of it"
            assert "example.com" not in config.get_main_option("sqlalchemy.url")
            assert sa.engine.make_url(config.get_main_option("sqlalchemy.url")).database == sa.engine.make_url(
                op.get_bind().engine.url).database
            assert context.get_x_argument(as_dictionary=True) == {"tenant": "7"}
            assert not context.is_offline_mode()
            assert op.get_context().environment_context.config is config
        """))

    def test_reflection_batch_and_session(self):
        cell = self.connect()
        self.upgrade(cell, self.body(f"""
            from sqlalchemy.orm import Session
            {TABLE}
            with op.batch_alter_table("t") as batch:
                batch.add_column(sa.Column("m", sa.Integer, server_default="7"))
                batch.alter_column("n", existing_type=sa.String(20), nullable=False)
            table = sa.Table("t", sa.MetaData(), autoload_with=op.get_bind())
            session = Session(bind=op.get_bind())
            session.execute(table.insert().values(n="100%"))
            session.flush()
            assert [column["name"] for column in sa.inspect(op.get_bind()).get_columns("t")] == ["id", "n", "m"]
            assert session.execute(sa.select(table.c.m)).scalar() == 7
        """), configure={"render_as_batch": True})
        cell.ask("commit")
        self.assertEqual(self.look("SELECT n, m FROM t"), [("100%", 7)])

    def test_autocommit_block_commits_what_came_before(self):
        cell = self.connect()
        error = self.fails(cell, self.body(f"""
            {TABLE}
            op.execute("INSERT INTO t (n) VALUES ('before')")
            with op.get_context().autocommit_block():
                op.execute("INSERT INTO t (n) VALUES ('within')")
            op.execute("INSERT INTO t (n) VALUES ('after')")
            raise RuntimeError("late")
        """))
        self.assertEqual(error["message"], "late")
        cell.ask("rollback")
        self.assertEqual(self.look("SELECT n FROM t ORDER BY id"), [("before",), ("within",)])

    def test_after_an_autocommit_block_we_commit_the_rest(self):
        cell = self.connect()
        self.upgrade(cell, self.body(f"""
            with op.get_context().autocommit_block():
                {TABLE}
            op.execute("INSERT INTO t (n) VALUES ('after')")
        """))
        self.assertEqual(self.look("SELECT n FROM t"), [])
        cell.ask("commit")
        self.assertEqual(self.look("SELECT n FROM t"), [("after",)])

    def test_an_error_of_the_database(self):
        path = self.body("def helper():\n    op.execute('SELECT nothing_there FROM nowhere')\n\n\ndef upgrade():\n    helper()")
        error = self.fails(self.connect(), path)
        self.assertEqual((error["file"], error["line"], error["text"]),
                         (path, 9, "    op.execute('SELECT nothing_there FROM nowhere')"))
        self.assertEqual(error["module"], "sqlalchemy.exc")
        self.assertIn("nowhere", error["statement"])
        self.assertEqual([frame["function"] for frame in error["frames"]][:2], ["upgrade", "helper"])
        if cases.ENGINE.name == "sqlite":
            self.assertEqual((error["class"], error["message"]), ("OperationalError", "no such table: nowhere"))
            self.assertEqual(error["database"]["class"], "OperationalError")
        else:
            self.assertEqual((error["class"], error["message"]),
                             ("ProgrammingError", 'relation "nowhere" does not exist'))
            self.assertEqual((error["database"]["sqlstate"], error["database"]["position"]), ("42P01", 27))

    def test_all_that_the_server_says_of_an_error(self):
        if cases.ENGINE.name == "sqlite":
            return  # which says no more than a message
        error = self.fails(self.connect(), self.body("""
            op.execute("DO $$BEGIN RAISE 'no' USING DETAIL = 'of a kind', HINT = 'another way', ERRCODE = '22012'; END$$")
        """))
        facts = {key: value for key, value in error["database"].items() if key != "class"}
        context = facts.pop("context")
        self.assertEqual(facts, {"sqlstate": "22012", "detail": "of a kind", "hint": "another way", "position": 0})
        self.assertEqual(context, "PL/pgSQL function inline_code_block line 1 at RAISE")

    def test_the_innermost_line_of_the_users(self):
        self.file("shop/__init__.py", "")
        module = self.file("shop/steps.py", "def fail(op):\n    op.execute('bad sql here')\n")
        error = self.fails(self.connect(project={"prepend_sys_path": [str(self.folder)]}),
                           self.body("from shop.steps import fail\nfail(op)"))
        self.assertEqual((error["file"], error["line"]), (module, 2))

    def test_a_file_that_is_no_python(self):
        path = self.file("versions/0002_bad.py", "def upgrade():\n    if True\n        pass\n")
        error = self.fails(self.connect(), path)
        self.assertEqual((error["class"], error["file"], error["line"]), ("SyntaxError", path, 2))
        self.assertGreater(error["column"], 0)

    def test_an_import_that_fails(self):
        path = self.body("def upgrade():\n    pass\n\nimport no_such_package")
        error = self.fails(self.connect(), path)
        self.assertEqual((error["class"], error["file"]), ("ModuleNotFoundError", path))

    def test_a_body_that_leaves_the_interpreter(self):
        cell = self.connect()
        self.assertEqual(self.fails(cell, self.body("import sys; sys.exit(4)"))["class"], "SystemExit")
        self.assertEqual(cell.execute("SELECT 1"), [["1"]])

    def test_values_are_text(self):
        rows = self.connect().execute("SELECT 1, 'two', NULL, 2.5, '%s :x $1'")
        self.assertEqual(rows, [["1", "two", None, "2.5", "%s :x $1"]])

    @only("postgres")
    def test_values_are_the_servers_text(self):
        cell = self.connect()
        rows = cell.execute("SELECT true, 'a'::name, ARRAY[1,2], 7::oid, 1.50, 'x'::\"char\", DATE '2025-01-02'")
        self.assertEqual(rows, [["t", "a", "{1,2}", "7", "1.50", "x", "2025-01-02"]])

    def test_rows_may_be_left_out(self):
        answer = self.connect().ask("execute", sql="SELECT 1 AS one", rows=False)
        self.assertEqual((answer["names"], answer["rows"]), (["one"], []))

    def test_autocommit(self):
        cell = self.connect()
        cell.ask("autocommit", on=True)
        cell.execute("CREATE TABLE t (n INTEGER)")
        self.assertEqual(cell.ask("execute", sql="INSERT INTO t VALUES (1)")["transaction"], "none")
        self.assertEqual(self.look("SELECT n FROM t"), [(1,)])
        cell.ask("autocommit", on=False)
        self.assertEqual(cell.ask("execute", sql="INSERT INTO t VALUES (2)")["transaction"], "open")
        cell.ask("rollback")
        self.assertEqual(self.look("SELECT n FROM t"), [(1,)])

    def test_disconnecting_rolls_back(self):
        cell = self.connect()
        cell.ask("autocommit", on=True)
        cell.execute("CREATE TABLE t (n INTEGER)")
        cell.ask("autocommit", on=False)
        cell.execute("INSERT INTO t VALUES (2)")
        cell.ask("disconnect")
        self.assertEqual(self.look("SELECT n FROM t"), [])
        cell.ask("connect")
        self.assertEqual(cell.execute("SELECT n FROM t"), [])

    @only("postgres")
    def test_a_failed_transaction_is_said_to_be_one(self):
        cell = self.connect()
        with self.assertRaises(cases.Failed) as caught:
            cell.execute("SELECT nothing_there")
        self.assertEqual(caught.exception.answer["transaction"], "failed")
        self.assertEqual(caught.exception.error["database"]["sqlstate"], "42703")
        self.assertEqual(cell.ask("rollback")["transaction"], "none")

    @only("postgres")
    def test_what_broke_a_transaction_is_told_though_it_was_caught(self):
        error = self.fails(self.connect(), self.body("""
            try:
                op.execute("SELECT n FROM nowhere")
            except Exception:
                pass
            op.execute("SELECT 1")
        """))
        self.assertEqual((error["database"]["sqlstate"], error["broken_by"]), ("25P02", 'relation "nowhere" does not exist'))
        cell = self.connect()
        self.run_body(cell, self.body("""
            try:
                op.execute("SELECT n FROM nowhere")
            except Exception:
                pass
        """), "upgrade")
        with self.assertRaises(cases.Failed) as caught:
            cell.execute("SELECT 1")
        self.assertEqual(caught.exception.error["broken_by"], 'relation "nowhere" does not exist')
        cell.ask("rollback")
        with self.assertRaises(cases.Failed) as caught:
            cell.execute("SELECT nothing_there")
        self.assertIsNone(caught.exception.error["broken_by"])

    @only("postgres")
    def test_notices_and_settings(self):
        cell = self.connect()
        answer = cell.ask("execute", sql="DROP TABLE IF EXISTS nowhere")
        self.assertEqual(answer["notices"], [["NOTICE", 'table "nowhere" does not exist, skipping']])
        self.assertEqual(cell.execute("SHOW lock_timeout"), [["5s"]])

    @only("sqlite")
    def test_begins_as_the_driver_does(self):
        cell = self.connect()
        states = [cell.ask("execute", sql=sql)["transaction"] for sql in (
            "CREATE TABLE t (n)", "SELECT * FROM t", "INSERT INTO t VALUES (1)", "CREATE TABLE u (n)")]
        self.assertEqual(states, ["none", "none", "open", "open"])
        cell.ask("rollback")
        self.assertEqual(self.tables(), ["t"])

    def test_a_body_that_commits_by_itself(self):
        """What it begins afterwards is not committed by Alembic, nor by us, until another step is."""
        if not cases.sqlalchemy_2() and not cases.is_async():
            return self.upgrade(self.connect(), self.body("assert not hasattr(op.get_bind(), 'commit')"))
        cell = self.connect()
        self.upgrade(cell, self.body(f"{TABLE}\nop.execute(\"INSERT INTO t (n) VALUES ('a')\")\nop.get_bind().commit()\n"
                                     "op.execute(\"INSERT INTO t (n) VALUES ('b')\")"))
        cell.ask("commit")
        cell.ask("disconnect")
        self.assertEqual(self.look("SELECT n FROM t"), [("a",)])
        return None
