#include "database/engine.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "leaks.h"
#include "sqlite/connection.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

extern const struct engine engine_sqlite; // its row in the table of engines

static struct arena arena;
static const struct engine *engine;
static struct host *host;
static struct database *database;
static struct connection *connection;

static void open_connection(void)
{
	cr_assert(eq(ptr, engine->connect(database, &arena, &connection), NULL));
}

static void setup(void)
{
	const struct host_options options = { 0 };

	engine = &engine_sqlite;
	cr_assert(eq(ptr, engine->host_start(&options, &arena, &host), NULL));
	cr_assert(eq(ptr, engine->database_create(host, &arena, &database), NULL));
	open_connection();
}

static void teardown(void)
{
	engine->disconnect(connection);
	engine->database_drop(database);
	engine->host_stop(host);
	arena_finish(&arena);
	check_leaks();
}

TestSuite(sqlite, .init = setup, .fini = teardown);

/* --- helpers ------------------------------------------------------------------------------------- */

/* cr_expect on a str: compares with a literal and shows both. */
#define expect_str(actual, literal) \
	cr_expect(eq(str, (char *)str_to_c((actual), &arena), (char *)(literal)))

/* Run statements in turn up to the first that fails, as a body is run. */
static struct error *run(const char *sql)
{
	const struct statements statements = engine->split(str_from(sql), &arena);

	for (size_t i = 0; i < statements.count; i++) {
		struct error *error = engine->execute(
				connection, statements.items[i].text, &arena, NULL, NULL);
		if (error) {
			return error;
		}
	}
	return NULL;
}

static void must_run(const char *sql)
{
	struct error *error = run(sql);

	cr_assert(eq(ptr, error, NULL), "%s: %s", sql, error ? error->message.data : "");
}

static void expect_error(const char *sql, const char *message)
{
	struct error *error = run(sql);

	cr_assert(ne(ptr, error, NULL), "%s", sql);
	cr_expect(eq(int, (int)error->code, ERROR_DATABASE));
	expect_str(error->class_name, "DatabaseError");
	expect_str(error->message, message);
}

/* Rows as text: columns joined by |, rows by newlines, NULL as (null). */
static str ask(const char *sql)
{
	struct result result;
	struct buf text = { .arena = &arena };

	struct error *error = engine->execute(connection, str_from(sql), &arena, &result, NULL);
	cr_assert(eq(ptr, error, NULL), "%s: %s", sql, error ? error->message.data : "");
	for (size_t i = 0; i < result.row_count * result.column_count; i++) {
		if (i > 0) {
			buf_add_char(&text, i % result.column_count == 0 ? '\n' : '|');
		}
		buf_add(&text, result.values[i].data ? result.values[i] : STR("(null)"));
	}
	return buf_str(&text);
}

static void reconnect(void)
{
	engine->disconnect(connection);
	open_connection();
}

static struct schema *snapshot(void)
{
	struct schema *schema = NULL;

	struct error *error = engine->snapshot(
			connection, STR(""), STR("alembic_version"), &arena, &schema);
	cr_assert(eq(ptr, error, NULL), "%s", error ? error->message.data : "");
	return schema;
}

static void expect_schema(const char *sql, const char *lines)
{
	must_run(sql);
	const struct str_list found = schema_render(snapshot(), &arena);

	expect_str(str_list_join(&found, STR("\n"), &arena), lines);
}

/* The schema that a database of its own has after `sql`. */
static struct str_list lines_of(const char *sql)
{
	struct connection *const before = connection;
	struct database *other = NULL;

	cr_assert(eq(ptr, engine->database_create(host, &arena, &other), NULL));
	cr_assert(eq(ptr, engine->connect(other, &arena, &connection), NULL));
	must_run(sql);
	const struct str_list lines = schema_render(snapshot(), &arena);

	engine->disconnect(connection);
	engine->database_drop(other);
	connection = before;
	return lines;
}

static void expect_same_schema(const char *sql, const char *other)
{
	const struct str_list lines = lines_of(sql);
	const struct str_list others = lines_of(other);

	expect_str(str_list_join(&others, STR("\n"), &arena),
			str_to_c(str_list_join(&lines, STR("\n"), &arena), &arena));
}

static void expect_other_schema(const char *sql, const char *other)
{
	const struct str_list lines = lines_of(sql);
	const struct str_list others = lines_of(other);

	cr_expect(not(str_equal(str_list_join(&others, STR("\n"), &arena),
				  str_list_join(&lines, STR("\n"), &arena))),
			"%s", sql);
}

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

