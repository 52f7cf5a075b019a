/*
 * Commits are taken newest first. Of each the trees of the locations are looked at, and a tree or a file that was seen
 * before is not read again: a history of ten thousand commits has few different trees of versions.
 */
#include "files/history.h"

#include "files/files.h"
#include "files/git.h"
#include "files/locations.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/table.h"

#include <git2.h>
#include <string.h>
#include <time.h>

/* Larger files are no migrations. */
#define MAX_BYTES ((size_t)1024 * 1024)

/* Commits between two looks at the clock. */
#define COMMITS_A_LOOK 16

/* Folders in each other; a deeper one is left alone. */
#define MAX_DEPTH 16

struct search {
	const struct history_request *request;
	struct arena *arena;
	git_repository *repository;

	struct locations locations;
	struct table trees;   /* a tree's id -> index into `sets` */
	struct table files;   /* a file's id -> name it defines + 1; 0: none */
	struct table changes; /* a commit's id and its parent's -> index into `known_changes` */

	struct {
		uint64_t **items; /* names that the files of a tree define, as bits; NULL: none */
		size_t count, capacity;
	} sets;

	struct {
		const struct history_change **items;
		size_t count, capacity;
	} known_changes;

	size_t words;                    /* of 64 bits that a set of names takes */
	uint64_t *unfound;               /* names that are still looked for */
	uint64_t *here, *there, *in_all; /* scratch */
	str *paths, *texts;              /* of the file that was seen to define a name */
	struct history_find *left_out;   /* by name: of a merge that has it on one side alone */
	size_t looked;
	bool is_late;
	struct history *found;
};

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

/* ---- sets of names ---- */

static uint64_t *set_new(const struct search *search)
{
	return arena_new_array(search->arena, uint64_t, search->words);
}

static bool set_has(const uint64_t *set, size_t name)
{
	return set[name / 64] >> name % 64 & 1;
}

static void set_add_all(const struct search *search, uint64_t *set, const uint64_t *others)
{
	for (size_t i = 0; others && i < search->words; i++) {
		set[i] |= others[i];
	}
}

static bool any_unfound(const struct search *search)
{
	for (size_t i = 0; i < search->words; i++) {
		if (search->unfound[i]) {
			return true;
		}
	}
	return false;
}

static struct history_find *note_found(struct search *search, size_t name)
{
	search->unfound[name / 64] &= ~(UINT64_C(1) << name % 64);
	return &search->found->finds[name];
}

/* ---- what defines them ---- */

/* The name that a file's text defines + 1; 0: none. */
static uint32_t name_defined_by(struct search *search, str path, str text)
{
	const size_t name = text.len > MAX_BYTES
			? SIZE_MAX
			: search->request->define(search->request->data, path, text, search->arena);

	if (name != SIZE_MAX && !search->paths[name].data) { // the newest place is seen first
		search->paths[name] = str_copy(path, search->arena);
		search->texts[name] = str_copy(text, search->arena);
	}
	return name == SIZE_MAX ? 0 : (uint32_t)name + 1;
}

/* The same of a file of a commit, which is read once. */
static uint32_t look_at_file(struct search *search, str path, const git_oid *oid)
{
	const str id = git_id_text(oid);
	uint32_t known = 0;
	git_blob *blob;

	if (table_find(&search->files, id, &known)) {
		return known;
	}
	if (git_blob_lookup(&blob, search->repository, oid)) {
		search->found->has_holes = true;
	} else {
		known = name_defined_by(search, path,
				(str){ git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob) });
		git_blob_free(blob);
	}
	table_set(&search->files, str_copy(id, search->arena), known);
	return known;
}

