"""Rows for every table."""
import cases
from cases import Case, Failed, only

ALL = ["ordinary", "nulls", "doubles"]


class Fill(Case):
    def setUp(self):
        super().setUp()
        self.cell = self.connect()

    def fill(self, *statements, rows=ALL, **fields):
        for sql in statements:
            self.cell.execute(sql)
        return self.cell.ask("fill", rows=rows, **fields)

    def rows(self, sql):
        return self.cell.execute(sql)

    def test_three_kinds_of_rows(self):
        answer = self.fill("CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, phone VARCHAR(20))"
                           if cases.ENGINE.name == "sqlite" else
                           "CREATE TABLE t (id SERIAL PRIMARY KEY, name VARCHAR(20) NOT NULL, phone VARCHAR(20))")
        self.assertEqual((answer["filled"], answer["notes"]), ({"t": 3}, []))
        ordinary, nulls, doubles = self.rows("SELECT name, phone FROM t ORDER BY id")
        self.assertNotIn(None, ordinary)
        self.assertEqual(doubles, ordinary)
        self.assertIsNotNone(nulls[0])
        self.assertIsNone(nulls[1])
        self.assertEqual(self.cell.events, [])

    def test_parents_come_first(self):
        answer = self.fill("CREATE TABLE zoo (id INTEGER PRIMARY KEY)",
                           "CREATE TABLE animal (id INTEGER PRIMARY KEY, zoo_id INTEGER NOT NULL REFERENCES zoo (id),"
                           " mother INTEGER REFERENCES animal (id))",
                           "CREATE TABLE cage (animal_id INTEGER PRIMARY KEY REFERENCES animal (id))")
        self.assertEqual(answer["notes"], [])
        self.assertEqual(list(answer["filled"]), ["zoo", "animal", "cage"])
        self.assertEqual(self.rows("SELECT count(*) FROM animal JOIN zoo ON zoo.id = zoo_id"), [["3"]])
        self.assertEqual(self.rows("SELECT count(DISTINCT animal_id) FROM cage"), [["2"]])  # ordinary and doubles

    def test_unique_columns_are_not_repeated(self):
        answer = self.fill("CREATE TABLE t (a INTEGER NOT NULL UNIQUE, b INTEGER NOT NULL)", rows=["ordinary", "doubles"])
        self.assertEqual(answer["notes"], [])
        self.assertEqual(self.rows("SELECT count(DISTINCT a), count(DISTINCT b) FROM t"), [["2", "1"]])

    def test_several_checks_are_satisfied(self):
        answer = self.fill("CREATE TABLE t (status VARCHAR(9) NOT NULL CHECK (status IN ('new', 'it''s old')),"
                           " percent INTEGER NOT NULL CHECK (percent > 50), code TEXT CHECK (length(code) = 3))")
        self.assertEqual(answer["notes"], [])

    def test_one_check_is_satisfied(self):
        for check in ("VARCHAR(9) NOT NULL CHECK (x IN ('new', 'it''s old'))", "INTEGER NOT NULL CHECK (x > 50)",
                      "TEXT NOT NULL CHECK (length(x) = 3)"):
            with self.subTest(check):
                self.assertEqual(self.fill("DROP TABLE IF EXISTS t", f"CREATE TABLE t (x {check})")["notes"], [])

    def test_a_table_that_cannot_be_filled_is_a_note(self):
        answer = self.fill("CREATE TABLE t (a INTEGER NOT NULL CHECK (a <> a AND a > 0))", "CREATE TABLE u (n INTEGER)",
                           rows=["ordinary"])
        self.assertEqual(answer["filled"], {"t": 0, "u": 1})
        self.assertEqual(len(answer["notes"]), 1)
        self.assertTrue(answer["notes"][0].startswith("t: no ordinary row: "), answer["notes"])
        self.assertIn("check", answer["notes"][0].lower())

    def test_the_version_table_is_left(self):
        answer = self.fill("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)", leave=["alembic_version"])
        self.assertEqual(answer["filled"], {})

    def test_it_is_ours_to_commit(self):
        self.cell.execute("CREATE TABLE t (n INTEGER)")
        self.cell.ask("commit")
        self.assertEqual(self.fill(rows=["ordinary"])["transaction"], "open")
        self.cell.ask("rollback")
        self.assertEqual(self.look("SELECT * FROM t"), [])

    def test_what_are_no_rows(self):
        with self.assertRaises(Failed) as caught:
            self.fill(rows=["odd"])
        self.assertIn("'odd'", caught.exception.error["message"])

    @only("sqlite")
    def test_sqlites_types(self):
        answer = self.fill("CREATE TABLE t (a INTEGER, b TEXT, c REAL, d BLOB, e NUMERIC(5,2), f BOOLEAN, g DATE, h DATETIME,"
                           " i VARCHAR(2), j JSON, k DECIMAL(3,1), l, m WEIRD)")
        self.assertEqual(answer["notes"], [])
        row = self.rows("SELECT typeof(a), typeof(b), typeof(c), typeof(f), length(i) <= 2 FROM t")[0]
        self.assertEqual(row, ["integer", "text", "real", "integer", "1"])

    @only("postgres")
    def test_postgresqls_types(self):
        answer = self.fill("CREATE TYPE mood AS ENUM ('sad', 'glad')", "CREATE DOMAIN tag AS text CHECK (VALUE <> '')",
                           "CREATE SCHEMA other",
                           """CREATE TABLE other.t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a smallint NOT NULL,
                           b bigint NOT NULL, c numeric(3,1) NOT NULL, d real NOT NULL, e boolean NOT NULL, f text NOT NULL,
                           g char(2) NOT NULL, h date NOT NULL, i timestamptz NOT NULL, j time NOT NULL,
                           k interval NOT NULL, l uuid NOT NULL, m jsonb NOT NULL, n bytea NOT NULL, o inet NOT NULL,
                           p integer[] NOT NULL, q mood NOT NULL, r int4range NOT NULL, s tsvector NOT NULL,
                           t bit(3) NOT NULL, u double precision NOT NULL, v money NOT NULL, w tag NOT NULL,
                           x integer GENERATED ALWAYS AS (a + 1) STORED, y text[] NOT NULL, z macaddr NOT NULL)""")
        self.assertEqual((answer["filled"], answer["notes"]), ({"other.t": 2}, []))

    @only("postgres")
    def test_a_type_that_nobody_knows(self):
        answer = self.fill("CREATE TYPE pair AS (a integer, b integer)", "CREATE TABLE t (p pair NOT NULL)",
                           rows=["ordinary"])
        self.assertEqual(answer["filled"], {"t": 0})
        self.assertIn("no ordinary row", answer["notes"][0])
