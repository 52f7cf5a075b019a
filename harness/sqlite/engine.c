/*
 * The embedded engine. A database is bytes in memory (see sqlite/connection.h), so an image is a copy
 * of them and a clone is another; or a large one is a file, and so is its image.
 */
#include "kit/arena.h"
#include "kit/clone.h"
#include "kit/file.h"
#include "kit/unpack.h"
#include "sqlite/bounds.h"
#include "sqlite/capture.h"
#include "sqlite/connection.h"
#include "sqlite/files.h"
#include "sqlite/kept.h"
#include "sqlite/snapshot.h"
#include "sqlite/token.h"

#include <assert.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct host {
	struct kept_snapshots *kept;
	struct large_files files;
	bool (*is_called_off)(void); /* as its options have it */
	int64_t heap_limit_before;
};

/* --- host -------------------------------------------------------------------------------------- */

static struct error *host_start(
		const struct host_options *options, struct arena *arena, struct host **ret_host)
{
	struct host *host = arena_new(arena, struct host);

	/* Nobody here has threads, and mutexes cost a cell a twelfth. Refused, and in vain, once SQLite has started. */
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	if (sqlite3_initialize() != SQLITE_OK) {
		return error_new(arena, ERROR_ENVIRONMENT, "could not start SQLite");
	}
	host->kept = kept_new(arena);
	host->files.arena = arena;
	host->is_called_off = options->is_called_off;
	host->files.progress = options->progress;
	host->heap_limit_before = sqlite3_hard_heap_limit64(sqlite_heap_limit);
	*ret_host = host;
	return NULL;
}

static void host_stop(struct host *host)
{
	if (host) {
		sqlite3_hard_heap_limit64(host->heap_limit_before);
		kept_end(host->kept);
		large_files_end(&host->files);
	}
}

static const char *library_version(void)
{
	return sqlite3_libversion();
}

/* --- databases --------------------------------------------------------------------------------- */

/* A copy of `len` bytes that SQLite may grow: the whole heap has no limit, what is connected to has (see limit_heap). */
static struct error *copy_bytes(const unsigned char *bytes, int64_t len, struct arena *arena,
		unsigned char **ret_copy)
{
	unsigned char *copy = NULL;

	if (len > 0) {
		const int64_t limit = sqlite3_hard_heap_limit64(0);

		copy = sqlite3_malloc64((sqlite3_uint64)len);
		sqlite3_hard_heap_limit64(limit > 0 ? limit + len : 0);
		if (!copy) {
			return error_new(arena, ERROR_ENVIRONMENT,
					"could not copy a database: out of memory");
		}
		memcpy(copy, bytes, (size_t)len);
	}
	*ret_copy = copy;
	return NULL;
}

/* --- a file for others --------------------------------------------------------------------------- */

static struct error *database_lend(struct database *database, str folder, struct arena *arena,
		struct database_address *ret_address)
{
	struct error *err = sqlite_thaw(database, arena);
	if (err) {
		return err;
	}
	if (!database->path.len) {
		assert(!database->connections);
		sqlite_take_bytes(database);
		const str bytes = { (const char *)database->bytes, (size_t)database->len };
		const str path = path_join(folder,
				str_format(arena, "%llx.sqlite",
						(unsigned long long)(uintptr_t)database),
				arena);
		err = file_write(path, bytes, arena);
		if (err) {
			return err;
		}
		sqlite3_free(database->bytes);
		database->bytes = NULL;
		database->path = path;
	}
	*ret_address = (struct database_address){ .path = database->path };
	return NULL;
}

static void database_leave(struct database *database)
{
	assert(!database->connections);
	sqlite_take_bytes(database);
	database->path = (str){ 0 };
}

/* The bytes of a database that nobody is connected to, borrowed from it or in `arena`. */
static struct error *read_bytes(struct database *database, struct arena *arena, str *ret_bytes)
{
	if (!database->path.len) {
		sqlite_take_bytes(database);
		*ret_bytes = (str){ (const char *)database->bytes, (size_t)database->len };
		return NULL;
	}
	struct error *err = large_file_settle(database->path, arena);

	return err ? err
		   : file_read(database->path, (size_t)sqlite_database_limit, arena, ret_bytes);
}

/* --- databases again ------------------------------------------------------------------------------ */

static struct error *database_create(
		struct host *host, struct arena *arena, struct database **ret_database)
{
	struct database *database = arena_new(arena, struct database);