/* The names that the files of a tree and those below define; NULL: none. */
static const uint64_t *look_at_tree(struct search *search, str path, const git_oid *id, int depth)
{
	uint64_t *names = NULL;
	uint32_t known;
	git_tree *tree;

	if (table_find(&search->trees, git_id_text(id), &known)) {
		return search->sets.items[known];
	}
	if (depth > MAX_DEPTH) {
		return NULL;
	}
	if (git_tree_lookup(&tree, search->repository, id)) {
		search->found->has_holes = true;
		return NULL;
	}
	for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		const str name = str_from(git_tree_entry_name(entry));
		const git_oid *entry_id = git_tree_entry_id(entry);

		if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
			const uint64_t *below = look_at_tree(search,
					path_join(path, name, search->arena), entry_id, depth + 1);

			names = below && !names ? set_new(search) : names;
			set_add_all(search, names, below);
		} else if (git_tree_entry_type(entry) == GIT_OBJECT_BLOB &&
				str_ends_with(name, STR(".py"))) {
			const uint32_t defined = look_at_file(
					search, path_join(path, name, search->arena), entry_id);

			if (defined) {
				names = names ? names : set_new(search);
				names[(defined - 1) / 64] |= UINT64_C(1) << (defined - 1) % 64;
			}
		}
	}
	table_set(&search->trees, str_copy(git_id_text(id), search->arena),
			(uint32_t)search->sets.count);
	*LIST_PUSH(&search->sets, search->arena) = names;
	git_tree_free(tree);
	return names;
}

/* The names that a commit's files define. */
static void look_at_commit(struct search *search, const git_commit *commit, uint64_t *names)
{
	git_tree *tree;
	git_oid id;

	memset(names, 0, search->words * sizeof(*names));
	if (git_commit_tree(&tree, commit)) {
		search->found->has_holes = true;
		return;
	}
	for (size_t i = 0; i < search->locations.count; i++) {
		const str folder = search->locations.items[i].folder;

		if (locations_find_folder(&search->locations, tree, folder, &id)) {
			set_add_all(search, names, look_at_tree(search, folder, &id, 0));
		}
	}
	git_tree_free(tree);
}

/* ---- finds ---- */

static void describe(struct search *search, size_t name, const git_commit *last,
		git_commit *deleting, enum history_place place, const char *branch,
		struct history_find *find)
{
	struct arena *arena = search->arena;

	find->place = place;
	find->path = search->paths[name];
	find->home = locations_home(&search->locations, find->path);
	find->text = search->texts[name];
	if (last) {
		find->commit = short_id(git_commit_id(last), arena);
	}
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

/* Note where the names of `set` that are still looked for have been found. */
static void describe_all(struct search *search, const uint64_t *set, const git_commit *commit,
		enum history_place place, const char *branch)
{
	for (size_t name = 0; name < search->request->names->count; name++) {
		if (set_has(set, name) && set_has(search->unfound, name)) {
			describe(search, name, commit, NULL, place, branch,
					note_found(search, name));
		}
	}
}

static bool is_searched(const struct search *search, const git_diff_file *file)
{
	const str path = str_from(file->path);

	return str_ends_with(path, STR(".py")) && locations_find(&search->locations, path);
}

static void add_text(struct search *search, const git_diff_file *file, struct history_files *files)
{
	git_blob *blob;

	if (!is_searched(search, file)) {
		return;
	}
	if (git_blob_lookup(&blob, search->repository, &file->id)) {
		search->found->has_holes = true;
		return;
	}
	const str text = { git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob) };

	if (text.len <= MAX_BYTES) {
		*LIST_PUSH(files, search->arena) = (struct history_file){
			.path = str_copy(str_from(file->path), search->arena),
			.text = str_copy(text, search->arena),
		};
	}
	git_blob_free(blob);
}

static const struct history_change *read_change(
		struct search *search, const git_commit *commit, const git_commit *parent)
{
	struct history_change *change = arena_new(search->arena, struct history_change);
	git_tree *before = NULL, *after = NULL;
	git_diff *diff = NULL;

