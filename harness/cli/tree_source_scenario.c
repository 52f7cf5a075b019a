/*
 * The trees of scenario files, and those of folders of .sql files as a scenario may name one.
 */
#include "cli/naming.h"
#include "cli/tree_source.h"
#include "kit/file.h"
#include "kit/suggest.h"
#include "scenario/edit.h"
#include "scenario/load.h"

static struct error *unknown_strategy(
		const struct scenario *scenario, str name, struct arena *arena)
{
	struct error *err =
			error_new(arena, ERROR_NOT_FOUND, "scenario '%.*s' has no strategy '%.*s'",
					STR_ARG(scenario->name), STR_ARG(name));
	struct str_list known = { 0 };

	for (size_t i = 0; i < scenario->strategies.count; i++) {
		str_list_add(&known, scenario->strategies.items[i].name, arena);
	}
	err->hint = suggest_hint(name, &known, arena);
	return err;
}

/* The revisions with the edits of `strategy`; as they are when it is empty. */
static struct error *edited_revisions(const struct scenario *scenario, str strategy,
		struct arena *arena, struct scenario_revisions *ret_revisions)
{
	if (!strategy.len) {
		*ret_revisions = scenario->revisions;
		return NULL;
	}
	const struct scenario_strategy *found = scenario_find_strategy(scenario, strategy);

	if (!found) {
		return unknown_strategy(scenario, strategy, arena);
	}
	return scenario_edit_apply(&found->edit, &scenario->revisions, arena, ret_revisions);
}

/* The tree of a scenario that was read; NULL: `mistakes` says why it was not. */
static void add_scenario(const struct tree_request *request, const struct scenario *scenario,
		str path, str strategy, struct tree_sources *sources, struct error_list *mistakes)
{
	struct arena *arena = request->arena;
	struct scenario_revisions revisions;

	if (!scenario) {
		return;
	}
	struct error *err = edited_revisions(scenario, strategy, arena, &revisions);

	if (err) {
		error_list_add(mistakes, err, arena);
		scenario_unload(scenario);
		return;
	}
	*LIST_PUSH(sources, arena) = (struct tree_source){
		.path = path,
		.scenario = scenario,
		.specs = scenario_revision_specs(&revisions, arena),
		.revisions = revisions,
		.level = request->level ? request->level : scenario->configure.level,
	};
}

/* ---- scenarios ---- */

static bool scenario_takes(const struct tree_request *request, const struct tree_place *place)
{
	(void)place;
	return !request->at.len;
}

/* A file that by its name is none of what a tree is read from; or would be one, and is a pipe or the like. */
static bool is_something_else(const struct tree_place *place)
{
	return (place->entry.kind == ENTRY_FILE || place->entry.kind == ENTRY_OTHER) &&
			!naming_is_scenario_file(place->path) &&
			path_stem(place->path).len < path_name(place->path).len;
}

static struct error *not_a_tree(const struct tree_request *request, const struct tree_place *place)
{
	struct error *err = error_new(request->arena, ERROR_INVALID,
			place->entry.kind == ENTRY_OTHER
					? "'%.*s' is a pipe, a device or a socket, not a file"
					: "'%.*s' is nothing that a revision tree is read from",
			STR_ARG(str_printable(place->argument, request->arena)));

	err->detail = STR(
			"A configuration ends in .ini or .toml, a revision file in .py, a scenario in .yaml.");
	tree_source_hint_near(request, place, err);
	return err;
}

/* Say of what is not there what was looked for, and the nearest things that are. */
static void explain_nothing(const struct tree_request *request, const struct tree_place *place,
		struct error *err)
{
	const str argument = str_printable(place->argument, request->arena);

	err->message = place->entry.is_link
			? str_format(request->arena, "'%.*s' is a link that leads nowhere",
					  STR_ARG(argument))
			: str_format(request->arena, "there is no file, folder or scenario '%.*s'",
					  STR_ARG(argument));
	err->detail = STR(
			"Looked for a folder, a file and, below 'scenarios', a scenario of that name.");
	if (!str_starts_with(err->hint, STR("Did you mean"))) {
		err->hint = STR(""); // the detail says what was looked for
	}
	tree_source_hint_near(request, place, err);
}

static void scenario_read(const struct tree_request *request, const struct tree_place *place,
		struct tree_sources *sources, struct error_list *mistakes)
{
	struct arena *arena = request->arena;
	str strategy = request->strategy;
	struct named named;
	struct error *err = is_something_else(place)
			? not_a_tree(request, place)
			: naming_resolve_scenario(place->argument, arena, &named);

	if (err) {
		if (err->code == ERROR_NOT_FOUND) {
			explain_nothing(request, place, err);
		}
		error_list_add(mistakes, err, arena);
		return;
	}
	if (named.cell.len && !strategy.data) {
		strategy = str_slice(named.cell, 0, str_find_char(named.cell, '@'));
	}
	// Edits may have mistakes of their own; else those outside of the tree hide nothing.
	const struct scenario *scenario = strategy.len ? naming_load(&named, arena, mistakes)
						       : naming_load_tree(&named, arena, mistakes);

	add_scenario(request, scenario, named.path, strategy, sources, mistakes);
}

const struct tree_source_kind tree_source_scenario = {
	.name = "scenario",
	.words = "a scenario (.yaml)",
	.takes = scenario_takes,
	.read = scenario_read,
};

/* ---- folders of .sql files ---- */

/* Whether a .sql file begins with the comments of a revision. */
static bool is_revision(str path, struct arena *arena)
{
	str text, line;

	if (!path_is_file(path, arena) || file_read(path, (size_t)1 << 24, arena, &text)) {
		return false;
	}
	while (str_next_part(&text, '\n', &line)) {
		line = str_trim(line);
		if (!str_starts_with(line, STR("--"))) {
			if (line.len) {
				return false;
			}
			continue;
		}
		if (str_starts_with(str_trim(str_slice(line, 2, line.len)), STR("revision:"))) {
			return true;
		}
	}
	return false;
}

static bool sql_takes(const struct tree_request *request, const struct tree_place *place)
{
	struct arena *arena = request->arena;
	struct str_list names;

	if (request->at.len || request->all || !request->arguments.count ||
			place->entry.kind != ENTRY_FOLDER ||
			directory_list(place->path, arena, &names)) {
		return false;
	}
	for (size_t i = 0; i < names.count; i++) {
		if (str_ends_with(names.items[i], STR(".sql")) &&
				is_revision(path_join(place->path, names.items[i], arena), arena)) {
			return true;
		}
	}
	return false;
}

/* The folder as a scenario beside it would name it. */
static void sql_read(const struct tree_request *request, const struct tree_place *place,
		struct tree_sources *sources, struct error_list *mistakes)
{
	const struct scenario *scenario =
			scenario_parse(path_join(place->argument, STR("(folder)"), request->arena),
					STR("rehearse: 1\nrevisions: {directory: .}\n"), NULL,
					request->arena, mistakes);

	add_scenario(request, scenario, place->argument, STR(""), sources, mistakes);
}

const struct tree_source_kind tree_source_sql = {
	.name = "scenario",
	.words = "a folder of revisions in SQL (.sql)",
	.takes = sql_takes,
	.read = sql_read,
};