	database->kept = host->kept;
	database->files = &host->files;
	database->is_called_off = host->is_called_off;
	*ret_database = database;
	return NULL;
}

static struct error *database_clone(struct host *host, struct image *image,
		const struct database *replaced, struct arena *arena,
		struct database **ret_database)
{
	struct database *database = arena_new(arena, struct database);

	(void)replaced; // there are no roles
	database->kept = host->kept;
	database->files = &host->files;
	database->is_called_off = host->is_called_off;
	database->large_len = image->large_len;
	struct error *err = image->original
			? large_original_copy(&host->files, image->original, arena, &database->path)
			: image->path.len
			? large_file_copy(&host->files, image->path, arena, &database->path)
			: copy_bytes(image->bytes, image->len, arena, &database->bytes);
	if (err) {
		return err;
	}
	database->len = image->len;
	*ret_database = database;
	return NULL;
}

static struct error *freeze_file(
		struct database *database, struct arena *arena, struct image **ret_image)
{
	struct image *image = arena_new(arena, struct image);

	if (database->original) {
		image->original = database->original;
		image->large_len = database->large_len;
		*ret_image = image;
		return NULL;
	}
	struct error *err = sqlite_thaw(database, arena);
	if (!err) {
		err = large_file_settle(database->path, arena);
	}
	if (err) {
		return err;
	}
	image->path = database->path;
	image->large_len = database->large_len;
	image->taken = database;
	database->path = (str){ 0 };
	database->frozen = image;
	*ret_image = image;
	return NULL;
}

static struct error *database_freeze(
		struct database *database, struct arena *arena, struct image **ret_image)
{
	struct image *image = arena_new(arena, struct image);
	const struct arena_mark mark = arena_mark(arena);
	str bytes = { 0 };

	assert(!database->connections);
	if (database->large_len) {
		return freeze_file(database, arena, ret_image);
	}
	struct error *err = read_bytes(database, arena, &bytes);
	if (err) {
		return err;
	}
	if (bytes.len) {
		image->bytes = malloc(bytes.len);
		if (!image->bytes) {
			return error_new(arena, ERROR_ENVIRONMENT,
					"could not keep a copy of a database: out of memory");
		}
		memcpy(image->bytes, bytes.data, bytes.len);
	}
	image->len = (int64_t)bytes.len;
	arena_rewind(arena, mark);
	*ret_image = image;
	return NULL;
}

static void image_drop(struct image *image)
{
	if (image && image->taken) { // it may be used again, and gets back what it was
		image->taken->path = image->path;
		image->taken->frozen = NULL;
	} else if (image) {
		free(image->bytes);
		large_file_remove(image->path);
	}
	if (image) {
		*image = (struct image){ 0 };
	}
}

static void database_drop(struct database *database)
{
	if (database) {
		assert(!database->connections);
		sqlite_take_bytes(database);
		sqlite3_free(database->bytes);
		large_file_remove(database->path);
		if (database->frozen) {
			database->frozen->taken = NULL;
		}
		*database = (struct database){
			.kept = database->kept,
			.files = database->files,
			.is_called_off = database->is_called_off,
		};
	}
}

/* --- files ------------------------------------------------------------------------------------- */

/* Where a database file's header says how it is journalled: 1 is a rollback journal, 2 is WAL. */
enum {
	HEADER_WRITE_VERSION = 18,
	HEADER_READ_VERSION = 19,
	HEADER_LEN = 100,
};

static const char header_magic[16] = "SQLite format 3";

/* Whether the file `path` with `suffix` has anything in it. */
static bool has_side_file(str path, const char *suffix, struct arena *arena)
{
	const str side = str_format(arena, "%.*s%s", STR_ARG(path), suffix);
	struct stat status;

	return stat(side.data, &status) == 0 && status.st_size > 0;
}

/* Changes that are not in the file itself yet would be missing, without a word. */
static struct error *check_side_files(str path, struct arena *arena)
{
	static const char *const suffixes[] = { "-wal", "-journal" };

	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		if (has_side_file(path, suffixes[i], arena)) {
			struct error *err = error_new(arena, ERROR_INVALID,
					"cannot load '%.*s': there are unfinished changes in '%.*s%s'",
					STR_ARG(path), STR_ARG(path), suffixes[i]);
			err->hint = STR("Copy the database with the .backup command of sqlite3, "
					"and load the copy.");
			return err;
		}
	}
	return NULL;
}

