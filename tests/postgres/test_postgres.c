/*
 * The PostgreSQL engine on a real server: one private cluster for the whole program, and some of their
 * own for the tests that take servers away.
 */
#include "engines/engines.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "leaks.h"
#include "postgres/postgres_internal.h"
#include "postgres/venue.h"
#include "schema/schema.h"
#include "server/cluster.h"
#include "server/programs.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SKIPPED 77

/* Criterion runs each test in a fresh process, which learns the cluster's conninfo from its environment. */
#define SERVER "REHEARSE_TEST_SERVER"

static const char *server;
static struct arena arena;
static const struct engine *engine;
static struct venue *venue;
static struct host_options options;
static struct host *host;
static struct database *database;
static struct connection *connection;

/* Fail the test with the error's text. */
#define must(call)                                                                        \
	do {                                                                              \
		const struct error *must_error = (call);                                  \
		cr_assert(eq(ptr, (void *)(uintptr_t)must_error, NULL), "%s",             \
				must_error ? str_to_c(must_error->message, &arena) : ""); \
	} while (0)

#define expect_str(actual, literal) \
	cr_expect(eq(str, (char *)str_to_c((actual), &arena), (char *)(literal)))

static void setup(void)
{
	server = getenv(SERVER);
	const struct venue_options lent = { .postgres_url = str_from(server) };

	arena = (struct arena){ 0 };
	engine = engine_find(STR("postgres"));
	must(venue_open(&lent, &arena, &venue));
	must(venue_wait(venue, &arena, &options));
	must(engine->host_start(&options, &arena, &host));
	must(engine->database_create(host, &arena, &database));
	must(engine->connect(database, &arena, &connection));
}

static void teardown(void)
{
	engine->disconnect(connection);
	engine->database_drop(database);
	engine->host_stop(host);
	venue_close(venue);
	arena_finish(&arena);
	check_leaks();
}

static struct error *run(const char *sql)
{
	size_t offset;

	return engine->execute(connection, str_from(sql), &arena, NULL, &offset);
}

/* The only value of a query. */
static str value(const char *sql)
{
	struct result result;
	size_t offset;

	must(engine->execute(connection, str_from(sql), &arena, &result, &offset));
	cr_assert(eq(sz, result.row_count * result.column_count, 1));
	return result.values[0];
}

/* The message of a statement that must fail. */
static str refusal(const char *sql)
{
	struct error *error = run(sql);

	cr_assert(ne(ptr, error, NULL), "ran: %s", sql);
	must(engine->rollback(connection, &arena));
	return error->message;
}

/* The only value of a query as the cluster's superuser. */
static long superuser_count(const char *sql)
{
	PGconn *link = PQconnectdb(server);
	PGresult *result = PQexec(link, sql);
	const long count = PQntuples(result) ? strtol(PQgetvalue(result, 0, 0), NULL, 10) : -1;

	PQclear(result);
	PQfinish(link);
	return count;
}

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

static void lexing_teardown(void)
{
	arena_finish(&arena);
}

TestSuite(statements, .fini = lexing_teardown);

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

/* --- dumps ---------------------------------------------------------------------------------- */

TestSuite(dump, .fini = lexing_teardown);

/* What psql is fed; the message if the dump is refused. */
static str disarmed(const char *text, bool is_strict)
{
	const struct source dump = { .name = STR_INIT("d.sql"), .text = str_from(text) };
	str clean;
	struct error *error = postgres_dump_disarm(&dump, is_strict, &arena, &clean);

	return error ? error->message : clean;
}

static bool is_refused(const char *text, bool is_strict)
{
	return str_ends_with(disarmed(text, is_strict), STR(" in a dump"));
}

Test(dump, goes_to_psql_as_it_is)
{
	static const char text[] =
			"SELECT '\\! a', E'\\'', \"\\!\", $x$ \\! $x$; -- \\!\n/* /* \\! */ */\n"
			"COPY t (a) FROM stdin;\n\\\\! b\n\\.\nSELECT 1;\n";

	expect_str(disarmed(text, false), text);
}

