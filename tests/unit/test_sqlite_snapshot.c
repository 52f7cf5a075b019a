/* The facts of a schema. */
#include "schema/schema.h"
#include "sqlite_fixture.h"

Test(sqlite, a_schema_tells_of_columns)
{
	expect_schema("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b VARCHAR ( 32 ) NOT NULL DEFAULT 'x', "
		      "c NUMERIC(10,2) DEFAULT -1, d TEXT COLLATE NOCASE DEFAULT (1 + 2), "
		      "e DEFAULT CURRENT_TIMESTAMP, f DEFAULT NULL, g DEFAULT word, \"h i\" DEFAULT \"quo'ted\", "
		      "j INT AS (a * 2), k INT GENERATED ALWAYS AS (upper(b)) STORED NOT NULL, "
		      "l NOT NULL ON CONFLICT REPLACE DEFAULT TRUE)",
			"column order t (id, a, b, c, d, e, f, g, \"h i\", j, k, l)\n"
			"column t.\"h i\" default 'quo''ted'\n"
			"column t.a\n"
			"column t.b varchar(32) not null default 'x'\n"
			"column t.c numeric(10, 2) default -1\n"
			"column t.d text default (1 + 2) collate nocase\n"
			"column t.e default current_timestamp\n"
			"column t.f\n"
			"column t.g default 'word'\n"
			"column t.id integer not null\n"
			"column t.j int generated always as (a * 2) virtual\n"
			"column t.k int not null generated always as (upper(b)) stored\n"
			"column t.l not null on conflict replace default true\n"
			"primary key t (id)\n"
			"table t");
	const struct str_list columns = schema_columns(snapshot(), STR("t"), &arena);
	expect_str(str_list_join(&columns, STR(" "), &arena), "id a b c d e f g h i k l");
}

Test(sqlite, a_schema_tells_of_keys)
{
	expect_schema("CREATE TABLE t (a INT, b TEXT, c TEXT, PRIMARY KEY (b DESC, a) ON CONFLICT IGNORE, "
		      "UNIQUE (c, a), UNIQUE (b COLLATE NOCASE) ON CONFLICT REPLACE, CHECK (a > 0), "
		      "CONSTRAINT named CHECK ((b <> ';,)')))",
			"check named on t (b <> ';,)')\n"
			"check t (a > 0)\n"
			"column order t (a, b, c)\n"
			"column t.a int\n"
			"column t.b text\n"
			"column t.c text\n"
			"primary key t (b desc, a) on conflict ignore\n"
			"table t\n"
			"unique t (b collate nocase) on conflict replace\n"
			"unique t (c, a)");
}

Test(sqlite, a_schema_tells_a_rowid_from_another_key)
{
	expect_schema("CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT); "
		      "CREATE TABLE b (id INT PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY DESC); "
		      "INSERT INTO a DEFAULT VALUES",
			"column a.id integer not null\n"
			"column b.id int\n"
			"column c.id integer\n"
			"column order a (id)\n"
			"column order b (id)\n"
			"column order c (id)\n"
			"primary key a (id) autoincrement\n"
			"primary key b (id)\n"
			"primary key c (id desc)\n"
			"table a\n"
			"table b\n"
			"table c");
}

Test(sqlite, a_schema_tells_of_table_options)
{
	expect_schema("CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (b, a)) STRICT, WITHOUT ROWID; "
		      "CREATE TABLE u (a ANY) STRICT",
			"column order t (a, b)\n"
			"column order u (a)\n"
			"column t.a int not null\n"
			"column t.b text not null\n"
			"column u.a any\n"
			"primary key t (b, a)\n"
			"table t strict without rowid\n"
			"table u strict");
}

Test(sqlite, a_schema_tells_of_foreign_keys)
{
	expect_schema("CREATE TABLE p (id INTEGER PRIMARY KEY, a, b, UNIQUE (a, b)); "
		      "CREATE TABLE c (p REFERENCES P ON DELETE CASCADE NOT DEFERRABLE INITIALLY DEFERRED, "
		      "q REFERENCES p (ID) ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, a, b, "
		      "gone REFERENCES nowhere, "
		      "CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES p (a, b) MATCH FULL ON DELETE NO ACTION, "
		      "FOREIGN KEY (b) REFERENCES p (id) ON DELETE SET DEFAULT ON UPDATE RESTRICT "
		      "DEFERRABLE INITIALLY IMMEDIATE); DROP TABLE IF EXISTS x",
			"column c.a\ncolumn c.b\ncolumn c.gone\ncolumn c.p\ncolumn c.q\n"
			"column order c (p, q, a, b, gone)\n"
			"column order p (id, a, b)\n"
			"column p.a\ncolumn p.b\ncolumn p.id integer not null\n"
			"foreign key c (b) references p (id) on delete set default on update restrict\n"
			"foreign key c (gone) references nowhere\n"
			"foreign key c (p) references p (id) on delete cascade\n"
			"foreign key c (q) references p (id) on update set null deferrable initially deferred\n"
			"foreign key fk on c (a, b) references p (a, b)\n"
			"primary key p (id)\n"
			"table c\ntable p\n"
			"unique p (a, b)");
}

