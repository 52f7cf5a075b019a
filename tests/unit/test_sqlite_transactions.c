/* When a transaction begins and ends: the habit of the driver. */
#include "sqlite_fixture.h"

/* What a body leaves when it fails after `sql`: tables, and rows of t if it is there. */
static void expect_after_rollback(const char *sql, const char *tables)
{
	must_run(sql);
	cr_assert(eq(ptr, engine->rollback(connection, &arena), NULL));
	expect_str(ask("SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_master ORDER BY name)"),
			tables);
}

Test(sqlite, ddl_opens_no_transaction)
{
	expect_after_rollback(
			"CREATE TABLE a (x); CREATE INDEX i ON a (x); ALTER TABLE a ADD COLUMN y",
			"a i");
}

Test(sqlite, ddl_after_the_first_insert_is_rolled_back_with_it)
{
	expect_after_rollback(
			"CREATE TABLE t2 (x); INSERT INTO t2 VALUES (1); CREATE TABLE t3 (x); "
			"INSERT INTO t3 VALUES (1)",
			"t2");
	expect_str(ask("SELECT count(*) FROM t2"), "0");
}

Test(sqlite, insert_update_delete_and_replace_open_a_transaction)
{
	static const char *const openers[] = {
		"INSERT INTO a VALUES (1)",
		"insert or ignore into a values (1)",
		"UPDATE a SET x = 1 WHERE 0",
		"Delete From a",
		"REPLACE INTO a VALUES (1)",
		"-- a comment\n /* another */ INSERT INTO a VALUES (1)",
	};

	must_run("CREATE TABLE a (x)");
	for (size_t i = 0; i < COUNT_OF(openers); i++) {
		must_run(openers[i]);
		must_run("CREATE TABLE b (x)");
		cr_assert(eq(ptr, engine->rollback(connection, &arena), NULL));
		expect_str(ask("SELECT count(*) FROM sqlite_master WHERE name = 'b'"), "0");
	}
}

Test(sqlite, with_select_and_pragma_open_none)
{
	static const char *const others[] = {
		"WITH w AS (SELECT 1) INSERT INTO a SELECT * FROM w",
		"SELECT 1",
		"PRAGMA user_version = 7",
		"SAVEPOINT s; RELEASE s",
		"EXPLAIN INSERT INTO a VALUES (1)",
		"DROP TABLE IF EXISTS nowhere",
	};

	must_run("CREATE TABLE a (x)");
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		must_run(others[i]);
		must_run("CREATE TABLE b (x)");
		cr_assert(eq(ptr, engine->rollback(connection, &arena), NULL));
		expect_str(ask("SELECT count(*) FROM sqlite_master WHERE name = 'b'"), "1");
		must_run("DROP TABLE b");
	}
	expect_str(ask("SELECT count(*) FROM a"), "1");
	expect_str(ask("PRAGMA user_version"), "7");
}

Test(sqlite, an_insert_that_does_not_compile_opens_no_transaction)
{
	expect_error("INSERT INTO nowhere VALUES (1)", "no such table: nowhere");
	expect_after_rollback("CREATE TABLE a (x)", "a");
}

Test(sqlite, an_insert_that_fails_as_it_runs_leaves_the_transaction_open)
{
	must_run("CREATE TABLE a (x UNIQUE); INSERT INTO a VALUES (1)");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	expect_error("INSERT INTO a VALUES (1)", "UNIQUE constraint failed: a.x");
	expect_after_rollback("CREATE TABLE b (x)", "a sqlite_autoindex_a_1");
}

Test(sqlite, commit_and_rollback_do_nothing_when_nothing_is_open)
{
	cr_expect(eq(ptr, engine->commit(connection, &arena), NULL));
	cr_expect(eq(ptr, engine->rollback(connection, &arena), NULL));
	must_run("CREATE TABLE a (x); INSERT INTO a VALUES (1)");
	cr_expect(eq(ptr, engine->commit(connection, &arena), NULL));
	cr_expect(eq(ptr, engine->rollback(connection, &arena), NULL));
	expect_str(ask("SELECT count(*) FROM a"), "1");
}

Test(sqlite, a_connection_tells_whether_it_is_in_a_transaction)
{
	cr_expect(eq(int, engine->transaction(connection), TRANSACTION_NONE));
	must_run("CREATE TABLE a (x)");
	cr_expect(eq(int, engine->transaction(connection), TRANSACTION_NONE));
	must_run("INSERT INTO a VALUES (1)");
	cr_expect(eq(int, engine->transaction(connection), TRANSACTION_OPEN));
	cr_assert(eq(ptr, engine->rollback(connection, &arena), NULL));
	cr_expect(eq(int, engine->transaction(connection), TRANSACTION_NONE));
}

Test(sqlite, an_explicit_begin_makes_ddl_roll_back)
{
	expect_after_rollback("BEGIN; CREATE TABLE a (x)", "(null)");
	must_run("CREATE TABLE b (x); INSERT INTO b VALUES (1)");
	expect_error("BEGIN", "cannot start a transaction within a transaction");
}

Test(sqlite, an_explicit_commit_ends_what_the_driver_began)
{
	expect_error("COMMIT", "cannot commit - no transaction is active");
	must_run("CREATE TABLE a (x); INSERT INTO a VALUES (1); COMMIT; INSERT INTO a VALUES (2)");
	cr_assert(eq(ptr, engine->rollback(connection, &arena), NULL));
	expect_str(ask("SELECT x FROM a"), "1");
}

Test(sqlite, a_commit_that_a_deferred_key_refuses_leaves_the_transaction_open)
{
	must_run("PRAGMA foreign_keys = on; CREATE TABLE a (id integer PRIMARY KEY); "
		 "CREATE TABLE b (a REFERENCES a DEFERRABLE INITIALLY DEFERRED); INSERT INTO b VALUES (7)");
	struct error *error = engine->commit(connection, &arena);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "FOREIGN KEY constraint failed");
	must_run("INSERT INTO a VALUES (7)");
	cr_expect(eq(ptr, engine->commit(connection, &arena), NULL));
}

Test(sqlite, in_autocommit_nothing_is_begun)
{
	must_run("CREATE TABLE a (x); INSERT INTO a VALUES (1)");
	cr_assert(eq(ptr, engine->set_autocommit(connection, true, &arena), NULL));
	cr_assert(eq(ptr, engine->rollback(connection, &arena), NULL));
	expect_str(ask("SELECT count(*) FROM a"), "1");

	must_run("INSERT INTO a VALUES (2)");
	cr_assert(eq(ptr, engine->rollback(connection, &arena), NULL));
	expect_str(ask("SELECT count(*) FROM a"), "2");

	cr_assert(eq(ptr, engine->set_autocommit(connection, false, &arena), NULL));
	must_run("INSERT INTO a VALUES (3)");
	cr_assert(eq(ptr, engine->rollback(connection, &arena), NULL));
	expect_str(ask("SELECT count(*) FROM a"), "2");
}
