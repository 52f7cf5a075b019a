/*
 * A database of others as a file of its own. SQLite's backup copies it, a part at a time, so that whoever writes there
 * need not wait; rows that nobody wants are then removed from the copy, and what is left is written anew, without a
 * trace of them. The file itself is opened to be read and nothing else; where even that would leave something beside it,
 * a copy is opened.
 */
#include "sqlite/capture_internal.h"

#include "sqlite/files.h"

#include "kit/arena.h"
#include "kit/clone.h"
#include "kit/file.h"
#include "kit/scratch.h"
#include "sqlite/token.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whoever writes may do so between two parts; if that happens too often, the rest is taken at once. */
#define PAGES_A_PART  4096
#define MOST_RESTARTS 3
#define BUSY_MS       4000

/* --- addresses ------------------------------------------------------------------------------- */

/* "sqlite", "sqlite+aiosqlite". */
static bool is_sqlite_scheme(str scheme)
{
	return str_equal(str_slice(scheme, 0, str_find_char(scheme, '+')), STR("sqlite"));
}

bool sqlite_is_address(str text)
{
	const size_t scheme = str_find(text, STR("://"));

	return (scheme < text.len && is_sqlite_scheme(str_slice(text, 0, scheme))) ||
			str_starts_with(text, STR("file:"));
}

str sqlite_address_public(str address, struct arena *arena)
{
	(void)arena;
	return address; // there are no secrets in it
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9'            ? c - '0'
			: c >= 'a' && c <= 'f' ? c - 'a' + 10
			: c >= 'A' && c <= 'F' ? c - 'A' + 10
					       : -1;
}

/* The path of a "file:" URI: without an authority and parameters, "%20" as a blank. */
static str path_of_uri(str uri, struct arena *arena)
{
	struct buf path = { .arena = arena };
	str rest = str_slice(uri, STR("file:").len, uri.len);

	if (str_starts_with(rest, STR("//"))) {
		rest = str_slice(rest, 2, rest.len);
		rest = str_slice(rest, str_find_char(rest, '/'), rest.len);
	}
	rest = str_slice(rest, 0, str_find_char(rest, '?'));
	for (size_t i = 0; i < rest.len; i++) {
		const int high = i + 2 < rest.len ? hex_value(rest.data[i + 1]) : -1;
		const int low = i + 2 < rest.len ? hex_value(rest.data[i + 2]) : -1;

		if (rest.data[i] == '%' && high >= 0 && low >= 0) {
			buf_add_char(&path, (char)(high * 16 + low));
			i += 2;
		} else {
			buf_add_char(&path, rest.data[i]);
		}
	}
	return buf_str(&path);
}

/* SQLAlchemy's sqlite:///RELATIVE and sqlite:////ABSOLUTE, a URI of SQLite's, or a path. */
static str path_of(str address, struct arena *arena)
{
	const size_t scheme = str_find(address, STR("://"));
	str rest = address;

	if (scheme < address.len && is_sqlite_scheme(str_slice(address, 0, scheme))) {
		rest = str_slice(address, scheme + 3, address.len);
		rest = str_slice(rest, str_find_char(rest, '/') + 1, rest.len);
		if (!str_starts_with(rest, STR("file:"))) {
			return str_slice(rest, 0, str_find_char(rest, '?'));
		}
	}
	return str_starts_with(rest, STR("file:")) ? path_of_uri(rest, arena) : rest;
}

/* --- the source ------------------------------------------------------------------------------ */

struct error *capturing_error(
		const struct capturing *capturing, int code, const char *doing, sqlite3 *handle)
{
	const bool is_busy = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
	struct error *error = is_busy
			? error_new(capturing->arena, ERROR_ENVIRONMENT,
					  "the database '%.*s' is busy: somebody else is writing to it",
					  STR_ARG(capturing->path))
			: error_new(capturing->arena,
					  (code & 0xff) == SQLITE_NOTADB ? ERROR_INVALID
									 : ERROR_ENVIRONMENT,
					  "could not %s '%.*s': %s", doing,
					  STR_ARG(capturing->path),
					  handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code));

	if (is_busy) {
		error->hint = STR(
				"Nothing was changed. Try again when the transaction there has ended.");
	}
	return error;
}

static str side_file(const struct capturing *capturing, const char *suffix)
{
	return str_format(capturing->arena, "%.*s%s", STR_ARG(capturing->path), suffix);
}

static bool is_filled(str path)
{
	struct stat status;

	return stat(path.data, &status) == 0 && status.st_size > 0;
}

static bool is_there(str path)
{
	struct stat status;

	return stat(path.data, &status) == 0;
}

