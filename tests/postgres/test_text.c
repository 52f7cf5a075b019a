/* What the engine reads as text, without a server: statements, dumps, definitions of views. */
#include "fixture.h"
#include "kit/clock.h"

/* --- statements ----------------------------------------------------------------------------- */

static struct str_list statements_of(const char *sql)
{
	const struct statements found = engine_find(STR("postgres"))->split(str_from(sql), &arena);
	struct str_list list = { 0 };

	for (size_t i = 0; i < found.count; i++) {
		const struct statement *statement = &found.items[i];

		cr_expect(eq(ptr, (void *)(uintptr_t)statement->text.data,
				(void *)(uintptr_t)(sql + statement->offset)));
		str_list_add(&list, statement->text, &arena);
	}
	return list;
}

TestSuite(statements, .fini = finish_arena);

Test(statements, quotes_comments_and_dollars_hide_semicolons)
{
	const struct str_list list =
			statements_of("SELECT ';' /* ; /* ; */ */ ; -- ;\n"
				      "DO $x$ BEGIN; END $x$;;\nSELECT E'\\';' , \";\"");

	cr_assert(eq(sz, list.count, 3));
	expect_str(list.items[0], "SELECT ';'");
	expect_str(list.items[1], "DO $x$ BEGIN; END $x$");
	expect_str(list.items[2], "SELECT E'\\';' , \";\"");
}

Test(statements, rules_and_atomic_bodies_stay_whole)
{
	const struct str_list list = statements_of(
			"CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b); "
			"CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN a = 1 THEN 2 END; "
			"SELECT 2; END; BEGIN; COMMIT");

	cr_assert(eq(sz, list.count, 4));
	expect_str(list.items[2], "BEGIN");
	expect_str(list.items[3], "COMMIT");
}

Test(statements, those_before_a_mistake_are_still_found)
{
	const struct str_list list = statements_of("SELECT 'é'; SELEC 2; SELECT 'open; SELECT 3\n");

	cr_assert(eq(sz, list.count, 3));
	expect_str(list.items[0], "SELECT 'é'");
	expect_str(list.items[1], "SELEC 2");
	expect_str(list.items[2], "SELECT 'open; SELECT 3");
}

Test(statements, many_take_no_longer_each_than_few)
{
	struct buf sql = { .arena = &arena };

	for (int i = 0; i < 20000; i++) {
		buf_format(&sql, "INSERT INTO t VALUES (%d, 'x');\n", i);
	}
	const int64_t start_us = clock_now_us();

	cr_expect(eq(sz, statements_of(buf_c(&sql)).count, 20000));
	cr_expect(lt(i64, clock_now_us() - start_us, 5000000));
}

Test(statements, a_nul_byte_hides_nothing)
{
	const char text[] = "SELECT 1; SELECT 2\0; SELECT 3";
	const struct statements found =
			engine_find(STR("postgres"))
					->split((str){ text, sizeof(text) - 1 }, &arena);

	cr_assert(eq(sz, found.count, 2));
	cr_expect(eq(sz, found.items[1].text.len, sizeof("SELECT 2\0; SELECT 3") - 1));
}

Test(statements, nothing_but_comments_is_nothing)
{
	cr_expect(eq(sz, statements_of(" ; -- x\n/* y */ ;").count, 0));
}

/* --- views ---------------------------------------------------------------------------------- */

TestSuite(view, .fini = finish_arena);

#define expect_view(version, text, expected) \
	expect_str(postgres_view_text(STR(text), (version), &arena), expected)

Test(view, is_one_line_that_leaves_literals_alone)
{
	expect_view(180000, "as  SELECT 'a  b'::text\n   FROM t;",
			"as SELECT 'a  b'::text FROM t;");
}

Test(view, a_single_table_is_not_named_in_front_of_columns)
{
	expect_view(150000, "as SELECT t.id, f(t.a) FROM s.t WHERE (t.id > 1) GROUP BY t.id;",
			"as SELECT id, f(a) FROM s.t WHERE (id > 1) GROUP BY id;");
	expect_view(150000, "as SELECT \"T\".id FROM s.u \"T\"(id, b);",
			"as SELECT id FROM s.u \"T\"(id, b);");
	expect_view(150000, "as SELECT t.id FROM t.t TABLESAMPLE system (10);",
			"as SELECT id FROM t.t TABLESAMPLE system (10);");
}

Test(view, whole_rows_and_queries_inside_keep_the_name)
{
	expect_view(150000, "as SELECT t.*::t AS row FROM t;", "as SELECT t.*::t AS row FROM t;");
	expect_view(150000,
			"as SELECT t.id FROM t WHERE (EXISTS ( SELECT u.id FROM u WHERE (u.id = t.id)));",
			"as SELECT id FROM t WHERE (EXISTS ( SELECT u.id FROM u WHERE (u.id = t.id)));");
	expect_view(150000, "as WITH q AS ( SELECT t.id FROM t ) SELECT q.id FROM q;",
			"as WITH q AS ( SELECT t.id FROM t ) SELECT id FROM q;");
}

Test(view, several_tables_are_named)
{
	expect_view(150000, "as SELECT a.id FROM (a JOIN b ON ((a.id = b.id)));",
			"as SELECT a.id FROM (a JOIN b ON ((a.id = b.id)));");
	expect_view(150000, "as SELECT a.id FROM a, b;", "as SELECT a.id FROM a, b;");
	expect_view(150000, "as SELECT a.id FROM a UNION SELECT b.id FROM b;",
			"as SELECT a.id FROM a UNION SELECT b.id FROM b;");
	expect_view(150000, "as SELECT 1 AS one;", "as SELECT 1 AS one;");
}

Test(view, newer_servers_are_taken_at_their_word)
{
	expect_view(160000, "as SELECT t.id FROM t;", "as SELECT t.id FROM t;");
}

TestSuite(text, .fini = finish_arena);

Test(text, arrays_that_are_cast_are_as_a_dump_leaves_them)
{
	static const char *const known[][2] = {
		{ "CHECK ((a)::text = ANY ((ARRAY['x, (]'::character varying, \"o[d\"])::text[]))",
				"CHECK ((a)::text = ANY (ARRAY[('x, (]'::character varying)::text, "
				"(\"o[d\")::text]))" },
		{ "CHECK (a = ANY (ARRAY[1, 2]))", "CHECK (a = ANY (ARRAY[1, 2]))" },
		{ "'(ARRAY[1])::text[]'", "'(ARRAY[1])::text[]'" },
		{ "(ARRAY[f(1, 2), ARRAY[3]])::numeric(3,1)[]",
				"(ARRAY[f(1, 2), ARRAY[3]])::numeric(3,1)[]" },
		{ "((ARRAY[1])::bigint[] || (ARRAY[2])::bigint[])",
				"(ARRAY[(1)::bigint] || ARRAY[(2)::bigint])" },
		{ "(ARRAY[1", "(ARRAY[1" },
	};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		expect_str(postgres_array_text(str_from(known[i][0]), &arena), known[i][1]);
	}
}
