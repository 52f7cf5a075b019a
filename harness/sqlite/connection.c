#include "sqlite/connection.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "sqlite/dialect.h"
#include "sqlite/files.h"
#include "sqlite/printf.h"
#include "sqlite/shared.h"
#include "sqlite/token.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define MIB ((int64_t)1024 * 1024)

const int64_t sqlite_database_limit = 512 * MIB;
const int64_t sqlite_heap_limit = 1024 * MIB;

static const int value_limit = (int)(128 * MIB);
static const int64_t result_limit = 256 * MIB;
static const char too_big[] = "string or blob too big";

/* Virtual machine steps between two looks at the clock: some tens of microseconds. */
static const int steps_per_look = 2000;

/* --- what a scenario may not do -------------------------------------------------------------- */

/*
 * PRAGMAs are allowed unless they are here. Those of journal_mode, locking_mode, mmap_size and the like
 * are harmless where the database is memory, and applications send them.
 */
static const char *const refused_pragmas[] = {
	"temp_store_directory", // chooses folders, for the whole process
	"data_store_directory",
	"lock_proxy_file",
	"hard_heap_limit", // would lift the limits of the process
	"soft_heap_limit",
};

static const char *const refused_functions[] = {
	"load_extension",
	"fts3_tokenizer", // takes a pointer
	"readfile",
	"writefile",
	"edit",
};

static bool is_among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (sql_names_equal(str_from(name), str_from(names[i]))) {
			return true;
		}
	}
	return false;
}

static int refuse(struct connection *connection, const char *reason)
{
	connection->refusal = reason;
	return SQLITE_DENY;
}

static int authorize_pragma(struct connection *connection, const char *name, const char *value)
{
	if (is_among(name, refused_pragmas, COUNT_OF(refused_pragmas))) {
		return refuse(connection,
				"A rehearsal may not change where files are or what the process may use.");
	}
	/* Temporary tables stay in memory; where they are changes no result. */
	if (value && sql_names_equal(str_from(name), STR("temp_store"))) {
		return SQLITE_IGNORE;
	}
	return SQLITE_OK;
}

/* Whether a connection that has done that sees a database as any other does: no settings, nothing temporary. */
static bool leaves_no_mark(int action)
{
	switch (action) {
	case SQLITE_PRAGMA:
	case SQLITE_CREATE_TEMP_INDEX:
	case SQLITE_CREATE_TEMP_TABLE:
	case SQLITE_CREATE_TEMP_TRIGGER:
	case SQLITE_CREATE_TEMP_VIEW:
	case SQLITE_CREATE_VTABLE:
		return false;
	default:
		return true;
	}
}

static int authorize(void *data, int action, const char *first, const char *second,
		const char *schema, const char *trigger)
{
	struct connection *connection = data;

	(void)schema;
	(void)trigger;
	if (connection->is_trusted) {
		return SQLITE_OK;
	}
	connection->is_plain = connection->is_plain && leaves_no_mark(action);
	switch (action) {
	case SQLITE_ATTACH:
		if (connection->is_vacuum && first && first[0] == '\0') {
			return SQLITE_OK;
		}
		return refuse(connection,
				connection->is_vacuum
						? "A rehearsal has one database: VACUUM INTO would write a file."
						: "A rehearsal has one database: ATTACH would open another.");
	case SQLITE_DETACH:
		return refuse(connection,
				"A rehearsal has one database: there is nothing to detach.");
	case SQLITE_FUNCTION:
		if (second && is_among(second, refused_functions, COUNT_OF(refused_functions))) {
			return refuse(connection, "A rehearsal may not load code or reach files.");
		}
		return SQLITE_OK;
	case SQLITE_PRAGMA:
		return authorize_pragma(connection, first, second);
	default:
		return SQLITE_OK;
	}
}

