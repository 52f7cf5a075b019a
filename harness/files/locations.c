#include "files/locations.h"

#include "files/git.h"
#include "kit/file.h"
#include "kit/table.h"

#include <git2.h>

struct locations locations_of(
		git_repository *repository, const struct str_list *folders, struct arena *arena)
{
	const struct str_list inside = git_locations(repository, folders, arena);
	struct locations locations = { .repository = repository, .arena = arena };

	for (size_t i = 0; i < inside.count; i++) {
		*LIST_PUSH(&locations, arena) =
				(struct location){ inside.items[i], inside.items[i] };
	}
	return locations;
}

static bool is_within(str path, str folder)
{
	return !folder.len || str_equal(path, folder) ||
			(str_starts_with(path, folder) && path.data[folder.len] == '/');
}

const struct location *locations_find(const struct locations *locations, str path)
{
	const struct location *found = NULL;

	for (size_t i = 0; i < locations->count; i++) {
		const struct location *location = &locations->items[i];

		if (is_within(path, location->folder) &&
				(!found || location->folder.len > found->folder.len)) {
			found = location;
		}
	}
	return found;
}

bool locations_find_folder(const struct locations *locations, const git_tree *tree, str folder,
		git_oid *ret_id)
{
	git_tree_entry *entry = NULL;
	bool is_folder = true;

	if (!folder.len) {
		*ret_id = *git_tree_id(tree);
		return true;
	}
	if (git_tree_entry_bypath(&entry, tree, str_to_c(folder, locations->arena))) {
		return false;
	}
	is_folder = git_tree_entry_type(entry) == GIT_OBJECT_TREE;
	*ret_id = *git_tree_entry_id(entry);
	git_tree_entry_free(entry);
	return is_folder;
}

/* ---- moved by a commit ---- */

/* What stands behind the folder in a path below it. */
static str path_behind(str path, str folder)
{
	return folder.len ? str_slice(path, folder.len + 1, path.len) : path;
}

str locations_home(const struct locations *locations, str path)
{
	const struct location *location = locations_find(locations, path);

	return location ? path_join(location->home, path_behind(path, location->folder),
					  locations->arena)
			: path;
}

/* Look into the folder from which `to`, a file of a location, came as `from`, too. */
static void add_former(struct locations *locations, str from, str to)
{
	const struct location *location = locations_find(locations, to);
	const str behind = path_behind(to, location->folder);
	const str folder = str_equal(from, behind) ? STR("")
			: str_ends_with(from,
					  str_format(locations->arena, "/%.*s", STR_ARG(behind)))
			? str_slice(from, 0, from.len - behind.len - 1)
			: path_folder(from);
	const str home = location->home;

	if (!folder.len || locations_find(locations, from)) {
		return; // all of a repository is no folder of revisions
	}
	*LIST_PUSH(locations, locations->arena) =
			(struct location){ str_copy(folder, locations->arena), home };
}

static size_t count_entries(const struct locations *locations, const git_oid *id)
{
	git_tree *tree;
	size_t count = 0;

	if (!git_tree_lookup(&tree, locations->repository, id)) {
		count = git_tree_entrycount(tree);
		git_tree_free(tree);
	}
	return count;
}

/* Whether a location has gained several files at once, or is new: it may have come from elsewhere. */
static bool may_have_moved(
		const struct locations *locations, const git_tree *before, const git_tree *after)
{
	for (size_t i = 0; i < locations->count; i++) {
		const str folder = locations->items[i].folder;
		git_oid old, new;

		if (!locations_find_folder(locations, after, folder, &new)) {
			continue;
		}
		if (!locations_find_folder(locations, before, folder, &old) ||
				(!git_oid_equal(&old, &new) &&
						count_entries(locations, &new) >
								count_entries(locations, &old) +
										1)) {
			return true;
		}
	}
	return false;
}