Test(sqlite, rows_are_read_with_all_their_digits_and_nulls)
{
	struct str_list columns = { 0 };
	struct result result;

	must_run("CREATE TABLE \"odd \"\"name\" (\"a b\", y); "
		 "INSERT INTO \"odd \"\"name\" VALUES (0.1 + 0.2, NULL), ('', 1)");
	str_list_add(&columns, STR("y"), &arena);
	str_list_add(&columns, STR("a b"), &arena);
	cr_assert(eq(ptr,
			engine->read_rows(connection, STR("odd \"name"), &columns, &arena, &result),
			NULL));
	cr_expect(eq(sz, result.row_count, 2));
	cr_expect(eq(sz, result.column_count, 2));
	cr_expect(eq(ptr, (void *)result.values[0].data, NULL));
	expect_str(result.values[1], "0.30000000000000004");
	expect_str(result.values[2], "1");
	cr_expect(ne(ptr, (void *)result.values[3].data, NULL));
	expect_str(result.values[3], "");
}

Test(sqlite, a_column_that_is_gone_reads_as_an_error_and_not_as_its_name)
{
	struct str_list columns = { 0 };
	struct result result;

	must_run("CREATE TABLE a (x); INSERT INTO a VALUES (1)");
	str_list_add(&columns, STR("gone"), &arena);
	struct error *error = engine->read_rows(connection, STR("a"), &columns, &arena, &result);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "no such column: t.gone");
	error = engine->read_rows(connection, STR("nowhere"), &columns, &arena, &result);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "no such table: main.nowhere");
}

/* --- the driver's habit ----------------------------------------------------------------------------- */

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

/* --- databases, images, connections ------------------------------------------------------------------ */

Test(sqlite, a_connection_sees_nothing_of_the_session_before_it)
{
	must_run("PRAGMA foreign_keys = on; PRAGMA case_sensitive_like = on; CREATE TEMP TABLE t (x); "
		 "CREATE TABLE a (x); INSERT INTO a VALUES (1)");
	reconnect();
	expect_str(ask("PRAGMA foreign_keys"), "0");
	expect_str(ask("SELECT 'A' LIKE 'a'"), "1");
	expect_error("SELECT * FROM t", "no such table: t");
	expect_str(ask("SELECT count(*) FROM a"), "0");
}

Test(sqlite, what_was_committed_is_there_for_the_next_connection)
{
	must_run("CREATE TABLE a (x); INSERT INTO a VALUES (1)");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	reconnect();
	expect_str(ask("SELECT x FROM a"), "1");
	must_run("INSERT INTO a SELECT hex(randomblob(5000)) FROM a; PRAGMA user_version = 3");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	reconnect();
	expect_str(ask("SELECT count(*) FROM a"), "2");
	expect_str(ask("PRAGMA user_version"), "3");
	expect_str(ask("PRAGMA integrity_check"), "ok");
}

Test(sqlite, clones_and_the_original_go_their_own_ways)
{
	struct image *image = NULL;
	struct database *first = NULL;
	struct database *second = NULL;
	struct database *const original = database;

	must_run("CREATE TABLE a (x)");
	engine->disconnect(connection);
	cr_assert(eq(ptr, engine->database_freeze(database, &arena, &image), NULL));
	cr_assert(eq(ptr, engine->database_clone(host, image, NULL, &arena, &first), NULL));
	database = first;
	open_connection();
	must_run("CREATE TABLE only_in_first (x)");
	engine->disconnect(connection);
	database = original;
	open_connection();
	must_run("DROP TABLE a");
	engine->disconnect(connection);

	cr_assert(eq(ptr, engine->database_clone(host, image, NULL, &arena, &second), NULL));
	engine->image_drop(image);
	engine->image_drop(NULL);
	database = second;
	open_connection();
	expect_str(ask("SELECT group_concat(name) FROM sqlite_master"), "a");
	engine->disconnect(connection);
	database = first;
	open_connection();
	expect_str(ask("SELECT group_concat(name) FROM sqlite_master"), "a,only_in_first");
	engine->disconnect(connection);
	engine->database_drop(first);
	engine->database_drop(second);
	engine->database_drop(NULL);
	database = original;
	open_connection();
	expect_str(ask("SELECT count(*) FROM sqlite_master"), "0");
}

Test(sqlite, an_empty_database_can_be_frozen_and_cloned)
{
	struct image *image = NULL;
	struct database *clone = NULL;

	engine->disconnect(connection);
	cr_assert(eq(ptr, engine->database_freeze(database, &arena, &image), NULL));
	cr_assert(eq(ptr, engine->database_clone(host, image, NULL, &arena, &clone), NULL));
	engine->image_drop(image);
	engine->database_drop(database);
	database = clone;
	open_connection();
	must_run("CREATE TABLE a (x)");
	expect_str(ask("SELECT count(*) FROM sqlite_master"), "1");
}

/* --- what a scenario may not do ------------------------------------------------------------------------ */

static void expect_refusal(const char *sql, const char *message)
{
	struct error *error = run(sql);

	cr_assert(ne(ptr, error, NULL), "%s", sql);
	cr_expect(eq(int, (int)error->code, ERROR_DATABASE));
	expect_str(error->message, message);
	cr_expect(gt(sz, error->hint.len, 0), "%s", sql);
}

