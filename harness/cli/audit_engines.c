#include "cli/audit_engines.h"

#include "kit/arena.h"
#include "kit/file.h"

/* Words by which a file gives away what its database is. */
static const struct {
	enum scenario_engine engine;
	const char *word;
} words[] = {
	{ SCENARIO_POSTGRES, "postgresql://" },
	{ SCENARIO_POSTGRES, "postgres://" },
	{ SCENARIO_POSTGRES, "postgresql+" },
	{ SCENARIO_POSTGRES, "dialects.postgresql" },
	{ SCENARIO_POSTGRES, "dialects import postgresql" },
	{ SCENARIO_POSTGRES, "psycopg" },
	{ SCENARIO_POSTGRES, "asyncpg" },
	{ SCENARIO_POSTGRES, "pg8000" },
	{ SCENARIO_SQLITE, "sqlite://" },
	{ SCENARIO_SQLITE, "sqlite+" },
	{ SCENARIO_SQLITE, "dialects.sqlite" },
	{ SCENARIO_SQLITE, "dialects import sqlite" },
	{ SCENARIO_SQLITE, "aiosqlite" },
};

/* A file of more is no configuration. */
#define MOST_BYTES ((size_t)4 * 1024 * 1024)

/* Who said so first. */
struct hints {
	str places[SCENARIO_ENGINE_COUNT]; /* "alembic.ini:58"; empty: nobody */
	struct arena *arena;
};

static bool is_comment(str line)
{
	line = str_trim(line);
	return str_starts_with(line, STR("#")) || str_starts_with(line, STR(";"));
}

static void look_at(struct hints *hints, str path, str text)
{
	str line = { 0 };

	for (size_t number = 1; text.len && str_next_part(&text, '\n', &line); number++) {
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
			str *place = &hints->places[words[i].engine];

			if (!place->len && str_find(line, str_from(words[i].word)) < line.len &&
					!is_comment(line)) {
				*place = str_format(
						hints->arena, "%.*s:%zu", STR_ARG(path), number);
			}
		}
	}
}

static void look_at_file(struct hints *hints, const struct files *files, str path)
{
	str text;

	if (path.len && files_has_file(files, path, hints->arena) &&
			!files_read(files, path, MOST_BYTES, hints->arena, &text)) {
		look_at(hints, files_name(files, path, hints->arena), text);
	}
}

static struct audit_engines engines_of_scenario(
		const struct scenario *scenario, struct arena *arena)
{
	struct audit_engines engines = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		engines.is_wanted[i] = scenario->engines[i];
		count += scenario->engines[i];
	}
	engines.why = str_format(
			arena, "The scenario has %s.", count > 1 ? "these engines" : "this engine");
	return engines;
}

struct audit_engines audit_engines_choose(
		const struct tree_source *source, str wanted, struct arena *arena)
{
	struct audit_engines engines = { 0 };
	struct hints hints = { .arena = arena };
	const struct project *project = source->project;
	bool is_any = false;

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		engines.is_wanted[i] = str_equal(wanted, str_from(scenario_engine_names[i]));
		is_any |= engines.is_wanted[i];
	}
	if (is_any) {
		engines.why = STR("The engine is that of --engine.");
		return engines;
	}
	if (source->scenario) {
		return engines_of_scenario(source->scenario, arena);
	}
	const struct files *files = source->settings.files;

	if (files) { // else it is revision files alone
		look_at_file(&hints, files, project->settings.ini);
		look_at_file(&hints, files,
				path_join(project->settings.script_location, STR("env.py"), arena));
	}
	for (size_t i = 0; i < project->revisions.count; i++) {
		const struct source *file = project->revisions.items[i].file.source;

		if (file) {
			look_at(&hints, file->name, file->text);
		}
	}
	struct buf why = { .arena = arena };

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		engines.is_wanted[i] = hints.places[i].len > 0;
		if (hints.places[i].len) {
			buf_format(&why, "%s%s, as %.*s says", is_any ? "; " : "",
					scenario_engine_names[i], STR_ARG(hints.places[i]));
			is_any = true;
		}
	}
	if (!is_any) {
		engines.is_wanted[SCENARIO_SQLITE] = true;
		buf_add(&why, STR("sqlite, as nothing in the project names an engine (--engine does)"));
	}
	buf_add_char(&why, '.');
	engines.why = buf_str(&why);
	return engines;
}
