#include "sqlite_fixture.h"

/* Statements of `sql`, one a line, each after its offset. */
static void expect_statements(const char *sql, const char *wanted)
{
	struct buf text = { .arena = &arena };
	const struct statements statements = engine->split(str_from(sql), &arena);

	for (size_t i = 0; i < statements.count; i++) {
		buf_format(&text, "%zu:%.*s\n", statements.items[i].offset,
				STR_ARG(statements.items[i].text));
	}
	expect_str(buf_str(&text), wanted);
}

/* --- engines ------------------------------------------------------------------------------------- */

Test(sqlite, its_ddl_is_not_transactional_by_default)
{
	cr_expect(not(engine->transactional_ddl));
	expect_str(ask("SELECT sqlite_version()"), engine->library_version());
}

/* --- statements ---------------------------------------------------------------------------------- */

Test(sqlite, statements_are_found_by_lexing)
{
	expect_statements("SELECT 1; SELECT 2 ;\n SELECT 3",
			"0:SELECT 1\n10:SELECT 2\n22:SELECT 3\n");
	expect_statements("", "");
	expect_statements(" ;; -- nothing\n /* here */ ; ", "");
	expect_statements("-- first\nSELECT 1 -- last", "9:SELECT 1\n");
	expect_statements("SELECT ';', \";\", `;`, [;], x'' -- ;\n, /* ; */ 2; SELECT 2",
			"0:SELECT ';', \";\", `;`, [;], x'' -- ;\n, /* ; */ 2\n49:SELECT 2\n");
	expect_statements("SELECT 'it''s; \"'; SELECT 1", "0:SELECT 'it''s; \"'\n19:SELECT 1\n");
	expect_statements("SELECT 'open; SELECT 1", "0:SELECT 'open; SELECT 1\n");
	expect_statements("SELECT 1; /* open; SELECT 2", "0:SELECT 1\n");
	expect_statements("\xef\xbb\xbfSELECT 1;", "3:SELECT 1\n");
}

Test(sqlite, semicolons_inside_a_trigger_do_not_end_it)
{
	expect_statements(
			"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE "
			"FROM a; END; SELECT 1",
			"0:CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE "
			"FROM a; END\n92:SELECT 1\n");
	expect_statements("create temp /* x */ trigger t insert on a begin select 1; end; select 2",
			"0:create temp /* x */ trigger t insert on a begin select 1; end\n63:select 2\n");
	expect_statements("explain create trigger t insert on a begin select 1; end; select 2",
			"0:explain create trigger t insert on a begin select 1; end\n58:select 2\n");
	expect_statements("CREATE TABLE trigger_log (a); BEGIN; SELECT 1; END; SELECT 2",
			"0:CREATE TABLE trigger_log (a)\n30:BEGIN\n37:SELECT 1\n47:END\n52:SELECT 2\n");
}

Test(sqlite, a_syntax_error_does_not_hide_the_statements_before_it)
{
	expect_error("CREATE TABLE a (x); CREATE TABEL b (x); CREATE TABLE c (x);",
			"near \"TABEL\": syntax error");
	expect_str(ask("SELECT group_concat(name) FROM sqlite_master"), "a");
}

Test(sqlite, errors_point_into_the_statement)
{
	size_t offset = 99;

	must_run("CREATE TABLE a (x)");
	struct error *error = engine->execute(
			connection, STR("SELECT x, nope FROM a"), &arena, NULL, &offset);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "no such column: nope");
	cr_expect(eq(sz, offset, 10));

	error = engine->execute(connection, STR("SELECT 'open"), &arena, NULL, &offset);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "unrecognized token: \"'open\"");
	cr_expect(eq(sz, offset, 7));

	error = engine->execute(connection,
			STR("INSERT INTO a SELECT abs(-9223372036854775807 - 1)"), &arena, NULL,
			&offset);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "integer overflow");
	cr_expect(eq(sz, offset, 0));
}

Test(sqlite, one_execution_is_one_statement)
{
	struct error *error =
			engine->execute(connection, STR("SELECT 1; SELECT 2"), &arena, NULL, NULL);

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "You can only execute one statement at a time.");
	error = engine->execute(connection, STR("SELECT 1; -- and no more"), &arena, NULL, NULL);
	cr_expect(eq(ptr, error, NULL));
	expect_str(ask("-- nothing"), "");
}

Test(sqlite, parameters_are_refused_as_the_driver_refuses_them)
{
	must_run("CREATE TABLE a (x)");
	expect_error("INSERT INTO a VALUES (:name)",
			"Incorrect number of bindings supplied. The current statement uses 1, and there are 0 "
			"supplied.");
	expect_str(ask("SELECT count(*) FROM a"), "0");
	expect_str(ask("SELECT ':name', '%s'"), ":name|%s");
}