Test(sqlite, other_files_are_out_of_reach)
{
	expect_refusal("ATTACH 'elsewhere.sqlite' AS other", "not authorized");
	expect_refusal("ATTACH ':memory:' AS other", "not authorized");
	expect_refusal("ATTACH 'else' || 'where' AS other", "not authorized");
	expect_refusal("DETACH main", "not authorized");
	expect_refusal("VACUUM INTO 'elsewhere.sqlite'", "authorization denied");
	expect_refusal("SELECT load_extension('x')",
			"not authorized to use function: load_extension");
	expect_refusal("SELECT fts3_tokenizer('simple', x'00')",
			"not authorized to use function: fts3_tokenizer");
	expect_refusal("PRAGMA temp_store_directory = '/'", "not authorized");
	expect_refusal("PRAGMA TEMP_STORE_DIRECTORY('/')", "not authorized");
	expect_refusal("PRAGMA main.data_store_directory = '/'", "not authorized");
	expect_refusal("PRAGMA hard_heap_limit = 0", "not authorized");
	expect_refusal("PRAGMA soft_heap_limit = 0", "not authorized");
	cr_expect(ne(int, access("elsewhere.sqlite", F_OK), 0));
}

Test(sqlite, a_refusal_leaves_no_mark_on_the_next_statement)
{
	expect_refusal("ATTACH 'x' AS other", "not authorized");
	struct error *error = run("SELECT nope");

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(sz, error->hint.len, 0));
}

Test(sqlite, pragmas_that_stay_inside_are_allowed)
{
	must_run("PRAGMA foreign_keys = on; PRAGMA legacy_alter_table = on; PRAGMA writable_schema = on; "
		 "PRAGMA user_version = 1; PRAGMA application_id = 2; PRAGMA recursive_triggers = off; "
		 "PRAGMA journal_mode = wal; PRAGMA synchronous = off; PRAGMA mmap_size = 1000000; "
		 "PRAGMA cache_size = 10; PRAGMA table_info(sqlite_master); PRAGMA temp_store = file; "
		 "PRAGMA defer_foreign_keys = on; PRAGMA foreign_key_check; PRAGMA integrity_check");
	expect_str(ask("PRAGMA foreign_keys"), "1");
	expect_str(ask("PRAGMA temp_store"), "2");
	expect_str(ask("PRAGMA journal_mode"), "memory");
}

Test(sqlite, vacuum_works)
{
	must_run("CREATE TABLE a (x); CREATE TABLE b (x); DROP TABLE a; VACUUM; CREATE TABLE c (x)");
	reconnect();
	expect_str(ask("SELECT group_concat(name) FROM sqlite_master"), "b,c");
	expect_str(ask("PRAGMA freelist_count"), "0");
}

Test(sqlite, foreign_keys_are_off_until_someone_turns_them_on)
{
	must_run("CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (a REFERENCES a); "
		 "INSERT INTO b VALUES (7)");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	must_run("PRAGMA foreign_keys = on");
	expect_error("INSERT INTO b VALUES (8)", "FOREIGN KEY constraint failed");
}

Test(sqlite, a_statement_ends_at_its_deadline)
{
	static const char *const endless[] = {
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO a SELECT 1 FROM n "
		"WHERE i < 0",
		"CREATE TABLE b AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i "
		"FROM n WHERE i < 0",
	};

	must_run("CREATE TABLE a (x); INSERT INTO a VALUES (1)");
	for (size_t i = 0; i < COUNT_OF(endless); i++) {
		const int64_t start = clock_now_us();
		engine->set_deadline(connection, start + 20000);
		struct error *error = run(endless[i]);
		cr_assert(ne(ptr, error, NULL));
		cr_expect(eq(int, (int)error->code, ERROR_TIMEOUT));
		expect_str(error->class_name, "Timeout");
		expect_str(error->message, "timed out");
		cr_expect(lt(i64, clock_now_us() - start, 2000000));
	}
	struct error *error = run("SELECT 1");
	cr_assert(ne(ptr, error, NULL), "the deadline is for all statements after it");
	cr_expect(eq(int, (int)error->code, ERROR_TIMEOUT));
	cr_expect(eq(ptr, engine->rollback(connection, &arena), NULL));
	engine->set_deadline(connection, 0);
	expect_str(ask("SELECT count(*) FROM a"), "0");
}

Test(sqlite, a_scenario_that_fills_memory_gets_an_error)
{
	static const char fill[] =
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
			"INSERT INTO a SELECT zeroblob(16000000) FROM n";

	must_run("CREATE TABLE a (x)");
	struct error *error = run(fill);
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_DATABASE));
	expect_str(error->message, "database or disk is full");
	expect_str(error->hint, "A rehearsal's database may hold 512 MiB.");
	expect_error("SELECT zeroblob(1000000000)", "string or blob too big");
}

