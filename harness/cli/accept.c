/*
 * `rehearse accept` - record what happened as expected, after showing it.
 */
#include "cli/cli_internal.h"
#include "cli/jobs.h"
#include "cli/play.h"
#include "expect/record.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/style.h"

#include <stdlib.h>

static const struct option accept_options[] = {
	SUITE_OPTION_ENGINE,
	SUITE_OPTION_FILTER,
	SUITE_OPTION_TAG,
	{ .name = "dry-run", .help = "show what would change, and write nothing" },
	PLAY_OPTION_JOBS,
	PLAY_OPTION_TIMEOUT,
	SERVER_OPTION_STATEMENT_TIMEOUT,
	SERVER_OPTION_LOCK_TIMEOUT,
	RECORDS_OPTION_EXPECTED(NULL),
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	PLAY_OPTION_PYTHON,
	SERVER_OPTION_RUN_AS,
};

struct acceptance {
	struct invocation *invocation;
	struct arena *arena;
	struct play *play;
	bool is_dry;
	size_t changed, fresh, removed, same;
	size_t unclaimed;    /* not what the scenario claims */
	struct error *error; /* the first that came up in writing */
};

/* --- showing --------------------------------------------------------------------------------- */

static void show_head(const struct acceptance *acceptance, const char *what, str path)
{
	print_out(str_format(acceptance->arena, "%s %.*s\n", what,
			STR_ARG(str_printable(path, acceptance->arena))));
}

static void show_lines(const struct acceptance *acceptance, const struct str_list *lines)
{
	const bool colour = acceptance->invocation->colour_out;
	struct buf text = { .arena = acceptance->arena };

	for (size_t i = 0; i < lines->count; i++) {
		const str line = str_printable_lines(lines->items[i], text.arena);
		const bool is_old = str_starts_with(line, STR("-"));

		buf_add(&text, STR("  "));
		style_add(&text, colour, is_old ? STYLE_BAD : STYLE_GOOD, line);
		buf_add_char(&text, '\n');
	}
	print_out(buf_str(&text));
}

/* Of a new record: verdict, error and rows; how large a schema is will do. */
static struct str_list summarise(str record, const struct outcome *outcome, struct arena *arena)
{
	struct str_list lines = record_difference(STR(""), record, arena);

	lines.count -= outcome->schema.count;
	if (outcome->schema.count) {
		str_list_add(&lines,
				str_format(arena, "+... and %zu lines of schema",
						outcome->schema.count),
				arena);
	}
	return lines;
}

/* --- writing --------------------------------------------------------------------------------- */

static void keep_error(struct acceptance *acceptance, struct error *error)
{
	acceptance->error = acceptance->error ? acceptance->error : error;
}

/* What was not shown is not written. */
static bool may_write(const struct acceptance *acceptance)
{
	return !acceptance->is_dry && !output_lost_by();
}

static void accept_cell(struct acceptance *acceptance, size_t index, const struct outcome *outcome)
{
	struct arena *arena = acceptance->arena;
	const str path = records_path(acceptance->play->records, index, arena);
	const str record = records_render(outcome, arena);

	acceptance->unclaimed += !outcome->is_as_claimed;
	if (str_equal(outcome->error.class_name, STR("Timeout"))) {
		print_err(str_format(arena,
				"warning: cell '%.*s' ran out of time and is not recorded\n",
				STR_ARG(outcome->name)));
		return;
	}
	if (outcome->record == RECORD_SAME) {
		acceptance->same++;
		return;
	}
	if (outcome->record == RECORD_DIFFERS) {
		acceptance->changed++;
		show_head(acceptance, "changed", path);
		show_lines(acceptance, &outcome->record_difference);
	} else {
		const struct str_list lines = summarise(record, outcome, arena);

		acceptance->fresh++;
		show_head(acceptance, "new", path);
		show_lines(acceptance, &lines);
	}
	if (may_write(acceptance)) {
		keep_error(acceptance, record_write(path, record, arena));
	}
}

static void remove_orphans(struct acceptance *acceptance)
{
	const struct str_list orphans =
			records_orphans(acceptance->play->records, acceptance->arena);

	for (size_t i = 0; i < orphans.count; i++) {
		acceptance->removed++;
		show_head(acceptance, "removed", orphans.items[i]);
		if (may_write(acceptance)) {
			keep_error(acceptance, record_remove(orphans.items[i], acceptance->arena));
		}
	}
}

static void print_counts(const struct acceptance *acceptance)
{
	struct buf text = { .arena = acceptance->arena };
	const size_t different = acceptance->changed + acceptance->fresh + acceptance->removed;

	buf_format(&text, "%s%zu changed, %zu new, %zu removed, %zu as they were\n",
			different ? "\n" : "", acceptance->changed, acceptance->fresh,
			acceptance->removed, acceptance->same);
	if (different && acceptance->is_dry) {
		buf_add(&text, STR("nothing was written, as --dry-run asks\n"));
	}
	print_out(buf_str(&text));
	if (acceptance->unclaimed) {
		print_err(str_format(acceptance->arena,
				"warning: %zu cell%s not what the scenario's outcomes claim; "
				"'rehearse run' shows how\n",
				acceptance->unclaimed,
				acceptance->unclaimed == 1 ? " is" : "s are"));
	}
}