Test(dump, commands_that_pg_dump_writes_become_blanks)
{
	expect_str(disarmed("\\restrict ab\n\\connect x\nSELECT 1;\n\\unrestrict ab\n", true),
			"            \n          \nSELECT 1;\n              \n");
}

/* psql passes over what stands behind it in its line, with the quote that ends the string. */
Test(dump, a_nul_byte_hides_no_command)
{
	static const char text[] = "SELECT '\0';\n' \\! id\n'";
	const struct source dump = { .name = STR_INIT("d.sql"),
		.text = { text, sizeof(text) - 1 } };
	str clean;
	struct error *error = postgres_dump_disarm(&dump, false, &arena, &clean);

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "a NUL byte in a dump");
	cr_expect(eq(sz, error->where.offset, 8));
}

Test(dump, a_string_in_a_million_parts_is_read)
{
	struct buf text = { .arena = &arena };

	buf_add(&text, STR("SELECT E'x'"));
	for (int i = 0; i < 1000000; i++) {
		buf_add(&text, STR("\n'x'"));
	}
	buf_add(&text, STR(";\n"));
	cr_expect(not(is_refused(buf_c(&text), false)));
}

Test(dump, commands_are_refused_wherever_they_stand)
{
	static const char *const texts[] = {
		"\\! id",
		"SELECT 1 \\g |id",
		"SELECT 1;\\! id",
		"SELECT 1 \\restrict ab",
		"SELECT E'\\'' \\! id",
		"SELECT $a$ $a$ \\! id",
		"SELECT a$b$ \\! id",
		"SELECT 1 /* ' */ \\! id",
		"SELECT (1; COPY t FROM stdin;\n\\! id\n",
		"COPY (SELECT 1 FROM stdin) TO STDOUT;\n\\! id\n",
		"COPY t FROM stdin;\n\\.\n\\! id\n",
		"COPY t FROM stdin; \\! id\n",
	};

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		cr_expect(is_refused(texts[i], false), "%s", texts[i]);
		cr_expect(is_refused(texts[i], true), "strictly: %s", texts[i]);
	}
}

Test(dump, what_could_hide_commands_is_refused_strictly)
{
	static const char *const texts[] = {
		"SET standard_conforming_strings = off; SELECT 'a\\'' \\! id '",
		"SET client_encoding = SJIS; SELECT E'\x95\\' \\! id '",
		"SELECT E'a'\n'\\' \\! id '",
		"SELECT 1E'\\' \\! id '",
		"CREATE FUNCTION f() BEGIN ATOMIC; COPY t FROM stdin;\n\\! id\n",
	};

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		cr_expect(is_refused(texts[i], true), "%s", texts[i]);
	}
}

Test(dump, owners_and_privileges_of_pg_dump_are_left_out)
{
	expect_str(disarmed("-- PostgreSQL database dump\nALTER TABLE t OWNER TO a;\nGRANT ALL ON t TO b;\n"
			    "SELECT 1;",
				   false),
			"-- PostgreSQL database dump\n                         \n                    \n"
			"SELECT 1;");
	expect_str(disarmed("GRANT ALL ON t TO b;", false), "GRANT ALL ON t TO b;");
}

/* --- views ---------------------------------------------------------------------------------- */

TestSuite(view, .fini = lexing_teardown);

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

/* --- connections ---------------------------------------------------------------------------- */

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
	cr_expect_str_eq(buf_c(&heard),
			"NOTICE: table \"nowhere\" does not exist, skipping\n"
			"WARNING: mind the gap\n");
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
	for (int i = 0; i < 30; i++) {
		engine->set_deadline(connection, clock_now_us() + 5000);
		struct error *error = run("SELECT pg_sleep(30)");

		cr_assert(ne(ptr, error, NULL));
		cr_assert(eq(int, (int)error->code, ERROR_TIMEOUT));
		engine->set_deadline(connection, 0);
		must(engine->rollback(connection, &arena));
	}
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

/* --- sessions ------------------------------------------------------------------------------- */

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

/* --- isolation ------------------------------------------------------------------------------ */