static struct error *check_header(str path, str file, struct arena *arena)
{
	if (file.len == 0) {
		return NULL; // what SQLite leaves when nothing was ever written
	}
	if (file.len < HEADER_LEN || memcmp(file.data, header_magic, sizeof(header_magic)) != 0) {
		return error_new(arena, ERROR_INVALID, "cannot load '%.*s': not a SQLite database",
				STR_ARG(path));
	}
	return NULL;
}

/*
 * Let SQLite look for damage: better here, by name, than in the middle of a step. Of a large file that takes longer than
 * all else, so there only the schema is read.
 */
static struct error *check_whole(
		struct database *database, str path, int64_t deadline_us, struct arena *arena)
{
	struct connection *connection = NULL;
	struct result result = { 0 };

	struct error *err = sqlite_connect_to_read(database, arena, &connection);
	if (err) {
		return err;
	}
	/* The check evaluates the CHECK constraints of a stranger. */
	sqlite_set_deadline(connection, deadline_us);
	err = sqlite_query(connection,
			database->large_len
					? STR("SELECT 'ok' FROM (SELECT count(*) FROM sqlite_schema)")
					: STR("PRAGMA quick_check(1)"),
			arena, &result);
	if (err && err->code == ERROR_DATABASE) {
		err = error_new(arena, ERROR_INVALID, "cannot load '%.*s': %.*s", STR_ARG(path),
				STR_ARG(err->message));
	} else if (!err && (result.row_count != 1 || !str_equal(result.values[0], STR("ok")))) {
		const str reason = result.row_count > 0 ? result.values[0] : STR("no answer");
		err = error_new(arena, ERROR_INVALID, "cannot load '%.*s': damaged: %.*s",
				STR_ARG(path), STR_ARG(reason));
	}
	sqlite_disconnect(connection);
	return err;
}

/* Put what is packed into a file of ours: nobody knows before how large it is. */
static struct error *unpack_to_file(struct database *database, str given, struct unpack *unpack,
		struct arena *arena, str *ret_path)
{
	const size_t size = (size_t)256 * 1024;
	char *part = arena_alloc(arena, size);
	struct progress *progress = database->files->progress;
	size_t len = 1;
	int64_t done = 0;
	struct error *err = large_file_name(database->files, arena, ret_path);
	const int fd = err ? -1
			   : open(ret_path->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (!err && fd < 0) {
		err = error_from_errno(arena, "write '%.*s'", STR_ARG(*ret_path));
	}
	progress_begin(progress, "unpacking", path_name(given), 0);
	while (!err && len) {
		err = unpack_read(unpack, part, size, &len);
		progress_reach(progress, done += (int64_t)len);
		if (!err && !descriptor_write(fd, (str){ part, len })) {
			err = error_from_errno(arena, "write '%.*s'", STR_ARG(*ret_path));
			err->code = ERROR_ENVIRONMENT;
		}
	}
	progress_end(progress);
	if (fd >= 0) {
		close(fd);
	}
	if (err) {
		large_file_remove(*ret_path);
	}
	return err;
}

/* A large file: one of others is left where it is until somebody is to write. */
static struct error *adopt_file(struct database *database, str path, int64_t size, bool is_ours,
		struct arena *arena)
{
	struct error *err = is_ours ? large_file_drop_log_mode(path, arena) : NULL;

	if (err) {
		return err;
	}
	database_drop(database); // what it held before
	if (is_ours) {
		database->path = path;
	} else {
		database->original = large_original_new(database->files, path, arena);
	}
	database->large_len = size;
	return NULL;
}

/* What fits into memory. */
static struct error *adopt_bytes(struct database *database, str file, struct arena *arena)
{
	unsigned char *bytes = NULL;
	struct error *err = copy_bytes(
			(const unsigned char *)file.data, (int64_t)file.len, arena, &bytes);

	if (err) {
		return err;
	}
	if (bytes) {
		/* A database in memory has no WAL; that there is none to read was checked. */
		bytes[HEADER_WRITE_VERSION] = 1;
		bytes[HEADER_READ_VERSION] = 1;
	}
	database_drop(database); // what it held before
	database->bytes = bytes;
	database->len = (int64_t)file.len;
	return NULL;
}

static struct error *file_size(str path, struct arena *arena, int64_t *ret_size)
{
	struct stat status;

	if (stat(path.data, &status)) {
		return error_from_errno(arena, "read '%.*s'", STR_ARG(path));
	}
	*ret_size = status.st_size;
	return NULL;
}

/* Take over the file at `path`, which stands in `given` for people to know. */
static struct error *adopt(
		struct database *database, str given, str path, bool is_ours, struct arena *arena)
{
	int64_t size = 0;
	str start = { 0 }, file = { 0 };

