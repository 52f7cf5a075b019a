/*
 * Commits are taken newest first. Of each the trees of the locations are looked at, and a tree or a file that was seen
 * before is not read again: a history of ten thousand commits has few different trees of versions.
 */
#include "files/history.h"

#include "files/git.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/table.h"

#include <git2.h>
#include <time.h>

/* Larger files are no migrations. */
#define MAX_BYTES ((size_t)1024 * 1024)

/* Commits between two looks at the clock. */
#define COMMITS_A_LOOK 16

struct search {
	const struct history_request *request;
	struct arena *arena;
	git_repository *repository;
	struct str_list locations; /* from the repository's root; "" is the root itself */
	struct table trees;        /* a tree's id -> index into `sets` */
	struct table files;        /* a file's id -> name it defines + 1; 0: none */

	struct {
		uint64_t *items; /* names that the files of a tree define, as bits */
		size_t count, capacity;
	} sets;

	str *paths, *texts;            /* of the file that was seen to define a name */
	struct history_find *left_out; /* by name: of a merge that has it on one side alone */
	size_t looked;
	bool is_late;
	struct history *found;
};

static str id_of(const git_oid *oid)
{
	return (str){ (const char *)oid->id, sizeof(oid->id) };
}

static str short_id(const git_oid *oid, struct arena *arena)
{
	char text[GIT_OID_HEXSZ + 1];

	git_oid_tostr(text, sizeof(text), oid);
	return str_slice(str_copy(str_from(text), arena), 0, 7);
}

static bool is_late(struct search *search)
{
	if (!search->is_late && search->looked++ % COMMITS_A_LOOK == 0) {
		search->is_late = clock_now_us() > search->request->deadline_us;
	}
	return search->is_late;
}

/* The name that a file in `folder` defines, as a bit; 0: none. */
static uint64_t look_at_file(struct search *search, str folder, const git_tree_entry *entry)
{
	const str id = id_of(git_tree_entry_id(entry));
	uint32_t known = 0;
	git_blob *blob;

	if (!table_find(&search->files, id, &known)) {
		known = 0;
		if (!git_blob_lookup(&blob, search->repository, git_tree_entry_id(entry))) {
			const str text = { git_blob_rawcontent(blob),
				(size_t)git_blob_rawsize(blob) };
			const str path = path_join(folder, str_from(git_tree_entry_name(entry)),
					search->arena);
			const size_t name = text.len > MAX_BYTES
					? SIZE_MAX
					: search->request->define(search->request->data, path, text,
							  search->arena);

			known = name == SIZE_MAX ? 0 : (uint32_t)name + 1;
			if (known && !search->paths[name].len) { // the newest place is seen first
				search->paths[name] = str_copy(path, search->arena);
				search->texts[name] = str_copy(text, search->arena);
			}
			git_blob_free(blob);
		}
		table_set(&search->files, str_copy(id, search->arena), known);
	}
	return known ? UINT64_C(1) << (known - 1) : 0;
}

/* The names that the files of a tree and those below define. */
static uint64_t look_at_tree(struct search *search, str path, const git_oid *id, int depth)
{
	uint32_t known;
	uint64_t names = 0;
	git_tree *tree;

	if (table_find(&search->trees, id_of(id), &known)) {
		return search->sets.items[known];
	}
	if (depth > 16 || git_tree_lookup(&tree, search->repository, id)) {
		return 0;
	}
	for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		const str name = str_from(git_tree_entry_name(entry));

		if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
			names |= look_at_tree(search, path_join(path, name, search->arena),
					git_tree_entry_id(entry), depth + 1);
		} else if (git_tree_entry_type(entry) == GIT_OBJECT_BLOB &&
				str_ends_with(name, STR(".py"))) {
			names |= look_at_file(search, path, entry);
		}
	}
	table_set(&search->trees, str_copy(id_of(id), search->arena), (uint32_t)search->sets.count);
	*LIST_PUSH(&search->sets, search->arena) = names;
	git_tree_free(tree);
	return names;
}

/* The names that a commit's files define. */
static uint64_t look_at_commit(struct search *search, const git_commit *commit)
{
	uint64_t names = 0;
	git_tree *tree;

	if (git_commit_tree(&tree, commit)) {
		return 0;
	}
	for (size_t i = 0; i < search->locations.count; i++) {
		const str location = search->locations.items[i];
		git_tree_entry *entry = NULL;

		if (!location.len) {
			names |= look_at_tree(search, location, git_tree_id(tree), 0);
		} else if (!git_tree_entry_bypath(
					   &entry, tree, str_to_c(location, search->arena))) {
			if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
				names |= look_at_tree(
						search, location, git_tree_entry_id(entry), 0);
			}
			git_tree_entry_free(entry);
		}
	}
	git_tree_free(tree);
	return names;
}

