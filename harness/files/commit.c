/*
 * The files of a commit, by libgit2: its trees and blobs are read as they are stored.
 */
#include "files/files.h"
#include "files/git.h"

#include "kit/file.h"

#include <git2.h>

/* Links from link to link; more is a circle. */
#define MAX_LINKS 16

/* Bytes of a folder that libgit2 keeps in memory; its own limit is 4096. */
#define MAX_CACHED_TREE ((size_t)16 * 1024 * 1024)

struct commit {
	git_repository *repository;
	git_tree *tree;
};

/* What is at `path` within the commit's root, links followed; NULL: nothing. The caller frees it. */
static git_tree_entry *find_entry(const struct files *files, str path, struct arena *arena,
		bool *ret_is_link, str *ret_final)
{
	const struct commit *commit = files->data;

	*ret_is_link = false;
	for (int links = 0; links < MAX_LINKS; links++) {
		str rest = path_relative(path, files->folder, arena), part;
		str walked = STR(""), target = STR("");
		git_tree_entry *entry = NULL;

		if (str_starts_with(rest, STR("..")) || str_equal(rest, STR("."))) {
			return NULL;
		}
		while (!target.len && str_next_part(&rest, '/', &part)) {
			walked = path_join(walked, part, arena);
			git_tree_entry_free(entry);
			entry = NULL;
			if (git_tree_entry_bypath(&entry, commit->tree, str_to_c(walked, arena))) {
				return NULL;
			}
			if (git_tree_entry_filemode(entry) == GIT_FILEMODE_LINK) {
				git_blob *blob;

				*ret_is_link = !rest.data; // it is the last part itself
				if (git_blob_lookup(&blob, commit->repository,
						    git_tree_entry_id(entry))) {
					break;
				}
				target = str_copy((str){ git_blob_rawcontent(blob),
								  (size_t)git_blob_rawsize(blob) },
						arena);
				git_blob_free(blob);
			}
		}
		if (!target.len) {
			*ret_final = path_join(files->folder, walked, arena);
			return entry;
		}
		git_tree_entry_free(entry);
		const str folder = path_folder(path_join(files->folder, walked, arena));

		path = path_join(path_join(folder, target, arena), rest, arena);
		path = path_normalise(path, arena);
	}
	return NULL;
}

static bool is_root(const struct files *files, str path)
{
	return str_equal(path, files->folder);
}

static struct error *no_such(const struct files *files, str path, struct arena *arena)
{
	return error_new(arena, ERROR_NOT_FOUND, "could not read '%.*s': it is not there",
			STR_ARG(files_name(files, path, arena)));
}

static struct error *commit_read(const struct files *files, str path, size_t limit,
		struct arena *arena, str *ret_text)
{
	const struct commit *commit = files->data;
	bool is_link;
	str final;
	git_tree_entry *entry = find_entry(files, path, arena, &is_link, &final);
	git_blob *blob;

	if (!entry) {
		return no_such(files, path, arena);
	}
	const bool is_blob = git_tree_entry_type(entry) == GIT_OBJECT_BLOB;
	const bool is_read = is_blob &&
			!git_blob_lookup(&blob, commit->repository, git_tree_entry_id(entry));

	git_tree_entry_free(entry);
	if (!is_blob) {
		return error_new(arena, ERROR_INVALID, "'%.*s' is not a file",
				STR_ARG(files_name(files, path, arena)));
	}
	if (!is_read) {
		return git_failure(arena, "read '%.*s'", STR_ARG(files_name(files, path, arena)));
	}
	const str text = { git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob) };
	struct error *error = NULL;

	if (text.len > limit) {
		error = error_new(arena, ERROR_INVALID, "'%.*s' is larger than %zu bytes",
				STR_ARG(files_name(files, path, arena)), limit);
	} else {
		*ret_text = str_copy(text, arena);
	}
	git_blob_free(blob);
	return error;
}

static struct error *commit_list(const struct files *files, str path, struct arena *arena,
		struct str_list *ret_names)
{
	const struct commit *commit = files->data;
	git_tree *tree = NULL;
	bool is_link;
	str final;

	*ret_names = (struct str_list){ 0 };
	if (is_root(files, path)) {
		if (git_tree_dup(&tree, commit->tree)) {
			return git_failure(arena, "list the commit");
		}
	} else {
		git_tree_entry *entry = find_entry(files, path, arena, &is_link, &final);
		const bool is_read = entry &&
				!git_tree_lookup(&tree, commit->repository,
						git_tree_entry_id(entry));

		git_tree_entry_free(entry);
		if (!is_read) {
			return no_such(files, path, arena);
		}
	}
	for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
		const char *name = git_tree_entry_name(git_tree_entry_byindex(tree, i));

		str_list_add(ret_names, str_copy(str_from(name), arena), arena);
	}
	git_tree_free(tree);
	return NULL;
}

static struct entry commit_look(const struct files *files, str path, struct arena *arena)
{
	struct entry found = { .kind = ENTRY_NONE };
	str final;

	if (is_root(files, path)) {
		found.kind = ENTRY_FOLDER;
		return found;
	}
	git_tree_entry *entry = find_entry(files, path, arena, &found.is_link, &final);

	if (entry) {
		const git_object_t type = git_tree_entry_type(entry);

		found.kind = type == GIT_OBJECT_BLOB      ? ENTRY_FILE
				: type == GIT_OBJECT_TREE ? ENTRY_FOLDER
							  : ENTRY_OTHER; // a submodule
		git_tree_entry_free(entry);
	}
	return found;
}

static str commit_resolve(const struct files *files, str path, struct arena *arena)
{
	bool is_link;
	str final = path;
	git_tree_entry *entry = find_entry(files, path, arena, &is_link, &final);

	git_tree_entry_free(entry);
	return entry ? final : path;
}

static void commit_close(struct files *files)
{
	struct commit *commit = files->data;

	git_tree_free(commit->tree);
	git_repository_free(commit->repository);
	git_libgit2_shutdown();
}

static const struct files_kind commit_kind = {
	.read = commit_read,
	.list = commit_list,
	.look = commit_look,
	.resolve = commit_resolve,
	.close = commit_close,
};

struct error *files_open_commit(str folder, str ref, struct arena *arena, struct files *ret_files)
{
	struct commit *commit = arena_new(arena, struct commit);
	git_object *object = NULL, *tree = NULL;
	struct error *error = git_open(folder, arena, &commit->repository);

	if (error) {
		return error;
	}
	// Each path is looked up from the root: a folder of thousands of files is not to be unpacked for each of them.
	git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, MAX_CACHED_TREE);
	if (git_revparse_single(&object, commit->repository, str_to_c(ref, arena)) ||
			git_object_peel(&tree, object, GIT_OBJECT_TREE)) {
		error = git_no_such_commit(commit->repository, ref, arena);
		git_object_free(object);
		git_repository_free(commit->repository);
		git_libgit2_shutdown();
		return error;
	}
	git_object_free(object);
	commit->tree = (git_tree *)tree;
	*ret_files = (struct files){
		.kind = &commit_kind,
		.data = commit,
		.at = ref,
		.folder = git_folder(commit->repository, arena),
	};
	return NULL;
}
