#include "cli/tree_source.h"

#include "cli/naming.h"
#include "cli/plan_jsonl.h"
#include "kit/file.h"
#include "scenario/load.h"

#include <stdlib.h>

extern const struct tree_source_kind tree_source_revisions;
extern const struct tree_source_kind tree_source_configuration;
extern const struct tree_source_kind tree_source_sql;
extern const struct tree_source_kind tree_source_folder;
extern const struct tree_source_kind tree_source_scenario;

/* In the order in which they are asked. */
static const struct tree_source_kind *const kinds[] = {
	&tree_source_revisions,
	&tree_source_configuration,
	&tree_source_sql,
	&tree_source_folder,
	&tree_source_scenario,
};

struct error *tree_source_check_release(str value, struct arena *arena)
{
	int level;

	return plan_level_parse(value, &level)
			? NULL
			: error_new(arena, ERROR_INVALID, "not a release from 1.%d to 1.%d",
					  ALEMBIC_OLDEST, ALEMBIC_NEWEST);
}

/* ---- the request ---- */

/* The folder from which git's repository is looked for: the nearest one above `path` that is there. */
static str existing_folder(str path, struct arena *arena)
{
	while (path.len > 1 && !path_is_directory(path, arena)) {
		path = path_folder(path);
	}
	return path;
}

/* The kind of what lies at the place; NULL: none takes it. */
static const struct tree_source_kind *find_kind(const struct tree_request *request,
		const struct tree_place *place, bool projects_alone)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if ((!projects_alone || str_equal(str_from(kinds[i]->name), STR("project"))) &&
				kinds[i]->takes(request, place)) {
			return kinds[i];
		}
	}
	return NULL;
}

static struct error *too_many(const struct tree_request *request)
{
	struct error *error = error_new(request->arena, ERROR_INVALID, "too many arguments: '%.*s'",
			STR_ARG(str_printable(request->arguments.items[1], request->arena)));

	error->hint = STR(
			"One SOURCE is read at a time, or several revision files (.py); 'doctor --all' takes each project below a folder.");
	return error;
}

/* Whether a scenario is meant, wherever it is: a commit has none that could be read. */
static bool is_scenario(const struct tree_place *place, struct arena *arena)
{
	return str_equal(place->argument, STR("-")) ||
			(naming_is_scenario_file(place->path) && path_is_file(place->path, arena));
}

static struct error *no_commit_of(
		const struct tree_request *request, const struct tree_place *place)
{
	struct error *error = error_new(request->arena, ERROR_INVALID,
			"'--at' reads Alembic projects, and '%.*s' is a scenario",
			STR_ARG(str_printable(place->argument, request->arena)));

	error->hint = STR(
			"A scenario takes the project of a commit with 'revisions: {alembic: PATH, at: REF}'.");
	return error;
}

static void read_sources(const struct tree_request *request, bool projects_alone,
		struct tree_sources *sources, struct error_list *mistakes)
{
	const bool is_here = request->arguments.count == 0;
	struct tree_place place = { .argument = is_here ? STR(".") : request->arguments.items[0] };

	place.path = path_from_root(place.argument, request->arena);
	place.entry = str_equal(place.argument, STR("-"))
			? (struct entry){ .kind = ENTRY_NONE }
			: files_look(request->files, place.path, request->arena);
	if (request->at.len && place.entry.kind == ENTRY_NONE) { // a link on the disk may lead to it
		place.path = path_absolute(place.path, request->arena);
		place.entry = files_look(request->files, place.path, request->arena);
	}
	const struct tree_source_kind *kind = find_kind(request, &place, projects_alone);

	if (!kind && request->at.len && is_scenario(&place, request->arena)) {
		error_list_add(mistakes, no_commit_of(request, &place), request->arena);
	} else if (!kind) {
		struct error *error = error_new(request->arena, ERROR_NOT_FOUND,
				"there is no %s'%.*s'%s%.*s%s", projects_alone ? "project " : "",
				STR_ARG(str_printable(place.argument, request->arena)),
				request->at.len ? " in '" : "", STR_ARG(request->at),
				request->at.len ? "'" : "");

		tree_source_hint_near(request, &place, error);
		error_list_add(mistakes, error, request->arena);
	} else if (request->arguments.count > 1 && kind != &tree_source_revisions) {
		error_list_add(mistakes, too_many(request), request->arena);
	} else {
		kind->read(request, &place, sources, mistakes);
	}
	for (size_t i = 0; kind && i < sources->count; i++) {
		sources->items[i].kind = kind;
	}
}

/* The files that the request is about: of its commit, if it names one. */
static struct error *open_files(const struct tree_request *request, struct files *ret_files)
{
	const str first = path_from_root(
			request->arguments.count ? request->arguments.items[0] : STR("."),
			request->arena);

