#include "sqlite/bounds.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "sqlite/dialect.h"
#include "sqlite/token.h"

#include <sqlite3.h>
#include <string.h>

#define MIB ((int64_t)1024 * 1024)

const int64_t sqlite_database_limit = 512 * MIB;
const int64_t sqlite_heap_limit = 1024 * MIB;
const int64_t sqlite_result_limit = 256 * MIB;

static const int value_limit = (int)(128 * MIB);
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

/* --- for how long ------------------------------------------------------------------------------ */

bool sqlite_is_out_of_time(struct connection *connection)
{
	bool (*is_called_off)(void) = connection->database->is_called_off;
	const bool is_late = connection->deadline_us && clock_now_us() >= connection->deadline_us;

	if (connection->is_undoing || (!is_late && !(is_called_off && is_called_off()))) {
		return false;
	}
	connection->is_timed_out = true;
	return true;
}

static int look_at_clock(void *data)
{
	return sqlite_is_out_of_time(data);
}

/* --- setting the bounds ------------------------------------------------------------------------- */

void sqlite_watch(struct connection *connection)
{
	sqlite3_set_authorizer(connection->handle, authorize, connection);
	sqlite3_progress_handler(connection->handle, steps_per_look, look_at_clock, connection);
}

void sqlite_confine(struct connection *connection)
{
	sqlite3 *handle = connection->handle;

	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, NULL);
	sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, value_limit);
	sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0);
	sqlite_watch(connection);
}

int64_t sqlite_limit_heap(const struct database *database)
{
	const int64_t own = database->bytes ? (int64_t)sqlite3_msize(database->bytes) : 0;
	const int64_t of_others = sqlite3_memory_used() - own;

	sqlite3_hard_heap_limit64(0);
	sqlite3_soft_heap_limit64(0);
	sqlite3_hard_heap_limit64(of_others + sqlite_heap_limit);
	return of_others;
}

int64_t sqlite_large_limit(const struct database *database)
{
	return 3 * database->large_len + sqlite_database_limit;
}

void sqlite_forget_failures(struct connection *connection)
{
	int current = 0;
	int largest = 0;

	connection->is_timed_out = false;
	connection->refusal = NULL;
	sqlite3_memory_highwater(1);
	sqlite3_status(SQLITE_STATUS_MALLOC_SIZE, &current, &largest, 1);
}

/* --- errors ---------------------------------------------------------------------------------- */

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

struct error *sqlite_timeout_error(const struct connection *connection, struct arena *arena)
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

struct error *sqlite_database_error(struct arena *arena, const char *message)
{
	struct error *err = error_new(arena, ERROR_DATABASE, "%s", message);

	err->class_name = STR("DatabaseError");
	return err;
}

struct error *sqlite_last_error(struct connection *connection, struct arena *arena)
{
	const int code = sqlite3_extended_errcode(connection->handle);
	const char *message = sqlite3_errmsg(connection->handle);

	if (connection->is_timed_out) {
		return sqlite_timeout_error(connection, arena);
	}
	struct error *err = sqlite_database_error(arena, message);
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
				(int)(sqlite_large_limit(connection->database) / MIB));
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
