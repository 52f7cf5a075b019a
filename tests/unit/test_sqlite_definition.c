/* What is the same schema, written otherwise. */
#include "schema/schema.h"
#include "sqlite_fixture.h"

/* The schema that a database of its own has after `sql`. */
static struct str_list lines_of(const char *sql)
{
	struct connection *const before = connection;
	struct database *other = NULL;

	cr_assert(eq(ptr, engine->database_create(host, &arena, &other), NULL));
	cr_assert(eq(ptr, engine->connect(other, &arena, &connection), NULL));
	must_run(sql);
	const struct str_list lines = schema_render(snapshot(), &arena);

	engine->disconnect(connection);
	engine->database_drop(other);
	connection = before;
	return lines;
}

static void expect_same_schema(const char *sql, const char *other)
{
	const struct str_list lines = lines_of(sql);
	const struct str_list others = lines_of(other);

	expect_str(str_list_join(&others, STR("\n"), &arena),
			str_to_c(str_list_join(&lines, STR("\n"), &arena), &arena));
}

static void expect_other_schema(const char *sql, const char *other)
{
	const struct str_list lines = lines_of(sql);
	const struct str_list others = lines_of(other);

	cr_expect(not(str_equal(str_list_join(&others, STR("\n"), &arena),
				  str_list_join(&lines, STR("\n"), &arena))),
			"%s", sql);
}

Test(sqlite, tables_that_mean_the_same_are_the_same)
{
	expect_same_schema(
			"CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(5) DEFAULT ((1)) CHECK (a<>'X y'))",
			"create table \"t\" ([id] integer not null, `a` varchar ( 5 ) default 1, -- x, y\n"
			" /* ) */ check ( ( \"a\" != 'X y' ) ), primary key (id asc))");
	expect_same_schema(
			"CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a REFERENCES p)",
			"CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a, FOREIGN KEY (A) REFERENCES P "
			"(ID) ON DELETE NO ACTION)");
	expect_same_schema("CREATE TABLE t (a, b); CREATE INDEX i ON t (a, b) WHERE a = 1",
			"create table t (a, b); create index if not exists main.i on t (\"a\" ASC, b collate "
			"binary) where (a == 1)");
	expect_same_schema(
			"CREATE TABLE t (a); CREATE TRIGGER x BEFORE INSERT ON t BEGIN SELECT 1; END",
			"CREATE TABLE t (a); create trigger main.x insert on \"t\" for each row begin\n"
			"\tselect 1 ;\nend");
	expect_same_schema(
			"CREATE TABLE t (a); CREATE VIEW v AS SELECT count(*), -a FROM t WHERE a IN (1, 2)",
			"CREATE TABLE t (a); create view if not exists v as\nselect COUNT( * ), - a\n\tfrom t where a "
			"in(1,2)");
	expect_same_schema("CREATE TABLE t (a, b TEXT GENERATED ALWAYS AS (a))",
			"CREATE TABLE t (a, b TEXT GENERATED /* x */ ALWAYS AS (a) VIRTUAL)");
	expect_same_schema("CREATE TABLE t (key, \"order\" CHECK (\"key\" > [order]))",
			"CREATE TABLE t (key, `order` CHECK (key > \"order\"))");
	expect_same_schema("CREATE TABLE t (a, UNIQUE (a), CHECK (a > 1), CHECK (a > 2))",
			"CREATE TABLE t (a CHECK (a > 2), CHECK (a > 1) UNIQUE (a))");
}

Test(sqlite, tables_that_do_not_mean_the_same_are_not)
{
	static const char *const variants[] = {
		"CREATE TABLE t (a INTEGER, b)",
		"CREATE TABLE t (a INT, b)",
		"CREATE TABLE t (a INTEGER NOT NULL, b)",
		"CREATE TABLE t (a INTEGER DEFAULT 1, b)",
		"CREATE TABLE t (a INTEGER DEFAULT '1', b)",
		"CREATE TABLE t (a INTEGER DEFAULT 'A', b)",
		"CREATE TABLE t (a INTEGER DEFAULT 'a', b)",
		"CREATE TABLE t (a INTEGER DEFAULT true, b)",
		"CREATE TABLE t (a INTEGER DEFAULT 'true', b)",
		"CREATE TABLE t (a INTEGER DEFAULT (a || ' '), b)",
		"CREATE TABLE t (a INTEGER COLLATE NOCASE, b)",
		"CREATE TABLE t (a INTEGER PRIMARY KEY, b)",
		"CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b)",
		"CREATE TABLE t (a INTEGER UNIQUE, b)",
		"CREATE TABLE t (a INTEGER UNIQUE ON CONFLICT IGNORE, b)",
		"CREATE TABLE t (a INTEGER CHECK (a - -1), b)",
		"CREATE TABLE t (a INTEGER CHECK (a > 'x  y'), b)",
		"CREATE TABLE t (a INTEGER CHECK (a > 'x y'), b)",
		"CREATE TABLE t (a INTEGER CHECK ((a > 1) = (b > 1)), b)",
		"CREATE TABLE t (a INTEGER CHECK (a > (1 = (b > 1))), b)",
		"CREATE TABLE t (a INTEGER AS (b) VIRTUAL, b)",
		"CREATE TABLE t (a INTEGER AS (b) STORED, b)",
		"CREATE TABLE t (b, a INTEGER)",
		"CREATE TABLE t (a INTEGER REFERENCES t (b), b)",
		"CREATE TABLE t (a INTEGER REFERENCES t (b) DEFERRABLE INITIALLY DEFERRED, b)",
		"CREATE TABLE t (a INTEGER REFERENCES t (b) ON DELETE CASCADE, b)",
		"CREATE TABLE t (a INTEGER, b); CREATE INDEX i ON t (a)",
		"CREATE TABLE t (a INTEGER, b); CREATE INDEX i ON t (a DESC)",
		"CREATE TABLE t (a INTEGER, b); CREATE UNIQUE INDEX i ON t (a)",
		"CREATE TABLE t (a INTEGER, b); CREATE INDEX i ON t (a) WHERE b",
		"CREATE TABLE t (a INTEGER, b); CREATE INDEX i ON t (a COLLATE NOCASE)",
		"CREATE TABLE t (a INTEGER, b); CREATE INDEX i ON t (a, b)",
		"CREATE TABLE t (a INTEGER, b); CREATE INDEX i ON t (b, a)",
	};

	for (size_t i = 0; i < COUNT_OF(variants); i++) {
		for (size_t j = i + 1; j < COUNT_OF(variants); j++) {
			if (!str_equal(STR("CREATE TABLE t (a INTEGER DEFAULT (a || ' '), b)"),
					    str_from(variants[i])) &&
					!str_equal(STR("CREATE TABLE t (a INTEGER DEFAULT (a || ' '), b)"),
							str_from(variants[j]))) {
				expect_other_schema(variants[i], variants[j]);
			}
		}
	}
}

