#include "cli/doctor_git.h"

#include "kit/clock.h"
#include "kit/file.h"
#include "kit/table.h"

/* Longer nobody waits for an answer that may not be there. */
#define LOOK_US (2 * 1000 * 1000)

/* For history_search(): whether a file of old defines one of the names. */
static size_t define(void *data, str path, str text, struct arena *arena)
{
	const struct str_list *names = data;
	const struct source source = { .name = path, .text = text };
	const struct arena_mark mark = arena_mark(arena);
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < names->count && found == SIZE_MAX; i++) {
		if (str_find(text, names->items[i]) == text.len) {
			continue; // most files, at little cost
		}
		const struct revision_file file = revision_file_read(&source, arena);
		const struct declared_fact *fact = &file.facts[FACT_REVISION];

		if (fact->is_there && fact->value.kind == LITERAL_TEXT &&
				str_equal(fact->value.items[0].value, names->items[i])) {
			found = i;
		}
	}
	arena_rewind(arena, mark);
	return found;
}

str doctor_git_restoring(str root, str commit, str path, struct arena *arena)
{
	const str here = path_from_root(STR("."), arena);
	struct buf text = { .arena = arena };

	if (!root.len) {
		buf_add(&text, STR("git show "));
		buf_add_shell_word(&text,
				str_format(arena, "%.*s:%.*s", STR_ARG(commit), STR_ARG(path)));
		return buf_str(&text);
	}
	const bool is_inside = str_equal(here, root) ||
			str_starts_with(here, str_format(arena, "%.*s/", STR_ARG(root)));
	const str full = path_join(root, path, arena);

	buf_add(&text, STR("git "));
	if (!is_inside) {
		buf_add(&text, STR("-C "));
		buf_add_shell_word(&text, root);
		buf_add_char(&text, ' ');
	}
	buf_add(&text, STR("restore --source="));
	buf_add_shell_word(&text, commit);
	buf_add(&text, STR(" -- "));
	buf_add_shell_word(&text, is_inside ? path_relative(full, here, arena) : path);
	return buf_str(&text);
}

/* ---- what is missing ---- */

/* Files that come back may miss others; no chain is followed further. */
#define MOST_ROUNDS 32

struct searching {
	const struct tree_source *source;
	struct memories *found;
	struct table known;    /* ids and labels that are there, or asked for already */
	struct str_list names; /* to be asked for */
	int64_t deadline_us;
	struct arena *arena;
};

static bool means_nothing(str name)
{
	return !name.len || str_equal(name, STR("None")) || str_equal(name, STR("null")) ||
			str_equal(name, STR("base"));
}

static void know(struct searching *searching, const struct revision_specs *specs)
{
	for (size_t i = 0; i < specs->count; i++) {
		table_set(&searching->known, specs->items[i].revision, 1);
		for (size_t j = 0; j < specs->items[i].branch_labels.count; j++) {
			table_set(&searching->known, specs->items[i].branch_labels.items[j], 1);
		}
	}
}

static void ask_for(struct searching *searching, const struct str_list *names)
{
	uint32_t seen;

	for (size_t i = 0; i < names->count; i++) {
		const str name = names->items[i];

		if (!means_nothing(name) && !table_find(&searching->known, name, &seen) &&
				searching->names.count < HISTORY_NAMES) {
			table_set(&searching->known, name, 1);
			str_list_add(&searching->names, name, searching->arena);
		}
	}
}

static void ask_for_missing(struct searching *searching, const struct revision_specs *specs)
{
	know(searching, specs);
	for (size_t i = 0; i < specs->count; i++) {
		const struct str_list down =
				spec_down_revision(&specs->items[i], searching->source->level);

		ask_for(searching, &down);
		ask_for(searching, &specs->items[i].depends_on);
	}
}

/* ---- what history says of it ---- */

/* The revision whose file is at this place of the repository; NULL: none is. */
static const struct revision_spec *spec_at(const struct searching *searching, str folder, str path)
{
	const struct tree_source *source = searching->source;
	const str full = path_join(folder, path, searching->arena);

	for (size_t i = 0; i < source->project->revisions.count; i++) {
		if (str_equal(path_absolute(source->project->revisions.items[i].path,
					      searching->arena),
				    full)) {
			return &source->project->specs.items[i];
		}
	}
	return NULL;
}