	struct error *err = file_size(path, arena, &size);
	if (!err) {
		err = file_read_start(path, HEADER_LEN, arena, &start);
	}
	if (!err) {
		err = check_header(given, start, arena);
	}
	if (!err) {
		err = check_side_files(given, arena);
	}
	if (err || size > sqlite_memory_limit) {
		return err ? err : adopt_file(database, path, size, is_ours, arena);
	}
	err = file_read(path, (size_t)sqlite_memory_limit, arena, &file);
	if (is_ours) {
		large_file_remove(path);
	}
	return err ? err : adopt_bytes(database, file, arena);
}

static struct error *database_load(struct database *database, const struct dump *dump,
		int64_t deadline_us, struct arena *arena, struct str_list *ret_notes)
{
	const str path = str_copy(dump->path, arena);
	struct unpack *unpack = NULL;
	str file = path;
	bool is_packed = false;

	(void)ret_notes; // a file of ours is taken as it is

	assert(!database->connections);
	sqlite_take_bytes(database);
	struct error *err = unpack_open(path, arena, &unpack);
	if (err && err->code == ERROR_ENVIRONMENT) { // of the file that was named, not of the machine
		err->code = ERROR_INVALID;
	}
	if (!err) {
		is_packed = unpack_is_unpacking(unpack);
		err = is_packed ? unpack_to_file(database, path, unpack, arena, &file) : NULL;
		unpack_close(unpack);
	}
	if (!err) {
		err = adopt(database, path, file, is_packed, arena);
		if (err && is_packed) {
			large_file_remove(file);
		}
	}
	if (err) {
		return err;
	}
	err = check_whole(database, path, deadline_us, arena);
	if (err) {
		database_drop(database);
	}
	return err;
}

static bool is_file_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_' || c == '-' || c == '.';
}

/* A file name for `label`: what no file name may hold is replaced, and a hash keeps two labels apart. */
static str kept_name(str label, struct arena *arena)
{
	static const size_t most = 150;
	struct buf name = { .arena = arena };

	for (size_t i = 0; i < label.len && i < most; i++) {
		buf_add_char(&name, is_file_char(label.data[i]) ? label.data[i] : '-');
	}
	buf_format(&name, "-%08x.sqlite", (unsigned)(str_hash(label) & 0xffffffff));
	return buf_str(&name);
}

static struct error *database_keep(
		struct database *database, str label, struct arena *arena, str *ret_command)
{
	const str name = kept_name(label, arena);
	str bytes = { 0 };

	assert(!database->connections);
	int outer = -1, folder = -1;
	struct error *err = sqlite_thaw(database, arena);
	if (!err && database->large_len) {
		err = large_file_settle(database->path, arena);
	} else if (!err) {
		err = read_bytes(database, arena, &bytes);
	}
	if (!err) {
		err = directory_make_ignored(STR(".rehearse"), arena);
	}
	if (!err) {
		err = folder_open_own(-1, ".rehearse", false, arena, &outer);
	}
	if (!err) { // the rows may be someone's: nobody else reads them
		err = folder_open_own(outer, "kept", true, arena, &folder);
	}
	if (!err) {
		err = database->large_len
				? file_clone(database->path,
						  path_join(STR(".rehearse/kept"), name, arena),
						  NULL, arena)
				: file_write_in(folder, name, true, bytes, arena);
	}
	if (folder >= 0) {
		close(folder);
	}
	if (outer >= 0) {
		close(outer);
	}
	if (!err) { // kept_name() leaves nothing that a shell would see in quotes
		*ret_command = str_format(arena, "sqlite3 '.rehearse/kept/%.*s'", STR_ARG(name));
	}
	return err;
}

/* --- text -------------------------------------------------------------------------------------- */

static void quote_identifier(str name, struct buf *out)
{
	sql_quote(name, '"', out);
}

static void quote_text(str text, struct buf *out)
{
	sql_quote(text, '\'', out);
}

/* Quoted where SQLAlchemy would: a name it quotes is no lower-case word, or a keyword. */
static void add_sqlalchemy_name(str name, struct buf *out)
{
	bool is_plain = name.len > 0 && !(name.data[0] >= '0' && name.data[0] <= '9') &&
			name.data[0] != '$' && !sqlite3_keyword_check(name.data, (int)name.len);

	for (size_t i = 0; i < name.len && is_plain; i++) {
		const char c = name.data[i];
		is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
	}
	if (is_plain) {
		buf_add(out, name);
	} else {
		quote_identifier(name, out);
	}
}

