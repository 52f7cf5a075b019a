#include "sqlite/bounds.h"
#include "sqlite/connection.h"

#include "kit/arena.h"
#include "sqlite/token.h"

#include <sqlite3.h>
#include <string.h>

/* --- running a statement ---------------------------------------------------------------------- */

/* Values as they come, until there are `sqlite_result_limit` bytes of them. */
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
	return values->size <= sqlite_result_limit;
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
			return sqlite_last_error(connection, arena);
		}
		if (!add_row(stmt, is_exact, arena, &values)) {
			return error_new(arena, ERROR_ENVIRONMENT,
					"result is too large: it may hold %d MiB",
					(int)(sqlite_result_limit / (1024 * 1024)));
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

	sqlite_forget_failures(connection);
	if (memchr(sql.data ? sql.data : "", '\0', sql.len)) {
		return sqlite_database_error(arena, "the query contains a null character");
	}
	if (sqlite3_prepare_v2(connection->handle, sql.data ? sql.data : "", (int)sql.len, ret_stmt,
			    &tail) != SQLITE_OK) {
		const int offset = sqlite3_error_offset(connection->handle);
		*ret_error_offset = offset < 0 ? 0 : (size_t)offset;
		return sqlite_last_error(connection, arena);
	}
	if (tail && sql_next_statement(sql, (size_t)(tail - sql.data), &second, &next)) {
		*ret_error_offset = second.offset;
		return sqlite_database_error(
				arena, "You can only execute one statement at a time.");
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
	return err || code == SQLITE_DONE ? err : sqlite_last_error(connection, arena);
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
		return sqlite_database_error(arena,
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
	return code == SQLITE_ROW || code == SQLITE_DONE ? NULL
							 : sqlite_last_error(connection, arena);
}

struct error *sqlite_execute(struct connection *connection, str statement, struct arena *arena,
		struct result *ret_result, size_t *ret_error_offset)
{
	sqlite3_stmt *stmt = NULL;
	size_t end = 0;
	size_t error_offset = 0;
	const struct sql_token first = sql_token_next(statement, 0, &end);

	if (sqlite_is_out_of_time(connection)) {
		return sqlite_timeout_error(connection, arena);
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