/*
 * The only revision that came with the commit that took `restored` away, and stands where it stood: history was squashed
 * into it, and it has no parents, or the file was made anew, with the same ones.
 */
static const struct revision_spec *replacement_of(const struct searching *searching,
		const struct history *history, const struct history_find *find,
		const struct revision_spec *restored)
{
	const struct revision_spec *only = NULL;

	for (size_t i = 0; i < find->added.count; i++) {
		const struct revision_spec *spec =
				spec_at(searching, history->folder, find->added.items[i]);

		if (!spec || spec->has_unknown_parents ||
				(spec->down_revision.count &&
						!str_list_equal(&spec->down_revision,
								&restored->down_revision))) {
			continue;
		}
		if (only) {
			return NULL;
		}
		only = spec;
	}
	return only;
}

/* Read the files that come back, as if they were there. */
static struct revision_specs read_texts(const struct searching *searching,
		const struct files_text *texts, const struct str_list *paths)
{
	struct arena *arena = searching->arena;
	struct project *project = arena_new(arena, struct project);
	const struct files files = files_of_texts(texts, arena);
	struct error *error = project_read_revisions(&files,
			path_absolute(searching->source->folder, arena), paths,
			searching->source->level, arena, project);

	return error ? (struct revision_specs){ 0 } : project->specs;
}

static const struct revision_spec *spec_of(const struct revision_specs *specs, str name)
{
	for (size_t i = 0; i < specs->count; i++) {
		if (str_equal(specs->items[i].revision, name)) {
			return &specs->items[i];
		}
	}
	return NULL;
}

static void remember(struct searching *searching, const struct history *history, size_t i,
		const struct revision_spec *restored)
{
	struct arena *arena = searching->arena;
	const struct history_find *find = &history->finds[i];
	struct remembered *remembered = LIST_PUSH(&searching->found->names, arena);
	struct lost_revision *lost = LIST_PUSH(&searching->found->lost, arena);
	const struct revision_spec *successor = spec_at(searching, history->folder, find->path);

	*remembered = (struct remembered){
		.name = searching->names.items[i],
		.find = *find,
		.root = history->root,
		.is_same_file = successor != NULL,
	};
	lost->name = remembered->name;
	successor = successor || !restored ? successor
					   : replacement_of(searching, history, find, restored);
	if (successor) {
		remembered->successor = &successor->revision;
		lost->successor = successor->revision;
	} else {
		lost->file = restored;
	}
}

/* Take up what was found; the specs that come back. */
static struct revision_specs take_up(struct searching *searching, const struct history *history)
{
	struct arena *arena = searching->arena;
	const size_t count = searching->names.count;
	struct files_text *texts = arena_new_array(arena, struct files_text, count + 1);
	struct str_list paths = { 0 };
	struct revision_specs restored, coming = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (history->finds[i].place != HISTORY_NOWHERE) {
			texts[paths.count].path =
					path_join(history->folder, history->finds[i].path, arena);
			texts[paths.count].text = history->finds[i].text;
			str_list_add(&paths, texts[paths.count].path, arena);
		}
	}
	restored = read_texts(searching, texts, &paths);
	for (size_t i = 0; i < count; i++) {
		if (history->finds[i].place != HISTORY_NOWHERE) {
			const struct revision_spec *spec =
					spec_of(&restored, searching->names.items[i]);

			remember(searching, history, i, spec);
			if (spec &&
					searching->found->lost
							.items[searching->found->lost.count - 1]
							.file) {
				*LIST_PUSH(&coming, arena) = *spec;
			}
		}
	}
	return coming;
}

static void note_limits(struct searching *searching, const struct history *history)
{
	struct str_list *notes = &searching->found->notes;
	bool has_all = true;

	for (size_t i = 0; i < searching->names.count; i++) {
		has_all = has_all && history->finds[i].place != HISTORY_NOWHERE;
	}
	if (history->gave_up) {
		str_list_add(notes,
				STR("git history was searched for missing files for 2 s, and not to its end"),
				searching->arena);
	} else if (history->is_shallow && !has_all && !notes->count) {
		str_list_add(notes,
				STR("this clone is shallow, so older history was not searched for missing files; 'git fetch --unshallow' brings it"),
				searching->arena);
	}
}

