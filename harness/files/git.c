#include "files/git.h"

#include "kit/file.h"

#include <git2.h>

struct error *git_failure(struct arena *arena, const char *format, ...)
{
	const git_error *last = git_error_last();
	va_list values;

	va_start(values, format);
	const str what = str_format_list(arena, format, values);

	va_end(values);
	return error_new(arena, ERROR_ENVIRONMENT, "could not %.*s: %s", STR_ARG(what),
			last ? last->message : "unknown reason");
}

struct error *git_open(str folder, struct arena *arena, git_repository **ret_repository)
{
	git_libgit2_init();
	// Ownership matters to those who run what a repository's configuration names.
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	const int status = git_repository_open_ext(ret_repository, str_to_c(folder, arena),
			GIT_REPOSITORY_OPEN_CROSS_FS, NULL);

	if (!status) {
		return NULL;
	}
	struct error *error =
			git_failure(arena, "open the git repository of '%.*s'", STR_ARG(folder));

	if (status == GIT_ENOTFOUND) {
		error = error_new(arena, ERROR_NOT_FOUND, "'%.*s' is in no git repository",
				STR_ARG(folder));
	}
	git_libgit2_shutdown();
	return error;
}

str git_folder(const git_repository *repository, struct arena *arena)
{
	const char *workdir = git_repository_workdir(repository);
	const char *folder = workdir ? workdir : git_repository_path(repository);

	return path_normalise(path_absolute(str_from(folder), arena), arena);
}