/* The byte of the header that says how the file is written: 2 is a write-ahead log. */
static bool has_log_mode(const struct capturing *capturing)
{
	unsigned char head[20] = { 0 };
	const int fd = open(capturing->path.data, O_RDONLY | O_CLOEXEC);
	const bool is_read = fd >= 0 && pread(fd, head, sizeof(head), 0) == sizeof(head);

	if (fd >= 0) {
		close(fd);
	}
	return is_read && head[18] == 2;
}

static int open_source(struct capturing *capturing, str path, const char *parameters, int flags)
{
	int code = sqlite3_open_v2(sqlite_file_uri(path, parameters, capturing->arena).data,
			&capturing->source, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);

	if (code == SQLITE_OK) {
		sqlite3_busy_timeout(capturing->source, BUSY_MS);
		code = sqlite3_exec(capturing->source, "PRAGMA schema_version", NULL, NULL, NULL);
	}
	return code;
}

/*
 * A log or a journal of a process that has died has to be worked in before anybody can read the database, which would
 * change its file: a copy of both is opened instead.
 */
static struct error *open_copy_of_files(struct capturing *capturing)
{
	static const char *const suffixes[] = { "", "-wal", "-journal" };
	struct arena *arena = capturing->arena;
	const str copy = path_join(capturing->folder, STR("source.sqlite"), arena);
	struct error *error = NULL;

	sqlite3_close(capturing->source);
	capturing->source = NULL;
	for (size_t i = 0; !error && i < COUNT_OF(suffixes); i++) {
		const str from = side_file(capturing, suffixes[i]);

		if (is_there(from)) {
			error = file_clone(from,
					str_format(arena, "%.*s%s", STR_ARG(copy), suffixes[i]),
					NULL, arena);
		}
	}
	if (error) {
		return error;
	}
	const int code = open_source(capturing, copy, "", SQLITE_OPEN_READWRITE);

	return code == SQLITE_OK ? NULL
				 : capturing_error(capturing, code, "read", capturing->source);
}

static struct error *open_database(struct capturing *capturing)
{
	const bool has_log = has_log_mode(capturing);
	int code;

	if (has_log && !is_there(side_file(capturing, "-shm"))) {
		if (is_filled(side_file(capturing, "-wal"))) {
			return open_copy_of_files(capturing);
		}
		/* Nobody has it open. To open it as it is would make files beside it. */
		capturing->is_immutable = true;
		capturing->before = file_mark_take(capturing->path, capturing->arena);
	}
	code = open_source(capturing, capturing->path,
			capturing->is_immutable ? "?mode=ro&immutable=1" : "?mode=ro",
			SQLITE_OPEN_READONLY);
	if (code == SQLITE_OK) {
		return NULL;
	}
	if ((code & 0xff) == SQLITE_READONLY || (code & 0xff) == SQLITE_CANTOPEN) {
		return open_copy_of_files(capturing);
	}
	return capturing_error(capturing, code, "read", capturing->source);
}

/* --- the copy -------------------------------------------------------------------------------- */

static struct error *check_stop(const struct capturing *capturing)
{
	return capturing->capture->is_stopped && capturing->capture->is_stopped()
			? error_new(capturing->arena, ERROR_INTERRUPTED, "it was stopped")
			: NULL;
}

static struct error *copy_pages(struct capturing *capturing)
{
	sqlite3_backup *backup =
			sqlite3_backup_init(capturing->copy, "main", capturing->source, "main");
	int code = backup ? SQLITE_OK : sqlite3_errcode(capturing->copy);
	int left = 0, restarts = 0;
	struct error *error = NULL;

	while (code == SQLITE_OK && !error) {
		code = sqlite3_backup_step(backup, restarts < MOST_RESTARTS ? PAGES_A_PART : -1);
		restarts += left && sqlite3_backup_remaining(backup) > left;
		left = sqlite3_backup_remaining(backup);
		error = check_stop(capturing);
	}
	sqlite3_backup_finish(backup);
	if (!error && code != SQLITE_DONE) {
		error = capturing_error(capturing, code, "copy",
				(code & 0xff) == SQLITE_FULL ? capturing->copy : capturing->source);
	}
	return error;
}

/* That nobody came, after all, while the file was taken for one that nobody changes. */
static struct error *check_unchanged(const struct capturing *capturing)
{
	const struct file_mark now = file_mark_take(capturing->path, capturing->arena);

	if (!capturing->is_immutable || file_mark_equal(&now, &capturing->before)) {
		return NULL;
	}
	struct error *error = error_new(capturing->arena, ERROR_ENVIRONMENT,
			"the database '%.*s' was changed while it was copied",
			STR_ARG(capturing->path));

	error->hint = STR("Try again.");
	return error;
}

