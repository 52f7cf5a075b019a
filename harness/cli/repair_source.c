#include "cli/repair_source.h"

#include "cli/audit_engines.h"
#include "cli/doctor_git.h"
#include "cli/scenario_project.h"
#include "cli/state_names.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/scratch.h"

/* --- databases -------------------------------------------------------------------------------------- */

static void open_databases(struct invocation *invocation, struct repair_source *source,
		struct error_list *mistakes)
{
	struct arena *arena = invocation->arena;

	str_list_add(&source->names, STR("fresh"), arena);
	for (size_t i = 0; i < invocation->options.count; i++) {
		const struct given_option *given = &invocation->options.items[i];

		if (str_equal(str_from(given->option->name), STR("database"))) {
			struct database_source *database = LIST_PUSH(&source->databases, arena);

			database_source_open(invocation, given->value, DATABASE_ROWS_ALL, database,
					mistakes);
			(void)state_name_add(&source->names,
					database->scenario ? database->state.name
							   : path_stem(database->name),
					arena);
		}
	}
}

/* The tree that builds another scenario's state. */
static const struct project_tree *tree_of(const struct scenario *scenario, struct arena *arena)
{
	struct project_tree *tree = arena_new(arena, struct project_tree);

	tree->revisions = scenario->revisions;
	return scenario->project ? scenario->project->tree : tree;
}

/* The scenario with these states: an empty one, and the databases. */
static const struct scenario *with_states(const struct repair_source *source,
		const struct scenario *scenario, struct arena *arena)
{
	struct scenario *changed = arena_new(arena, struct scenario);

	*changed = *scenario;
	changed->states.items = NULL;
	changed->states.count = changed->states.capacity = 0;
	LIST_PUSH(&changed->states, arena)->name = source->names.items[0];
	for (size_t i = 0; i < source->databases.count; i++) {
		const struct database_source *database = &source->databases.items[i];
		struct scenario_state *state = LIST_PUSH(&changed->states, arena);

		*state = database->state;
		state->name = source->names.items[i + 1];
		if (database->scenario && !state->tree) {
			state->tree = tree_of(database->scenario, arena);
		}
	}
	return changed;
}

/* The project's scenario with what --stub says. */
static const struct scenario *with_stubs(const struct invocation *invocation,
		const struct scenario *scenario, struct arena *arena)
{
	struct scenario *changed = arena_new(arena, struct scenario);
	struct scenario_project *project = arena_new(arena, struct scenario_project);

	*changed = *scenario;
	*project = *scenario->project;
	for (size_t i = 0; i < invocation->options.count; i++) {
		const struct given_option *given = &invocation->options.items[i];

		if (str_equal(str_from(given->option->name), STR("stub"))) {
			str_list_add(&project->stubs, given->value, arena);
		}
	}
	changed->project = project;
	return changed;
}

/* --- the engine ------------------------------------------------------------------------------------- */

static bool can_be_on(const struct repair_source *source, enum scenario_engine engine)
{
	bool can = source->scenario->engines[engine];

	for (size_t i = 0; can && i < source->databases.count; i++) {
		can = source->databases.items[i].engines[engine];
	}
	return can;
}

/* The one that is asked for, else that of a project's own words, else the first on which all can be had. */
static struct error *choose_engine(
		const struct invocation *invocation, struct repair_source *source)
{
	struct arena *arena = invocation->arena;
	const str wanted = invocation_value(invocation, "engine");
	const bool asks_project = source->tree->project && !wanted.len;
	struct audit_engines engines = { .is_wanted = { false } };
	bool has_any = false;

	if (asks_project) {
		engines = audit_engines_choose(source->tree, wanted, arena);
	}
	for (enum scenario_engine i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		const bool is_named = !wanted.len ||
				str_equal(wanted, str_from(scenario_engine_names[i]));

		if (can_be_on(source, i) && is_named && !has_any) {
			source->engine = i;
			has_any = true;
		}
	}
	for (enum scenario_engine i = SCENARIO_ENGINE_COUNT; i-- > 0;) {
		if (asks_project && engines.is_wanted[i] && can_be_on(source, i)) {
			source->engine = i;
		}
	}
	if (has_any) {
		return NULL;
	}
	struct error *error = error_new(arena, ERROR_INVALID, "'%.*s'%s cannot be had on %.*s",
			STR_ARG(source->tree->path),
			source->databases.count ? " and its databases" : "",
			STR_ARG(wanted.len ? wanted : STR("one engine")));

	error->hint = STR(
			"The 'engines' of scenarios say where they can; a dump is of one engine.");
	return error;
}