static void describe(struct search *search, size_t name, const git_commit *last,
		git_commit *deleting, enum history_place place, const char *branch,
		struct history_find *find)
{
	struct arena *arena = search->arena;

	find->place = place;
	find->path = search->paths[name];
	find->text = search->texts[name];
	find->commit = short_id(git_commit_id(last), arena);
	if (branch) {
		find->branch = str_copy(str_from(branch), arena);
	}
	if (deleting) {
		const time_t when = (time_t)git_commit_time(deleting);
		struct tm day;
		char date[16] = "";

		if (gmtime_r(&when, &day)) {
			strftime(date, sizeof(date), "%Y-%m-%d", &day);
		}
		find->deleted_by = short_id(git_commit_id(deleting), arena);
		find->date = str_copy(str_from(date), arena);
		find->subject = str_copy(str_from(git_commit_summary(deleting)), arena);
	}
}

static uint64_t all_names(const struct search *search)
{
	const size_t count = search->request->names->count;

	return count >= 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
}

static uint64_t unfound(const struct search *search)
{
	uint64_t left = all_names(search);

	for (size_t i = 0; i < search->request->names->count; i++) {
		if (search->found->finds[i].place != HISTORY_NOWHERE) {
			left &= ~(UINT64_C(1) << i);
		}
	}
	return left;
}

/* The files that a commit brought to the locations, where `parent` has none of their names. */
static struct str_list added_by(
		const struct search *search, const git_commit *commit, const git_commit *parent)
{
	git_tree *before = NULL, *after = NULL;
	struct str_list added = { 0 };
	git_diff *diff = NULL;

	if (!git_commit_tree(&before, parent) && !git_commit_tree(&after, commit) &&
			!git_diff_tree_to_tree(&diff, search->repository, before, after, NULL)) {
		for (size_t i = 0; i < git_diff_num_deltas(diff); i++) {
			const git_diff_delta *delta = git_diff_get_delta(diff, i);
			const str path = str_from(delta->new_file.path);

			for (size_t j = 0; delta->status == GIT_DELTA_ADDED &&
					str_ends_with(path, STR(".py")) &&
					j < search->locations.count;
					j++) {
				if (str_starts_with(path, search->locations.items[j])) {
					str_list_add(&added, str_copy(path, search->arena),
							search->arena);
					break;
				}
			}
		}
	}
	git_diff_free(diff);
	git_tree_free(after);
	git_tree_free(before);
	return added;
}

/* What `parent` has, and the commit has not: deleted there if all its parents had it. */
static void note_gone(struct search *search, git_commit *commit, const git_commit *parent,
		uint64_t gone, uint64_t in_all)
{
	for (size_t name = 0; name < search->request->names->count; name++) {
		struct history_find *find = in_all >> name & 1 ? &search->found->finds[name]
							       : &search->left_out[name];

		if (gone >> name & 1 && find->place == HISTORY_NOWHERE) {
			describe(search, name, parent, commit, HISTORY_DELETED, NULL, find);
			find->added = added_by(search, commit, parent);
		}
	}
}

/*
 * A commit of the line of HEAD: what all its parents have and it has not, it deleted. What only some have may have been
 * deleted on the other side of a merge, further back; where that is not found, the merge has left it out.
 */
static void compare_with_parents(struct search *search, git_commit *commit)
{
	const uint64_t here = look_at_commit(search, commit);
	const unsigned count = git_commit_parentcount(commit);
	uint64_t in_all = UINT64_MAX;

	for (unsigned pass = 0; pass < 2; pass++) {
		for (unsigned i = 0; i < count; i++) {
			git_commit *parent;

			if (git_commit_parent(&parent, commit, i)) {
				continue; // a shallow clone ends here
			}
			const uint64_t names = look_at_commit(search, parent);

			if (pass == 0) {
				in_all &= names;
			} else {
				note_gone(search, commit, parent, names & ~here & unfound(search),
						in_all);
			}
			git_commit_free(parent);
		}
	}
}

static void look_at_head(struct search *search)
{
	git_object *head = NULL;

	if (git_revparse_single(&head, search->repository, "HEAD^{commit}")) {
		return; // there is no commit yet
	}
	const git_commit *commit = (const git_commit *)head;
	const uint64_t names = look_at_commit(search, commit);

	for (size_t name = 0; name < search->request->names->count; name++) {
		if (names >> name & 1) {
			describe(search, name, commit, NULL, HISTORY_HEAD, NULL,
					&search->found->finds[name]);
		}
	}
	git_object_free(head);
}