TestSuite(isolation, .init = setup, .fini = teardown);

Test(isolation, the_role_owns_its_database_and_nothing_else)
{
	expect_str(value("SELECT count(*) FROM pg_database WHERE pg_has_role(datdba, 'USAGE')"),
			"1");
	expect_str(value("SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR "
			 "rolbypassrls FROM pg_roles WHERE rolname = current_user"),
			"f");
}

Test(isolation, ways_out_are_refused_by_the_server)
{
	static const char *const escapes[] = {
		"COPY (SELECT 1) TO PROGRAM 'cat'",
		"COPY (SELECT 1) TO '/tmp/rehearse-escape'",
		"SELECT pg_read_file('postgresql.conf')",
		"SELECT lo_import('/etc/passwd')",
		"CREATE EXTENSION dblink",
		"CREATE DATABASE other",
		"CREATE ROLE other",
		"SET ROLE " CLUSTER_SUPERUSER,
		"SET SESSION AUTHORIZATION " CLUSTER_SUPERUSER,
		"DROP ROLE " CLUSTER_SUPERUSER,
		"ALTER SYSTEM SET work_mem = '1GB'",
		"ALTER ROLE " CLUSTER_SUPERUSER " NOSUPERUSER",
		"ALTER DATABASE template1 RENAME TO other",
		"CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'getpid'",
		"SELECT pg_reload_conf()",
		"CREATE TABLESPACE other LOCATION '/tmp'",
		"CREATE SUBSCRIPTION s CONNECTION 'host=/tmp' PUBLICATION p",
	};

	must(engine->set_autocommit(connection, true, &arena));
	for (size_t i = 0; i < COUNT_OF(escapes); i++) {
		const str reason = refusal(escapes[i]);

		cr_expect(str_find(reason, STR("permission denied")) < reason.len ||
						str_find(reason, STR("must be ")) < reason.len,
				"%s: %s", escapes[i], str_to_c(reason, &arena));
	}
}

Test(isolation, nothing_is_left_on_a_lent_server)
{
	struct image *image;
	struct database *clone;

	engine->disconnect(connection);
	must(engine->database_freeze(database, &arena, &image));
	must(engine->database_clone(host, image, NULL, &arena, &clone));
	cr_expect(gt(long,
			superuser_count("SELECT count(*) FROM pg_database WHERE datname ~ '^rehearse_'"),
			2));
	engine->host_stop(host);
	venue_close(venue);
	cr_expect(eq(long,
			superuser_count("SELECT count(*) FROM pg_database WHERE datname ~ '^rehearse_'"),
			0));
	cr_expect(eq(long,
			superuser_count("SELECT count(*) FROM pg_roles WHERE rolname ~ '^rehearse_'"),
			0));
	must(venue_open(&(struct venue_options){ .postgres_url = str_from(server) }, &arena,
			&venue));
	must(venue_wait(venue, &arena, &options));
	must(engine->host_start(&options, &arena, &host));
	must(engine->database_create(host, &arena, &database));
	must(engine->connect(database, &arena, &connection));
}

Test(isolation, a_role_that_may_not_create_databases_is_refused)
{
	PGconn *link = PQconnectdb(server);

	PQclear(PQexec(link, "CREATE ROLE poor LOGIN"));
	PQfinish(link);
	const struct venue_options poor = {
		.postgres_url = str_format(&arena, "%s user=poor", server),
	};
	struct venue *refused;
	struct host_options unused;

	must(venue_open(&poor, &arena, &refused));
	struct error *error = venue_wait(refused, &arena, &unused);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
	expect_str(error->hint, "As a superuser there: ALTER ROLE poor CREATEDB CREATEROLE;");
	venue_close(refused);
}

/* --- databases and images ------------------------------------------------------------------- */

TestSuite(image, .init = setup, .fini = teardown);

