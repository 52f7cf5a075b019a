#include "fixture.h"

TestSuite(reading, .init = setup, .fini = teardown);

/* Close the connection, and go on with one that reads; whether it has the same session. */
static bool goes_on_to_read(void)
{
	const str before = value("SELECT pg_backend_pid()");

	engine->disconnect(connection);
	must(engine->connect_to_read(database, &arena, &connection));
	return str_equal(before, value("SELECT pg_backend_pid()"));
}

Test(reading, goes_on_in_the_last_session)
{
	cr_expect(goes_on_to_read());
}

Test(reading, sees_nothing_of_what_a_session_leaves)
{
	must(run("CREATE TABLE public.t AS SELECT 'kept' AS x"));
	must(engine->commit(connection, &arena));
	must(run("CREATE TEMPORARY TABLE t AS SELECT 'temporary' AS x"));
	must(run("SET search_path = pg_temp"));
	must(run("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"));
	must(engine->commit(connection, &arena));
	cr_expect(goes_on_to_read());
	expect_str(value("SELECT x FROM t"), "kept");
	expect_str(value("SHOW search_path"), "\"$user\", public");
	expect_str(value("SHOW transaction_read_only"), "off");
}

Test(reading, sees_nothing_of_a_transaction_that_was_left_open)
{
	must(run("CREATE TABLE t (x integer)"));
	must(engine->commit(connection, &arena));
	must(run("INSERT INTO t VALUES (1)"));
	cr_expect(goes_on_to_read());
	expect_str(value("SELECT count(*) FROM t"), "0");
	must(run("INSERT INTO t VALUES (1)"));
	cr_assert(ne(ptr, run("SELECT 1 / 0"), NULL));
	engine->disconnect(connection);
	must(engine->connect_to_read(database, &arena, &connection));
	expect_str(value("SELECT count(*) FROM t"), "0");
}

Test(reading, takes_a_new_session_once_settings_of_role_or_database_have_changed)
{
	must(run("ALTER ROLE CURRENT_USER SET search_path = elsewhere"));
	must(engine->commit(connection, &arena));
	cr_expect(not(goes_on_to_read()));
	expect_str(value("SHOW search_path"), "elsewhere");
	must(run("ALTER ROLE CURRENT_USER RESET ALL"));
	must(run("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = there', "
		 "current_database()); END $$"));
	must(engine->commit(connection, &arena));
	cr_expect(not(goes_on_to_read()));
	expect_str(value("SHOW search_path"), "there");
}

Test(reading, takes_a_new_session_when_the_last_has_ended)
{
	cr_assert(ne(ptr, run("SELECT pg_terminate_backend(pg_backend_pid())"), NULL));
	engine->disconnect(connection);
	must(engine->connect_to_read(database, &arena, &connection));
	expect_str(value("SELECT 1"), "1");
}

Test(reading, leaves_no_lock_to_the_next_connection)
{
	must(run("CREATE TABLE t (x integer)"));
	must(engine->commit(connection, &arena));
	must(run("LOCK TABLE t"));
	must(run("SELECT pg_advisory_lock(1)"));
	engine->disconnect(connection);
	must(engine->connect(database, &arena, &connection));
	must(run("LOCK TABLE t NOWAIT"));
	expect_str(value("SELECT pg_try_advisory_lock(1)"), "t");
}

/* --- rows ------------------------------------------------------------------------------------- */

/* "(value)" of each value, "(NULL" in the place of one that is not there, ";" behind a row; a row that says so ends it. */
static struct error *add_row(void *data, const str *values, size_t count)
{
	struct buf *out = data;

	for (size_t i = 0; i < count; i++) {
		if (str_equal(values[i], STR("enough"))) {
			return error_new(&arena, ERROR_DATABASE, "enough");
		}
		buf_add(out, values[i].data ? STR("(") : STR("(NULL"));
		buf_add(out, str_slice(values[i], 0, 10));
		buf_add_char(out, ')');
	}
	buf_add_char(out, ';');
	return NULL;
}

static struct error *read_rows(const char *table, const char *columns, struct buf *out)
{
	struct str_list names = { 0 };
	str rest = str_from(columns), name;

	while (rest.len && str_next_part(&rest, ' ', &name)) {
		str_list_add(&names, name, &arena);
	}
	out->arena = &arena;
	return engine->read_rows(connection, str_from(table), &names, add_row, out, &arena);
}

Test(reading, hands_out_rows_as_text)
{
	struct buf rows = { 0 }, widths = { 0 };

	must(run("CREATE TABLE t (a integer, b boolean, c text, d bpchar(3), e bytea);"
		 "INSERT INTO t VALUES (1, true, '', 'x', '\\x00ff'), (-2, NULL, NULL, 'ä', NULL);"
		 "CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES; INSERT INTO bare DEFAULT VALUES;"
		 "CREATE TABLE nothing (x text);"
		 "CREATE TABLE wide AS SELECT repeat('w', 3000000) AS x FROM generate_series(1, 3)"));
	must(read_rows("t", "c b a d e", &rows));
	expect_str(buf_str(&rows), "()(true)(1)(x)(\\x00ff);(NULL)(NULL)(-2)(ä)(NULL);");
	rows.len = 0;
	must(read_rows("bare", "", &rows));
	must(read_rows("nothing", "x", &rows));
	expect_str(buf_str(&rows), ";;");
	must(read_rows("wide", "x", &widths));
	expect_str(buf_str(&widths), "(wwwwwwwwww);(wwwwwwwwww);(wwwwwwwwww);");
}

Test(reading, ends_where_whoever_takes_the_rows_has_enough)
{
	struct buf rows = { 0 };

	must(run("CREATE TABLE t AS SELECT CASE i WHEN 3 THEN 'enough' ELSE 'x' END AS x"
		 " FROM generate_series(1, 300000) i"));
	must(engine->commit(connection, &arena));
	struct error *error = read_rows("t", "x", &rows);

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "enough");
	expect_str(buf_str(&rows), "(x);(x);");
	must(engine->rollback(connection, &arena));
	expect_str(value("SELECT count(*) FROM t"), "300000");
}

Test(reading, says_why_rows_cannot_be_read)
{
	struct buf rows = { 0 };

	must(run("CREATE TABLE t AS SELECT 1 AS x"));
	must(engine->commit(connection, &arena));
	struct error *error = read_rows("t", "gone", &rows);

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "column \"gone\" does not exist");
	must(engine->rollback(connection, &arena));
}