Test(sqlite, memory_beyond_the_database_is_limited_too)
{
	const int64_t limit = sqlite3_hard_heap_limit64(32 << 20);
	struct error *error = run(
			"CREATE TEMP TABLE a AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
			"FROM n) SELECT zeroblob(1000000) FROM n");

	sqlite3_hard_heap_limit64(limit);
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_DATABASE));
	expect_str(error->message, "out of memory");
	expect_str(error->hint, "A rehearsal may use 32 MiB of memory.");
	expect_str(ask("SELECT 1"), "1");
}

Test(sqlite, a_result_that_fills_memory_is_an_error)
{
	struct result result;
	struct error *error = engine->execute(connection,
			STR("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
			    "SELECT zeroblob(10000000) FROM n"),
			&arena, &result, NULL);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_DATABASE));
	expect_str(error->message, "result is too large");
}

/* --- files ---------------------------------------------------------------------------------------------- */

/* Tests that write files do it in a folder of their own. */
static char folder[] = "rehearse-database-XXXXXX";
static char *home;

static void setup_folder(void)
{
	home = realpath(".", NULL);
	cr_assert(ne(ptr, mkdtemp(folder), NULL));
	cr_assert(eq(int, chdir(folder), 0));
	setup();
}

static void teardown_folder(void)
{
	const str command = str_format(&arena, "rm -r '%s/%s'", home, folder);

	cr_expect(eq(int, chdir(home), 0));
	cr_expect(eq(int, system(command.data), 0));
	free(home);
	teardown();
}

TestSuite(sqlite_files, .init = setup_folder, .fini = teardown_folder);

/* Of the machine's memory is taken what the states of a scenario need, and each database may use as much as if alone. */
Test(sqlite, what_others_have_takes_nothing_from_a_database)
{
	const int64_t others = 64 << 20;
	struct image *image = NULL;

	must_run("CREATE TABLE a AS SELECT zeroblob(20000000) AS x");
	engine->disconnect(connection);
	const int64_t used = sqlite3_memory_used();

	cr_assert(eq(ptr, engine->database_freeze(database, &arena, &image), NULL));
	cr_expect(eq(i64, sqlite3_memory_used(), used), "an image is outside of the heap");
	void *block = sqlite3_malloc64(others);

	open_connection();
	cr_expect(ge(i64, sqlite3_hard_heap_limit64(-1), others + sqlite_heap_limit));
	cr_expect(le(i64, sqlite3_hard_heap_limit64(-1), used + others + sqlite_heap_limit));
	engine->disconnect(connection);
	sqlite3_free(block);
	open_connection();
	cr_expect(le(i64, sqlite3_hard_heap_limit64(-1), used + sqlite_heap_limit));
	engine->image_drop(image);
}

/* Let the sqlite3 library write `path` as an application would: through a database kept and renamed. */
static void keep_as(const char *sql, const char *path)
{
	str command;

	must_run(sql);
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	engine->disconnect(connection);
	cr_assert(eq(ptr, engine->database_keep(database, STR("made"), &arena, &command), NULL));
	const str from = str_slice(
			command, sizeof("sqlite3 '") - 1, command.len - sizeof("sqlite3 ''") + 1);
	cr_assert(eq(int, rename(str_to_c(from, &arena), path), 0));
	engine->database_drop(database);
	cr_assert(eq(ptr, engine->database_create(host, &arena, &database), NULL));
	open_connection();
}

static struct error *load(const char *path)
{
	engine->disconnect(connection);
	struct error *error = engine->database_load(database, str_from(path), 0, &arena);
	open_connection();
	return error;
}

Test(sqlite_files, a_kept_database_is_a_private_file_that_loads_again)
{
	struct stat status;
	str command;

	must_run("CREATE TABLE a (x); INSERT INTO a VALUES ('kept')");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	engine->disconnect(connection);
	cr_assert(eq(ptr,
			engine->database_keep(
					database, STR("s/o'ne@state:sqlite"), &arena, &command),
			NULL));
	open_connection();
	cr_expect(str_starts_with(command, STR("sqlite3 '.rehearse/kept/s-o-ne-state-sqlite-")));
	cr_expect(str_ends_with(command, STR(".sqlite'")));

	const str path = str_slice(
			command, sizeof("sqlite3 '") - 1, command.len - sizeof("sqlite3 ''") + 1);
	cr_assert(eq(int, stat(".rehearse/kept", &status), 0));
	cr_expect(eq(int, (int)(status.st_mode & 0777), 0700));
	must_run("DROP TABLE a");
	cr_assert(eq(ptr, load(str_to_c(path, &arena)), NULL));
	expect_str(ask("SELECT x FROM a"), "kept");
}