/* Drop what a test has kept: its names are for people. */
static void drop_kept(void)
{
	PGconn *link = PQconnectdb(server);
	PGresult *names = PQexec(
			link, "SELECT datname FROM pg_database WHERE datname ~ '^rehearse_kept_'");

	for (int i = 0; i < PQntuples(names); i++) {
		PQclear(PQexec(link,
				str_format(&arena, "DROP DATABASE %s", PQgetvalue(names, i, 0))
						.data));
	}
	PQclear(names);
	PQfinish(link);
}

Test(image, clones_are_equal_and_apart)
{
	struct image *image;
	struct database *clones[3];

	must(run("CREATE TABLE t (id int)"));
	must(run("INSERT INTO t VALUES (1)"));
	must(engine->commit(connection, &arena));
	engine->disconnect(connection);
	must(engine->database_freeze(database, &arena, &image));
	for (size_t i = 0; i < COUNT_OF(clones); i++) {
		must(engine->database_clone(host, image, NULL, &arena, &clones[i]));
		must(engine->connect(clones[i], &arena, &connection));
		expect_str(value("SELECT count(*) FROM t"), "1");
		must(run("DROP TABLE t"));
		must(engine->commit(connection, &arena));
		engine->disconnect(connection);
		engine->database_drop(clones[i]);
	}
	engine->image_drop(image);
	must(engine->connect(database, &arena, &connection));
	expect_str(value("SELECT count(*) FROM t"), "1");
}

Test(image, a_host_keeps_nothing_of_its_clones)
{
	struct arena churn = { 0 };
	struct arena_mark mark, before = { 0 };
	struct image *image;

	must(engine->database_create(host, &arena, &database));
	must(engine->database_freeze(database, &arena, &image));
	mark = arena_mark(&churn);
	for (int i = 0; i < 60; i++) {
		struct database *clone;

		must(engine->database_clone(host, image, NULL, &churn, &clone));
		engine->image_prepare(image);
		must(engine->connect(clone, &churn, &connection));
		engine->disconnect(connection);
		engine->database_drop(clone);
		arena_rewind(&churn, mark);
		if (i == 20) {
			before = arena_mark(host->arena);
		}
	}
	mark = arena_mark(host->arena);
	cr_expect(mark.chunk == before.chunk && mark.used == before.used);
	arena_finish(&churn);
	must(engine->connect(database, &arena, &connection));
}

Test(image, a_database_outlives_the_image_that_took_it)
{
	struct image *image;

	must(run("CREATE TABLE t (id int)"));
	must(engine->commit(connection, &arena));
	engine->disconnect(connection);
	must(engine->database_freeze(database, &arena, &image));
	engine->image_drop(image);
	for (int i = 0; i < 3; i++) { // time for all that is to be dropped
		struct database *other;

		must(engine->database_create(host, &arena, &other));
		engine->database_drop(other);
	}
	must(engine->connect(database, &arena, &connection));
	expect_str(value("SELECT count(*) FROM t"), "0");
	must(run("CREATE SCHEMA mine")); // as the owner may
}

Test(image, a_database_is_kept_while_others_are_dropped)
{
	must(run("CREATE TABLE filler AS SELECT generate_series(1, 1000) AS id"));
	for (int round = 0; round < 5; round++) {
		struct database *made[3];
		str command;

		for (size_t i = 0; i < COUNT_OF(made); i++) {
			must(engine->database_create(host, &arena, &made[i]));
		}
		must(run("INSERT INTO filler SELECT generate_series(1, 200000)"));
		must(engine->commit(connection, &arena)); // the drop has all this to write first
		engine->database_drop(made[0]);
		engine->database_drop(made[1]); // now the helper drops the other
		must(engine->database_keep(made[2], STR("test"), &arena, &command));
	}
	drop_kept();
}

/* Servers that others manage may refuse to copy files; what they do refuse we cannot have them do here. */
Test(image, a_server_that_refuses_a_strategy_copies_in_its_own_way)
{
	struct database *other, *clone;
	struct image *image;

	host->strategy = "REFUSED";
	must(engine->database_create(host, &arena, &other));
	cr_expect(eq(ptr, (void *)(uintptr_t)host->strategy, NULL));
	must(engine->database_freeze(other, &arena, &image));
	must(engine->database_clone(host, image, NULL, &arena, &clone));
	engine->database_drop(clone);
	engine->image_drop(image);
}

