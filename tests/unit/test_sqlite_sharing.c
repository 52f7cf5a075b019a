/* A database that several connections have open. */
#include "kit/clock.h"
#include "sqlite_fixture.h"
#include "valgrind.h"

static struct connection *session;

/* As `connection`, beside a session that has run `sql`; both are of a database with a row in t. */
static void share(const char *sql)
{
	struct connection *cell;

	must_run("CREATE TABLE t (a)");
	must_run("INSERT INTO t VALUES (1)");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	engine->disconnect(connection);
	cr_assert(eq(ptr, engine->connect_session(database, STR("other"), &arena, &session), NULL));
	cr_assert(eq(ptr, engine->set_autocommit(session, true, &arena), NULL));
	cr_assert(eq(ptr, engine->connect(database, &arena, &cell), NULL));
	connection = session;
	must_run(sql);
	connection = cell;
}

static void end_session(void)
{
	engine->disconnect(session);
}

Test(sqlite, beside_an_idle_session_all_is_as_without)
{
	share("SELECT 1");
	must_run("INSERT INTO t VALUES (2)");
	cr_expect(eq(ptr, engine->commit(connection, &arena), NULL));
	end_session();
	reconnect();
	expect_str(ask("SELECT a FROM t"), "1\n2");
}

Test(sqlite, a_reader_lets_a_writer_work_but_not_commit)
{
	share("BEGIN; SELECT a FROM t");
	must_run("INSERT INTO t VALUES (2)");
	struct error *error = engine->commit(connection, &arena);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "database is locked");
	cr_expect(eq(int, (int)engine->transaction(connection), TRANSACTION_OPEN));
	reconnect(); // which rolls back
	end_session();
	reconnect();
	expect_str(ask("SELECT a FROM t"), "1");
}

Test(sqlite, a_commit_that_waits_for_readers_lets_no_new_ones_in)
{
	struct connection *third;

	share("BEGIN; SELECT a FROM t");
	must_run("INSERT INTO t VALUES (2)");
	cr_assert(ne(ptr, engine->commit(connection, &arena), NULL));
	cr_assert(eq(ptr, engine->connect(database, &arena, &third), NULL));
	struct error *error = engine->execute(third, STR("SELECT a FROM t"), &arena, NULL, NULL);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "database is locked");
	end_session();
	cr_expect(eq(ptr, engine->commit(connection, &arena), NULL));
	cr_expect(eq(ptr, engine->execute(third, STR("SELECT a FROM t"), &arena, NULL, NULL),
			NULL));
	engine->disconnect(third);
	expect_str(ask("SELECT count(*) FROM t"), "2");
}

Test(sqlite, a_writer_lets_readers_in_and_no_other_writer)
{
	share("BEGIN; UPDATE t SET a = 5");
	expect_str(ask("SELECT a FROM t"), "1");
	expect_error("UPDATE t SET a = 6", "database is locked");
	cr_expect(eq(ptr, engine->rollback(connection, &arena), NULL));
	end_session();
	expect_str(ask("SELECT a FROM t"), "1");
}

Test(sqlite, an_exclusive_session_lets_nobody_in)
{
	share("BEGIN EXCLUSIVE");
	expect_error("SELECT a FROM t", "database is locked");
	end_session();
	expect_str(ask("SELECT a FROM t"), "1");
}

Test(sqlite, nobody_waits_for_a_session_whatever_its_patience)
{
	const int64_t start_us = clock_now_us();

	share("BEGIN EXCLUSIVE");
	must_run("PRAGMA busy_timeout = 60000");
	expect_error("SELECT a FROM t", "database is locked");
	cr_expect(lt(i64, clock_now_us() - start_us, 30000000));
	end_session();
}

Test(sqlite, a_session_has_no_way_out_either)
{
	share("SELECT 1");
	struct error *error = engine->execute(
			session, STR("ATTACH 'other.sqlite' AS o"), &arena, NULL, NULL);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "not authorized");
	end_session();
}

Test(sqlite, a_shared_database_grows_shrinks_and_keeps_its_limits)
{
	leave_sizes_to_sanitizers();
	share("PRAGMA journal_mode = wal"); // with its other locks, there is none
	must_run("INSERT INTO t SELECT randomblob(100000) FROM t");
	must_run("INSERT INTO t SELECT randomblob(100000) FROM t a, t b, t c, t d");
	cr_expect(eq(ptr, engine->commit(connection, &arena), NULL));
	must_run("DELETE FROM t WHERE a <> 1");
	cr_expect(eq(ptr, engine->commit(connection, &arena), NULL));
	must_run("VACUUM");
	struct error *error = engine->execute(connection,
			STR("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
			    "INSERT INTO t SELECT zeroblob(1000000) FROM n"),
			&arena, NULL, NULL);
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
	expect_str(error->message,
			"database or disk is full: a database that is rehearsed in memory may hold 512 MiB");
	end_session();
	reconnect();
	expect_str(ask("PRAGMA integrity_check"), "ok");
	expect_str(ask("SELECT a FROM t"), "1");
}
