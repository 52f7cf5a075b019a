#include "fixture.h"
#include "kit/clock.h"
#include "schema/schema.h"

static struct connection *session;

/* A session that has run `sql`, beside the connection of a table t with a row. */
static void open_session(const char *name, const char *sql)
{
	const struct statements statements = engine->split(str_from(sql), &arena);

	must(engine->connect_session(database, str_from(name), &arena, &session));
	must(engine->set_autocommit(session, true, &arena));
	for (size_t i = 0; i < statements.count; i++) {
		must(engine->execute(session, statements.items[i].text, &arena, NULL, NULL));
	}
	must(engine->leave_session(session, &arena));
}

static void sessions_setup(void)
{
	setup();
	must(run("CREATE TABLE t (a integer)"));
	must(run("INSERT INTO t VALUES (1)"));
	must(engine->commit(connection, &arena));
}

TestSuite(session, .init = sessions_setup, .fini = teardown);

Test(session, a_wait_for_its_lock_is_told_at_once)
{
	open_session("forgotten", "BEGIN; SELECT a FROM t");
	const int64_t start_us = clock_now_us();
	struct error *error = run("ALTER TABLE t ADD COLUMN b integer");

	cr_assert(ne(ptr, error, NULL));
	cr_expect(lt(i64, clock_now_us() - start_us, 10000000));
	cr_expect(eq(int, (int)error->code, ERROR_DATABASE));
	expect_str(error->class_name, "Blocked");
	expect_str(error->message, "waits for ever for a lock that session 'forgotten' holds");
	expect_str(error->detail, "It wants AccessExclusiveLock on t.");
	cr_expect(eq(int, (int)engine->transaction(connection), TRANSACTION_FAILED));
	must(engine->rollback(connection, &arena));
	expect_str(value("SELECT a FROM t"), "1");
	engine->disconnect(session);
}

Test(session, waits_for_rows_older_transactions_and_advisory_locks_are_told_too)
{
	open_session("writer", "BEGIN; UPDATE t SET a = 2");
	struct error *error = run("UPDATE t SET a = 3");

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->detail, "It wants a row of t that the session has locked.");
	must(engine->rollback(connection, &arena));
	must(engine->set_autocommit(connection, true, &arena));
	error = run("CREATE INDEX CONCURRENTLY ON t (a)");
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->detail, "It waits until older transactions are over.");
	engine->disconnect(session);
	open_session("deployer", "SELECT pg_advisory_lock(1)");
	error = run("SELECT pg_advisory_lock(1)");
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "waits for ever for a lock that session 'deployer' holds");
	expect_str(error->detail, "It wants the advisory lock 1.");
	engine->disconnect(session);
}

Test(session, all_that_hold_the_lock_are_named)
{
	open_session("one", "BEGIN; SELECT a FROM t");
	struct connection *one = session;
	open_session("bystander", "BEGIN; SELECT 1");
	struct connection *bystander = session;
	open_session("two", "BEGIN; SELECT a FROM t");
	expect_str(refusal("DROP TABLE t"),
			"waits for ever for a lock that sessions 'one', 'two' hold");
	engine->disconnect(one);
	expect_str(refusal("DROP TABLE t"), "waits for ever for a lock that session 'two' holds");
	engine->disconnect(session);
	must(run("DROP TABLE t"));
	engine->disconnect(bystander);
}

Test(session, a_session_that_waits_for_another_is_told)
{
	open_session("first", "BEGIN; LOCK TABLE t");
	struct connection *second;

	must(engine->connect_session(database, STR("second"), &arena, &second));
	must(engine->set_autocommit(second, true, &arena));
	struct error *error = engine->execute(second, STR("SELECT a FROM t"), &arena, NULL, NULL);

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "waits for ever for a lock that session 'first' holds");
	engine->disconnect(second);
	engine->disconnect(session);
}

Test(session, a_timeout_of_the_waiting_one_is_left_to_the_server)
{
	open_session("forgotten", "BEGIN; LOCK TABLE t");
	must(run("SET SESSION lock_timeout = '400ms'"));
	must(engine->commit(connection, &arena));
	expect_str(refusal("SELECT a FROM t"), "canceling statement due to lock timeout");
	must(run("SET lock_timeout = 0"));
	must(run("SET statement_timeout = '400ms'"));
	expect_str(refusal("SELECT a FROM t"), "canceling statement due to statement timeout");
	must(run("SET SESSION statement_timeout = 0"));
	must(engine->commit(connection, &arena));
	must(run("DO $$ BEGIN SET LOCAL lock_timeout = '400ms'; PERFORM a FROM t; "
		 "EXCEPTION WHEN lock_not_available THEN NULL; END $$"));
	engine->disconnect(session);
}

Test(session, one_that_the_server_ends_is_waited_for)
{
	open_session("impatient",
			"SET idle_in_transaction_session_timeout = '400ms'; BEGIN; LOCK TABLE t");
	must(run("ALTER TABLE t ADD COLUMN b integer"));
	must(run("SELECT b FROM t"));
	engine->disconnect(session);
}

Test(session, one_that_was_ended_holds_nothing)
{
	open_session("forgotten", "BEGIN; LOCK TABLE t");
	must(run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
		 "WHERE state = 'idle in transaction' AND datname = current_database()"));
	must(run("ALTER TABLE t ADD COLUMN b integer"));
	engine->disconnect(session);
}

Test(session, whoever_ends_all_sessions_ends_itself)
{
	open_session("forgotten", "BEGIN; LOCK TABLE t");
	struct error *error =
			run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
			    "WHERE datname = current_database() ORDER BY pid = pg_backend_pid()");

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_DATABASE));
	expect_str(error->message, "terminating connection due to administrator command");
	engine->disconnect(session);
}

Test(session, a_wait_for_others_goes_on_until_the_deadline)
{
	open_session("bystander", "BEGIN; SELECT 1");
	struct connection *other;

	must(engine->connect(database, &arena, &other));
	must(engine->execute(other, STR("LOCK TABLE t"), &arena, NULL, NULL));
	engine->set_deadline(connection, clock_now_us() + 600000);
	struct error *error = run("SELECT a FROM t");

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_TIMEOUT));
	engine->disconnect(other);
	engine->disconnect(session);
}

Test(session, a_schema_that_is_locked_does_not_hang_who_reads_it)
{
	must(run("CREATE VIEW v AS SELECT a FROM t"));
	must(engine->commit(connection, &arena));
	open_session("forgotten", "BEGIN; LOCK TABLE t");
	struct connection *reader;
	struct schema *schema;

	must(engine->connect(database, &arena, &reader));
	struct error *error =
			engine->snapshot(reader, STR(""), STR("alembic_version"), &arena, &schema);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "canceling statement due to lock timeout");
	engine->disconnect(reader);
	engine->disconnect(session);
}