static int look_at_clock(void *data)
{
	struct connection *connection = data;

	bool (*is_called_off)(void) = connection->database->is_called_off;
	const bool is_late = connection->deadline_us && clock_now_us() >= connection->deadline_us;

	if (connection->is_undoing || (!is_late && !(is_called_off && is_called_off()))) {
		return 0;
	}
	connection->is_timed_out = true;
	return 1;
}

/* --- errors ---------------------------------------------------------------------------------- */

static void heap_marks_reset(void)
{
	int current = 0;
	int largest = 0;

	sqlite3_memory_highwater(1);
	sqlite3_status(SQLITE_STATUS_MALLOC_SIZE, &current, &largest, 1);
}

/*
 * Whether memory ran out at our own limit, not at the machine's. What the statement held is free again by now, so the
 * high-water marks since it began tell.
 */
static bool is_heap_limit_reached(void)
{
	int current = 0;
	int largest = 0;

	sqlite3_status(SQLITE_STATUS_MALLOC_SIZE, &current, &largest, 0);
	return sqlite3_memory_highwater(0) + largest >= sqlite3_hard_heap_limit64(-1);
}

/*
 * Whether a database in memory has grown to our own limit. SQLite says the same where no rowid is left, and where a
 * PRAGMA has set another limit: those are the scenario's doing.
 */
static bool is_database_limit_reached(const struct database *database)
{
	return sqlite3_memory_highwater(0) - database->heap_of_others >=
			sqlite_database_limit - MIB;
}

/* Later than this after the deadline it was not the clock that was slow. */
#define LATE_US 1000000

static struct error *timeout_error(const struct connection *connection, struct arena *arena)
{
	const int64_t late_us =
			connection->deadline_us ? clock_now_us() - connection->deadline_us : 0;
	struct error *err = error_new(arena, ERROR_TIMEOUT, "timed out");

	err->class_name = STR("Timeout");
	if (late_us > LATE_US) {
		err->detail = str_format(arena,
				"It went on for %d s more: SQLite cannot be interrupted in the middle of "
				"a function, such as instr() in a long text or LIKE with many '%%'.",
				(int)(late_us / 1000000));
	}
	return err;
}

/* The error of class DatabaseError with this text. */
static struct error *database_error(struct arena *arena, const char *message)
{
	struct error *err = error_new(arena, ERROR_DATABASE, "%s", message);

	err->class_name = STR("DatabaseError");
	return err;
}

/* The most that a large database may hold: a table may be written anew, and its indexes. */
static int64_t large_limit(const struct database *database)
{
	return 3 * database->large_len + sqlite_database_limit;
}

/* What the handle's last failure means to us. */
static struct error *last_error(struct connection *connection, struct arena *arena)
{
	const int code = sqlite3_extended_errcode(connection->handle);
	const char *message = sqlite3_errmsg(connection->handle);

	if (connection->is_timed_out) {
		return timeout_error(connection, arena);
	}
	struct error *err = database_error(arena, message);
	if (connection->refusal) {
		err->hint = str_from(connection->refusal);
	} else if (sqlite_dialect_hint(message)) {
		err->hint = str_from(sqlite_dialect_hint(message));
	} else if ((code & 0xff) == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM) {
		const int64_t limit = sqlite3_hard_heap_limit64(-1) -
				connection->database->heap_of_others;

		/* Another SQLite has no such limit: nothing is known of the migration. */
		err->code = ERROR_ENVIRONMENT;
		if (is_heap_limit_reached()) {
			err->message = str_format(arena,
					"%s: a rehearsal on SQLite may use %d MiB of memory",
					message, (int)((limit + MIB - 1) / MIB));
		}
	} else if ((code & 0xff) == SQLITE_TOOBIG && strcmp(message, too_big) == 0) {
		err->code = ERROR_ENVIRONMENT; // SQLite itself lets it be seven times as large
		err->message = str_format(arena,
				"%s: a value may hold %d MiB in a rehearsal on SQLite", message,
				(int)(value_limit / MIB));
	} else if ((code & 0xff) == SQLITE_FULL && connection->database->large_len) {
		err->code = ERROR_ENVIRONMENT; // of its disk, or more than we let it have of that
		err->hint = str_format(arena,
				"It may hold %d MiB, and needs room for as much in $TMPDIR.",
				(int)(large_limit(connection->database) / MIB));
	} else if ((code & 0xff) == SQLITE_FULL &&
			is_database_limit_reached(connection->database)) {
		err->code = ERROR_ENVIRONMENT;
		err->message = str_format(arena,
				"%s: a database that is rehearsed in memory may hold %d MiB",
				message, (int)(sqlite_database_limit / MIB));
	} else if ((code & 0xff) == SQLITE_IOERR) {
		err->code = ERROR_ENVIRONMENT;
	} else if ((code & 0xff) == SQLITE_BUSY &&
			(connection->database->shared || connection->database->path.len)) {
		err->hint = STR("Another session has a transaction open, and does not end it.");
	}
	return err;
}

