#include "sqlite/files.h"

#include "kit/arena.h"
#include "kit/clone.h"
#include "kit/file.h"
#include "kit/scratch.h"

#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MIB ((int64_t)1024 * 1024)

const int64_t sqlite_memory_limit = 64 * MIB;

static const char *const side_suffixes[] = { "-wal", "-shm", "-journal" };

void large_files_end(struct large_files *files)
{
	scratch_remove(files->folder, files->arena);
	files->folder = (str){ 0 };
}

struct error *large_file_name(struct large_files *files, struct arena *arena, str *ret_path)
{
	struct error *error = files->folder.len
			? NULL
			: scratch_make(SCRATCH_DISK, files->arena, &files->folder);

	if (error) {
		return error;
	}
	*ret_path = path_join(
			files->folder, str_format(arena, "%u.sqlite", ++files->made), files->arena);
	return NULL;
}

struct error *large_file_copy(
		struct large_files *files, str from, struct arena *arena, str *ret_path)
{
	str path;
	struct error *error = large_file_name(files, arena, &path);

	if (!error) {
		error = file_check_room(from, files->folder, arena);
	}
	if (!error) {
		error = file_clone(from, path, files->progress, arena);
	}
	if (!error) {
		*ret_path = path;
	}
	return error;
}

/* A path in a URI for SQLite. */
str sqlite_file_uri(str path, const char *parameters, struct arena *arena)
{
	struct buf uri = { .arena = arena };

	buf_add(&uri, STR("file:"));
	for (size_t i = 0; i < path.len; i++) {
		if (strchr("%?#", path.data[i])) {
			buf_format(&uri, "%%%02x", (unsigned)(unsigned char)path.data[i]);
		} else {
			buf_add_char(&uri, path.data[i]);
		}
	}
	buf_add(&uri, str_from(parameters));
	return buf_str(&uri);
}

struct original *large_original_new(struct large_files *files, str path, struct arena *arena)
{
	struct original *original = arena_new(files->arena, struct original);

	original->path = str_copy(path, files->arena);
	original->mark = file_mark_take(path, arena);
	return original;
}

/* Where a database file's header says how it is journalled, for who writes and who reads: 1 is a rollback journal. */
enum {
	HEADER_VERSIONS = 18
};

struct error *large_file_drop_log_mode(str path, struct arena *arena)
{
	static const unsigned char rollback_journal[] = { 1, 1 };
	struct error *error = NULL;
	const int fd = open(path.data, O_WRONLY | O_CLOEXEC);

	if (fd < 0 ||
			pwrite(fd, rollback_journal, sizeof(rollback_journal), HEADER_VERSIONS) !=
					sizeof(rollback_journal)) {
		error = error_from_errno(arena, "write '%.*s'", STR_ARG(path));
	}
	if (fd >= 0) {
		close(fd);
	}
	return error;
}

/* What was read of it, and is copied now, are to be of one database. */
static struct error *check_unchanged(const struct original *original, struct arena *arena)
{
	const struct file_mark mark = file_mark_take(original->path, arena);

	return file_mark_equal(&mark, &original->mark)
			? NULL
			: error_new(arena, ERROR_ENVIRONMENT,
					  "'%.*s' was changed since it was loaded: load a copy of it, made with the .backup command of sqlite3",
					  STR_ARG(original->path));
}

struct error *large_original_copy(struct large_files *files, const struct original *original,
		struct arena *arena, str *ret_path)
{
	str path = { 0 };
	struct error *error = check_unchanged(original, arena);

	if (!error) {
		error = large_file_copy(files, original->path, arena, &path);
	}
	if (!error) {
		error = check_unchanged(original, arena);
	}
	if (!error) {
		error = large_file_drop_log_mode(path, arena);
	}
	if (error) {
		large_file_remove(path);
		return error;
	}
	*ret_path = path;
	return NULL;
}

void large_file_remove(str path)
{
	char side[PATH_MAX];

	if (!path.len) {
		return;
	}
	unlink(path.data);
	for (size_t i = 0; i < COUNT_OF(side_suffixes); i++) {
		snprintf(side, sizeof(side), "%s%s", path.data, side_suffixes[i]);
		unlink(side);
	}
}

struct error *large_file_settle(str path, struct arena *arena)
{
	sqlite3 *handle = NULL;
	const bool is_settled = sqlite3_open_v2(path.data, &handle,
						SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
						NULL) == SQLITE_OK &&
			sqlite3_exec(handle, "PRAGMA journal_mode = delete", NULL, NULL, NULL) ==
					SQLITE_OK;
	struct error *err = is_settled
			? NULL
			: error_new(arena, ERROR_DATABASE, "%s", sqlite3_errmsg(handle));

	sqlite3_close(handle);
	return err;
}