	if (!git_commit_tree(&before, parent) && !git_commit_tree(&after, commit) &&
			!git_diff_tree_to_tree(&diff, search->repository, before, after, NULL)) {
		for (size_t i = 0; i < git_diff_num_deltas(diff); i++) {
			const git_diff_delta *delta = git_diff_get_delta(diff, i);

			if (delta->status != GIT_DELTA_ADDED) {
				add_text(search, &delta->old_file, &change->before);
			}
			if (delta->status != GIT_DELTA_DELETED) {
				add_text(search, &delta->new_file, &change->after);
			}
		}
	}
	git_diff_free(diff);
	git_tree_free(after);
	git_tree_free(before);
	return change;
}

/* What a commit did to the locations: read once, however many names it took away. */
static const struct history_change *change_by(
		struct search *search, const git_commit *commit, const git_commit *parent)
{
	char ids[2 * GIT_OID_HEXSZ + 1];
	const str both = { ids, 2 * GIT_OID_HEXSZ };
	uint32_t at;

	git_oid_tostr(ids, GIT_OID_HEXSZ + 1, git_commit_id(commit));
	git_oid_tostr(ids + GIT_OID_HEXSZ, GIT_OID_HEXSZ + 1, git_commit_id(parent));
	if (!table_find(&search->changes, both, &at)) {
		at = (uint32_t)search->known_changes.count;
		table_set(&search->changes, str_copy(both, search->arena), at);
		*LIST_PUSH(&search->known_changes, search->arena) =
				read_change(search, commit, parent);
	}
	return search->known_changes.items[at];
}

/* ---- what is not committed yet ---- */

/* Only the locations are looked at: a repository may have much else. */
static git_diff_options options_of_locations(struct search *search)
{
	git_diff_options options;
	char **folders = arena_new_array(search->arena, char *, search->locations.count);
	bool has_all = false;

	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags = GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_INCLUDE_UNTRACKED |
			GIT_DIFF_RECURSE_UNTRACKED_DIRS | GIT_DIFF_INCLUDE_IGNORED |
			GIT_DIFF_RECURSE_IGNORED_DIRS | GIT_DIFF_IGNORE_SUBMODULES;
	for (size_t i = 0; i < search->locations.count; i++) {
		const str folder = search->locations.items[i].folder;

		has_all = has_all || !folder.len;
		folders[i] = arena_new_array(search->arena, char, folder.len + 1);
		memcpy(folders[i], folder.data, folder.len);
	}
	if (!has_all) {
		options.pathspec.strings = folders;
		options.pathspec.count = search->locations.count;
	}
	return options;
}

/* The text of a file on the disk; what cannot be read is told by who reads the project. */
static void add_text_of_disk(
		struct search *search, const git_diff_file *file, struct history_files *files)
{
	const struct files disk = files_of_disk();
	struct arena *arena = search->arena;
	const str path = str_copy(str_from(file->path), arena);
	str text;

	if (is_searched(search, file) &&
			!files_read(&disk, path_join(search->found->folder, path, arena), MAX_BYTES,
					arena, &text)) {
		*LIST_PUSH(files, arena) = (struct history_file){ .path = path, .text = text };
	}
}

/* Add the files of `diff`, from git to the disk, that no other one has added. */
static void add_uncommitted(struct search *search, const git_diff *diff, struct table *seen,
		struct history_change *change)
{
	struct arena *arena = search->arena;
	uint32_t ignored;

	for (size_t i = 0; i < git_diff_num_deltas(diff); i++) {
		const git_diff_delta *delta = git_diff_get_delta(diff, i);
		const bool is_new = delta->status == GIT_DELTA_UNTRACKED ||
				delta->status == GIT_DELTA_IGNORED ||
				delta->status == GIT_DELTA_ADDED;
		const str before = str_format(arena, "%s %.*s", delta->old_file.path,
				STR_ARG(git_id_text(&delta->old_file.id)));
		const str after = str_copy(str_from(delta->new_file.path), arena);

		if (!is_new && !table_find(seen, before, &ignored)) {
			table_set(seen, before, 0);
			add_text(search, &delta->old_file, &change->before);
		}
		if (delta->status != GIT_DELTA_DELETED && !table_find(seen, after, &ignored)) {
			table_set(seen, after, 0);
			add_text_of_disk(search, &delta->new_file, &change->after);
		}
	}
}