Test(sqlite, a_schema_tells_of_indexes)
{
	expect_schema("CREATE TABLE t (a, b TEXT COLLATE NOCASE); CREATE INDEX i1 ON t (a DESC, b); "
		      "CREATE UNIQUE INDEX i2 ON t (b COLLATE BINARY, lower ( a ) COLLATE RTRIM DESC) WHERE a "
		      "IS NOT NULL; CREATE INDEX \"i 3\" ON t (a + b, (a))",
			"column order t (a, b)\n"
			"column t.a\n"
			"column t.b text collate nocase\n"
			"index \"i 3\" on t (a + b, a)\n"
			"index i1 on t (a desc, b)\n"
			"index i2 on t (b collate binary, lower(a) collate rtrim desc) unique where a is not null\n"
			"table t");
}

Test(sqlite, a_schema_tells_of_views_triggers_and_virtual_tables)
{
	expect_schema("CREATE TABLE t (a, b); CREATE VIEW v (x) AS SELECT a AS Foo, cast(b AS TEXT) FROM t -- c\n; "
		      "CREATE TRIGGER tr AFTER UPDATE OF a, b ON t FOR EACH ROW WHEN new.a > 1 BEGIN "
		      "INSERT INTO t VALUES ('x\ny', -1); SELECT CASE WHEN 1 THEN 2 END; END; "
		      "CREATE TRIGGER vt INSTEAD OF INSERT ON v BEGIN SELECT 1; END; "
		      "CREATE VIRTUAL TABLE f USING fts5(a, tokenize = 'porter')",
			"column order t (a, b)\n"
			"column t.a\n"
			"column t.b\n"
			"table t\n"
			"trigger tr on t after update of a, b when new.a > 1 begin insert into t values "
			"('x\\ny', -1); select case when 1 then 2 end; end\n"
			"trigger vt on v instead of insert begin select 1; end\n"
			"view v (x) as select a as Foo, cast(b as text) from t\n"
			"virtual table f using fts5(a, tokenize = 'porter')");
	const struct str_list tables = schema_tables(snapshot(), &arena);
	expect_str(str_list_join(&tables, STR(" "), &arena), "t");
}

Test(sqlite, numbers_of_the_applications_own_are_part_of_a_schema)
{
	expect_schema("PRAGMA user_version = 7; PRAGMA application_id = 12",
			"pragma application_id 12\n"
			"pragma user_version 7");
}

Test(sqlite, the_version_table_is_no_part_of_a_schema)
{
	struct schema *schema = NULL;

	expect_schema("CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY); "
		      "CREATE INDEX i ON alembic_version (version_num); "
		      "CREATE TRIGGER tr AFTER INSERT ON alembic_version BEGIN SELECT 1; END",
			"");
	cr_assert(eq(ptr,
			engine->snapshot(connection, STR("main"), STR("Alembic_Version"), &arena,
					&schema),
			NULL));
	cr_expect(eq(sz, schema_render(schema, &arena).count, 0));
	cr_assert(eq(ptr, engine->snapshot(connection, STR(""), STR("other"), &arena, &schema),
			NULL));
	cr_expect(schema_has(schema, STR("table"), STR("alembic_version")));
	cr_expect(schema_has(schema, STR("index"), STR("i")));
}

Test(sqlite, constraints_have_the_names_that_were_given_to_them)
{
	must_run("CREATE TABLE p (id INTEGER CONSTRAINT pk PRIMARY KEY, a CONSTRAINT nn NOT NULL CONSTRAINT uq UNIQUE, "
		 "b CONSTRAINT \"fk 1\" REFERENCES p, CONSTRAINT [ck] CHECK (a > 0) CONSTRAINT `uq2` UNIQUE (a, b))");
	const struct schema *schema = snapshot();
	static const char *const names[] = { "pk", "nn", "uq", "fk 1", "ck", "uq2" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		cr_expect(schema_has(schema, STR("constraint"), str_from(names[i])), "%s",
				names[i]);
	}
	cr_expect(not(schema_has(schema, STR("constraint"), STR("a"))));
	expect_schema("DROP TABLE p; CREATE TABLE t (a UNIQUE, b CONSTRAINT nn NOT NULL CONSTRAINT e CHECK (b), "
		      "CONSTRAINT x UNIQUE (a), CONSTRAINT \"y z\" CONSTRAINT y UNIQUE (b, a), "
		      "CONSTRAINT k PRIMARY KEY (b), CHECK (a > b), CONSTRAINT f FOREIGN KEY (a) REFERENCES t)",
			"check e on t (b)\n"
			"check t (a > b)\n"
			"column order t (a, b)\n"
			"column t.a\n"
			"column t.b not null\n"
			"foreign key f on t (a) references t (b)\n"
			"primary key k on t (b)\n"
			"table t\n"
			"unique x on t (a)\n"
			"unique y on t (b, a)");
}