Test(image, another_mistake_is_told_and_does_not_change_the_strategy)
{
	const struct image none = { .host = host, .name = STR("rehearse_none") };
	struct database *clone;
	const char *strategy = host->strategy;
	struct error *error = engine->database_clone(host, &none, NULL, &arena, &clone);

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "template database \"rehearse_none\" does not exist");
	cr_expect(eq(ptr, (void *)(uintptr_t)host->strategy, (void *)(uintptr_t)strategy));
}

/* --- reading -------------------------------------------------------------------------------- */

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

/* --- snapshots ------------------------------------------------------------------------------ */

TestSuite(snapshot, .init = setup, .fini = teardown);

static struct str_list lines_after(const char *sql)
{
	const struct statements found = engine->split(str_from(sql), &arena);
	struct schema *schema;

	for (size_t i = 0; i < found.count; i++) {
		must(run(str_to_c(found.items[i].text, &arena)));
	}
	must(engine->commit(connection, &arena));
	must(engine->snapshot(connection, (str){ 0 }, STR("alembic_version"), &arena, &schema));
	return schema_render(schema, &arena);
}

static void expect_line(const struct str_list *lines, const char *line)
{
	cr_expect(str_list_contains(lines, str_from(line)), "no line '%s' in:\n%s", line,
			str_to_c(str_list_join(lines, STR("\n"), &arena), &arena));
}

Test(snapshot, an_empty_database_has_no_schema)
{
	const struct str_list lines = lines_after(
			"CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)");

	cr_expect(eq(sz, lines.count, 0), "%s",
			str_to_c(str_list_join(&lines, STR("\n"), &arena), &arena));
}

Test(snapshot, tables_tell_all_their_facts)
{
	const struct str_list lines = lines_after(
			"CREATE TABLE t (id serial PRIMARY KEY, n numeric(10,2) NOT NULL DEFAULT 0, "
			"g int GENERATED ALWAYS AS (id * 2) STORED, c text COLLATE \"C\", CONSTRAINT nn CHECK (n > 0)); "
			"CREATE UNLOGGED TABLE u (id bigint GENERATED ALWAYS AS IDENTITY, t_id int "
			"REFERENCES t ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, UNIQUE (t_id)); "
			"CREATE TABLE p (a int, b date) PARTITION BY RANGE (b); "
			"CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01'); "
			"CREATE TABLE child () INHERITS (t)");

	expect_line(&lines, "table u unlogged");
	expect_line(&lines,
			"column t.id integer not null default nextval('public.t_id_seq'::regclass)");
	expect_line(&lines, "column t.n numeric(10,2) not null default 0");
	expect_line(&lines, "column t.g integer generated always as ((id * 2)) stored");
	expect_line(&lines, "column t.c text collate \"C\"");
	expect_line(&lines, "column u.id bigint not null generated always as identity");
	expect_line(&lines, "check nn on t CHECK ((n > (0)::numeric))");
	expect_line(&lines, "primary key t_pkey on t PRIMARY KEY (id)");
	expect_line(&lines, "unique u_t_id_key on u UNIQUE (t_id)");
	expect_line(&lines,
			"foreign key u_t_id_fkey on u FOREIGN KEY (t_id) REFERENCES public.t(id) "
			"ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED");
	expect_line(&lines, "table p partition by RANGE (b)");
	expect_line(&lines,
			"table p1 partition of public.p for VALUES FROM ('2020-01-01') TO ('2021-01-01')");
	expect_line(&lines, "table child inherits public.t");
	expect_line(&lines,
			"sequence t_id_seq integer start 1 increment 1 min 1 max 2147483647 cache 1 "
			"owned by public.t.id");
}

