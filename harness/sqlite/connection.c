#include "sqlite/connection.h"

#include "kit/arena.h"
#include "sqlite/bounds.h"
#include "sqlite/dialect.h"
#include "sqlite/files.h"
#include "sqlite/printf.h"
#include "sqlite/shared.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>

static void configure(struct connection *connection)
{
	sqlite3 *handle = connection->handle;

	sqlite3_extended_result_codes(handle, 1);
	/* As every SQLite has it unless it was compiled otherwise; an application turns it on itself. */
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	sqlite_confine(connection);
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
				(long long)(sqlite_large_limit(connection->database) / page));

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
		database->heap_of_others = sqlite_limit_heap(database);
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
	sqlite_watch(connection);
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
