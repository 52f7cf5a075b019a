#include "cli/doctor_git.h"

#include "doctor/squash.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/table.h"

/* Longer nobody waits for an answer that may not be there. */
#define LOOK_US (2 * 1000 * 1000)

/* ---- which file defines a name ---- */

/* The names that are looked for, to be found at once however many there are. */
struct wanted {
	struct table names; /* -> index */
	size_t longest;
};

/* Whether a text between quotes anywhere in the file is one of the names: most files have none, and cost little. */
static bool may_define(const struct wanted *wanted, str text)
{
	uint32_t ignored;

	for (size_t i = 0; i < text.len; i++) {
		const char quote = text.data[i];

		if (quote != '\'' && quote != '"') {
			continue;
		}
		const str behind = str_slice(text, i + 1, wanted->longest + 1);
		const size_t end = str_find_char(behind, quote);

		if (end < behind.len &&
				table_find(&wanted->names, str_slice(behind, 0, end), &ignored)) {
			return true;
		}
	}
	return false;
}

/* For history_search(). */
static size_t define(void *data, str path, str text, struct arena *arena)
{
	const struct wanted *wanted = data;
	const struct source source = { .name = path, .text = text };
	const struct arena_mark mark = arena_mark(arena);
	uint32_t found = 0;
	bool is_found = false;

	if (may_define(wanted, text)) {
		const struct revision_file file = revision_file_read(&source, arena);
		const struct declared_fact *fact = &file.facts[FACT_REVISION];

		is_found = fact->is_there && fact->value.kind == LITERAL_TEXT &&
				table_find(&wanted->names, fact->value.items[0].value, &found);
	}
	arena_rewind(arena, mark);
	return is_found ? found : SIZE_MAX;
}

/* ---- the command ---- */

str doctor_git_restoring(str root, str commit, str path, str home, struct arena *arena)
{
	const str here = path_from_root(STR("."), arena);
	const bool is_inside = str_equal(here, root) ||
			str_starts_with(here, str_format(arena, "%.*s/", STR_ARG(root)));
	const bool has_moved = !root.len || !str_equal(path, home);
	struct buf text = { .arena = arena };

	buf_add(&text, STR("git "));
	if (root.len && !is_inside) {
		buf_add(&text, STR("-C "));
		buf_add_shell_word(&text, root);
		buf_add_char(&text, ' ');
	}
	if (has_moved) { // git has no command that puts it elsewhere
		buf_add(&text, STR("show "));
		buf_add_shell_word(&text,
				str_format(arena, "%.*s:%.*s", STR_ARG(commit), STR_ARG(path)));
		if (root.len) {
			buf_add(&text, STR(" >"));
			buf_add_shell_word(&text,
					path_relative(path_join(root, home, arena), here, arena));
		}
		return buf_str(&text);
	}
	buf_add(&text, STR("restore "));
	if (commit.len) {
		buf_add(&text, STR("--source="));
		buf_add_shell_word(&text, commit);
		buf_add_char(&text, ' ');
	}
	buf_add(&text, STR("-- "));
	buf_add_shell_word(&text,
			is_inside ? path_relative(path_join(root, path, arena), here, arena)
				  : path);
	return buf_str(&text);
}

/* ---- what is missing ---- */

/* Files that come back may miss others; no chain is followed further. */
#define MOST_ROUNDS 32

/* Names that are looked for at once. */
#define MOST_NAMES 4096

struct searching {
	const struct tree_source *source;
	struct memories *found;
	struct table known;    /* ids and labels that are there, or asked for already */
	struct str_list names; /* to be asked for */
	struct table paths; /* of files that are there, from the root, links resolved -> place of the spec */

	struct {
		struct change {
			const struct history_change *of;
			struct squash *squash;
		} * items;

