#include "files/git.h"

#include "files/files.h"
#include "kit/file.h"
#include "kit/suggest.h"

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
	git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE,
			(size_t)4096); // as it comes
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

static str real_path(const char *path, struct arena *arena)
{
	return path_normalise(path_absolute(str_from(path), arena), arena);
}

bool git_is_bare(const git_repository *repository, struct arena *arena)
{
	const char *workdir = git_repository_workdir(repository);
	const str folder = real_path(git_repository_path(repository), arena);

	// libgit2 takes the folder above for that of the files; git does that of a .git alone.
	return !workdir ||
			(!str_equal(path_name(folder), STR(".git")) &&
					str_equal(path_folder(folder), real_path(workdir, arena)));
}

str git_folder(const git_repository *repository, struct arena *arena)
{
	return real_path(git_is_bare(repository, arena) ? git_repository_path(repository)
							: git_repository_workdir(repository),
			arena);
}

struct str_list git_locations(const git_repository *repository, const struct str_list *locations,
		struct arena *arena)
{
	const str root = git_folder(repository, arena);
	struct str_list found = { 0 };

	for (size_t i = 0; i < locations->count; i++) {
		const str location = path_relative(
				path_absolute(locations->items[i], arena), root, arena);

		if (!str_starts_with(location, STR(".."))) {
			str_list_add(&found, str_equal(location, STR(".")) ? STR("") : location,
					arena);
		}
	}
	return found;
}

str files_git_release(struct arena *arena)
{
	int major, minor, patch;

	git_libgit2_version(&major, &minor, &patch);
	return str_format(arena, "%d.%d.%d", major, minor, patch);
}

str git_id_text(const git_oid *id)
{
	return (str){ (const char *)id->id, sizeof(id->id) };
}

/* What stands for the commits that people may mean: branches and tags by their short names. */
static struct str_list reference_names(git_repository *repository, struct arena *arena)
{
	git_reference_iterator *iterator;
	git_reference *reference;
	struct str_list names = { 0 };

	if (git_reference_iterator_new(&iterator, repository)) {
		return names;
	}
	while (!git_reference_next(&reference, iterator)) {
		str_list_add(&names, str_copy(str_from(git_reference_shorthand(reference)), arena),
				arena);
		git_reference_free(reference);
	}
	git_reference_iterator_free(iterator);
	return names;
}

/* The name that `name` has in a clone: "origin/main" for "main"; else the nearest one. */
static str nearest_reference(const struct str_list *names, str name, struct arena *arena)
{
	const str ending = str_format(arena, "/%.*s", STR_ARG(name));

	for (size_t i = 0; i < names->count; i++) {
		if (str_ends_with(names->items[i], ending)) {
			return names->items[i];
		}
	}
	return suggest_nearest(name, names->items, names->count, arena);
}

struct error *git_no_such_commit(git_repository *repository, str name, struct arena *arena)
{
	const struct str_list names = reference_names(repository, arena);
	const str nearest = nearest_reference(&names, name, arena);
	struct error *error = error_new(arena, ERROR_NOT_FOUND,
			"the git repository has no commit '%.*s'", STR_ARG(name));

	error->hint = STR("A branch, a tag or a commit is meant, as 'git log' takes it.");
	if (nearest.len) {
		error->hint = suggest_did_you_mean(nearest, STR(""), arena);
	} else if (git_repository_is_shallow(repository) == 1) {
		error->hint = STR(
				"This clone is shallow, and may lack it: 'git fetch --unshallow origin +refs/heads/*:refs/remotes/origin/*' brings all, and in GitHub Actions 'fetch-depth: 0'.");
	}
	return error;
}