struct memories doctor_search_git(const struct tree_source *source, struct arena *arena)
{
	struct memories found = { 0 };
	struct searching searching = {
		.source = source,
		.found = &found,
		.known = { .arena = arena },
		.deadline_us = clock_now_us() + LOOK_US,
		.arena = arena,
	};
	struct revision_specs coming = source->specs;

	for (unsigned round = 0; coming.count && round < MOST_ROUNDS; round++) {
		struct history history;

		searching.names = (struct str_list){ 0 };
		ask_for_missing(&searching, &coming);
		const struct history_request request = {
			.folder = tree_source_git_folder(source, arena),
			.locations = &source->project->locations,
			.names = &searching.names,
			.define = define,
			.data = &searching.names,
			.deadline_us = searching.deadline_us,
		};

		if (!searching.names.count || history_search(&request, arena, &history)) {
			break; // no repository: nothing to say
		}
		coming = take_up(&searching, &history);
		note_limits(&searching, &history);
	}
	return found;
}

/* ---- telling ---- */

static str where_text(const struct remembered *remembered, struct arena *arena)
{
	const struct history_find *find = &remembered->find;

	switch (find->place) {
	case HISTORY_HEAD:
		return remembered->is_same_file
				? str_format(arena, "is the id of %.*s in HEAD, %.*s",
						  STR_ARG(find->path), STR_ARG(find->commit))
				: str_format(arena,
						  "stands in %.*s in HEAD, %.*s; it was taken out since",
						  STR_ARG(find->path), STR_ARG(find->commit));
	case HISTORY_DELETED:
		return str_format(arena, "%s %.*s up to %.*s (%s by %.*s, %.*s, '%.*s')",
				remembered->is_same_file ? "was the id of" : "stands in",
				STR_ARG(find->path), STR_ARG(find->commit),
				remembered->is_same_file ? "changed" : "deleted",
				STR_ARG(find->deleted_by), STR_ARG(find->date),
				STR_ARG(find->subject));
	case HISTORY_BRANCH:
		return str_format(arena, "is on branch %.*s (%.*s in %.*s), not merged",
				STR_ARG(find->branch), STR_ARG(find->path), STR_ARG(find->commit));
	case HISTORY_LOST:
		return str_format(arena, "stands in %.*s in commit %.*s, which is on no branch",
				STR_ARG(find->path), STR_ARG(find->commit));
	case HISTORY_NOWHERE:
		break;
	}
	return STR("");
}

static void tell(const struct remembered *remembered, struct fault *fault, struct arena *arena)
{
	const struct history_find *find = &remembered->find;
	struct found_in_git *found = arena_new(arena, struct found_in_git);

	*found = (struct found_in_git){
		.commit = find->commit,
		.path = find->path,
		.deleted_by = find->deleted_by,
		.branch = find->branch,
	};
	fault->found_in_git = found;
	fault->message = str_format(arena, "%.*s; it %.*s", STR_ARG(fault->message),
			STR_ARG(where_text(remembered, arena)));
	if (remembered->successor) {
		return; // the doctor says who took its place
	}
	fault->command = doctor_git_restoring(remembered->root, find->commit, find->path, arena);
	fault->suggestion = str_format(arena, "%sring it back: %.*s",
			find->place == HISTORY_BRANCH ? "Merge that branch, or b" : "B",
			STR_ARG(fault->command));
}

void doctor_tell_memories(
		const struct memories *memories, struct faults *faults, struct arena *arena)
{
	for (size_t i = 0; i < faults->count; i++) {
		for (size_t j = 0; j < memories->names.count; j++) {
			if (faults->items[i].missing.len &&
					str_equal(faults->items[i].missing,
							memories->names.items[j].name)) {
				tell(&memories->names.items[j], &faults->items[i], arena);
			}
		}
	}
	for (size_t i = 0; i < memories->notes.count; i++) {
		faults_add_note(faults, memories->notes.items[i], arena);
	}
}
