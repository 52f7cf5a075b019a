#include "files/branch.h"

#include "files/files.h"
#include "files/git.h"
#include "kit/file.h"
#include "kit/table.h"

#include <git2.h>

static str full_id(const git_oid *oid, struct arena *arena)
{
	char text[GIT_OID_HEXSZ + 1];

	return str_copy(str_from(git_oid_tostr(text, sizeof(text), oid)), arena);
}

/* The commit that `name` names; false: none. */
static bool find_commit(git_repository *repository, str name, struct arena *arena, git_oid *ret_id)
{
	git_object *object = NULL, *commit = NULL;
	const bool is_found = !git_revparse_single(&object, repository, str_to_c(name, arena)) &&
			!git_object_peel(&commit, object, GIT_OBJECT_COMMIT);

	if (is_found) {
		*ret_id = *git_object_id(commit);
	}
	git_object_free(commit);
	git_object_free(object);
	return is_found;
}

struct error *branch_find(
		str folder, str tip, str other, struct arena *arena, struct branch *ret_branch)
{
	git_repository *repository;
	git_oid tip_id, other_id, base_id;
	struct error *error = git_open(folder, arena, &repository);

	if (error) {
		return error;
	}
	*ret_branch = (struct branch){
		.root = git_is_bare(repository, arena) ? STR("") : git_folder(repository, arena),
		.is_shallow = git_repository_is_shallow(repository) == 1,
	};
	if (!find_commit(repository, other, arena, &other_id)) {
		error = git_no_such_commit(repository, other, arena);
		goto out;
	}
	ret_branch->other = full_id(&other_id, arena);
	if (!find_commit(repository, tip.len ? tip : STR("HEAD"), arena, &tip_id)) {
		if (tip.len) {
			error = git_no_such_commit(repository, tip, arena);
		} // else nothing was ever committed: there is no base
	} else if (!git_merge_base(&base_id, repository, &tip_id, &other_id)) {
		ret_branch->base = full_id(&base_id, arena);
	}
out:
	git_repository_free(repository);
	git_libgit2_shutdown();
	return error;
}

/* ---- tags ---- */

/* Folders in each other; a deeper one is left alone. */
#define MAX_DEPTH 16

struct tags {
	const struct tags_request *request;
	struct arena *arena;
	git_repository *repository;
	struct table seen; /* trees and files, by id */
	bool is_enough;
};

/* Whether an object comes by for the first time. */
static bool is_new(struct tags *tags, const git_oid *oid)
{
	const str id = { (const char *)oid->id, sizeof(oid->id) };
	uint32_t ignored;

	if (table_find(&tags->seen, id, &ignored)) {
		return false;
	}
	table_set(&tags->seen, str_copy(id, tags->arena), 0);
	return true;
}

static void look_at_file(struct tags *tags, str path, const git_oid *id)
{
	git_blob *blob;

	if (git_blob_lookup(&blob, tags->repository, id)) {
		return; // of a clone that has not all of them
	}
	const str text = { git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob) };

	tags->is_enough = !tags->request->look(tags->request->data, path, text, tags->arena);
	git_blob_free(blob);
}

static void look_at_tree(struct tags *tags, str path, const git_oid *id, int depth)
{
	git_tree *tree;

	if (depth > MAX_DEPTH || !is_new(tags, id) ||
			git_tree_lookup(&tree, tags->repository, id)) {
		return;
	}
	for (size_t i = 0; !tags->is_enough && i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		const git_oid *entry_id = git_tree_entry_id(entry);
		const str name = str_from(git_tree_entry_name(entry));
		const git_object_t type = git_tree_entry_type(entry);

		if (type == GIT_OBJECT_TREE) {
			look_at_tree(tags, path_join(path, name, tags->arena), entry_id, depth + 1);
		} else if (type == GIT_OBJECT_BLOB && str_ends_with(name, STR(".py")) &&
				is_new(tags, entry_id)) {
			look_at_file(tags, path_join(path, name, tags->arena), entry_id);
		}
	}
	git_tree_free(tree);
}

static void look_at_tag(struct tags *tags, const char *name, const struct str_list *locations)
{
	const str reference = str_format(tags->arena, "refs/tags/%s", name);
	git_object *object = NULL, *tree = NULL;

	if (!git_revparse_single(&object, tags->repository, reference.data) &&
			!git_object_peel(&tree, object, GIT_OBJECT_TREE)) {
		for (size_t i = 0; !tags->is_enough && i < locations->count; i++) {
			const str location = locations->items[i];
			git_tree_entry *entry = NULL;

			if (!location.len) {
				look_at_tree(tags, location, git_object_id(tree), 0);
			} else if (!git_tree_entry_bypath(&entry, (git_tree *)tree,
						   str_to_c(location, tags->arena)) &&
					git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
				look_at_tree(tags, location, git_tree_entry_id(entry), 0);
			}
			git_tree_entry_free(entry);
		}
	}
	git_object_free(tree);
	git_object_free(object);
}

struct error *tags_read(const struct tags_request *request, struct arena *arena, size_t *ret_count)
{
	struct tags tags = { .request = request, .arena = arena, .seen = { .arena = arena } };
	git_strarray names = { 0 };
	struct error *error = git_open(request->folder, arena, &tags.repository);

	*ret_count = 0;
	if (error) {
		return error;
	}
	if (git_tag_list_match(&names, str_to_c(request->glob, arena), tags.repository)) {
		error = git_failure(arena, "list the tags '%.*s'", STR_ARG(request->glob));
	} else {
		const struct str_list locations =
				git_locations(tags.repository, request->locations, arena);

		*ret_count = names.count;
		for (size_t i = 0; !tags.is_enough && i < names.count; i++) {
			look_at_tag(&tags, names.strings[i], &locations);
		}
		git_strarray_dispose(&names);
	}
	git_repository_free(tags.repository);
	git_libgit2_shutdown();
	return error;
}

struct error *tags_list(str folder, str glob, struct arena *arena, struct str_list *ret_names)
{
	git_repository *repository;
	git_strarray names = { 0 };
	struct error *error = git_open(folder, arena, &repository);

	*ret_names = (struct str_list){ 0 };
	if (error) {
		return error;
	}
	if (git_tag_list_match(&names, str_to_c(glob, arena), repository)) {
		error = git_failure(arena, "list the tags '%.*s'", STR_ARG(glob));
	} else {
		for (size_t i = 0; i < names.count; i++) {
			str_list_add(ret_names, str_copy(str_from(names.strings[i]), arena), arena);
		}
		git_strarray_dispose(&names);
	}
	git_repository_free(repository);
	git_libgit2_shutdown();
	return error;
}