/* --- what git remembers ----------------------------------------------------------------------------- */

/* A file that can come back, laid out where Python finds it: it does what it did. */
static struct error *remember(struct repair_source *source, const struct remembered *remembered,
		const struct lost_revision *lost, struct arena *arena)
{
	const struct project_tree *tree = source->scenario->project->tree;
	struct error *error = NULL;

	for (size_t i = 0; i < source->lost.count; i++) {
		if (str_equal(source->lost.items[i].name, lost->name)) {
			return NULL;
		}
	}
	*LIST_PUSH(&source->lost, arena) = *lost;
	if (!lost->file) { // another one has taken its place
		return NULL;
	}
	if (!source->scratch.len) {
		error = scratch_make(SCRATCH_MEMORY, arena, &source->scratch);
	}
	const str path = path_join(source->scratch,
			str_format(arena, "%zu-%.*s", source->restored.count,
					STR_ARG(path_name(remembered->find.path))),
			arena);

	if (!error) {
		error = file_write(path, remembered->find.text, arena);
	}
	*LIST_PUSH(&source->restored, arena) = (struct scenario_revision){
		.spec = *lost->file,
		.project = tree,
		.path = path,
	};
	return error;
}

struct error *repair_source_recall(struct repair_source *source, const struct str_list *rows)
{
	struct arena *arena = source->arena;
	struct error *error = NULL;

	if (!source->searches_git) {
		return NULL;
	}
	const struct memories memories = doctor_search_git(source->tree, rows, arena);

	for (size_t i = 0; !error && i < memories.lost.count && i < memories.names.count; i++) {
		error = remember(source, &memories.names.items[i], &memories.lost.items[i], arena);
	}
	return error;
}

/* --- the whole -------------------------------------------------------------------------------------- */

bool repair_source_open(struct invocation *invocation, struct repair_source *source,
		enum exit_status *ret_status)
{
	struct arena *arena = invocation->arena;
	struct error_list mistakes = { 0 };

	*source = (struct repair_source){ .arena = arena };
	if (!tree_sources_open(
			    invocation, invocation->arguments, false, &source->trees, ret_status)) {
		return false;
	}
	source->tree = &source->trees.items[0];
	source->scenario = source->tree->scenario;
	open_databases(invocation, source, &mistakes);
	if (!source->scenario && !mistakes.count) {
		source->made = source->scenario =
				scenario_of_project(source->tree, arena, &mistakes);
	}
	if (mistakes.count) {
		*ret_status = print_mistakes(invocation, &mistakes);
		return false;
	}
	if (source->tree->project || source->databases.count) {
		source->scenario = with_states(source, source->scenario, arena);
	}
	if (source->scenario->project) {
		source->scenario = with_stubs(invocation, source->scenario, arena);
	}
	const struct error *error = choose_engine(invocation, source);

	source->searches_git = source->tree->project && !invocation_has(invocation, "no-git");
	if (!error) {
		error = repair_source_recall(source, NULL);
	}
	if (error) {
		*ret_status = print_error(invocation, error);
	}
	return !error;
}

void repair_source_close(struct repair_source *source)
{
	scenario_unload(source->made);
	if (source->scratch.len) {
		scratch_remove(source->scratch, source->arena);
	}
	for (size_t i = 0; i < source->databases.count; i++) {
		database_source_close(&source->databases.items[i]);
	}
	tree_sources_close(&source->trees);
}
