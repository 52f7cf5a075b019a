#include "fixture.h"
#include "kit/clock.h"

TestSuite(connection, .init = setup, .fini = teardown);

Test(connection, begins_a_transaction_by_itself)
{
	must(run("CREATE TABLE t (id int)"));
	must(engine->rollback(connection, &arena));
	expect_str(value("SELECT to_regclass('t') IS NULL"), "t");
}

Test(connection, what_follows_a_commit_of_the_sql_commits_itself)
{
	must(run("CREATE TABLE a (id int)"));
	must(run("COMMIT"));
	must(run("CREATE TABLE b (id int)"));
	must(engine->rollback(connection, &arena));
	expect_str(value("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')"), "2");
}

/* psycopg2 knows of no transaction that it has not begun itself. */
Test(connection, what_sql_begins_in_autocommit_ends_with_the_connection)
{
	must(engine->set_autocommit(connection, true, &arena));
	must(run("CREATE TABLE t (id int)"));
	must(run("BEGIN"));
	must(run("INSERT INTO t VALUES (1)"));
	must(engine->commit(connection, &arena));
	must(engine->rollback(connection, &arena));
	expect_str(value("SELECT count(*) FROM t"), "1");
	engine->disconnect(connection);
	must(engine->connect(database, &arena, &connection));
	expect_str(value("SELECT count(*) FROM t"), "0");
}

Test(connection, tells_whether_it_is_in_a_transaction)
{
	cr_expect(eq(int, engine->transaction(connection), TRANSACTION_NONE));
	must(run("SELECT 1"));
	cr_expect(eq(int, engine->transaction(connection), TRANSACTION_OPEN));
	cr_expect(ne(ptr, run("SELECT nope"), NULL));
	cr_expect(eq(int, engine->transaction(connection), TRANSACTION_FAILED));
	must(engine->rollback(connection, &arena));
	cr_expect(eq(int, engine->transaction(connection), TRANSACTION_NONE));
}

static void keep_notice(void *data, str severity, str message)
{
	struct buf *heard = data;

	buf_format(heard, "%.*s: %.*s\n", STR_ARG(severity), STR_ARG(message));
}

Test(connection, notices_are_handed_on_to_whoever_takes_them)
{
	struct buf heard = { .arena = &arena };

	must(run("DROP TABLE IF EXISTS nowhere"));
	engine->take_notices(connection, keep_notice, &heard);
	must(run("DROP TABLE IF EXISTS nowhere"));
	must(run("DO $$ BEGIN RAISE WARNING 'mind the gap'; END $$"));
	cr_expect(eq(str, buf_c(&heard),
			"NOTICE: table \"nowhere\" does not exist, skipping\n"
			"WARNING: mind the gap\n"));
}

Test(connection, session_state_does_not_reach_the_next)
{
	must(engine->set_autocommit(connection, true, &arena));
	must(run("SET search_path = pg_catalog"));
	must(run("CREATE TEMP TABLE t (id int)"));
	must(run("SELECT pg_advisory_lock(1)"));
	engine->disconnect(connection);
	must(engine->connect(database, &arena, &connection));
	expect_str(value("SHOW search_path"), "\"$user\", public");
	expect_str(value("SELECT to_regclass('pg_temp.t') IS NULL"), "t");
	engine->set_deadline(connection, clock_now_us() + 10000000);
	must(run("SELECT pg_advisory_lock(1)"));
}

Test(connection, an_error_says_where_and_why)
{
	size_t offset = 0;
	struct error *error =
			engine->execute(connection, STR("SELECT 'é', nope"), &arena, NULL, &offset);

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "column \"nope\" does not exist");
	expect_str(error->class_name, "DatabaseError");
	expect_str(error->state, "42703");
	expect_str(error->detail, "");
	cr_expect(eq(sz, offset, 13), "bytes, though the server counts characters");
}

