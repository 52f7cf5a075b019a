/*
 * `rehearse capture` - a real database, read only, as a dump that `load:` takes.
 */
#include "cli/captured.h"
#include "cli/cli_internal.h"
#include "cli/play.h"
#include "engines/engines.h"
#include "kit/arena.h"
#include "kit/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is written at once takes its name when it is whole. */
struct draft {
	str path;   /* as it will be called; empty: it is standard output */
	char *name; /* as it is called till then */
	int fd;
};

static struct error *draft_open(const struct invocation *invocation, const struct engine *engine,
		struct draft *draft)
{
	struct arena *arena = invocation->arena;

	draft->path = invocation_value(invocation, "output");
	if (!draft->path.len || str_equal(draft->path, STR("-"))) {
		draft->path = (str){ 0 };
		draft->fd = STDOUT_FILENO;
		if (isatty(STDOUT_FILENO) &&
				!str_equal(str_from(engine->capture_suffix), STR(".sql"))) {
			struct error *error = error_new(arena, ERROR_INVALID,
					"a %s database is no text for a terminal", engine->title);

			error->hint = str_format(arena, "Write it to a file: --output production%s",
					engine->capture_suffix);
			return error;
		}
		return NULL;
	}
	const str pattern = str_format(arena, "%.*s.XXXXXX", STR_ARG(draft->path));

	draft->name = memcpy(
			arena_new_array(arena, char, pattern.len + 1), pattern.data, pattern.len);
	draft->fd = mkstemp(draft->name); // for nobody else to read
	return draft->fd < 0 ? error_from_errno(arena, "write '%.*s'", STR_ARG(draft->path)) : NULL;
}

static struct error *draft_close(
		const struct draft *draft, struct error *error, struct arena *arena)
{
	if (!draft->path.len) {
		return error;
	}
	if (close(draft->fd) && !error) {
		error = error_from_errno(arena, "write '%.*s'", STR_ARG(draft->path));
	}
	if (!error && rename(draft->name, str_to_c(draft->path, arena))) {
		error = error_from_errno(arena, "write '%.*s'", STR_ARG(draft->path));
	}
	if (error) {
		unlink(draft->name);
	}
	return error;
}

/* A path is a SQLite file; nothing else has to be said of that. */
static const struct engine *find_engine(str address, struct arena *arena)
{
	const struct engine *engine = captured_engine(address);

	return engine || !path_is_file(address, arena) ? engine : engine_find(STR("sqlite"));
}

static struct error *unknown_address(str address, struct arena *arena)
{
	const size_t scheme = str_find(address, STR("://"));
	struct error *error = scheme < address.len
			? error_new(arena, ERROR_INVALID, "there is no engine for '%.*s'",
					  STR_ARG(str_slice(address, 0, scheme)))
			: error_new(arena, ERROR_NOT_FOUND, "there is no database '%.*s'",
					  STR_ARG(address));

	error->hint = STR(
			"Write postgresql://USER@HOST/DATABASE, service=NAME, sqlite:///PATH, or the path of a SQLite file.");
	return error;
}

static struct capture capture_of(const struct invocation *invocation)
{
	struct capture capture = {
		.address = invocation->arguments.items[0],
		.bindir = invocation_value(invocation, "pg-bindir"),
	};

	for (size_t i = 0; i < invocation->options.count; i++) {
		const struct given_option *given = &invocation->options.items[i];

		if (strcmp(given->option->name, "rows") != 0) {
			continue;
		}
		if (str_equal(given->value, STR("all"))) {
			capture.all_rows = true;
		} else {
			str_list_add(&capture.rows, given->value, invocation->arena);
		}
	}
	return capture;
}

static enum exit_status capture_run(struct invocation *invocation)
{
	struct arena *arena = invocation->arena;
	const struct capture capture = capture_of(invocation);
	const struct engine *engine = find_engine(capture.address, arena);
	struct str_list notes = { 0 };
	struct draft draft = { .fd = -1 };

	if (!engine) {
		return print_error(invocation, unknown_address(capture.address, arena));
	}
	struct error *error = draft_open(invocation, engine, &draft);

	if (!error) {
		error = captured_write(engine, &capture, draft.fd, arena, &notes);
		error = draft_close(&draft, error, arena);
	}
	if (interrupted_by()) {
		return EXIT_INTERRUPTED;
	}
	if (error) {
		return print_error(invocation, error);
	}
	for (size_t i = 0; i < notes.count; i++) {
		const str note = str_format(arena, "note: %.*s\n", STR_ARG(notes.items[i]));

		print_err(str_printable_lines(note, arena));
	}
	return EXIT_AS_EXPECTED;
}

static const struct option capture_options[] = {
	{ .name = "rows",
			.value = "TABLE",
			.repeats = true,
			.help = "with the rows of this table (NAME or SCHEMA.NAME); 'all': of every table" },
	{ .name = "output",
			.letter = 'o',
			.value = "FILE",
			.help = "write to a file, which nobody else may read (default: standard output)" },
	PLAY_OPTION_PG_BINDIR,
};

const struct command command_capture = {
	.name = "capture",
	.arguments = "URL",
	.summary = "write a real database, only reading it, as a dump for 'load'",
	.details = "URL is postgresql://USER@HOST/DATABASE, as SQLAlchemy or libpq write it, 'service=NAME' and other settings of libpq's, or sqlite:///PATH (four slashes: an absolute path), or the path of a SQLite file. What libpq finds by itself it finds here: ~/.pgpass, services, $PGHOST and the others.\n"
		   "\n"
		   "The schema is taken, with the rows of Alembic's version table, and no other rows unless --rows asks. pg_dump and SQLite's own backup do the work; nothing is written there, no lock is waited for longer than some seconds, and no password is printed or put on a command line. What was left out is told on standard error.\n"
		   "\n"
		   "Examples:\n"
		   "  rehearse capture postgresql://app@db.example.com/shop >production.sql\n"
		   "  rehearse capture service=shop --rows country --rows sales.tariff -o shop.sql\n"
		   "  rehearse capture sqlite:///shop.sqlite --rows all >copy.sqlite\n",
	.options = capture_options,
	.option_count = COUNT_OF(capture_options),
	.least_arguments = 1,
	.most_arguments = 1,
	.run = capture_run,
};