static str version_table_sql(str schema, str table, bool primary_key, struct arena *arena)
{
	struct buf sql = { .arena = arena };

	buf_add(&sql, STR("CREATE TABLE "));
	if (schema.len > 0) {
		add_sqlalchemy_name(schema, &sql);
		buf_add_char(&sql, '.');
	}
	add_sqlalchemy_name(table, &sql);
	buf_add(&sql, STR(" (\n\tversion_num VARCHAR(32) NOT NULL"));
	if (primary_key) {
		buf_add(&sql, STR(", \n\tCONSTRAINT "));
		add_sqlalchemy_name(str_format(arena, "%.*s_pkc", STR_ARG(table)), &sql);
		buf_add(&sql, STR(" PRIMARY KEY (version_num)"));
	}
	buf_add(&sql, STR("\n)"));
	return buf_str(&sql);
}

/* --- reading ----------------------------------------------------------------------------------- */

static str has_table_sql(str schema, str table, struct arena *arena)
{
	struct buf sql = { .arena = arena };

	buf_add(&sql, STR("PRAGMA "));
	quote_identifier(schema.len > 0 ? schema : STR("main"), &sql);
	buf_add(&sql, STR(".table_info("));
	quote_identifier(table, &sql);
	buf_add_char(&sql, ')');
	return buf_str(&sql);
}

static struct error *has_table(struct connection *connection, str schema, str table,
		struct arena *arena, bool *ret_is_there)
{
	struct result result = { 0 };
	struct error *err = sqlite_query(
			connection, has_table_sql(schema, table, arena), arena, &result);

	if (err) {
		return err;
	}
	*ret_is_there = result.row_count > 0;
	return NULL;
}

static struct error *read_rows(struct connection *connection, str table,
		const struct str_list *columns, engine_row_fn *take, void *data,
		struct arena *arena)
{
	struct buf sql = { .arena = arena };

	/* A snapshot does not know the columns of virtual tables. */
	buf_add(&sql, columns->count ? STR("SELECT ") : STR("SELECT *"));
	for (size_t i = 0; i < columns->count; i++) {
		/* With the table before it: alone, a name that is not there would be read as text. */
		buf_add(&sql, i > 0 ? STR(", t.") : STR("t."));
		quote_identifier(columns->items[i], &sql);
	}
	buf_add(&sql, STR(" FROM main."));
	quote_identifier(table, &sql);
	buf_add(&sql, STR(" AS t"));
	return sqlite_each_row(connection, buf_str(&sql), take, data, arena);
}

static struct statements split(str sql, struct arena *arena)
{
	struct statements list = { 0 };
	struct statement statement;
	size_t from = 0;

	while (sql_next_statement(sql, from, &statement, &from)) {
		*LIST_PUSH(&list, arena) = statement;
	}
	return list;
}

extern const struct engine engine_sqlite;

const struct engine engine_sqlite = {
	.name = "sqlite",
	.title = "SQLite",
	.driver_habit = "Python's driver for SQLite begins a transaction before an INSERT, "
			"UPDATE or DELETE, never before a CREATE, ALTER or DROP.",
	.transactional_ddl = false,
	.library_version = library_version,
	.host_start = host_start,
	.host_stop = host_stop,
	.database_create = database_create,
	.database_clone = database_clone,
	.database_freeze = database_freeze,
	.image_drop = image_drop,
	.database_drop = database_drop,
	.database_load = database_load,
	.database_keep = database_keep,
	.database_lend = database_lend,
	.database_leave = database_leave,
	.connect = sqlite_connect,
	.connect_to_read = sqlite_connect_to_read,
	.connect_session = sqlite_connect_session,
	.disconnect = sqlite_disconnect,
	.set_autocommit = sqlite_set_autocommit,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.transaction = sqlite_transaction,
	.set_deadline = sqlite_set_deadline,
	.is_address = sqlite_is_address,
	.address_public = sqlite_address_public,
	.capture_suffix = ".sqlite",
	.capture = sqlite_capture,
	.split = split,
	.execute = sqlite_execute,
	.quote_identifier = quote_identifier,
	.quote_text = quote_text,
	.snapshot = sqlite_snapshot,
	.has_table = has_table,
	.has_table_sql = has_table_sql,
	.version_table_sql = version_table_sql,
	.read_rows = read_rows,
};