Test(snapshot, so_does_everything_else)
{
	const struct str_list lines = lines_after(
			"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN pos AS int CHECK (VALUE > 0); "
			"CREATE TYPE pair AS (a int, b text); CREATE SCHEMA s; "
			"CREATE TABLE s.t (id int, m mood); "
			"CREATE INDEX ix ON s.t USING btree (id DESC, (id + 1)) INCLUDE (m) WHERE id > 3; "
			"CREATE VIEW v AS SELECT id FROM s.t; CREATE MATERIALIZED VIEW mv AS SELECT 1 AS one; "
			"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
			"CREATE TRIGGER tr BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION f(); "
			"ALTER TABLE s.t ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON s.t FOR SELECT USING (id > 1); "
			"COMMENT ON TABLE s.t IS 'hello'; GRANT SELECT ON s.t TO PUBLIC; "
			"CREATE STATISTICS st ON id, m FROM s.t");

	expect_line(&lines, "type mood enum ('sad', 'ok')");
	expect_line(&lines, "type pos domain integer pos_check CHECK ((VALUE > 0))");
	expect_line(&lines, "type pair (a integer, b text)");
	expect_line(&lines, "schema s");
	expect_line(&lines, "table s.t row level security");
	expect_line(&lines,
			"index ix on s.t USING btree (id DESC, ((id + 1))) INCLUDE (m) WHERE (id > 3)");
	expect_line(&lines, "view v as SELECT id FROM s.t;");
	expect_line(&lines, "view mv materialized as SELECT 1 AS one;");
	expect_line(&lines,
			"trigger tr on s.t BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION public.f()");
	expect_line(&lines, "policy few on s.t permissive for select using ((id > 1))");
	expect_line(&lines, "comment on table s.t: hello");
	expect_line(&lines, "grant on table s.t: SELECT to public");
}

Test(snapshot, tells_grants_by_whom_they_are_for)
{
	const str other = str_format(&arena, "%.*sOther \"x\"", STR_ARG(host->prefix));
	struct buf quoted = { .arena = &arena };

	postgres_quote_identifier(other, &quoted);
	PGconn *link = PQconnectdb(server);
	PQclear(PQexec(link, str_format(&arena, "CREATE ROLE %s", buf_c(&quoted)).data));
	const struct str_list lines = lines_after(str_format(&arena,
			"CREATE TABLE t (a int, b int); CREATE SCHEMA s; CREATE VIEW v AS SELECT 1 AS one; "
			"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; "
			"GRANT SELECT, INSERT ON t TO PUBLIC; GRANT ALL ON t TO %s; "
			"GRANT UPDATE (b) ON t TO %s WITH GRANT OPTION; GRANT USAGE ON SCHEMA s TO %s; "
			"REVOKE ALL ON FUNCTION f FROM PUBLIC; GRANT EXECUTE ON FUNCTION f TO %s; "
			"GRANT SELECT, DELETE ON v TO %s WITH GRANT OPTION",
			buf_c(&quoted), buf_c(&quoted), buf_c(&quoted), buf_c(&quoted),
			buf_c(&quoted))
								  .data);
	static const char *const grants[] = {
		"on table public.t: DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE to",
		"on column public.t.b: UPDATE with grant option to",
		"on schema s: USAGE to",
		"on function public.f(): EXECUTE to",
		"on table public.v: DELETE with grant option, SELECT with grant option to",
	};

	expect_line(&lines, "grant on table public.t: INSERT, SELECT to public");
	for (size_t i = 0; i < COUNT_OF(grants); i++) {
		expect_line(&lines,
				str_format(&arena, "grant %s %s", grants[i], buf_c(&quoted)).data);
	}
	engine->disconnect(connection);
	engine->database_drop(database);
	connection = NULL;
	database = NULL;
	engine->host_stop(host);
	host = NULL;
	PQclear(PQexec(link, str_format(&arena, "DROP ROLE %s", buf_c(&quoted)).data));
	PQfinish(link);
}