Test(sqlite_files, labels_that_differ_in_punctuation_keep_two_files)
{
	str first;
	str second;

	engine->disconnect(connection);
	cr_assert(eq(ptr, engine->database_keep(database, STR("a/b"), &arena, &first), NULL));
	cr_assert(eq(ptr, engine->database_keep(database, STR("a@b"), &arena, &second), NULL));
	open_connection();
	cr_expect(not(str_equal(first, second)));
}

Test(sqlite_files, a_folder_that_cannot_be_made_is_the_environments_fault)
{
	str command;

	cr_assert(eq(ptr, file_write(STR(".rehearse"), STR("a file"), &arena), NULL));
	engine->disconnect(connection);
	struct error *error = engine->database_keep(database, STR("a"), &arena, &command);
	open_connection();
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
}

/* A clone of a stranger's repository may hold it, and it leads what is kept, and its rights, elsewhere. */
Test(sqlite_files, what_is_kept_follows_no_link)
{
	struct stat status;
	str command;

	engine->disconnect(connection);
	cr_assert(eq(int, mkdir("victim", 0755), 0));
	cr_assert(eq(int, mkdir(".rehearse", 0755), 0));
	cr_assert(eq(int, symlink("../victim", ".rehearse/kept"), 0));
	struct error *error = engine->database_keep(database, STR("a"), &arena, &command);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "'kept' is not a folder, or a link to one");
	cr_assert(eq(int, unlink(".rehearse/kept"), 0));
	cr_assert(eq(int, rmdir(".rehearse"), 0));
	cr_assert(eq(int, symlink("victim", ".rehearse"), 0));
	error = engine->database_keep(database, STR("a"), &arena, &command);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "'.rehearse' is not a folder, or a link to one");
	cr_assert(eq(int, stat("victim", &status), 0));
	cr_expect(eq(int, (int)(status.st_mode & 0777), 0755));
	cr_expect(eq(int, rmdir("victim"), 0), "nothing was written there");
	cr_assert(eq(int, unlink(".rehearse"), 0));
	open_connection();
}

/* A file's CHECK constraints are a stranger's SQL too. */
Test(sqlite_files, looking_for_damage_has_a_deadline, .timeout = 60)
{
	const int64_t since_us = clock_now_us();

	keep_as("CREATE TABLE a (x CHECK (length(replace(hex(zeroblob(20000 + x)), '0', 'ab')) > x)); "
		"PRAGMA ignore_check_constraints = 1; INSERT INTO a WITH RECURSIVE n(i) AS "
		"(SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200000) SELECT i FROM n",
			"slow.sqlite");
	engine->disconnect(connection);
	struct error *error = engine->database_load(
			database, STR("slow.sqlite"), clock_now_us() + 200000, &arena);
	open_connection();
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_TIMEOUT));
	cr_expect(lt(i64, clock_now_us() - since_us, 20000000));
}

Test(sqlite_files, what_is_no_database_is_told_so)
{
	cr_assert(eq(ptr, file_write(STR("text.sqlite"), STR("CREATE TABLE a (x);"), &arena),
			NULL));
	struct error *error = load("text.sqlite");
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_INVALID));
	expect_str(error->message, "cannot load 'text.sqlite': not a SQLite database");

	error = load("nowhere.sqlite");
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_NOT_FOUND));

	cr_assert(eq(ptr, file_write(STR("empty.sqlite"), STR(""), &arena), NULL));
	cr_expect(eq(ptr, load("empty.sqlite"), NULL));
}

Test(sqlite_files, a_damaged_database_is_told_so_and_leaves_an_empty_one)
{
	str bytes;

	keep_as("CREATE TABLE a (x); CREATE INDEX i ON a (x); "
		"INSERT INTO a SELECT hex(randomblob(3000)) FROM (VALUES (1), (2), (3))",
			"whole.sqlite");
	cr_assert(eq(ptr, file_read(STR("whole.sqlite"), 1000000, &arena, &bytes), NULL));
	cr_assert(eq(ptr, file_write(STR("cut.sqlite"), str_slice(bytes, 0, 5000), &arena), NULL));
	struct error *error = load("cut.sqlite");
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_INVALID));
	expect_str(error->message, "cannot load 'cut.sqlite': database disk image is malformed");
	expect_str(ask("SELECT count(*) FROM sqlite_master"), "0");

	char *damaged = arena_alloc(&arena, bytes.len);
	for (size_t i = 0; i < bytes.len; i++) {
		damaged[i] = i > 4096 && i < 4200 ? 'x' : bytes.data[i];
	}
	cr_assert(eq(ptr, file_write(STR("bad.sqlite"), (str){ damaged, bytes.len }, &arena),
			NULL));
	error = load("bad.sqlite");
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_INVALID));
	cr_expect(str_starts_with(error->message, STR("cannot load 'bad.sqlite': ")));
}

