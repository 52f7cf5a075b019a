/*
 * What stands in for the files that need libgit2, where the program was built without it.
 */
#include "files/branch.h"
#include "files/files.h"
#include "files/history.h"

static struct error *no_libgit2(struct arena *arena, const char *what)
{
	struct error *error = error_new(arena, ERROR_ENVIRONMENT,
			"could not %s: this program was built without libgit2", what);

	error->hint = STR("Build it where libgit2 is installed; on Debian: libgit2-dev.");
	return error;
}

struct error *files_open_commit(str folder, str ref, struct arena *arena, struct files *ret_files)
{
	(void)folder;
	(void)ret_files;
	return no_libgit2(arena, str_format(arena, "read commit '%.*s'", STR_ARG(ref)).data);
}

struct error *branch_find(
		str folder, str tip, str other, struct arena *arena, struct branch *ret_branch)
{
	(void)folder;
	(void)tip;
	(void)ret_branch;
	return no_libgit2(arena, str_format(arena, "read commit '%.*s'", STR_ARG(other)).data);
}

struct error *tags_read(const struct tags_request *request, struct arena *arena, size_t *ret_count)
{
	(void)request;
	(void)ret_count;
	return no_libgit2(arena, "read the tags");
}

struct error *tags_list(str folder, str glob, struct arena *arena, struct str_list *ret_names)
{
	(void)folder;
	(void)glob;
	(void)ret_names;
	return no_libgit2(arena, "read the tags");
}

str files_git_release(struct arena *arena)
{
	(void)arena;
	return STR("");
}

struct error *history_search(const struct history_request *request, struct arena *arena,
		struct history *ret_history)
{
	(void)request;
	(void)ret_history;
	return no_libgit2(arena, "look through git history");
}
