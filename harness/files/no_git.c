/*
 * What stands in for the files that need libgit2, where the program was built without it.
 */
#include "files/files.h"
#include "files/history.h"

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

struct error *history_search(const struct history_request *request, struct arena *arena,
		struct history *ret_history)
{
	(void)request;
	(void)ret_history;
	return error_new(arena, ERROR_ENVIRONMENT,
			"could not look through git history: this program was built without libgit2");
}
