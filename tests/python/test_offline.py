"""What a body would send, without a database."""
from cases import Case, Failed


class Offline(Case):
    def told(self, body, direction="upgrade", dialect=None, **fields):
        path = self.body(body) if body else str(self.folder / "gone.py")
        return self.open().ask("offline", file=path, direction=direction,
                               dialect=dialect or "postgresql", **fields)

    def test_statements_as_they_would_be_sent(self):
        answer = self.told("""
            op.create_table("t", sa.Column("id", sa.Integer, primary_key=True))
            op.execute("UPDATE t SET n = 'a\\tb' WHERE n LIKE '1%'; ")
            op.bulk_insert(sa.table("t", sa.column("n", sa.String)), [{"n": "it's"}])
            assert context.is_offline_mode()
        """)
        self.assertEqual([one["sql"] for one in answer["sql"]], [
            "CREATE TABLE t (\n    id SERIAL NOT NULL, \n    PRIMARY KEY (id)\n)",
            "UPDATE t SET n = 'a\tb' WHERE n LIKE '1%'", "INSERT INTO t (n) VALUES ('it''s')"])
        self.assertEqual({one["autocommit"] for one in answer["sql"]}, {False})
        self.assertIn("id INTEGER NOT NULL", self.told(
            'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True))', dialect="sqlite")["sql"][0]["sql"])
        self.assertEqual(self.tables(), [])

    def test_autocommit_blocks(self):
        answer = self.told("""
            op.execute("SELECT 1")
            with op.get_context().autocommit_block():
                op.execute("SELECT 2")
            op.execute("SELECT 3")
        """)
        self.assertEqual([(one["sql"], one["autocommit"]) for one in answer["sql"]],
                         [("SELECT 1", False), ("SELECT 2", True), ("SELECT 3", False)])

    def test_no_way_back(self):
        text = "def upgrade():\n    pass\n\ndef downgrade():\n    %sraise NotImplementedError('no')"
        self.assertEqual(self.told(text % "", "downgrade")["irreversible"], True)
        with self.assertRaises(Failed):  # it does something first
            self.told(text % "op.execute('SELECT 1'); ", "downgrade")

    def test_a_file_that_is_gone(self):
        answer = self.told(None, text="from alembic import op\ndef upgrade():\n    op.execute('SELECT 1')\n")
        self.assertEqual([one["sql"] for one in answer["sql"]], ["SELECT 1"])

    def test_what_asks_the_database(self):
        with self.assertRaises(Failed) as caught:
            self.told("for row in op.get_bind().execute(sa.text('SELECT 1')).fetchall():\n    pass")
        self.assertEqual(caught.exception.error["line"], 9)
        with self.assertRaises(Failed) as caught:
            self.told("with op.batch_alter_table('t') as batch:\n    batch.drop_column('n')", dialect="sqlite")
        self.assertIn("--sql mode", caught.exception.error["message"])