/* --- opening and closing --------------------------------------------------------------------- */

static void watch(struct connection *connection)
{
	sqlite3_set_authorizer(connection->handle, authorize, connection);
	sqlite3_progress_handler(connection->handle, steps_per_look, look_at_clock, connection);
}

static void configure(struct connection *connection)
{
	sqlite3 *handle = connection->handle;

	sqlite3_extended_result_codes(handle, 1);
	/* As every SQLite has it unless it was compiled otherwise; an application turns it on itself. */
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, NULL);
	sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, value_limit);
	sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0);
	watch(connection);
}

static void close_handle(sqlite3 *handle)
{
	const int closed = sqlite3_close(handle);

	assert(closed == SQLITE_OK);
	(void)closed;
}

/* Close a handle that is not shared, and have the bytes back. */
static void close_alone(struct database *database, sqlite3 *handle)
{
	sqlite3_int64 len = 0;

	database->bytes = sqlite3_serialize(handle, "main", &len, SQLITE_SERIALIZE_NOCOPY);
	database->len = len;
	close_handle(handle);
}

void sqlite_take_bytes(struct database *database)
{
	if (database->idle) {
		close_alone(database, database->idle);
		database->idle = NULL;
	}
}

/*
 * SQLite's limit is the process's, and how much of the heap other databases have (that of a replay to compare with,
 * a backup) is a matter of what was played before. So it is put above those: a database has it for itself.
 */
static int64_t limit_heap(const struct database *database)
{
	const int64_t own = database->bytes ? (int64_t)sqlite3_msize(database->bytes) : 0;
	const int64_t of_others = sqlite3_memory_used() - own;

	sqlite3_hard_heap_limit64(0);
	sqlite3_soft_heap_limit64(0);
	sqlite3_hard_heap_limit64(of_others + sqlite_heap_limit);
	return of_others;
}