struct error *capturing_execute(const struct capturing *capturing, str sql)
{
	const int code = sqlite3_exec(
			capturing->copy, str_to_c(sql, capturing->arena), NULL, NULL, NULL);

	return code == SQLITE_OK ? NULL
				 : capturing_error(capturing, code, "take rows out of the copy of",
						   capturing->copy);
}

/*
 * What is left is written anew, as a small file. SQLite cannot do that where a function or a collation of the
 * application's is not here: then the rows are overwritten, and the file is as large as it was.
 */
static struct error *shrink(
		struct capturing *capturing, const struct named_tables *tables, str *path)
{
	const str small = path_join(capturing->folder, STR("capture.sqlite"), capturing->arena);
	struct buf into = { .arena = capturing->arena };
	struct str_list ignored = { 0 };

	buf_add(&into, STR("VACUUM INTO "));
	sql_quote(small, '\'', &into);
	if (!capturing_execute(capturing, buf_str(&into))) {
		*path = small;
		return NULL;
	}
	(void)unlink(small.data);
	struct error *error = copy_pages(capturing);

	return error ? error : capturing_leave_rows_out(capturing, tables, true, &ignored);
}

/* --- the whole ------------------------------------------------------------------------------ */

static struct error *write_file(const struct capturing *capturing, str path, int fd)
{
	const size_t size = (size_t)256 * 1024;
	char *part = arena_alloc(capturing->arena, size);
	const int from = open(path.data, O_RDONLY | O_CLOEXEC);
	struct error *error = from < 0 ? error_from_errno(capturing->arena, "read the copy") : NULL;
	ssize_t got = 1;

	while (!error && got > 0) {
		got = read(from, part, size);
		if (got < 0 || !descriptor_write(fd, (str){ part, (size_t)got })) {
			error = error_from_errno(capturing->arena, "write the dump");
		}
		error = error ? error : check_stop(capturing);
	}
	if (from >= 0) {
		close(from);
	}
	return error;
}

static struct error *capture_to(struct capturing *capturing, int fd, struct str_list *notes)
{
	str path = path_join(capturing->folder, STR("copy.sqlite"), capturing->arena);
	struct named_tables tables = { 0 };
	struct error *error = open_database(capturing);

	if (error) {
		return error;
	}
	if (sqlite3_open_v2(path.data, &capturing->copy,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK) {
		return capturing_error(capturing, SQLITE_CANTOPEN, "copy", capturing->copy);
	}
	error = copy_pages(capturing);
	if (!error) {
		error = capturing_read_tables(capturing, &tables);
	}
	if (!error && !capturing->capture->all_rows) {
		error = capturing_leave_rows_out(capturing, &tables, false, notes);
		error = error ? error : shrink(capturing, &tables, &path);
	}
	if (!error) {
		capturing_tell_modules(capturing, &tables, notes);
	}
	if (!error) {
		error = check_unchanged(capturing);
	}
	if (!error) { // a log would be a file of its own
		error = capturing_execute(capturing, STR("PRAGMA journal_mode = delete"));
	}
	sqlite3_close(capturing->copy);
	capturing->copy = NULL;
	return error ? error : write_file(capturing, path, fd);
}

static struct error *check_path(const struct capturing *capturing)
{
	struct error *error;

	if (!capturing->path.len || str_equal(capturing->path, STR(":memory:"))) {
		error = error_new(capturing->arena, ERROR_INVALID,
				"a database in memory is its process's alone");
		error->hint = STR(
				"Name its file: sqlite:///relative/path, sqlite:////absolute/path.");
		return error;
	}
	if (!path_is_file(capturing->path, capturing->arena)) {
		error = error_new(capturing->arena, ERROR_NOT_FOUND, "there is no file '%.*s'",
				STR_ARG(capturing->path));
		error->hint = path_is_file(str_format(capturing->arena, "/%.*s",
							   STR_ARG(capturing->path)),
					      capturing->arena)
				? STR("An absolute path has four slashes: sqlite:////path.")
				: (str){ 0 };
		return error;
	}
	return NULL;
}

struct error *sqlite_capture(const struct capture *capture, int fd, struct arena *arena,
		struct str_list *ret_notes)
{
	struct capturing capturing = {
		.capture = capture,
		.arena = arena,
		.path = str_copy(path_of(capture->address, arena), arena),
	};
	struct error *error = check_path(&capturing);

	if (!error) {
		error = scratch_make(SCRATCH_DISK, arena, &capturing.folder);
	}
	if (!error) {
		error = file_check_room(capturing.path, capturing.folder, arena);
	}
	if (!error) {
		error = capture_to(&capturing, fd, ret_notes);
	}
	sqlite3_close(capturing.source);
	sqlite3_close(capturing.copy);
	scratch_remove(capturing.folder, arena);
	return error;
}