static str lines(struct schema *schema)
{
	const struct str_list list = schema_render(schema, &arena);

	return str_list_join(&list, STR("\n"), &arena);
}

/* The schema, the table `left_out` apart. */
static struct schema *snapshot_without(const char *left_out)
{
	struct schema *schema = NULL;

	struct error *err = engine->snapshot(
			connection, (str){ 0 }, str_from(left_out), &arena, &schema);
	cr_assert(zero(ptr, err));
	return schema;
}

Test(sqlite, a_schema_that_was_read_before_is_kept)
{
	must_run("CREATE TABLE t (n INTEGER)");
	struct schema *first = snapshot();
	struct schema *again = snapshot();

	must_run("INSERT INTO t VALUES (1)");
	cr_expect(eq(ptr, again, snapshot()), "rows are no part of it");
	reconnect();
	cr_expect(eq(ptr, again, snapshot()), "nor is the connection");
	expect_str(lines(again), lines(first).data);
}

Test(sqlite, all_that_a_schema_depends_on_makes_it_another)
{
	must_run("CREATE TABLE t (n INTEGER); CREATE TABLE v (n INTEGER)");
	(void)snapshot();
	expect_str(lines(snapshot_without("v")), "column order t (n)\ncolumn t.n integer\ntable t");
	expect_str(lines(snapshot_without("t")), "column order v (n)\ncolumn v.n integer\ntable v");
	must_run("DROP TABLE v");
	expect_str(lines(snapshot()), "column order t (n)\ncolumn t.n integer\ntable t");
	must_run("PRAGMA user_version = 7");
	expect_str(lines(snapshot()),
			"column order t (n)\ncolumn t.n integer\npragma user_version 7\ntable t");
	must_run("PRAGMA user_version = 0; PRAGMA application_id = 7");
	expect_str(lines(snapshot()),
			"column order t (n)\ncolumn t.n integer\npragma application_id 7\ntable t");
}

static void expect_fact(const char *line, bool is_there)
{
	const struct str_list facts = schema_render(snapshot(), &arena);

	cr_expect(eq(int, str_list_contains(&facts, str_from(line)), is_there), "%s", line);
}

Test(sqlite, a_table_is_read_again_when_what_it_depends_on_is_another)
{
	must_run("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (n REFERENCES P)");
	expect_fact("foreign key c (n) references p (id)", true);
	must_run("CREATE TABLE other (n)");
	expect_fact("foreign key c (n) references p (id)", true);
	must_run("DROP TABLE p; CREATE TABLE p (k INTEGER PRIMARY KEY)");
	expect_fact("foreign key c (n) references p (id)", false);
	expect_fact("foreign key c (n) references p (k)", true);
	must_run("DROP TABLE p");
	expect_fact("foreign key c (n) references P", true);
	must_run("CREATE VIEW p AS SELECT * FROM other; DROP TABLE c; CREATE TABLE c (n REFERENCES P (N))");
	expect_fact("foreign key c (n) references p (n)", true);
	must_run("DROP TABLE other; CREATE TABLE other (N)");
	expect_fact("foreign key c (n) references p (N)", true);
}

Test(sqlite, a_table_is_read_again_when_its_indexes_are_others)
{
	must_run("CREATE TABLE t (n UNIQUE, m)");
	expect_fact("index i on t (n)", false);
	must_run("CREATE INDEX i ON t (n); CREATE INDEX j ON t (m)");
	expect_fact("index i on t (n)", true);
	expect_fact("index j on t (m)", true);
	must_run("DROP INDEX j");
	expect_fact("index j on t (m)", false);
	must_run("DROP INDEX i; CREATE UNIQUE INDEX i ON t (n)");
	expect_fact("index i on t (n)", false);
	expect_fact("index i on t (n) unique", true);
	expect_fact("unique t (n)", true);
	must_run("ALTER TABLE t RENAME TO u");
	expect_fact("index i on u (n) unique", true);
	expect_fact("table t", false);
}