/* A handle to be closed in any case; false: it cannot be used. */
static bool open_handle(struct database *database, struct arena *arena, sqlite3 **ret_handle)
{
	int64_t limit = sqlite_database_limit;

	if (database->original) { // that nobody writes to it is seen to when it is copied
		return sqlite3_open_v2(sqlite_file_uri(database->original->path, "?immutable=1",
						       arena)
						       .data,
				       ret_handle,
				       SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
				       NULL) == SQLITE_OK;
	}
	if (database->shared) {
		return shared_file_open(database->shared, ret_handle) == SQLITE_OK;
	}
	if (database->path.len) {
		return sqlite3_open_v2(database->path.data, ret_handle,
				       SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
				       NULL) == SQLITE_OK;
	}
	assert(!database->connections);
	if (sqlite3_open_v2(":memory:", ret_handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK) {
		return false;
	}
	/* The bytes are lent: SQLite may move them as they grow, and sqlite_disconnect() takes them back. */
	if (sqlite3_deserialize(*ret_handle, "main", database->bytes, database->len, database->len,
			    SQLITE_DESERIALIZE_RESIZEABLE) != SQLITE_OK) {
		return false;
	}
	sqlite3_file_control(*ret_handle, "main", SQLITE_FCNTL_SIZE_LIMIT, &limit);
	return true;
}

struct error *sqlite_thaw(struct database *database, struct arena *arena)
{
	struct error *err = NULL;

	if (database->frozen) {
		err = large_file_copy(
				database->files, database->frozen->path, arena, &database->path);
	}
	if (!err && database->frozen) {
		database->frozen->taken = NULL;
		database->frozen = NULL;
	}
	if (!err && database->original) {
		err = large_original_copy(
				database->files, database->original, arena, &database->path);
		if (!err) {
			database->original = NULL;
		}
	}
	return err;
}

/*
 * Sorting takes as much room as the database, which for a large one is not to be memory's; and nobody needs what is in
 * its file after a crash. A scenario may write without an end, and a disk is others' too.
 */
static struct error *prepare_large(struct connection *connection, struct arena *arena)
{
	struct result found = { 0 };
	struct error *err =
			sqlite_query(connection, STR("PRAGMA temp_store = file"), arena, &found);

	if (!err) {
		err = sqlite_query(connection, STR("PRAGMA synchronous = off"), arena, &found);
	}
	if (!err) {
		err = sqlite_query(connection, STR("PRAGMA page_size"), arena, &found);
	}
	if (!err) {
		const int64_t page = strtoll(found.values[0].data, NULL, 10);
		const str limit = str_format(arena, "PRAGMA max_page_count = %lld",
				(long long)(large_limit(connection->database) / page));

		err = sqlite_query(connection, limit, arena, &found);
	}
	return err;
}

static struct error *connect_as_it_is(
		struct database *database, struct arena *arena, struct connection **ret_connection)
{
	struct connection *connection = arena_new(arena, struct connection);
	struct result ignored = { 0 };
	struct error *err;

	sqlite_take_bytes(database);
	connection->database = database;
	connection->is_plain = true;
	if (!database->connections) {
		database->heap_of_others = limit_heap(database);
	}
	if (!open_handle(database, arena, &connection->handle)) {
		sqlite3_close(connection->handle);
		return error_new(arena, ERROR_ENVIRONMENT, "could not open a database in memory");
	}
	database->connections++;
	configure(connection);

	err = sqlite_dialect_register(connection->handle) &&
					sqlite_printf_register(connection->handle)
			? sqlite_query(connection, STR("PRAGMA temp_store = memory"), arena,
					  &ignored)
			: error_new(arena, ERROR_ENVIRONMENT,
					  "could not register the functions of a connection");
	if (!err && database->large_len) {
		err = prepare_large(connection, arena);
	}
	if (err) {
		connection->is_plain = false;
		sqlite_disconnect(connection);
		return err;
	}
	*ret_connection = connection;
	return NULL;
}

struct error *sqlite_connect(
		struct database *database, struct arena *arena, struct connection **ret_connection)
{
	struct error *err = sqlite_thaw(database, arena);

	return err ? err : connect_as_it_is(database, arena, ret_connection);
}

/* With the handle of the last connection, if that will do: opening one and reading the schema costs as much as a look. */
struct error *sqlite_connect_to_read(
		struct database *database, struct arena *arena, struct connection **ret_connection)
{
	if (database->original) {
		return connect_as_it_is(database, arena, ret_connection);
	}
	if (!database->idle) {
		return sqlite_connect(database, arena, ret_connection);
	}
	struct connection *connection = arena_new(arena, struct connection);

	connection->database = database;
	connection->is_plain = true;
	connection->handle = database->idle;
	database->idle = NULL;
	database->connections++;
	watch(connection);
	*ret_connection = connection;
	return NULL;
}

static void end_sharing(struct database *database)
{
	shared_file_end(database->shared, &database->bytes, &database->len);
	database->shared = NULL;
}

struct error *sqlite_connect_session(struct database *database, str name, struct arena *arena,
		struct connection **ret_connection)
{
	struct error *err = sqlite_thaw(database, arena);

	(void)name; // SQLite does not say who holds a lock
	if (err) {
		return err;
	}
	sqlite_take_bytes(database);
	if (!database->shared && !database->path.len) {
		err = shared_file_new(database->bytes, database->len, sqlite_database_limit, arena,
				&database->shared);
		if (err) {
			return err;
		}
		database->bytes = NULL;
	}
	err = sqlite_connect(database, arena, ret_connection);
	if (err && database->shared && !database->connections) {
		end_sharing(database);
	}
	return err;
}

void sqlite_disconnect(struct connection *connection)
{
	if (!connection || !connection->handle) {
		return;
	}
	struct database *database = connection->database;
	sqlite3 *handle = connection->handle;

	sqlite3_progress_handler(handle, 0, NULL, NULL);
	if (!sqlite3_get_autocommit(handle)) {
		sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
	}
	connection->handle = NULL;
	database->connections--;
	if (database->path.len || database->original) { // others may change it
		close_handle(handle);
	} else if (database->shared) {
		close_handle(handle);
		if (!database->connections) {
			end_sharing(database);
		}
	} else if (connection->is_plain) {
		sqlite3_set_authorizer(handle, NULL, NULL);
		database->idle = handle;
	} else {
		close_alone(database, handle);
	}
}

void sqlite_set_deadline(struct connection *connection, int64_t deadline_us)
{
	connection->deadline_us = deadline_us;
}

/* --- running a statement ---------------------------------------------------------------------- */

/* Values as they come, until there are `result_limit` bytes of them. */
struct values {
	str *items;
	size_t count, capacity;
	int64_t size;
};

static str copy_value(sqlite3_stmt *stmt, int column, bool is_exact, struct arena *arena)
{
	const int type = sqlite3_column_type(stmt, column);
	const void *data = NULL;

	if (type == SQLITE_NULL) {
		return (str){ 0 };
	}
	if (type == SQLITE_FLOAT && is_exact) {
		char text[64];
		sqlite3_snprintf(sizeof(text), text, "%!.17g", sqlite3_column_double(stmt, column));
		return str_copy(str_from(text), arena);
	}
	data = type == SQLITE_BLOB ? sqlite3_column_blob(stmt, column)
				   : (const void *)sqlite3_column_text(stmt, column);
	return str_copy((str){ .data = data, .len = (size_t)sqlite3_column_bytes(stmt, column) },
			arena);
}

static bool add_row(sqlite3_stmt *stmt, bool is_exact, struct arena *arena, struct values *values)
{
	for (int i = 0; i < sqlite3_column_count(stmt); i++) {
		const str value = copy_value(stmt, i, is_exact, arena);
		*LIST_PUSH(values, arena) = value;
		values->size += (int64_t)(value.len + sizeof(str));
	}
	return values->size <= result_limit;
}

static str *column_names(sqlite3_stmt *stmt, struct arena *arena)
{
	const int count = sqlite3_column_count(stmt);
	str *names = arena_new_array(arena, str, (size_t)count);

	for (int i = 0; i < count; i++) {
		names[i] = str_copy(str_from(sqlite3_column_name(stmt, i)), arena);
	}
	return names;
}

/* Step through all rows. */
static struct error *collect(struct connection *connection, sqlite3_stmt *stmt, bool is_exact,
		struct arena *arena, struct result *ret_result)
{
	struct values values = { 0 };
	size_t row_count = 0;

	for (;;) {
		const int code = sqlite3_step(stmt);
		if (code == SQLITE_DONE) {
			break;
		}
		if (code != SQLITE_ROW) {
			return last_error(connection, arena);
		}
		if (!add_row(stmt, is_exact, arena, &values)) {
			return error_new(arena, ERROR_ENVIRONMENT,
					"result is too large: it may hold %d MiB",
					(int)(result_limit / MIB));
		}
		row_count++;
	}
	ret_result->column_count = (size_t)sqlite3_column_count(stmt);
	ret_result->names = column_names(stmt, arena);
	ret_result->values = values.items;
	ret_result->row_count = row_count;
	return NULL;
}

static struct error *prepare(struct connection *connection, str sql, struct arena *arena,
		sqlite3_stmt **ret_stmt, size_t *ret_error_offset)
{
	const char *tail = NULL;
	struct statement second;
	size_t next = 0;

	connection->is_timed_out = false;
	connection->refusal = NULL;
	heap_marks_reset();
	if (memchr(sql.data ? sql.data : "", '\0', sql.len)) {
		return database_error(arena, "the query contains a null character");
	}
	if (sqlite3_prepare_v2(connection->handle, sql.data ? sql.data : "", (int)sql.len, ret_stmt,
			    &tail) != SQLITE_OK) {
		const int offset = sqlite3_error_offset(connection->handle);
		*ret_error_offset = offset < 0 ? 0 : (size_t)offset;
		return last_error(connection, arena);
	}
	if (tail && sql_next_statement(sql, (size_t)(tail - sql.data), &second, &next)) {
		*ret_error_offset = second.offset;
		return database_error(arena, "You can only execute one statement at a time.");
	}
	return NULL;
}

struct error *sqlite_query(struct connection *connection, str sql, struct arena *arena,
		struct result *ret_result)
{
	sqlite3_stmt *stmt = NULL;
	size_t error_offset = 0;

	connection->is_trusted = true;
	struct error *err = prepare(connection, sql, arena, &stmt, &error_offset);
	if (!err) {
		err = collect(connection, stmt, true, arena, ret_result);
	}
	sqlite3_finalize(stmt);
	connection->is_trusted = false;
	return err;
}

/* Space for a number with all its digits. */
enum {
	NUMBER_SIZE = 64,
};

/* The value where it stands, until the next step; a real number in `space`. */
static str borrow_value(sqlite3_stmt *stmt, int column, char *space)
{
	const int type = sqlite3_column_type(stmt, column);

	if (type == SQLITE_NULL) {
		return (str){ 0 };
	}
	if (type == SQLITE_FLOAT) {
		sqlite3_snprintf(NUMBER_SIZE, space, "%!.17g", sqlite3_column_double(stmt, column));
		return str_from(space);
	}
	const char *data = type == SQLITE_BLOB ? sqlite3_column_blob(stmt, column)
					       : (const char *)sqlite3_column_text(stmt, column);

	return (str){ data ? data : "", (size_t)sqlite3_column_bytes(stmt, column) };
}

static struct error *hand_out(struct connection *connection, sqlite3_stmt *stmt,
		engine_row_fn *take, void *data, struct arena *arena)
{
	const int count = sqlite3_column_count(stmt);
	str *values = arena_new_array(arena, str, (size_t)count);
	char *numbers = arena_alloc(arena, (size_t)count * NUMBER_SIZE);
	struct error *err = NULL;
	int code = SQLITE_ROW;

	while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		for (int i = 0; i < count; i++) {
			values[i] = borrow_value(stmt, i, numbers + i * NUMBER_SIZE);
		}
		err = take(data, values, (size_t)count);
	}
	return err || code == SQLITE_DONE ? err : last_error(connection, arena);
}