Test(sqlite_files, a_file_of_wal_mode_loads)
{
	str bytes;

	keep_as("CREATE TABLE a (x); INSERT INTO a VALUES (5)", "plain.sqlite");
	cr_assert(eq(ptr, file_read(STR("plain.sqlite"), 1000000, &arena, &bytes), NULL));
	const str copy = str_copy(bytes, &arena);
	char *marked = arena_alloc(&arena, copy.len);
	for (size_t i = 0; i < copy.len; i++) {
		marked[i] = i == 18 || i == 19 ? 2 : copy.data[i];
	}
	cr_assert(eq(ptr, file_write(STR("wal.sqlite"), (str){ marked, copy.len }, &arena), NULL));
	cr_assert(eq(ptr, load("wal.sqlite"), NULL));
	expect_str(ask("SELECT x FROM a"), "5");
	must_run("INSERT INTO a VALUES (6)");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
}

Test(sqlite_files, changes_beside_the_file_are_not_lost_without_a_word)
{
	static const char *const sides[] = { "a.sqlite-wal", "a.sqlite-journal" };

	keep_as("CREATE TABLE a (x)", "a.sqlite");
	for (size_t i = 0; i < COUNT_OF(sides); i++) {
		cr_assert(eq(ptr, file_write(str_from(sides[i]), STR("changes"), &arena), NULL));
		struct error *error = load("a.sqlite");
		cr_assert(ne(ptr, error, NULL));
		cr_expect(eq(int, (int)error->code, ERROR_INVALID));
		expect_str(error->message,
				str_format(&arena,
						"cannot load 'a.sqlite': there are unfinished changes in '%s'",
						sides[i])
						.data);
		cr_expect(gt(sz, error->hint.len, 0));
		cr_assert(eq(ptr, file_write(str_from(sides[i]), STR(""), &arena), NULL));
	}
	cr_expect(eq(ptr, load("a.sqlite"), NULL));
}

/* --- sessions ---------------------------------------------------------------------------------- */

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
	share("PRAGMA journal_mode = wal"); // with its other locks, there is none
	must_run("INSERT INTO t SELECT randomblob(100000) FROM t");
	must_run("INSERT INTO t SELECT randomblob(100000) FROM t a, t b, t c, t d");
	cr_expect(eq(ptr, engine->commit(connection, &arena), NULL));
	must_run("DELETE FROM t WHERE a <> 1");
	cr_expect(eq(ptr, engine->commit(connection, &arena), NULL));
	must_run("VACUUM");
	expect_error("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
		     "INSERT INTO t SELECT randomblob(1000000) FROM n",
			"database or disk is full");
	end_session();
	reconnect();
	expect_str(ask("PRAGMA integrity_check"), "ok");
	expect_str(ask("SELECT a FROM t"), "1");
}

/* --- the version table ------------------------------------------------------------------------------------- */

Test(sqlite, the_version_table_is_made_in_alembics_words)
{
	expect_str(engine->version_table_sql(STR(""), STR("alembic_version"), true, &arena),
			"CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL, \n\tCONSTRAINT "
			"alembic_version_pkc PRIMARY KEY (version_num)\n)");
	expect_str(engine->version_table_sql(STR(""), STR("alembic_version"), false, &arena),
			"CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL\n)");
	expect_str(engine->version_table_sql(STR("main"), STR("My Version"), true, &arena),
			"CREATE TABLE main.\"My Version\" (\n\tversion_num VARCHAR(32) NOT NULL, \n\tCONSTRAINT "
			"\"My Version_pkc\" PRIMARY KEY (version_num)\n)");
	expect_str(engine->version_table_sql(STR(""), STR("order"), false, &arena),
			"CREATE TABLE \"order\" (\n\tversion_num VARCHAR(32) NOT NULL\n)");
	must_run(str_to_c(engine->version_table_sql(STR("main"), STR("My Version"), true, &arena),
			&arena));
	expect_error(str_to_c(engine->version_table_sql(STR("other"), STR("v"), true, &arena),
				     &arena),
			"unknown database other");
}

Test(sqlite, a_table_is_found_as_alembic_finds_it)
{
	bool is_there = false;

	must_run("CREATE TABLE alembic_version (x); CREATE VIEW v AS SELECT 1");
	cr_assert(eq(ptr,
			engine->has_table(connection, STR(""), STR("ALEMBIC_version"), &arena,
					&is_there),
			NULL));
	cr_expect(is_there);
	cr_assert(eq(ptr, engine->has_table(connection, STR("main"), STR("v"), &arena, &is_there),
			NULL));
	cr_expect(is_there);
	cr_assert(eq(ptr, engine->has_table(connection, STR(""), STR("alembic"), &arena, &is_there),
			NULL));
	cr_expect(not(is_there));
	struct error *error =
			engine->has_table(connection, STR("other"), STR("v"), &arena, &is_there);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "unknown database \"other\"");
}

