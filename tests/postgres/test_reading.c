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