struct error *sqlite_each_row(struct connection *connection, str sql, engine_row_fn *take,
		void *data, struct arena *arena)
{
	sqlite3_stmt *stmt = NULL;
	size_t error_offset = 0;

	connection->is_trusted = true;
	struct error *err = prepare(connection, sql, arena, &stmt, &error_offset);
	if (!err) {
		err = hand_out(connection, stmt, take, data, arena);
	}
	sqlite3_finalize(stmt);
	connection->is_trusted = false;
	return err;
}

/* Run text of our own that gives no rows. */
static struct error *run(struct connection *connection, const char *sql, struct arena *arena)
{
	struct result ignored = { 0 };

	return sqlite_query(connection, str_from(sql), arena, &ignored);
}

/* --- the driver's habit ------------------------------------------------------------------------ */

/* Before these, and only these, Python's driver begins a transaction. */
static bool is_dml(struct sql_token first)
{
	return sql_token_is_word(first, "insert") || sql_token_is_word(first, "update") ||
			sql_token_is_word(first, "delete") || sql_token_is_word(first, "replace");
}

/*
 * Run a prepared statement. Whoever does not want rows gets what the driver's execute() does: one
 * step, which is all of a statement that returns none, and as far as a query nobody fetches from runs.
 */
static struct error *run_prepared(struct connection *connection, sqlite3_stmt *stmt,
		struct sql_token first, struct arena *arena, struct result *ret_result)
{
	struct result result = { 0 };