Test(connection, a_version_table_may_have_a_name_that_needs_quotes)
{
	const str sql = engine->version_table_sql((str){ 0 }, STR("Version Table"), true, &arena);
	bool is_there = false;

	must(run(str_to_c(sql, &arena)));
	must(engine->has_table(connection, (str){ 0 }, STR("Version Table"), &arena, &is_there));
	cr_expect(is_there);
	expect_str(value("SELECT conname FROM pg_constraint WHERE contype = 'p' AND conname ~ '^Ver'"),
			"Version Table_pkc");
}

static bool is_table(const char *space, const char *name)
{
	bool is_there;

	must(engine->has_table(connection, str_from(space), str_from(name), &arena, &is_there));
	return is_there;
}

Test(connection, a_table_is_looked_for_along_the_search_path_or_in_a_schema)
{
	must(run("CREATE SCHEMA app"));
	must(run("CREATE TABLE t (x integer)"));
	must(run("CREATE TABLE app.\"T\" (x integer PRIMARY KEY)"));
	must(run("CREATE VIEW v AS SELECT 1 AS one"));
	must(run("CREATE SEQUENCE s"));
	must(run("SET search_path = app, public"));
	cr_expect(is_table("", "t"), "Alembic finds it, too");
	cr_expect(is_table("", "T"));
	cr_expect(is_table("", "v"));
	cr_expect(is_table("app", "T"));
	cr_expect(not(is_table("app", "t")));
	cr_expect(not(is_table("public", "T")));
	cr_expect(not(is_table("nowhere", "t")));
	cr_expect(not(is_table("", "s")), "a sequence");
	cr_expect(not(is_table("", "T_pkey")), "an index");
	must(run("SET search_path = app"));
	cr_expect(not(is_table("", "t")));
}

Test(connection, null_is_unlike_the_empty_text)
{
	struct result result;
	size_t offset;

	must(engine->execute(connection, STR("SELECT NULL, ''"), &arena, &result, &offset));
	cr_expect(eq(ptr, (void *)(uintptr_t)result.values[0].data, NULL));
	cr_expect(ne(ptr, (void *)(uintptr_t)result.values[1].data, NULL));
}

Test(connection, a_hanging_statement_is_cancelled)
{
	const int64_t start_us = clock_now_us();

	engine->set_deadline(connection, start_us + 100000);
	struct error *error = run("SELECT pg_sleep(30)");

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_TIMEOUT));
	cr_expect(lt(i64, clock_now_us() - start_us, 5000000));
	engine->set_deadline(connection, 0);
	must(engine->rollback(connection, &arena));
	expect_str(value("SELECT 1"), "1");
}

/* The end of a cancelled statement comes in parts, and sometimes after the error itself. */
Test(connection, is_of_use_after_each_of_many_cancelled_statements)
{
	int used_again = 0;

	for (int i = 0; i < 30; i++) {
		engine->set_deadline(connection, clock_now_us() + 5000);
		struct error *error = run("SELECT pg_sleep(30)");

		cr_assert(ne(ptr, error, NULL));
		cr_assert(eq(int, (int)error->code, ERROR_TIMEOUT));
		engine->set_deadline(connection, 0);
		if (str_equal(error->message, STR("PostgreSQL did not stop in time"))) { // a busy machine: given up
			engine->disconnect(connection);
			must(engine->connect(database, &arena, &connection));
			continue;
		}
		must(engine->rollback(connection, &arena));
		used_again++;
	}
	cr_expect(gt(int, used_again, 0));
	expect_str(value("SELECT 1"), "1");
}

Test(connection, copy_without_data_is_refused_and_left)
{
	must(run("CREATE TABLE t (id int)"));
	must(engine->commit(connection, &arena));
	expect_str(refusal("COPY t FROM STDIN"),
			"COPY from standard input or to standard output cannot be run here");
	expect_str(refusal("COPY t TO STDOUT"),
			"COPY from standard input or to standard output cannot be run here");
	expect_str(value("SELECT count(*) FROM t"), "0");
}
