#include "cli/database_source.h"

#include "cli/naming.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/suggest.h"
#include "lab/dump.h"
#include "scenario/load.h"

#include <string.h>

struct database_kind {
	/* Whether `argument` is one. */
	bool (*takes)(str argument, struct arena *arena);
	void (*open)(str argument, struct arena *arena, struct database_source *source,
			struct error_list *mistakes);
};

/* --- dumps -------------------------------------------------------------------------------------- */

static bool dump_takes(str argument, struct arena *arena)
{
	return path_is_file(argument, arena) && !naming_is_scenario_file(argument);
}

static void dump_open(str argument, struct arena *arena, struct database_source *source,
		struct error_list *mistakes)
{
	const char *engine = dump_engine(argument, arena);

	(void)mistakes;
	source->state = (struct scenario_state){
		.name = argument,
		.origin = STATE_LOAD,
		.load = { .file = { .name = argument, .path = argument } },
	};
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		source->engines[i] = !engine || strcmp(scenario_engine_names[i], engine) == 0;
	}
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

static void state_open(str argument, struct arena *arena, struct database_source *source,
		struct error_list *mistakes)
{
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
	{ state_takes, state_open },
};

/* The address of a server may hold a password, so it is not repeated. */
static struct error *unknown_database(str argument, struct arena *arena)
{
	const bool is_address = str_find(argument, STR("://")) < argument.len;
	struct error *error = is_address
			? error_new(arena, ERROR_INVALID,
					  "option '--database' takes no address of a server")
			: error_new(arena, ERROR_NOT_FOUND, "there is no database '%.*s'",
					  STR_ARG(argument));

	error->hint = is_address
			? STR("Name a dump of it, made by 'pg_dump --format=custom' or by sqlite3's '.backup'.")
			: STR("Name a dump (a .sqlite file, an .sql file, pg_dump's custom format), or SCENARIO:STATE.");
	return error;
}

void database_source_open(str argument, struct arena *arena, struct database_source *source,
		struct error_list *mistakes)
{
	*source = (struct database_source){ .name = argument };
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (kinds[i].takes(argument, arena)) {
			kinds[i].open(argument, arena, source, mistakes);
			return;
		}
	}
	error_list_add(mistakes, unknown_database(argument, arena), arena);
}

void database_source_close(struct database_source *source)
{
	scenario_unload(source->scenario);
	source->scenario = NULL;
}