/* What the working tree makes of HEAD, and of what is in the index alone; `head` may be NULL: there is no commit yet. */
static const struct history_change *read_uncommitted(struct search *search, const git_commit *head)
{
	struct history_change *change = arena_new(search->arena, struct history_change);
	const git_diff_options options = options_of_locations(search);
	struct table seen = { .arena = search->arena };
	git_tree *tree = NULL;
	git_diff *diff = NULL;

	if (head && !git_commit_tree(&tree, head) &&
			!git_diff_tree_to_workdir(&diff, search->repository, tree, &options)) {
		add_uncommitted(search, diff, &seen, change);
	}
	git_diff_free(diff);
	git_tree_free(tree);
	diff = NULL;
	if (!git_diff_index_to_workdir(&diff, search->repository, NULL, &options)) {
		add_uncommitted(search, diff, &seen, change);
	}
	git_diff_free(diff);
	return change;
}

/* What else is not committed yet, beside that names are gone which HEAD or the index has. */
static void note_uncommitted(struct search *search, const git_commit *head)
{
	const struct history_change *change = NULL;

	for (size_t name = 0; !search->request->at.len && name < search->request->names->count;
			name++) {
		struct history_find *find = &search->found->finds[name];

		if (find->place == HISTORY_HEAD || find->place == HISTORY_INDEX) {
			change = change ? change : read_uncommitted(search, head);
			find->change = change;
		}
	}
}

/* What `parent` has, and the commit has not: deleted there if all its parents had it. */
static void note_gone(struct search *search, git_commit *commit, const git_commit *parent,
		const uint64_t *here, const uint64_t *there, const uint64_t *in_all)
{
	for (size_t name = 0; name < search->request->names->count; name++) {
		if (!set_has(there, name) || set_has(here, name) ||
				!set_has(search->unfound, name)) {
			continue;
		}
		struct history_find *find = &search->left_out[name];

		if (set_has(in_all, name)) {
			find = note_found(search, name);
		} else if (find->place != HISTORY_NOWHERE) {
			continue;
		}
		describe(search, name, parent, commit, HISTORY_DELETED, NULL, find);
		find->change = change_by(search, commit, parent);
	}
}

/*
 * A commit of the line of HEAD: what all its parents have and it has not, it deleted. What only some have may have been
 * deleted on the other side of a merge, further back; where that is not found, the merge has left it out.
 */
static void compare_with_parents(struct search *search, git_commit *commit)
{
	const unsigned count = git_commit_parentcount(commit);

	memset(search->in_all, 0xff, search->words * sizeof(*search->in_all));
	for (unsigned pass = 0; pass < 3; pass++) {
		for (unsigned i = 0; i < count; i++) {
			git_commit *parent;

			if (git_commit_parent(&parent, commit, i)) {
				continue; // a shallow clone ends here
			}
			if (pass == 0) {
				locations_follow(&search->locations, commit, parent);
			} else {
				look_at_commit(search, parent, search->there);
			}
			if (pass == 1) {
				for (size_t w = 0; w < search->words; w++) {
					search->in_all[w] &= search->there[w];
				}
			} else if (pass == 2) {
				note_gone(search, commit, parent, search->here, search->there,
						search->in_all);
			}
			git_commit_free(parent);
		}
		if (pass == 0) {
			look_at_commit(search, commit, search->here);
		}
	}
}

/* ---- where to look ---- */

static void look_at_head(struct search *search, const git_commit *commit)
{
	if (!search->request->at.len) {
		locations_guess(&search->locations, commit);
	}
	look_at_commit(search, commit, search->here);
	describe_all(search, search->here, commit, HISTORY_HEAD, NULL);
}