Test(sqlite, what_alter_table_makes_of_a_table_is_still_understood)
{
	expect_schema("CREATE TABLE old (id INTEGER PRIMARY KEY, a TEXT /* , ( */, CONSTRAINT u UNIQUE (a) -- )\n); "
		      "ALTER TABLE old ADD COLUMN b INT CONSTRAINT k REFERENCES old (id) CHECK (b > 0); "
		      "ALTER TABLE old ADD COLUMN c DEFAULT ('x' || ','); ALTER TABLE old RENAME TO \"new one\"; "
		      "ALTER TABLE \"new one\" RENAME COLUMN a TO \"order\"; ALTER TABLE \"new one\" ADD d; "
		      "ALTER TABLE \"new one\" DROP COLUMN d",
			"check \"new one\" (b > 0)\n"
			"column \"new one\".b int\n"
			"column \"new one\".c default ('x' || ',')\n"
			"column \"new one\".id integer not null\n"
			"column \"new one\".order text\n"
			"column order \"new one\" (id, order, b, c)\n"
			"foreign key k on \"new one\" (b) references \"new one\" (id)\n"
			"primary key \"new one\" (id)\n"
			"table \"new one\"\n"
			"unique u on \"new one\" (order)");
}

Test(sqlite, what_refers_to_nothing_is_still_part_of_a_schema)
{
	expect_schema("CREATE TABLE t (a REFERENCES gone (x)); CREATE TABLE u (b); CREATE VIEW v AS SELECT b FROM u; "
		      "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM u; END; DROP TABLE u",
			"column order t (a)\n"
			"column t.a\n"
			"foreign key t (a) references gone (x)\n"
			"table t\n"
			"trigger tr on t after insert begin delete from u; end\n"
			"view v as select b from u");
}

Test(sqlite, a_schema_that_sqlite_cannot_read_is_an_error_and_no_empty_schema)
{
	struct schema *schema = NULL;

	must_run("CREATE TABLE t (a); PRAGMA writable_schema = on; "
		 "UPDATE sqlite_master SET sql = 'CREATE TABLE t (a,,)'");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	reconnect();
	struct error *error = engine->snapshot(
			connection, STR(""), STR("alembic_version"), &arena, &schema);
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_DATABASE));
	cr_expect(str_starts_with(error->message, STR("malformed database schema (t)")));
}

Test(sqlite, tables_made_from_queries_and_strange_names_are_understood)
{
	expect_schema("CREATE TABLE a AS SELECT 1 AS \"x y\", 'b' AS [check]; "
		      "CREATE TABLE 'quo''ted' ('constraint' 'a type' NOT NULL, \"primary\" UNIQUE, [a,b] CHECK ([a,b] > 1), "
		      "key KEY, desc_ ON_, x DOUBLE PRECISION(1,2)); CREATE INDEX [i ] ON 'quo''ted' ([a,b])",
			"check \"quo'ted\" (\"a,b\" > 1)\n"
			"column \"quo'ted\".\"a,b\"\n"
			"column \"quo'ted\".constraint a type not null\n"
			"column \"quo'ted\".desc_ on_\n"
			"column \"quo'ted\".key key\n"
			"column \"quo'ted\".primary\n"
			"column \"quo'ted\".x double precision(1, 2)\n"
			"column a.\"x y\"\n"
			"column a.check\n"
			"column order \"quo'ted\" (constraint, primary, \"a,b\", key, desc_, x)\n"
			"column order a (\"x y\", check)\n"
			"index \"i \" on \"quo'ted\" (\"a,b\")\n"
			"table \"quo'ted\"\n"
			"table a\n"
			"unique \"quo'ted\" (primary)");
}