		size_t count, capacity;
	} changes;

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
				searching->names.count < MOST_NAMES) {
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
static const struct revision_spec *spec_at(struct searching *searching, str folder, str path)
{
	const struct project *project = searching->source->project;
	struct arena *arena = searching->arena;
	uint32_t place;

	if (!searching->paths.count) {
		for (size_t i = 0; i < project->revisions.count; i++) {
			table_set(&searching->paths,
					path_absolute(project->revisions.items[i].path, arena),
					(uint32_t)i);
		}
	}
	return table_find(&searching->paths, path_join(folder, path, arena), &place)
			? &project->specs.items[place]
			: NULL;
}

/* Read files that were there once, as if they were now. */
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

static struct revision_specs *read_files(
		const struct searching *searching, str folder, const struct history_files *files)
{
	struct arena *arena = searching->arena;
	struct files_text *texts = arena_new_array(arena, struct files_text, files->count + 1);
	struct revision_specs *specs = arena_new(arena, struct revision_specs);
	struct str_list paths = { 0 };

	for (size_t i = 0; i < files->count; i++) {
		texts[i].path = path_join(folder, files->items[i].path, arena);
		texts[i].text = files->items[i].text;
		str_list_add(&paths, texts[i].path, arena);
	}
	*specs = read_texts(searching, texts, &paths);
	return specs;
}

/* What the commit made of the files that it took away; read once. */
static struct squash *squash_of(
		struct searching *searching, str folder, const struct history_change *change)
{
	for (size_t i = 0; i < searching->changes.count; i++) {
		if (searching->changes.items[i].of == change) {
			return searching->changes.items[i].squash;
		}
	}
	struct squash *squash = squash_new(read_files(searching, folder, &change->before),
			read_files(searching, folder, &change->after), &searching->source->specs,
			searching->source->level, searching->arena);

	*LIST_PUSH(&searching->changes, searching->arena) = (struct change){ change, squash };
	return squash;
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

/* Take up a find; the name of what took its place may be gone in turn, and is asked for then. */
static void remember(struct searching *searching, const struct history *history, size_t i,
		const struct revision_spec *restored)
{
	const struct history_find *find = &history->finds[i];
	struct remembered *remembered = LIST_PUSH(&searching->found->names, searching->arena);
	const struct revision_spec *there = spec_at(searching, history->folder, find->home);

	*remembered = (struct remembered){
		.name = searching->names.items[i],
		.find = *find,
		.root = history->root,
		.is_same_file = there != NULL,
		.file = restored,
	};
	if (there) {
		remembered->successor = there->revision;
	} else if (restored && find->change) {
		remembered->successor = squash_successor(
				squash_of(searching, history->folder, find->change),
				remembered->name);
	}
}

/* Take up what was found; the specs that come back. */
static struct revision_specs take_up(struct searching *searching, const struct history *history,
		struct str_list *ret_successors)
{
	struct arena *arena = searching->arena;
	const size_t count = searching->names.count;
	struct files_text *texts = arena_new_array(arena, struct files_text, count + 1);
	struct str_list paths = { 0 };
	struct revision_specs restored, coming = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (history->finds[i].place != HISTORY_NOWHERE) {
			texts[paths.count].path =
					path_join(history->folder, history->finds[i].home, arena);
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
			const str successor =
					searching->found->names
							.items[searching->found->names.count - 1]
							.successor;

			if (successor.len) {
				str_list_add(ret_successors, successor, arena);
			} else if (spec) {
				*LIST_PUSH(&coming, arena) = *spec;
			}
		}
	}
	return coming;
}

static struct remembered *find_remembered(const struct memories *found, str name)
{
	for (size_t i = 0; i < found->names.count; i++) {
		if (str_equal(found->names.items[i].name, name)) {
			return &found->names.items[i];
		}
	}
	return NULL;
}

/* What took the place of `remembered` and is there: it may have been replaced in turn. Empty: nothing. */
static str successor_there(const struct searching *searching, const struct remembered *remembered)
{
	for (unsigned i = 0; remembered && remembered->successor.len && i < MOST_ROUNDS; i++) {
		if (spec_of(&searching->source->specs, remembered->successor)) {
			return remembered->successor;
		}
		remembered = find_remembered(searching->found, remembered->successor);
	}
	return STR("");
}

/* What the doctor is to know. */
static void conclude(struct searching *searching)
{
	struct memories *found = searching->found;

	for (size_t i = 0; i < found->names.count; i++) {
		struct remembered *remembered = &found->names.items[i];
		struct lost_revision *lost = LIST_PUSH(&found->lost, searching->arena);
		const str successor = successor_there(searching, remembered);

		lost->name = remembered->name;
		lost->successor = successor;
		lost->file = successor.len ? NULL : remembered->file;
	}
	for (size_t i = 0; i < found->names.count; i++) {
		found->names.items[i].successor = found->lost.items[i].successor;
	}
}

static void note_limits(struct searching *searching, const struct history *history)
{
	struct str_list *notes = &searching->found->notes;
	bool has_all = true;

	for (size_t i = 0; i < searching->names.count; i++) {
		has_all = has_all && history->finds[i].place != HISTORY_NOWHERE;
	}
	if (searching->names.count == MOST_NAMES) {
		str_list_add(notes,
				str_format(searching->arena,
						"git history was searched for %d of the missing files, and not for more",
						MOST_NAMES),
				searching->arena);
	}
	if (history->has_holes && !has_all) {
		str_list_add(notes,
				STR("parts of git history could not be read, and were not searched for missing files: the clone is partial, or damaged ('git fsck' tells)"),
				searching->arena);
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

/* Why there is no history, if it looks as though there were one. */
static void note_failure(struct searching *searching, str folder, const struct error *error)
{
	struct arena *arena = searching->arena;
	const struct files disk = files_of_disk();
	const str root = files_repository(&disk, folder, arena);

	if (root.len) {
		str_list_add(&searching->found->notes,
				str_format(arena,
						"git history was not searched for missing files: %.*s; there is a '%.*s'",
						STR_ARG(error->message),
						STR_ARG(files_name(&disk,
								path_join(root, STR(".git"), arena),
								arena))),
				arena);
	}
}

struct memories doctor_search_git(
		const struct tree_source *source, const struct str_list *rows, struct arena *arena)
{
	struct memories found = { 0 };
	struct searching searching = {
		.source = source,
		.found = &found,
		.known = { .arena = arena },
		.paths = { .arena = arena },
		.deadline_us = clock_now_us() + LOOK_US,
		.arena = arena,
	};
	struct revision_specs coming = source->specs;
	struct str_list successors = { 0 };

	know(&searching, &source->specs);
	if (rows) {
		successors = *rows;
	}
	for (unsigned round = 0; (coming.count || successors.count) && round < MOST_ROUNDS;
			round++) {
		struct wanted wanted = { .names = { .arena = arena } };
		struct history history;

		searching.names = (struct str_list){ 0 };
		ask_for_missing(&searching, &coming);
		ask_for(&searching, &successors);
		for (size_t i = 0; i < searching.names.count; i++) {
			const str name = searching.names.items[i];

			table_set(&wanted.names, name, (uint32_t)i);
			wanted.longest = name.len > wanted.longest ? name.len : wanted.longest;
		}
		const struct history_request request = {
			.folder = tree_source_git_folder(source, arena),
			.at = source->at,
			.locations = &source->project->locations,
			.names = &searching.names,
			.define = define,
			.data = &wanted,
			.deadline_us = searching.deadline_us,
		};

		if (!searching.names.count) {
			break;
		}
		const struct error *error = history_search(&request, arena, &history);

		if (error) {
			note_failure(&searching, request.folder, error);
			break;
		}
		successors = (struct str_list){ 0 };
		coming = take_up(&searching, &history, &successors);
		note_limits(&searching, &history);
	}
	conclude(&searching);
	return found;
}

/* ---- telling ---- */

/* The find's path as the rest of the report has paths: from the working folder. */
static str path_from_here(const struct remembered *remembered, struct arena *arena)
{
	const struct files disk = files_of_disk();
	const str path = remembered->find.path;

	return remembered->root.len
			? files_name(&disk, path_join(remembered->root, path, arena), arena)
			: path;
}

str doctor_memory_words(const struct remembered *remembered, struct arena *arena)
{
	const struct history_find *find = &remembered->find;
	const str path = path_from_here(remembered, arena);

	switch (find->place) {
	case HISTORY_HEAD:
		return remembered->is_same_file
				? str_format(arena, "is the id of %.*s in HEAD, %.*s",
						  STR_ARG(path), STR_ARG(find->commit))
				: str_format(arena,
						  "stands in %.*s in HEAD, %.*s; it was taken out since",
						  STR_ARG(path), STR_ARG(find->commit));
	case HISTORY_INDEX:
		return remembered->is_same_file
				? str_format(arena, "is the id of %.*s in git's index",
						  STR_ARG(path))
				: str_format(arena,
						  "stands in %.*s in git's index; it was taken out since",
						  STR_ARG(path));
	case HISTORY_DELETED:
		return str_format(arena, "%s %.*s up to %.*s (%s by %.*s, %.*s, '%.*s')",
				remembered->is_same_file ? "was the id of" : "stands in",
				STR_ARG(path), STR_ARG(find->commit),
				remembered->is_same_file ? "changed" : "deleted",
				STR_ARG(find->deleted_by), STR_ARG(find->date),
				STR_ARG(find->subject));
	case HISTORY_BRANCH:
		return str_format(arena, "is on branch %.*s (%.*s in %.*s), not merged",
				STR_ARG(find->branch), STR_ARG(path), STR_ARG(find->commit));
	case HISTORY_LOST:
		return str_format(arena, "stands in %.*s in commit %.*s, which is on no branch",
				STR_ARG(path), STR_ARG(find->commit));
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
			STR_ARG(doctor_memory_words(remembered, arena)));
	if (remembered->successor.len) {
		return; // the doctor says who took its place
	}
	fault->command = doctor_git_restoring(
			remembered->root, find->commit, find->path, find->home, arena);
	fault->suggestion = str_format(arena, "%sring it back: %.*s",
			find->place == HISTORY_BRANCH ? "Merge that branch, or b" : "B",
			STR_ARG(fault->command));
}

void doctor_tell_memories(
		const struct memories *memories, struct faults *faults, struct arena *arena)
{
	struct table names = { .arena = arena };
	uint32_t place;

	for (size_t i = 0; i < memories->names.count; i++) {
		table_set(&names, memories->names.items[i].name, (uint32_t)i);
	}
	for (size_t i = 0; i < faults->count; i++) {
		if (faults->items[i].missing.len &&
				table_find(&names, faults->items[i].missing, &place)) {
			tell(&memories->names.items[place], &faults->items[i], arena);
		}
	}
	for (size_t i = 0; i < memories->notes.count; i++) {
		faults_add_note(faults, memories->notes.items[i], arena);
	}
}