Test(snapshot, tells_who_may_no_longer_use_what_all_may)
{
	const struct str_list lines = lines_after(
			"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE mood AS ENUM (); "
			"CREATE TABLE t (a int); CREATE POLICY own ON t TO CURRENT_USER USING (true); "
			"REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; REVOKE ALL ON TYPE mood FROM PUBLIC, CURRENT_USER; "
			"REVOKE ALL ON t FROM CURRENT_USER; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC");

	expect_line(&lines, "revoke on function public.f(): EXECUTE from public");
	expect_line(&lines, "revoke on type public.mood: USAGE from public");
	expect_line(&lines, "revoke on type public.mood: USAGE from its owner");
	expect_line(&lines,
			"revoke on table public.t: DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, "
			"UPDATE from its owner");
	expect_line(&lines, "revoke on new functions: EXECUTE from public");
	expect_line(&lines, "policy own on t permissive for all to session_user using (true)");
}

/* Before PostgreSQL 15 it is the administrator's, and open to all. */
Test(snapshot, tells_what_is_unusual_about_the_rights_on_public)
{
	if (host->version < 150000) {
		cr_skip_test("the schema is another's");
	}
	struct str_list lines = lines_after("GRANT CREATE ON SCHEMA public TO PUBLIC; "
					    "REVOKE USAGE ON SCHEMA public FROM PUBLIC");

	expect_line(&lines, "grant on schema public: CREATE to public");
	expect_line(&lines, "revoke on schema public: USAGE from public");
	lines = lines_after("DROP SCHEMA public; CREATE SCHEMA public");
	expect_line(&lines, "revoke on schema public: USAGE from public");
	cr_expect(eq(sz, lines.count, 1));
}

Test(snapshot, tells_comments_on_whatever_has_one)
{
	const struct str_list lines = lines_after(
			"CREATE SCHEMA s; CREATE TABLE t (a int CONSTRAINT positive CHECK (a > 0)); "
			"CREATE INDEX ix ON t (a); CREATE TYPE mood AS ENUM (); CREATE SEQUENCE q; "
			"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
			"CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); "
			"COMMENT ON SCHEMA s IS 'one'; COMMENT ON COLUMN t.a IS 'two'; "
			"COMMENT ON CONSTRAINT positive ON t IS 'three'; COMMENT ON INDEX ix IS 'four'; "
			"COMMENT ON TYPE mood IS 'five'; COMMENT ON FUNCTION f IS 'six'; "
			"COMMENT ON TRIGGER tr ON t IS 'seven'; COMMENT ON SEQUENCE q IS 'eight'; "
			"CREATE TABLE alembic_version (version_num text); COMMENT ON TABLE alembic_version IS 'no'; "
			"COMMENT ON COLUMN alembic_version.version_num IS 'no'");

	expect_line(&lines, "comment on schema s: one");
	expect_line(&lines, "comment on column a of table public.t: two");
	expect_line(&lines, "comment on constraint positive on table public.t: three");
	expect_line(&lines, "comment on index public.ix: four");
	expect_line(&lines, "comment on type public.mood: five");
	expect_line(&lines, "comment on function public.f(): six");
	expect_line(&lines, "comment on trigger tr on table public.t: seven");
	expect_line(&lines, "comment on sequence public.q: eight");
	for (size_t i = 0; i < lines.count; i++) {
		cr_expect(eq(sz, str_find(lines.items[i], STR("alembic_version")),
				lines.items[i].len));
	}
}

Test(snapshot, leaves_out_what_extensions_brought)
{
	must(engine->database_extend(database, STR("hstore"), &arena));
	const struct str_list lines = lines_after("CREATE TABLE t (a public.hstore)");

	expect_line(&lines, "extension hstore");
	expect_line(&lines, "column t.a public.hstore");
	cr_expect(eq(sz, lines.count, 4), "%s",
			str_to_c(str_list_join(&lines, STR("\n"), &arena), &arena));
}

Test(snapshot, does_not_depend_on_the_search_path)
{
	const struct str_list before =
			lines_after("CREATE TABLE t (id serial, x text DEFAULT 'a'); "
				    "CREATE VIEW v AS SELECT * FROM t");
	const struct str_list after =
			lines_after("CREATE SCHEMA z; SET search_path = z; DROP SCHEMA z");

	cr_assert(eq(sz, before.count, after.count));
	for (size_t i = 0; i < before.count; i++) {
		cr_expect(str_equal(before.items[i], after.items[i]));
	}
}