/* Of two trees' difference: the files that came to the locations, and went elsewhere, are one where they are equal. */
static void pair_moved(struct locations *locations, const git_diff *diff)
{
	struct table gone = { .arena = locations->arena };

	for (size_t i = 0; i < git_diff_num_deltas(diff); i++) {
		const git_diff_delta *delta = git_diff_get_delta(diff, i);

		if (delta->status == GIT_DELTA_DELETED &&
				str_ends_with(str_from(delta->old_file.path), STR(".py"))) {
			table_set(&gone,
					str_copy(git_id_text(&delta->old_file.id),
							locations->arena),
					(uint32_t)i);
		}
	}
	for (size_t i = 0; gone.count && i < git_diff_num_deltas(diff); i++) {
		const git_diff_delta *delta = git_diff_get_delta(diff, i);
		const str to = str_from(delta->new_file.path);
		uint32_t from;

		if (delta->status == GIT_DELTA_ADDED && str_ends_with(to, STR(".py")) &&
				!str_starts_with(path_name(to), STR("__init__")) && // all alike
				locations_find(locations, to) &&
				table_find(&gone, git_id_text(&delta->new_file.id), &from)) {
			add_former(locations,
					str_from(git_diff_get_delta(diff, from)->old_file.path),
					to);
		}
	}
}

void locations_follow(
		struct locations *locations, const git_commit *commit, const git_commit *parent)
{
	git_tree *before = NULL, *after = NULL;
	git_diff *diff = NULL;

	if (!git_commit_tree(&before, parent) && !git_commit_tree(&after, commit) &&
			may_have_moved(locations, before, after) &&
			!git_diff_tree_to_tree(&diff, locations->repository, before, after, NULL)) {
		pair_moved(locations, diff);
	}
	git_diff_free(diff);
	git_tree_free(after);
	git_tree_free(before);
}

/* ---- moved since ---- */

/*
 * A location that the commit does not have: the folder in it with most files of the same names is where it was before
 * somebody moved it, and did not commit that yet.
 */
struct namesakes {
	struct locations *locations;
	struct table names; /* of files in the location */

	struct {
		struct namesake {
			str folder;
			size_t count;
		} * items;

		size_t count, capacity;
	} folders;
};

static int count_namesake(const char *root, const git_tree_entry *entry, void *data)
{
	struct namesakes *namesakes = data;
	const str name = str_from(git_tree_entry_name(entry));
	str folder = str_from(root);
	uint32_t ignored;

	if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB ||
			!table_find(&namesakes->names, name, &ignored)) {
		return 0;
	}
	folder.len -= folder.len ? 1 : 0; // its slash
	for (size_t i = 0; i < namesakes->folders.count; i++) {
		if (str_equal(namesakes->folders.items[i].folder, folder)) {
			namesakes->folders.items[i].count++;
			return 0;
		}
	}
	*LIST_PUSH(&namesakes->folders, namesakes->locations->arena) =
			(struct namesake){ str_copy(folder, namesakes->locations->arena), 1 };
	return 0;
}

static void add_namesake(struct locations *locations, const git_tree *tree, str home, str root)
{
	struct namesakes namesakes = { .locations = locations,
		.names = { .arena = locations->arena } };
	struct namesake best = { 0 };
	struct str_list names;

	if (directory_list(path_join(root, home, locations->arena), locations->arena, &names)) {
		return;
	}
	for (size_t i = 0; i < names.count; i++) {
		if (str_ends_with(names.items[i], STR(".py")) &&
				!str_starts_with(names.items[i], STR("__init__"))) {
			table_set(&namesakes.names, names.items[i], 0);
		}
	}
	git_tree_walk(tree, GIT_TREEWALK_PRE, count_namesake, &namesakes);
	for (size_t i = 0; i < namesakes.folders.count; i++) {
		best = namesakes.folders.items[i].count > best.count ? namesakes.folders.items[i]
								     : best;
	}
	if (best.count) {
		*LIST_PUSH(locations, locations->arena) = (struct location){ best.folder, home };
	}
}

void locations_guess(struct locations *locations, const git_commit *head)
{
	const str root = git_folder(locations->repository, locations->arena);
	const size_t count = locations->count;
	git_tree *tree;
	git_oid ignored;

	if (git_commit_tree(&tree, head)) {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const str home = locations->items[i].folder;

		if (!locations_find_folder(locations, tree, home, &ignored)) {
			add_namesake(locations, tree, home, root);
		}
	}
	git_tree_free(tree);
}