	if (is_dml(first) && !connection->autocommit &&
			sqlite3_get_autocommit(connection->handle)) {
		struct error *err = run(connection, "BEGIN", arena);
		if (err) {
			return err;
		}
	}
	if (sqlite3_bind_parameter_count(stmt) > 0) {
		/* Unbound they would be NULL, and mean something else; the driver refuses in these words. */
		return database_error(arena,
				str_format(arena,
						"Incorrect number of bindings supplied. The current "
						"statement uses %d, and there are 0 supplied.",
						sqlite3_bind_parameter_count(stmt))
						.data);
	}
	if (ret_result) {
		struct error *err = collect(connection, stmt, false, arena, &result);
		if (err) {
			return err;
		}
		if (is_dml(first) ||
				(sql_token_is_word(first, "with") &&
						!sqlite3_stmt_readonly(stmt))) {
			result.changed = sqlite3_changes64(connection->handle);
		}
		*ret_result = result;
		return NULL;
	}
	const int code = sqlite3_step(stmt);
	return code == SQLITE_ROW || code == SQLITE_DONE ? NULL : last_error(connection, arena);
}

struct error *sqlite_execute(struct connection *connection, str statement, struct arena *arena,
		struct result *ret_result, size_t *ret_error_offset)
{
	sqlite3_stmt *stmt = NULL;
	size_t end = 0;
	size_t error_offset = 0;
	const struct sql_token first = sql_token_next(statement, 0, &end);