static void walk_head(struct search *search)
{
	git_revwalk *walk;
	git_oid id;

	if (git_revwalk_new(&walk, search->repository)) {
		return;
	}
	git_revwalk_sorting(walk, GIT_SORT_TIME);
	look_at_head(search);
	if (!git_revwalk_push_head(walk)) {
		while (unfound(search) && !is_late(search) && !git_revwalk_next(&id, walk)) {
			git_commit *commit;

			if (!git_commit_lookup(&commit, search->repository, &id)) {
				compare_with_parents(search, commit);
				git_commit_free(commit);
			}
		}
	}
	git_revwalk_free(walk);
	for (size_t name = 0; name < search->request->names->count; name++) {
		if (unfound(search) >> name & 1) {
			search->found->finds[name] = search->left_out[name];
		}
	}
}

/* The tips of all branches, tags and other refs. */
static void look_at_tips(struct search *search)
{
	git_reference_iterator *iterator;
	git_reference *reference;

	if (git_reference_iterator_new(&iterator, search->repository)) {
		return;
	}
	while (!git_reference_next(&reference, iterator)) {
		git_object *object = NULL;

		if (unfound(search) && !is_late(search) &&
				!git_reference_peel(&object, reference, GIT_OBJECT_COMMIT)) {
			const git_commit *commit = (const git_commit *)object;
			const uint64_t names = look_at_commit(search, commit) & unfound(search);
			const bool is_branch = git_reference_is_branch(reference) ||
					git_reference_is_remote(reference);

			for (size_t name = 0; name < search->request->names->count; name++) {
				if (names >> name & 1) {
					describe(search, name, commit, NULL,
							is_branch ? HISTORY_BRANCH : HISTORY_LOST,
							git_reference_shorthand(reference),
							&search->found->finds[name]);
				}
			}
			git_object_free(object);
		}
		git_reference_free(reference);
	}
	git_reference_iterator_free(iterator);
}

static void push_reflog(struct search *search, git_revwalk *walk)
{
	git_reflog *log;

	// Reading a log that is not there would make it.
	if (git_reference_has_log(search->repository, "HEAD") != 1 ||
			git_reflog_read(&log, search->repository, "HEAD")) {
		return;
	}
	for (size_t i = 0; i < git_reflog_entrycount(log); i++) {
		const git_reflog_entry *entry = git_reflog_entry_byindex(log, i);

		(void)!git_revwalk_push(walk, git_reflog_entry_id_new(entry)); // it may be gone
		(void)!git_revwalk_push(walk, git_reflog_entry_id_old(entry));
	}
	git_reflog_free(log);
}

/* Everything else that any ref or the reflog remembers, newest first. */
static void walk_all(struct search *search)
{
	git_revwalk *walk;
	git_oid id;

	if (git_revwalk_new(&walk, search->repository)) {
		return;
	}
	git_revwalk_sorting(walk, GIT_SORT_TIME);
	git_revwalk_push_glob(walk, "refs/*");
	push_reflog(search, walk);
	while (unfound(search) && !is_late(search) && !git_revwalk_next(&id, walk)) {
		git_commit *commit;

		if (git_commit_lookup(&commit, search->repository, &id)) {
			continue;
		}
		const uint64_t names = look_at_commit(search, commit) & unfound(search);

		for (size_t name = 0; name < search->request->names->count; name++) {
			if (names >> name & 1) {
				describe(search, name, commit, NULL, HISTORY_LOST, NULL,
						&search->found->finds[name]);
			}
		}
		git_commit_free(commit);
	}
	git_revwalk_free(walk);
}

struct error *history_search(const struct history_request *request, struct arena *arena,
		struct history *ret_history)
{
	struct search search = {
		.request = request,
		.arena = arena,
		.trees = { .arena = arena },
		.files = { .arena = arena },
		.paths = arena_new_array(arena, str, request->names->count),
		.texts = arena_new_array(arena, str, request->names->count),
		.left_out = arena_new_array(arena, struct history_find, request->names->count),
		.found = ret_history,
	};
	struct error *error = git_open(request->folder, arena, &search.repository);

	*ret_history = (struct history){
		.finds = arena_new_array(arena, struct history_find, request->names->count),
	};
	if (error) {
		return error;
	}
	const str root = git_folder(search.repository, arena);

	ret_history->folder = root;
	ret_history->root = git_repository_is_bare(search.repository) ? STR("") : root;
	ret_history->is_shallow = git_repository_is_shallow(search.repository) == 1;
	search.locations = git_locations(search.repository, request->locations, arena);
	if (search.locations.count) {
		walk_head(&search);
		look_at_tips(&search);
		walk_all(&search);
	}
	ret_history->gave_up = search.is_late && unfound(&search);
	git_repository_free(search.repository);
	git_libgit2_shutdown();
	return NULL;
}