Test(sqlite, names_and_texts_are_quoted)
{
	struct buf text = { .arena = &arena };

	engine->quote_identifier(STR("a \"b\""), &text);
	engine->quote_text(STR("it's"), &text);
	expect_str(buf_str(&text), "\"a \"\"b\"\"\"'it''s'");
}

/* --- the schema: facts ---------------------------------------------------------------------------------------- */

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

/* --- the schema: the same, written otherwise ------------------------------------------------------------------- */

Test(sqlite, tables_that_mean_the_same_are_the_same)
{
	expect_same_schema(
			"CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(5) DEFAULT ((1)) CHECK (a<>'X y'))",
			"create table \"t\" ([id] integer not null, `a` varchar ( 5 ) default 1, -- x, y\n"
			" /* ) */ check ( ( \"a\" != 'X y' ) ), primary key (id asc))");
	expect_same_schema(
			"CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a REFERENCES p)",
			"CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a, FOREIGN KEY (A) REFERENCES P "
			"(ID) ON DELETE NO ACTION)");
	expect_same_schema("CREATE TABLE t (a, b); CREATE INDEX i ON t (a, b) WHERE a = 1",
			"create table t (a, b); create index if not exists main.i on t (\"a\" ASC, b collate "
			"binary) where (a == 1)");
	expect_same_schema(
			"CREATE TABLE t (a); CREATE TRIGGER x BEFORE INSERT ON t BEGIN SELECT 1; END",
			"CREATE TABLE t (a); create trigger main.x insert on \"t\" for each row begin\n"
			"\tselect 1 ;\nend");
	expect_same_schema(
			"CREATE TABLE t (a); CREATE VIEW v AS SELECT count(*), -a FROM t WHERE a IN (1, 2)",
			"CREATE TABLE t (a); create view if not exists v as\nselect COUNT( * ), - a\n\tfrom t where a "
			"in(1,2)");
	expect_same_schema("CREATE TABLE t (a, b TEXT GENERATED ALWAYS AS (a))",
			"CREATE TABLE t (a, b TEXT GENERATED /* x */ ALWAYS AS (a) VIRTUAL)");
	expect_same_schema("CREATE TABLE t (key, \"order\" CHECK (\"key\" > [order]))",
			"CREATE TABLE t (key, `order` CHECK (key > \"order\"))");
	expect_same_schema("CREATE TABLE t (a, UNIQUE (a), CHECK (a > 1), CHECK (a > 2))",
			"CREATE TABLE t (a CHECK (a > 2), CHECK (a > 1) UNIQUE (a))");
}

Test(sqlite, tables_that_do_not_mean_the_same_are_not)
{
	static const char *const variants[] = {
		"CREATE TABLE t (a INTEGER, b)",
		"CREATE TABLE t (a INT, b)",
		"CREATE TABLE t (a INTEGER NOT NULL, b)",
		"CREATE TABLE t (a INTEGER DEFAULT 1, b)",
		"CREATE TABLE t (a INTEGER DEFAULT '1', b)",
		"CREATE TABLE t (a INTEGER DEFAULT 'A', b)",
		"CREATE TABLE t (a INTEGER DEFAULT 'a', b)",
		"CREATE TABLE t (a INTEGER DEFAULT true, b)",
		"CREATE TABLE t (a INTEGER DEFAULT 'true', b)",
		"CREATE TABLE t (a INTEGER DEFAULT (a || ' '), b)",
		"CREATE TABLE t (a INTEGER COLLATE NOCASE, b)",
		"CREATE TABLE t (a INTEGER PRIMARY KEY, b)",
		"CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b)",
		"CREATE TABLE t (a INTEGER UNIQUE, b)",
		"CREATE TABLE t (a INTEGER UNIQUE ON CONFLICT IGNORE, b)",
		"CREATE TABLE t (a INTEGER CHECK (a - -1), b)",
		"CREATE TABLE t (a INTEGER CHECK (a > 'x  y'), b)",
		"CREATE TABLE t (a INTEGER CHECK (a > 'x y'), b)",
		"CREATE TABLE t (a INTEGER CHECK ((a > 1) = (b > 1)), b)",
		"CREATE TABLE t (a INTEGER CHECK (a > (1 = (b > 1))), b)",
		"CREATE TABLE t (a INTEGER AS (b) VIRTUAL, b)",
		"CREATE TABLE t (a INTEGER AS (b) STORED, b)",
		"CREATE TABLE t (b, a INTEGER)",
		"CREATE TABLE t (a INTEGER REFERENCES t (b), b)",
		"CREATE TABLE t (a INTEGER REFERENCES t (b) DEFERRABLE INITIALLY DEFERRED, b)",
		"CREATE TABLE t (a INTEGER REFERENCES t (b) ON DELETE CASCADE, b)",
		"CREATE TABLE t (a INTEGER, b); CREATE INDEX i ON t (a)",
		"CREATE TABLE t (a INTEGER, b); CREATE INDEX i ON t (a DESC)",
		"CREATE TABLE t (a INTEGER, b); CREATE UNIQUE INDEX i ON t (a)",
		"CREATE TABLE t (a INTEGER, b); CREATE INDEX i ON t (a) WHERE b",
		"CREATE TABLE t (a INTEGER, b); CREATE INDEX i ON t (a COLLATE NOCASE)",
		"CREATE TABLE t (a INTEGER, b); CREATE INDEX i ON t (a, b)",
		"CREATE TABLE t (a INTEGER, b); CREATE INDEX i ON t (b, a)",
	};

	for (size_t i = 0; i < COUNT_OF(variants); i++) {
		for (size_t j = i + 1; j < COUNT_OF(variants); j++) {
			if (!str_equal(STR("CREATE TABLE t (a INTEGER DEFAULT (a || ' '), b)"),
					    str_from(variants[i])) &&
					!str_equal(STR("CREATE TABLE t (a INTEGER DEFAULT (a || ' '), b)"),
							str_from(variants[j]))) {
				expect_other_schema(variants[i], variants[j]);
			}
		}
	}
}