	if (look_at_clock(connection)) {
		return timeout_error(connection, arena);
	}
	connection->is_vacuum = sql_token_is_word(first, "vacuum");
	/* Prepared before the driver's BEGIN: a statement that does not compile begins nothing. */
	struct error *err = prepare(connection, statement, arena, &stmt, &error_offset);
	if (!err && stmt) {
		err = run_prepared(connection, stmt, first, arena, ret_result);
	} else if (!err && ret_result) {
		*ret_result = (struct result){ 0 }; // nothing but comments
	}
	sqlite3_finalize(stmt);
	if (err && ret_error_offset) {
		*ret_error_offset = error_offset;
	}
	connection->is_plain = connection->is_plain && !err;
	return err;
}

struct error *sqlite_commit(struct connection *connection, struct arena *arena)
{
	if (sqlite3_get_autocommit(connection->handle)) {
		return NULL;
	}
	return run(connection, "COMMIT", arena);
}

struct error *sqlite_rollback(struct connection *connection, struct arena *arena)
{
	if (sqlite3_get_autocommit(connection->handle)) {
		return NULL;
	}
	connection->is_undoing = true; // what ran out of time must still be undone
	struct error *err = run(connection, "ROLLBACK", arena);
	connection->is_undoing = false;
	return err;
}

enum transaction_state sqlite_transaction(const struct connection *connection)
{
	return sqlite3_get_autocommit(connection->handle) ? TRANSACTION_NONE : TRANSACTION_OPEN;
}

struct error *sqlite_set_autocommit(
		struct connection *connection, bool autocommit, struct arena *arena)
{
	/* The driver commits what is open when its isolation_level becomes None. */
	if (autocommit) {
		struct error *err = sqlite_commit(connection, arena);
		if (err) {
			return err;
		}
	}
	connection->autocommit = autocommit;
	return NULL;
}
