/*
 * What stands in for the files that need libgit2, where the program was built without it.
 */
#include "files/files.h"

struct error *files_open_commit(str folder, str ref, struct arena *arena, struct files *ret_files)
{
	(void)folder;
	(void)ret_files;
	struct error *error = error_new(arena, ERROR_ENVIRONMENT,
			"could not read commit '%.*s': this program was built without libgit2",
			STR_ARG(ref));

	error->hint = STR("Build it where libgit2 is installed; on Debian: libgit2-dev.");
	return error;
}