/* What was added to the index, and is in no commit of HEAD's. */
static void look_at_index(struct search *search)
{
	git_index *index;

	if (search->request->at.len || git_repository_index(&index, search->repository)) {
		return;
	}
	memset(search->here, 0, search->words * sizeof(*search->here));
	for (size_t i = 0; i < git_index_entrycount(index); i++) {
		const git_index_entry *entry = git_index_get_byindex(index, i);
		const str path = str_from(entry->path);

		if (str_ends_with(path, STR(".py")) && locations_find(&search->locations, path)) {
			const uint32_t defined = look_at_file(
					search, str_copy(path, search->arena), &entry->id);

			if (defined) {
				search->here[(defined - 1) / 64] |= UINT64_C(1)
						<< (defined - 1) % 64;
			}
		}
	}
	describe_all(search, search->here, NULL, HISTORY_INDEX, NULL);
	git_index_free(index);
}

static void walk_head(struct search *search)
{
	const str at = search->request->at.len ? search->request->at : STR("HEAD");
	git_object *head = NULL;
	git_revwalk *walk;
	git_oid id;

	if (git_revparse_single(&head, search->repository,
			    str_to_c(str_format(search->arena, "%.*s^{commit}", STR_ARG(at)),
					    search->arena))) {
		look_at_index(search); // there is no commit yet
		note_uncommitted(search, NULL);
		return;
	}
	look_at_head(search, (const git_commit *)head);
	look_at_index(search);
	note_uncommitted(search, (const git_commit *)head);
	if (!git_revwalk_new(&walk, search->repository)) {
		git_revwalk_sorting(walk, GIT_SORT_TIME);
		(void)!git_revwalk_push(walk, git_object_id(head));
		while (any_unfound(search) && !is_late(search) && !git_revwalk_next(&id, walk)) {
			git_commit *commit;

			if (!git_commit_lookup(&commit, search->repository, &id)) {
				compare_with_parents(search, commit);
				git_commit_free(commit);
			}
		}
		git_revwalk_free(walk);
	}
	git_object_free(head);
	for (size_t name = 0; name < search->request->names->count; name++) {
		if (set_has(search->unfound, name) &&
				search->left_out[name].place != HISTORY_NOWHERE) {
			*note_found(search, name) = search->left_out[name];
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

		if (any_unfound(search) && !is_late(search) &&
				!git_reference_peel(&object, reference, GIT_OBJECT_COMMIT)) {
			const git_commit *commit = (const git_commit *)object;
			const bool is_branch = git_reference_is_branch(reference) ||
					git_reference_is_remote(reference);

			look_at_commit(search, commit, search->here);
			describe_all(search, search->here, commit,
					is_branch ? HISTORY_BRANCH : HISTORY_LOST,
					git_reference_shorthand(reference));
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
	while (any_unfound(search) && !is_late(search) && !git_revwalk_next(&id, walk)) {
		git_commit *commit;

		if (!git_commit_lookup(&commit, search->repository, &id)) {
			look_at_commit(search, commit, search->here);
			describe_all(search, search->here, commit, HISTORY_LOST, NULL);
			git_commit_free(commit);
		}
	}
	git_revwalk_free(walk);
}

static void look_for_all(struct search *search)
{
	search->words = (search->request->names->count + 63) / 64;
	search->unfound = set_new(search);
	search->here = set_new(search);
	search->there = set_new(search);
	search->in_all = set_new(search);
	for (size_t i = 0; i < search->request->names->count; i++) {
		search->unfound[i / 64] |= UINT64_C(1) << i % 64;
	}
	walk_head(search);
	look_at_tips(search);
	walk_all(search);
}

struct error *history_search(const struct history_request *request, struct arena *arena,
		struct history *ret_history)
{
	struct search search = {
		.request = request,
		.arena = arena,
		.trees = { .arena = arena },
		.files = { .arena = arena },
		.changes = { .arena = arena },
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
	ret_history->root = git_is_bare(search.repository, arena) ? STR("") : root;
	ret_history->is_shallow = git_repository_is_shallow(search.repository) == 1;
	search.locations = locations_of(search.repository, request->locations, arena);
	if (search.locations.count) {
		look_for_all(&search);
		ret_history->gave_up = search.is_late && any_unfound(&search);
	}
	git_repository_free(search.repository);
	git_libgit2_shutdown();
	return NULL;
}