static enum exit_status accept_answers(struct acceptance *acceptance, size_t end)
{
	const struct play *play = acceptance->play;
	enum exit_status status = EXIT_AS_EXPECTED;

	for (size_t i = 0; i < end; i++) {
		const struct outcome *outcome = play->answers[i].outcome;

		if (outcome && outcome->verdict != VERDICT_SKIPPED) {
			accept_cell(acceptance, play->selection->items[i], outcome);
		}
	}
	if (!suite_is_narrowed(acceptance->invocation, play->suite)) {
		remove_orphans(acceptance);
	}
	if (acceptance->error) { // counts would say more than was written
		return print_error(acceptance->invocation, acceptance->error);
	}
	print_counts(acceptance);
	if (acceptance->unclaimed ||
			(acceptance->is_dry &&
					acceptance->changed + acceptance->fresh +
							acceptance->removed)) {
		status = EXIT_DIFFERS;
	}
	const enum exit_status failures = play_print_failures(play, end);

	return failures ? failures : status;
}

/* --- the whole ------------------------------------------------------------------------------- */

/* A machine that accepts whatever it finds would make every suite green. */
static bool is_refused(const struct invocation *invocation, enum exit_status *ret_status)
{
	const str ci = str_from(getenv("CI"));

	if (!ci.len || str_equal(ci, STR("false")) || str_equal(ci, STR("0")) ||
			invocation->arguments.count || invocation_has(invocation, "dry-run")) {
		return false;
	}
	struct error *error = error_new(invocation->arena, ERROR_INVALID,
			"will not write records in continuous integration (CI is set)");

	error->hint = STR(
			"Name what to accept, as in 'rehearse accept scenarios', or use --dry-run.");
	*ret_status = print_error(invocation, error);
	return true;
}

/* A scenario that came through a pipe has no file that its records would belong to. */
static bool has_stream(const struct invocation *invocation, const struct suite *suite,
		struct server *server, enum exit_status *ret_status)
{
	for (size_t i = 0; i < suite->scenarios.count; i++) {
		if (suite->scenarios.items[i].is_stream) {
			const struct error *error = error_new(suite->arena, ERROR_INVALID,
					"cannot record scenario '%.*s': it is in no file",
					STR_ARG(suite->scenarios.items[i].scenario->name));

			server_close(server, false);
			*ret_status = print_error(invocation, error);
			return true;
		}
	}
	return false;
}

static enum exit_status accept_run(struct invocation *invocation)
{
	struct suite suite;
	struct selection selection;
	struct server server = { 0 };
	enum exit_status status;

	if (is_refused(invocation, &status)) {
		return status;
	}
	if (play_load(invocation, &suite, &selection, &server, &status) &&
			!has_stream(invocation, &suite, &server, &status)) {
		struct records records =
				records_find(&suite, invocation_value(invocation, "expected"));
		struct play play = {
			.invocation = invocation,
			.suite = &suite,
			.selection = &selection,
			.records = &records,
			.server = server,
			.kind = &job_play,
			.rounds = 1,
		};
		struct acceptance acceptance = {
			.invocation = invocation,
			.arena = invocation->arena,
			.play = &play,
			.is_dry = invocation_has(invocation, "dry-run"),
		};
		size_t end = 0;

		records_place(&records);
		status = play_all(&play, &end);
		if (status == EXIT_AS_EXPECTED) {
			status = accept_answers(&acceptance, end);
		} else if (status == EXIT_INTERRUPTED) {
			print_err(STR("interrupted: no record was written\n"));
		}
	}
	suite_unload(&suite);
	return status;
}

const struct command command_accept = {
	.name = "accept",
	.arguments = "[PATH...]",
	.summary = "record what happens as expected, after showing it",
	.details = SUITE_PATHS "\n"
		   "\n"
		   "Plays the cells as 'rehearse run' does and writes a record for each under "
		   "the folder 'expected': verdict, version rows, schema. Shows what changes, "
		   "and removes records that belong to no cell any more (when no option asks "
		   "for particular cells). Cells that are skipped keep their records.\n"
		   "\n"
		   "The folder is --expected; else the first 'expected' in the scenario file's "
		   "folder or above; else it is made beside that folder, or in the working "
		   "folder for a file that lies there.\n"
		   "\n"
		   "Where CI is set, PATH must be given. The exit status is 1 when a cell is "
		   "not what its scenario claims, and with --dry-run when a record would "
		   "change.\n",
	.options = accept_options,
	.option_count = COUNT_OF(accept_options),
	.most_arguments = SIZE_MAX,
	.run = accept_run,
};
