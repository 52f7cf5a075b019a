#include "sqlite/files.h"

#include "kit/arena.h"
#include "kit/clone.h"
#include "kit/file.h"
#include "kit/scratch.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
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
		error = file_clone(from, path, arena);
	}
	if (!error) {
		*ret_path = path;
	}
	return error;
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