	*ret_files = files_of_disk();
	return request->at.data ? files_open_commit(existing_folder(first, request->arena),
						  request->at, request->arena, ret_files)
				: NULL;
}

void tree_source_read_project(struct tree_request *request, struct tree_sources *sources,
		struct error_list *mistakes)
{
	struct files files;
	struct error *error = open_files(request, &files);

	if (error) {
		error_list_add(mistakes, error, request->arena);
		return;
	}
	request->files = &files;
	read_sources(request, true, sources, mistakes);
	request->files = NULL;
	files_close(&files);
}

/* An option that says nothing of what was read would be passed over in silence. */
static struct error *check_options(
		const struct tree_request *request, const struct tree_source *source)
{
	const char *option = source->project   ? request->strategy.data ? "--strategy" : NULL
			: request->section.len ? "--name"
			: request->all         ? "--all"
					       : NULL;

	if (!option) {
		return NULL;
	}
	return error_new(request->arena, ERROR_INVALID, "'%s' is for %s, and '%.*s' is %s", option,
			source->project ? "scenarios" : "Alembic projects", STR_ARG(source->path),
			source->project ? "an Alembic project" : "none");
}

bool tree_sources_open(struct invocation *invocation, struct str_list arguments,
		bool takes_mistakes, struct tree_sources *sources, enum exit_status *ret_status)
{
	struct arena *arena = invocation->arena;
	const char *environment = getenv("VIRTUAL_ENV");
	struct error_list mistakes = { 0 };
	struct tree_request request = {
		.arena = arena,
		.arguments = arguments,
		.strategy = invocation_value(invocation, "strategy"),
		.section = invocation_value(invocation, "name"),
		.at = invocation_value(invocation, "at"),
		.all = invocation_has(invocation, "all"),
		.environment = str_from(environment),
		.files = &sources->files,
	};

	*sources = (struct tree_sources){ .files = files_of_disk() };
	plan_level_parse(invocation_value(invocation, "alembic"), &request.level);
	struct error *error = open_files(&request, &sources->files);

	if (error) {
		*ret_status = print_error(invocation, error);
		return false;
	}
	read_sources(&request, false, sources, &mistakes);
	error = sources->count ? check_options(&request, &sources->items[0]) : NULL;
	if (error) {
		*ret_status = print_error(invocation, error);
		return false;
	}
	if (mistakes.count) {
		*ret_status = print_mistakes(invocation, &mistakes);
		if (mistakes.count == 1 &&
				str_equal(mistakes.items[0]->class_name,
						STR(TREE_SOURCE_NOTHING))) {
			*ret_status = EXIT_NOTHING;
		}
	}
	sources->has_mistakes = mistakes.count && takes_mistakes && sources->count;
	return !mistakes.count || sources->has_mistakes;
}

str tree_source_git_folder(const struct tree_source *source, struct arena *arena)
{
	const str folder = !source->project   ? path_folder(path_from_root(source->path, arena))
			: source->files.count ? path_folder(source->files.items[0])
					      : source->folder;

	return existing_folder(folder, arena);
}

void tree_sources_close(struct tree_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		scenario_unload(sources->items[i].scenario);
	}
	sources->count = 0;
	files_close(&sources->files);
}

void tree_source_add_unknown(
		const struct tree_source *source, struct arena *arena, struct error_list *mistakes)
{
	for (size_t i = 0; source->project && i < source->project->findings.count; i++) {
		const struct finding *finding = &source->project->findings.items[i];

		if (finding->kind != FINDING_DOCSTRING_DISAGREES) {
			struct error *error = error_new(
					arena, ERROR_INVALID, "%.*s", STR_ARG(finding->message));

			error->where = finding->where;
			error->hint = finding->suggestion;
			error_list_add(mistakes, error, arena);
		}
	}
}

struct error *tree_source_check(const struct tree_source *source, struct arena *arena)
{
	if (source->specs.count || !source->project) {
		return NULL;
	}
	struct error *error = error_new(arena, ERROR_NOT_FOUND, "no revision was read in '%.*s'",
			STR_ARG(source->path));

	error->class_name = STR(TREE_SOURCE_NOTHING);
	error->hint = STR("'rehearse doctor' says what is wrong with its files.");
	return error;
}

void tree_source_print_note(str note, struct arena *arena)
{
	print_err_sentence(str_format(arena, "note: %.*s", STR_ARG(str_printable(note, arena))),
			arena);
}

void tree_source_print_notes(const struct tree_source *source, struct arena *arena)
{
	for (size_t i = 0; source->project && i < source->project->notes.count; i++) {
		tree_source_print_note(source->project->notes.items[i], arena);
	}
}
