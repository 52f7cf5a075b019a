/* What a scenario may not do. */
#include "kit/clock.h"
#include "sqlite/bounds.h"
#include "sqlite/connection.h"
#include "sqlite_fixture.h"
#include "valgrind.h"

#include <sqlite3.h>
#include <unistd.h>

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

	leave_sizes_to_sanitizers();
	must_run("CREATE TABLE a (x)");
	struct error *error = run(fill);
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
	expect_str(error->message,
			"database or disk is full: a database that is rehearsed in memory may hold 512 MiB");
}

Test(sqlite, what_is_full_by_itself_is_the_scenarios_doing)
{
	must_run("CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, x);"
		 "INSERT INTO a VALUES (9223372036854775807, 1)");
	expect_error("INSERT INTO a (x) VALUES (2)", "database or disk is full");
	must_run("PRAGMA max_page_count = 10");
	expect_error("INSERT INTO a VALUES (1, zeroblob(1000000))", "database or disk is full");
}

Test(sqlite, memory_beyond_the_database_is_limited_too)
{
	const int64_t limit = sqlite3_hard_heap_limit64(32 << 20);
	struct error *error = run(
			"CREATE TEMP TABLE a AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
			"FROM n) SELECT zeroblob(1000000) FROM n");

	sqlite3_hard_heap_limit64(limit);
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
	expect_str(error->message, "out of memory: a rehearsal on SQLite may use 32 MiB of memory");
	expect_str(ask("SELECT 1"), "1");
}

Test(sqlite, a_result_that_fills_memory_is_an_error)
{
	struct result result;
	struct error *error = engine->execute(connection,
			STR("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
			    "SELECT zeroblob(10000000) FROM n"),
			&arena, &result, NULL);

	leave_sizes_to_sanitizers();
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
	expect_str(error->message, "result is too large: it may hold 256 MiB");
}

/* Of the machine's memory is taken what the states of a scenario need, and each database may use as much as if alone. */
Test(sqlite, what_others_have_takes_nothing_from_a_database)
{
	const int64_t others = 64 << 20;
	struct image *image = NULL;

	must_run("CREATE TABLE a AS SELECT zeroblob(20000000) AS x");
	engine->disconnect(connection);
	const int64_t used = sqlite3_memory_used();

	cr_assert(eq(ptr, engine->database_freeze(database, &arena, &image), NULL));
	cr_expect(le(i64, sqlite3_memory_used(), used), "an image is outside of the heap");
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

/* What would be too big for another SQLite says something of the migration, what is so for ours does not. */
static void expect_too_big(const char *sql, bool for_others)
{
	const int64_t start_us = clock_now_us();
	struct error *error = run(sql);

	cr_assert(ne(ptr, error, NULL), "%s", sql);
	cr_expect(eq(int, (int)error->code, for_others ? ERROR_DATABASE : ERROR_ENVIRONMENT), "%s", sql);
	expect_str(error->message, for_others ? "string or blob too big"
			: "string or blob too big: a value may hold 128 MiB in a rehearsal on SQLite");
	cr_expect(lt(i64, clock_now_us() - start_us, 3000000), "%s", sql);
}

/* SQLite repeats the character to the end, whatever the limit, and cannot be interrupted meanwhile. */
Test(sqlite, printf_ends_where_a_value_must)
{
	expect_too_big("SELECT printf('%.*c', 2000000000, 'x')", true);
	expect_too_big("SELECT format('%d%.2000000000c', 1, 'x')", true);
	expect_too_big("SELECT printf('%*d%s%%%.*lc', 3, 1, 'a', -2000000000, 'x')", true);
	expect_too_big("SELECT length(printf('%.100000000c%.100000000c', 'x', 'y'))", false);
}

Test(sqlite, a_value_that_is_too_big_for_us_alone_is_no_error_of_the_migration)
{
	expect_too_big("SELECT zeroblob(200000000)", false);
	must_run("CREATE TABLE a (x, y)");
	expect_too_big("INSERT INTO a VALUES (zeroblob(100000000), zeroblob(100000000))", false);
	expect_too_big("SELECT floor(1e300)", true);
}

Test(sqlite, printf_is_otherwise_that_of_sqlite)
{
	expect_str(ask("SELECT printf('%5.1f|%-4d|%s|%Q|%.3c|%,d|%%', 2.25, 7, 'a', NULL, 'x', 1234567)"),
			"  2.3|7   |a|NULL|xxx|1,234,567|%");
	expect_str(ask("SELECT format('%s-%d', 'a')"), "a-0");
	expect_str(ask("SELECT typeof(printf('%.2000000000-c', 'x')) || typeof(printf()) || typeof(printf(NULL))"),
			"nullnullnull");
	must_run("CREATE TABLE t (a, b AS (printf('%03d', a)), CHECK (format('%d', a) <> '9')); "
		 "CREATE INDEX ix ON t (printf('%d', a)); INSERT INTO t (a) VALUES (7)");
	expect_str(ask("SELECT b FROM t"), "007");
}