Test(sqlite, what_alter_table_makes_of_a_table_is_still_understood)
{
	expect_schema("CREATE TABLE old (id INTEGER PRIMARY KEY, a TEXT /* , ( */, CONSTRAINT u UNIQUE (a) -- )\n); "
		      "ALTER TABLE old ADD COLUMN b INT CONSTRAINT k REFERENCES old (id) CHECK (b > 0); "
		      "ALTER TABLE old ADD COLUMN c DEFAULT ('x' || ','); ALTER TABLE old RENAME TO \"new one\"; "
		      "ALTER TABLE \"new one\" RENAME COLUMN a TO \"order\"; ALTER TABLE \"new one\" ADD d; "
		      "ALTER TABLE \"new one\" DROP COLUMN d",
			"check \"new one\" (b > 0)\n"
			"column \"new one\".b int\n"
			"column \"new one\".c default ('x' || ',')\n"
			"column \"new one\".id integer not null\n"
			"column \"new one\".order text\n"
			"column order \"new one\" (id, order, b, c)\n"
			"foreign key k on \"new one\" (b) references \"new one\" (id)\n"
			"primary key \"new one\" (id)\n"
			"table \"new one\"\n"
			"unique u on \"new one\" (order)");
}

Test(sqlite, what_refers_to_nothing_is_still_part_of_a_schema)
{
	expect_schema("CREATE TABLE t (a REFERENCES gone (x)); CREATE TABLE u (b); CREATE VIEW v AS SELECT b FROM u; "
		      "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM u; END; DROP TABLE u",
			"column order t (a)\n"
			"column t.a\n"
			"foreign key t (a) references gone (x)\n"
			"table t\n"
			"trigger tr on t after insert begin delete from u; end\n"
			"view v as select b from u");
}

Test(sqlite, a_schema_that_sqlite_cannot_read_is_an_error_and_no_empty_schema)
{
	struct schema *schema = NULL;

	must_run("CREATE TABLE t (a); PRAGMA writable_schema = on; "
		 "UPDATE sqlite_master SET sql = 'CREATE TABLE t (a,,)'");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	reconnect();
	struct error *error = engine->snapshot(
			connection, STR(""), STR("alembic_version"), &arena, &schema);
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_DATABASE));
	cr_expect(str_starts_with(error->message, STR("malformed database schema (t)")));
}

Test(sqlite, tables_made_from_queries_and_strange_names_are_understood)
{
	expect_schema("CREATE TABLE a AS SELECT 1 AS \"x y\", 'b' AS [check]; "
		      "CREATE TABLE 'quo''ted' ('constraint' 'a type' NOT NULL, \"primary\" UNIQUE, [a,b] CHECK ([a,b] > 1), "
		      "key KEY, desc_ ON_, x DOUBLE PRECISION(1,2)); CREATE INDEX [i ] ON 'quo''ted' ([a,b])",
			"check \"quo'ted\" (\"a,b\" > 1)\n"
			"column \"quo'ted\".\"a,b\"\n"
			"column \"quo'ted\".constraint a type not null\n"
			"column \"quo'ted\".desc_ on_\n"
			"column \"quo'ted\".key key\n"
			"column \"quo'ted\".primary\n"
			"column \"quo'ted\".x double precision(1, 2)\n"
			"column a.\"x y\"\n"
			"column a.check\n"
			"column order \"quo'ted\" (constraint, primary, \"a,b\", key, desc_, x)\n"
			"column order a (\"x y\", check)\n"
			"index \"i \" on \"quo'ted\" (\"a,b\")\n"
			"table \"quo'ted\"\n"
			"table a\n"
			"unique \"quo'ted\" (primary)");
}
