#include "kit/scratch.h"

#include "kit/arena.h"
#include "kit/file.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX        "rehearse-cells-"
#define MEMORY_FOLDER "/dev/shm"

/* A file in a folder that is kept. */
#define KEPT ".kept"

static bool is_usable(const char *folder)
{
	struct stat status;

	return stat(folder, &status) == 0 && S_ISDIR(status.st_mode) &&
			access(folder, W_OK | X_OK) == 0;
}

static const char *base_folder(enum scratch_place place)
{
	return place == SCRATCH_MEMORY && is_usable(MEMORY_FOLDER) ? MEMORY_FOLDER
								   : file_temporary_folder();
}

struct error *scratch_make(enum scratch_place place, struct arena *arena, str *ret_folder)
{
	const char *base = base_folder(place);
	const str pattern = str_format(arena, "%s/" PREFIX "%ld-XXXXXX", base, (long)getpid());
	char *path = arena_new_array(arena, char, pattern.len + 1);

	memcpy(path, pattern.data, pattern.len);
	if (!mkdtemp(path)) {
		return error_from_errno(arena, "make a folder in '%s'", base);
	}
	*ret_folder = str_from(path);
	return NULL;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	remove(path);
	return 0;
}

void scratch_remove(str folder, struct arena *arena)
{
	if (folder.len) {
		nftw(str_to_c(folder, arena), remove_one, 16, FTW_DEPTH | FTW_PHYS);
	}
}

struct error *scratch_keep(str folder, struct arena *arena)
{
	return file_write(path_join(folder, STR(KEPT), arena), (str){ 0 }, arena);
}

/* Whether the folder is ours, of a process that has ended. */
static bool is_left(str path, str name)
{
	const str rest = str_slice(name, sizeof(PREFIX) - 1, name.len);
	const long pid = strtol(rest.data, NULL, 10);
	struct stat status;

	return lstat(path.data, &status) == 0 && S_ISDIR(status.st_mode) &&
			status.st_uid == geteuid() && pid > 0 && kill((pid_t)pid, 0) != 0 &&
			errno == ESRCH;
}

static size_t sweep(const char *base, bool kept, struct arena *arena)
{
	struct str_list names = { 0 };
	size_t removed = 0;

	if (directory_list_unsorted(str_from(base), arena, &names)) {
		return 0;
	}
	for (size_t i = 0; i < names.count; i++) {
		const str path = path_join(str_from(base), names.items[i], arena);

		if (str_starts_with(names.items[i], STR(PREFIX)) &&
				is_left(str_copy(path, arena), str_copy(names.items[i], arena)) &&
				path_is_file(path_join(path, STR(KEPT), arena), arena) == kept) {
			scratch_remove(path, arena);
			removed++;
		}
	}
	return removed;
}

static size_t sweep_all(bool kept, struct arena *arena)
{
	const char *disk = file_temporary_folder();
	size_t removed = sweep(disk, kept, arena);

	if (strcmp(disk, MEMORY_FOLDER) != 0) {
		removed += sweep(MEMORY_FOLDER, kept, arena);
	}
	return removed;
}

size_t scratch_sweep(struct arena *arena)
{
	return sweep_all(false, arena);
}

size_t scratch_remove_kept(struct arena *arena)
{
	return sweep_all(true, arena);
}
