/*
 * README.md of an exported project: what somebody would be told who is asked to help. Nothing of what helps.
 */
#include "export/export.h"
#include "kit/arena.h"

static void add_lines(str text, const char *indent, struct buf *out)
{
	str rest = text, line;

	while (str_next_part(&rest, '\n', &line)) {
		buf_format(out, "%s%.*s\n", line.len ? indent : "", STR_ARG(line));
	}
}

/* As Alembic ends: its own errors in a line, others as the last line of a traceback. */
static void add_attempt(const struct export_attempt *attempt, struct arena *arena, struct buf *out)
{
	const struct error *error = attempt->error;

	if (!error) {
		buf_format(out, "\n`%s` ends without an error.\n", attempt->command);
		return;
	}
	const str said = str_equal(attempt->class_name, STR("CommandError"))
			? str_format(arena, "FAILED: %.*s", STR_ARG(error->message))
			: str_format(arena, "%.*s: %.*s", STR_ARG(attempt->class_name),
					  STR_ARG(error->message));

	buf_format(out, "\nWhat fails:\n\n    $ %s\n", attempt->command);
	add_lines(said, "    ", out);
	if (error->state.len && error->detail.len) {
		add_lines(str_format(arena, "DETAIL: %.*s", STR_ARG(error->detail)), "    ", out);
	}
}

/* What is to be done before Alembic finds the database. */
static void add_beginning(const struct scenario *scenario, struct buf *out)
{
	buf_add(out,
			STR("\n`database.sql` is a dump of the database. Alembic looks for it as `rehearsal`, where libpq "
			    "finds a server\n(`sqlalchemy.url` in `alembic.ini` says so):\n\n"));
	for (size_t i = 0; i < scenario->roles.count; i++) {
		buf_format(out, "    $ createuser --no-login \"%.*s\"\n",
				STR_ARG(scenario->roles.items[i]));
	}
	buf_add(out, STR("    $ createdb rehearsal\n"
			 "    $ psql --dbname rehearsal --file database.sql\n"));
}

str export_readme(const struct scenario *scenario, const struct scenario_state *state,
		const struct engine *engine, const struct export_attempt *attempt, bool has_database,
		struct arena *arena)
{
	const str title = scenario->title.len ? scenario->title : scenario->name;
	struct buf out = { .arena = arena };

	buf_format(&out, "# %.*s\n", STR_ARG(title));
	if (scenario->story.len) {
		buf_add_char(&out, '\n');
		add_lines(str_trim(scenario->story), "", &out);
	}
	buf_format(&out,
			"\nThis folder is the Alembic project (`alembic.ini`, `env.py`, `versions/`); its database is the %s "
			"one called '%.*s'.\n",
			engine->title, STR_ARG(state->name));
	if (has_database && engine->needs_server) {
		add_beginning(scenario, &out);
	}
	add_attempt(attempt, arena, &out);
	return buf_str(&out);
}