Test(sqlite, a_null_character_in_a_statement_is_an_error)
{
	struct error *error = engine->execute(connection, STR("SELECT 1\0, 2"), &arena, NULL, NULL);

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "the query contains a null character");
}

/* --- values --------------------------------------------------------------------------------------- */

Test(sqlite, values_are_text_as_the_shell_prints_it)
{
	struct result result;

	expect_str(ask("SELECT 1, 1.0, 1e100, 0.1, 'text', NULL, '', x'6162'"),
			"1|1.0|1.0e+100|0.1|text|(null)||ab");
	struct error *error = engine->execute(connection,
			STR("SELECT 'a' || char(0) || 'b', x'0001', NULL, '', x''"), &arena,
			&result, NULL);
	cr_assert(eq(ptr, error, NULL));
	cr_expect(str_equal(result.values[0], STR("a\0b")));
	cr_expect(str_equal(result.values[1], STR("\0\1")));
	cr_expect(eq(ptr, (void *)result.values[2].data, NULL));
	cr_expect(ne(ptr, (void *)result.values[3].data, NULL));
	cr_expect(ne(ptr, (void *)result.values[4].data, NULL));
}

Test(sqlite, a_result_tells_how_many_rows_were_met)
{
	struct result result;

	must_run("CREATE TABLE a (x); INSERT INTO a VALUES (1), (2), (3)");
	cr_assert(eq(ptr,
			engine->execute(connection, STR("UPDATE a SET x = 5 WHERE x > 1"), &arena,
					&result, NULL),
			NULL));
	cr_expect(eq(i64, result.changed, 2));
	cr_assert(eq(ptr,
			engine->execute(connection, STR("CREATE TABLE b (x)"), &arena, &result,
					NULL),
			NULL));
	cr_expect(eq(i64, result.changed, 0));
	cr_assert(eq(ptr,
			engine->execute(connection, STR("SELECT * FROM b"), &arena, &result, NULL),
			NULL));
	cr_expect(eq(sz, result.row_count, 0));
	cr_expect(eq(sz, result.column_count, 1));
	cr_assert(eq(ptr,
			engine->execute(connection,
					STR("WITH w AS (SELECT 5 AS y) DELETE FROM a WHERE x IN (SELECT y FROM w)"),
					&arena, &result, NULL),
			NULL));
	cr_expect(eq(i64, result.changed, 2));
	cr_assert(eq(ptr,
			engine->execute(connection, STR("DELETE FROM a RETURNING x"), &arena,
					&result, NULL),
			NULL));
	cr_expect(eq(i64, result.changed, 1));
	cr_expect(eq(sz, result.row_count, 1));
}

Test(sqlite, a_change_that_returns_rows_is_complete_when_nobody_reads_them)
{
	must_run("CREATE TABLE a (x); INSERT INTO a VALUES (1), (2), (3) RETURNING x");
	expect_str(ask("SELECT count(*) FROM a"), "3");
}

/* The rows of a table as text, values and rows in parentheses; NULL as it is. */
static struct error *add_row_text(void *data, const str *values, size_t count)
{
	struct buf *out = data;

	for (size_t i = 0; i < count; i++) {
		buf_add(out, values[i].data ? STR("(") : STR("(NULL"));
		buf_add(out, values[i]);
		buf_add_char(out, ')');
	}
	buf_add_char(out, ';');
	return NULL;
}

Test(sqlite, rows_are_read_with_all_their_digits_and_nulls)
{
	struct str_list columns = { 0 };
	struct buf text = { .arena = &arena };

	must_run("CREATE TABLE \"odd \"\"name\" (\"a b\", y); "
		 "INSERT INTO \"odd \"\"name\" VALUES (0.1 + 0.2, NULL), ('', 1)");
	str_list_add(&columns, STR("y"), &arena);
	str_list_add(&columns, STR("a b"), &arena);
	cr_assert(eq(ptr,
			engine->read_rows(connection, STR("odd \"name"), &columns, add_row_text,
					&text, &arena),
			NULL));
	expect_str(buf_str(&text), "(NULL)(0.30000000000000004);(1)();");
}

Test(sqlite, a_column_that_is_gone_reads_as_an_error_and_not_as_its_name)
{
	struct str_list columns = { 0 };
	struct buf text = { .arena = &arena };

	must_run("CREATE TABLE a (x); INSERT INTO a VALUES (1)");
	str_list_add(&columns, STR("gone"), &arena);
	struct error *error = engine->read_rows(
			connection, STR("a"), &columns, add_row_text, &text, &arena);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "no such column: t.gone");
	error = engine->read_rows(
			connection, STR("nowhere"), &columns, add_row_text, &text, &arena);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "no such table: main.nowhere");
}
