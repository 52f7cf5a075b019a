#include "cli/database_source.h"

#include "cli/captured.h"
#include "cli/naming.h"
#include "cli/tree_source.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/scratch.h"
#include "kit/suggest.h"
#include "lab/dump.h"
#include "scenario/load.h"

#include <string.h>

struct asked_for {
	const struct invocation *invocation;
	str argument;
	enum database_rows rows;
};

struct database_kind {
	/* Whether `argument` is one. */
	bool (*takes)(str argument, struct arena *arena);
	void (*open)(const struct asked_for *asked, struct arena *arena,
			struct database_source *source, struct error_list *mistakes);
};

/* --- dumps -------------------------------------------------------------------------------------- */

static bool dump_takes(str argument, struct arena *arena)
{
	return (path_is_file(argument, arena) && !naming_is_scenario_file(argument)) ||
			path_is_file(path_join(argument, STR("toc.dat"), arena), arena);
}

/* A state that the file at `path` is loaded for; on any engine, if it is NULL. */
static void load_from(struct database_source *source, str path, const char *engine)
{
	source->state = (struct scenario_state){
		.name = source->name,
		.origin = STATE_LOAD,
		.load = { .file = { .name = path, .path = path } },
	};
	source->loads_us = dump_patience_us(path, source->arena);
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		source->engines[i] = !engine || strcmp(scenario_engine_names[i], engine) == 0;
	}
}

static void dump_open(const struct asked_for *asked, struct arena *arena,
		struct database_source *source, struct error_list *mistakes)
{
	const str path = asked->argument;

	(void)mistakes;
	load_from(source, path,
			path_is_directory(path, arena) ? "postgres" : dump_engine(path, arena));
}

/* --- addresses ----------------------------------------------------------------------------------- */

static bool address_takes(str argument, struct arena *arena)
{
	(void)arena;
	return captured_engine(argument) != NULL;
}

static void address_open(const struct asked_for *asked, struct arena *arena,
		struct database_source *source, struct error_list *mistakes)
{
	const struct engine *engine = captured_engine(asked->argument);
	const struct capture capture = {
		.address = asked->argument,
		.all_rows = asked->rows == DATABASE_ROWS_ALL,
		.is_passing = true,
		.bindir = invocation_value(asked->invocation, "pg-bindir"),
	};
	struct str_list notes = { 0 };
	str path;
	struct error *error =
			captured_open(engine, &capture, arena, &source->folder, &path, &notes);

	source->name = engine->address_public(asked->argument, arena);
	if (error) {
		error_list_add(mistakes, error, arena);
		return;
	}
	for (size_t i = 0; i < notes.count; i++) {
		tree_source_print_note(notes.items[i], arena);
	}
	load_from(source, path, engine->name);
}

/* --- states of scenarios ------------------------------------------------------------------------ */

/* Where the state begins: behind the last colon. 0: there is none. */
static size_t state_start(str argument)
{
	size_t at = argument.len;

	while (at && argument.data[at - 1] != ':') {
		at--;
	}
	return at;
}

static bool state_takes(str argument, struct arena *arena)
{
	(void)arena;
	return state_start(argument) > 1 && str_find(argument, STR("://")) == argument.len;
}

static struct error *unknown_state(const struct scenario *scenario, str name, struct arena *arena)
{
	struct error *error =
			error_new(arena, ERROR_NOT_FOUND, "scenario '%.*s' has no state '%.*s'",
					STR_ARG(scenario->name), STR_ARG(name));
	struct str_list known = { 0 };

	for (size_t i = 0; i < scenario->states.count; i++) {
		str_list_add(&known, scenario->states.items[i].name, arena);
	}
	error->hint = suggest_hint(name, &known, arena);
	return error;
}

static void state_open(const struct asked_for *asked, struct arena *arena,
		struct database_source *source, struct error_list *mistakes)
{
	const str argument = asked->argument;
	const size_t at = state_start(argument);
	const str name = str_slice(argument, at, argument.len);
	struct named named;
	struct error *error =
			naming_resolve_scenario(str_slice(argument, 0, at - 1), arena, &named);

	if (error) {
		error_list_add(mistakes, error, arena);
		return;
	}
	source->scenario = naming_load(&named, arena, mistakes);
	if (!source->scenario) {
		return;
	}
	const struct scenario_state *state = scenario_find_state(source->scenario, name);

	if (!state) {
		error_list_add(mistakes, unknown_state(source->scenario, name, arena), arena);
		return;
	}
	source->state = *state;
	memcpy(source->engines, source->scenario->engines, sizeof(source->engines));
}

/* --- the table ---------------------------------------------------------------------------------- */

/* In the order in which they are asked. */
static const struct database_kind kinds[] = {
	{ dump_takes, dump_open },
	{ address_takes, address_open },
	{ state_takes, state_open },
};

/* What looks like an address may hold a password, so it is not repeated. */
static struct error *unknown_database(str argument, struct arena *arena)
{
	const size_t scheme = str_find(argument, STR("://"));
	struct error *error = scheme < argument.len
			? error_new(arena, ERROR_INVALID,
					  "option '--database' takes no address of kind '%.*s'",
					  STR_ARG(str_slice(argument, 0, scheme)))
			: error_new(arena, ERROR_NOT_FOUND, "there is no database '%.*s'",
					  STR_ARG(argument));

	error->hint = scheme < argument.len
			? STR("It takes postgresql://... and sqlite:///PATH.")
			: STR("Name a URL (postgresql://..., sqlite:///PATH), a dump, a SQLite file, or SCENARIO:STATE.");
	return error;
}

void database_source_open(const struct invocation *invocation, str argument,
		enum database_rows rows, struct database_source *source,
		struct error_list *mistakes)
{
	const struct asked_for asked = { invocation, argument, rows };

	*source = (struct database_source){ .name = argument, .arena = invocation->arena };
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (kinds[i].takes(argument, source->arena)) {
			kinds[i].open(&asked, source->arena, source, mistakes);
			return;
		}
	}
	error_list_add(mistakes, unknown_database(argument, source->arena), source->arena);
}

void database_source_close(struct database_source *source)
{
	scenario_unload(source->scenario);
	source->scenario = NULL;
	scratch_remove(source->folder, source->arena);
	source->folder = (str){ 0 };
}
