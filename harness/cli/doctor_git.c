#include "cli/doctor_git.h"

#include "files/history.h"
#include "kit/clock.h"
#include "kit/file.h"

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

/* Whether a file of the tree as it is has this place: then its id was changed, and it is not missing. */
static bool is_still_there(const struct tree_source *source, const struct history *history,
		str path, struct arena *arena)
{
	const str full = path_join(history->root, path, arena);

	for (size_t i = 0; i < source->project->revisions.count; i++) {
		if (str_equal(path_absolute(source->project->revisions.items[i].path, arena),
				    full)) {
			return true;
		}
	}
	return false;
}

static str where_text(const struct history_find *find, bool is_changed, struct arena *arena)
{
	switch (find->place) {
	case HISTORY_DELETED:
		return str_format(arena, "%s %.*s up to %.*s (%s by %.*s, %.*s, '%.*s')",
				is_changed ? "was the id of" : "stands in", STR_ARG(find->path),
				STR_ARG(find->commit), is_changed ? "changed" : "deleted",
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

static void write_find(const struct tree_source *source, const struct history *history,
		const struct history_find *find, struct fault *fault, struct arena *arena)
{
	struct found_in_git *found = arena_new(arena, struct found_in_git);
	const bool is_changed = find->place == HISTORY_DELETED &&
			is_still_there(source, history, find->path, arena);

	*found = (struct found_in_git){
		.commit = find->commit,
		.path = find->path,
		.deleted_by = find->deleted_by,
		.branch = find->branch,
	};
	fault->found_in_git = found;
	fault->message = str_format(arena, "%.*s; it %.*s", STR_ARG(fault->message),
			STR_ARG(where_text(find, is_changed, arena)));
	if (is_changed) {
		return; // the file is there: what is spelt likewise is the better advice
	}
	fault->suggestion = str_format(arena, "%sring it back: %.*s",
			find->place == HISTORY_BRANCH ? "Merge that branch, or b" : "B",
			STR_ARG(doctor_git_restoring(
					history->root, find->commit, find->path, arena)));
	fault->suggested_revision = STR("");
}

static struct str_list missing_names(const struct faults *faults, struct arena *arena)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < faults->count && names.count < HISTORY_NAMES; i++) {
		const str name = faults->items[i].missing;

		if (name.len && !str_list_contains(&names, name)) {
			str_list_add(&names, name, arena);
		}
	}
	return names;
}

void doctor_look_in_git(
		const struct tree_source *source, struct faults *faults, struct arena *arena)
{
	struct str_list names = missing_names(faults, arena);
	struct history history;
	const struct history_request request = {
		.folder = tree_source_git_folder(source, arena),
		.locations = &source->project->locations,
		.names = &names,
		.define = define,
		.data = &names,
		.deadline_us = clock_now_us() + LOOK_US,
	};
	bool has_all = true;

	if (!names.count || history_search(&request, arena, &history)) {
		return; // no repository: nothing to say
	}
	for (size_t i = 0; i < faults->count; i++) {
		struct fault *fault = &faults->items[i];

		for (size_t j = 0; fault->missing.len && j < names.count; j++) {
			if (!str_equal(fault->missing, names.items[j])) {
				continue;
			}
			if (history.finds[j].place == HISTORY_NOWHERE) {
				has_all = false;
			} else {
				write_find(source, &history, &history.finds[j], fault, arena);
			}
		}
	}
	if (history.gave_up) {
		faults_add_note(faults,
				STR("git history was searched for missing files for 2 s, and not to its end"),
				arena);
	} else if (history.is_shallow && !has_all) {
		faults_add_note(faults,
				STR("this clone is shallow, so older history was not searched for missing files; 'git fetch --unshallow' brings it"),
				arena);
	}
}