/* --- clusters ------------------------------------------------------------------------------- */

static void cluster_teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(cluster, .fini = cluster_teardown);

/* The folder out of "host=FOLDER ...". */
static const char *folder_of(str conninfo)
{
	const str from_host = str_slice(conninfo, sizeof("host=") - 1, conninfo.len);

	return str_to_c(str_slice(from_host, 0, str_find_char(from_host, ' ')), &arena);
}

static bool is_gone_within(const char *folder, int wait_ms)
{
	struct stat status;

	for (int waited_ms = 0; lstat(folder, &status) == 0; waited_ms += 10) {
		if (waited_ms > wait_ms) {
			return false;
		}
		poll(NULL, 0, 10);
	}
	return true;
}

Test(cluster, is_private_and_leaves_nothing)
{
	struct cluster *cluster;
	struct stat status;
	str conninfo;

	must(cluster_start(&(struct cluster_options){ 0 }, &arena, &cluster));
	must(cluster_wait(cluster, &arena, &conninfo));
	const char *folder = folder_of(conninfo);

	cr_assert(eq(int, lstat(folder, &status), 0));
	cr_expect(eq(int, (int)(status.st_mode & 0777), 0700));
	cr_expect(ne(int, (int)status.st_uid, 0), "root runs no server");
	PGconn *link = PQconnectdb(str_to_c(conninfo, &arena));
	PGresult *result = PQexec(link,
			"SELECT current_setting('listen_addresses') || current_setting('fsync')");

	cr_expect(eq(str, PQgetvalue(result, 0, 0), (char *)"off"));
	PQclear(result);
	PQfinish(link);
	cluster_stop(cluster);
	cr_expect(ne(int, lstat(folder, &status), 0));
}

Test(cluster, dies_with_a_parent_that_is_killed)
{
	int said[2];
	char conninfo[256] = { 0 };

	cr_assert(eq(int, pipe(said), 0));
	const pid_t child = fork();

	if (child == 0) {
		struct cluster *cluster;
		str text;

		if (!cluster_start(&(struct cluster_options){ 0 }, &arena, &cluster) &&
				!cluster_wait(cluster, &arena, &text)) {
			(void)!write(said[1], text.data, text.len);
		}
		close(said[1]);
		pause();
		_exit(0);
	}
	close(said[1]);
	cr_assert(gt(long, (long)read(said[0], conninfo, sizeof(conninfo) - 1), 0));
	close(said[0]);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	cr_expect(is_gone_within(folder_of(str_from(conninfo)), 10000));
	cr_expect(ne(int, (int)PQping(conninfo), (int)PQPING_OK));
}

Test(cluster, programs_that_are_not_there_are_an_error_with_a_hint)
{
	struct cluster *cluster;
	struct error *error = cluster_start(
			&(struct cluster_options){ .bindir = STR("/nowhere") }, &arena, &cluster);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
	expect_str(error->message, "there are no PostgreSQL server programs in '/nowhere'");
	cr_expect(gt(sz, error->hint.len, 0));
}

/* --- the program ---------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
	struct arena own = { 0 };
	struct postgres_programs programs;
	struct cluster *cluster = NULL;
	str conninfo;

	if (postgres_programs_find((str){ 0 }, &own, &programs)) {
		printf("skipped: there are no PostgreSQL server programs\n");
		return SKIPPED;
	}
	struct criterion_test_set *tests = criterion_initialize();
	int status = !criterion_handle_args(argc, argv, true);

	if (!status) {
		struct error *error = cluster_start(&(struct cluster_options){ 0 }, &own, &cluster);

		if (!error) {
			error = cluster_wait(cluster, &own, &conninfo);
		}
		if (error) {
			fprintf(stderr, "%s\n", str_to_c(error->message, &own));
			status = 1;
		} else {
			setenv(SERVER, str_to_c(conninfo, &own), 1);
			status = !criterion_run_all_tests(tests);
		}
		cluster_stop(cluster);
	}
	criterion_finalize(tests);
	arena_finish(&own);
	return status;
}
