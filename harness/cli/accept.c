/*
 * `rehearse accept` - record what happened as expected, after showing it.
 */
#include "cli/claimed_outcomes.h"
#include "cli/cli_internal.h"
#include "cli/jobs.h"
#include "cli/play.h"
#include "cli/report_scenarios.h"
#include "cli/review.h"
#include "expect/record.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/style.h"
#include "report/claims.h"

static const struct option accept_options[] = {
	SUITE_OPTION_ENGINE,
	SUITE_OPTION_FILTER,
	SUITE_OPTION_TAG,
	{ .name = "all", .help = "accept all changes, and ask about none" },
	{ .name = "outcomes",
			.help = "also write 'outcomes' into scenario files that have none, which claim "
				"what happened" },
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

/* Something that would be written. */
struct change {
	const char *what;               /* "changed", "new", "removed" */
	str path;                       /* of the record */
	str record;                     /* what it is to say */
	struct str_list lines;          /* of the difference, whole */
	size_t hidden_lines;            /* at their end, which nobody wants to read unless asked */
	const struct report_cell *cell; /* NULL: there is none any more */
};

struct acceptance {
	struct invocation *invocation;
	struct arena *arena;
	struct play *play;
	struct report_scenarios scenarios;
	bool is_dry;
	bool is_review; /* ask about each */

	struct {
		struct change *items;
		size_t count, capacity;
	} changes;

	size_t changed, fresh, removed, same, claimed;
	size_t skipped, unclaimed; /* undecided; not what the scenario claims */
	struct str_list rejected;  /* names of cells, or paths */
	struct error *error;       /* the first that came up in writing */
};

/* --- what there is to write ------------------------------------------------------------------- */

static void add_change(struct acceptance *acceptance, const struct change *change)
{
	*LIST_PUSH(&acceptance->changes, acceptance->arena) = *change;
}

static void add_cell(struct acceptance *acceptance, size_t index, const struct report_cell *cell)
{
	struct arena *arena = acceptance->arena;
	const struct outcome *outcome = cell->outcome;
	struct change change = {
		.what = "new",
		.path = records_path(acceptance->play->records, index, arena),
		.record = records_render(outcome, arena),
		.cell = cell,
	};

	if (str_equal(outcome->error.class_name, STR("Timeout"))) {
		print_err_sentence(
				str_format(arena,
						"warning: cell '%.*s' ran out of time and is not recorded",
						STR_ARG(outcome->name)),
				arena);
	} else if (outcome->record == RECORD_SAME) {
		acceptance->same++;
	} else if (outcome->record == RECORD_DIFFERS) {
		change.what = "changed";
		change.lines = outcome->record_difference;
		add_change(acceptance, &change);
	} else {
		change.lines = record_difference(STR(""), change.record, arena);
		change.hidden_lines = outcome->schema.count;
		add_change(acceptance, &change);
	}
}

static void add_orphans(struct acceptance *acceptance)
{
	struct arena *arena = acceptance->arena;
	const struct str_list orphans = records_orphans(acceptance->play->records, arena);

	for (size_t i = 0; i < orphans.count; i++) {
		struct change change = { .what = "removed", .path = orphans.items[i] };
		str record;

		if (!record_read(change.path, arena, &record)) { // else it is removed unread
			change.lines = record_difference(record, STR(""), arena);
			change.hidden_lines = change.lines.count;
		}
		add_change(acceptance, &change);
	}
}

static void collect(struct acceptance *acceptance, size_t end)
{
	const struct play *play = acceptance->play;
	size_t at = 0;

	for (size_t i = 0; i < acceptance->scenarios.count; i++) {
		struct report_scenario *scenario = &acceptance->scenarios.items[i];

		for (size_t j = 0; j < scenario->cells.count && at < end; j++, at++) {
			struct report_cell *cell = &scenario->cells.items[j];

			cell->outcome = play->answers[at].outcome;
			if (cell->outcome && cell->outcome->verdict != VERDICT_SKIPPED) {
				add_cell(acceptance, play->selection->items[at], cell);
			}
		}
	}
	if (!suite_is_narrowed(acceptance->invocation, play->suite)) {
		add_orphans(acceptance);
	}
}

/* --- showing --------------------------------------------------------------------------------- */

static void add_lines(const struct acceptance *acceptance, const struct str_list *lines,
		size_t count, struct buf *text)
{
	for (size_t i = 0; i < count; i++) {
		const str line = str_printable_lines(lines->items[i], text->arena);
		enum style style = STYLE_PLAIN;

		if (str_starts_with(line, STR("-"))) {
			style = STYLE_BAD;
		} else if (str_starts_with(line, STR("+"))) {
			style = STYLE_GOOD;
		}
		buf_add(text, STR("  "));
		style_add(text, acceptance->invocation->colour_out, style, line);
		buf_add_char(text, '\n');
	}
}

/* A record may be as it should and the claim be broken all the same: then the run stays red. */
static void add_claim(const struct acceptance *acceptance, const struct report_cell *cell,
		struct buf *text)
{
	if (!cell || cell->outcome->is_as_claimed) {
		return;
	}
	buf_add(text, STR("  "));
	style_add(text, acceptance->invocation->colour_out, STYLE_ALARM, STR("against the claim"));
	buf_format(text, ": %.*s", STR_ARG(str_printable_lines(cell->outcome->claim, text->arena)));
	if (cell->is_unclaimed) {
		buf_add(text, STR(" (as of every cell of which nothing is claimed)"));
	} else if (cell->place.path.len) {
		buf_format(text, " (%.*s:%zu)", STR_ARG(cell->place.path), cell->place.line);
	}
	buf_add_char(text, '\n');
}

static void show(const struct acceptance *acceptance, const struct change *change, size_t index)
{
	const bool is_whole = acceptance->is_review;
	const size_t hidden = is_whole ? 0 : change->hidden_lines;
	struct buf text = { .arena = acceptance->arena };

	if (is_whole && index) {
		buf_add_char(&text, '\n');
	}
	buf_format(&text, "%s %.*s", change->what,
			STR_ARG(str_printable(change->path, text.arena)));
	if (is_whole) {
		buf_format(&text, "   (%zu of %zu)", index + 1, acceptance->changes.count);
	}
	buf_add_char(&text, '\n');
	add_lines(acceptance, &change->lines, change->lines.count - hidden, &text);
	if (hidden && change->cell) {
		struct str_list more = { 0 };

		str_list_add(&more, str_format(text.arena, "+... and %zu lines of schema", hidden),
				text.arena);
		add_lines(acceptance, &more, 1, &text);
	}
	add_claim(acceptance, change->cell, &text);
	print_out(buf_str(&text));
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

static void accept_change(struct acceptance *acceptance, const struct change *change)
{
	struct arena *arena = acceptance->arena;

	if (!change->cell) {
		acceptance->removed++;
	} else if (change->cell->outcome->record == RECORD_DIFFERS) {
		acceptance->changed++;
	} else {
		acceptance->fresh++;
	}
	if (may_write(acceptance)) {
		keep_error(acceptance,
				change->cell ? record_write(change->path, change->record, arena)
					     : record_remove(change->path, arena));
	}
}

/* Ask about a change that was shown; false: about no further one. */
static bool review(struct acceptance *acceptance, const struct change *change)
{
	switch (review_ask()) {
	case REVIEW_ALL:
		acceptance->is_review = false;
		accept_change(acceptance, change);
		break;
	case REVIEW_ACCEPT:
		accept_change(acceptance, change);
		break;
	case REVIEW_REJECT:
		str_list_add(&acceptance->rejected,
				change->cell ? change->cell->name : change->path,
				acceptance->arena);
		break;
	case REVIEW_SKIP:
		acceptance->skipped++;
		break;
	case REVIEW_QUIT:
		return false;
	}
	return true;
}

static void go_through_changes(struct acceptance *acceptance)
{
	for (size_t i = 0; i < acceptance->changes.count && !acceptance->error; i++) {
		const struct change *change = &acceptance->changes.items[i];

		show(acceptance, change, i);
		if (!acceptance->is_review) {
			accept_change(acceptance, change);
		} else if (!review(acceptance, change)) {
			acceptance->skipped += acceptance->changes.count - i;
			break;
		}
	}
}

/* --- outcomes -------------------------------------------------------------------------------- */

/* Whether all cells but those of another engine were played: what is claimed of some says something of the others. */
static bool is_whole(const struct acceptance *acceptance, const struct report_scenario *scenario)
{
	const struct suite *suite = acceptance->play->suite;
	bool is_picked = invocation_has(acceptance->invocation, "filter");

	for (size_t i = 0; i < suite->scenarios.count && !is_picked; i++) {
		is_picked = str_equal(suite->scenarios.items[i].path, scenario->path) &&
				suite->scenarios.items[i].named_cells.count > 0;
	}
	return !is_picked;
}

/* Claim what happened in scenarios that claim nothing yet. */
static void claim_outcomes(struct acceptance *acceptance)
{
	struct arena *arena = acceptance->arena;

	for (size_t i = 0; i < acceptance->scenarios.count && !acceptance->error; i++) {
		const struct report_scenario *scenario = &acceptance->scenarios.items[i];
		const struct str_list lines = report_claims(scenario, arena);

		if (!scenario->is_unclaimed || !lines.count) {
			continue;
		}
		if (!is_whole(acceptance, scenario)) {
			print_err_sentence(
					str_format(arena,
							"warning: no outcomes are written into '%.*s': not all of its cells were played",
							STR_ARG(scenario->path)),
					arena);
			continue;
		}
		print_out(str_format(arena, "outcomes %.*s\n%.*s\n",
				STR_ARG(str_printable(scenario->path, arena)),
				STR_ARG(claimed_outcomes_text(&lines, STR("  +"), arena))));
		if (acceptance->is_review && review_ask() != REVIEW_ACCEPT) {
			acceptance->skipped++;
			continue;
		}
		if (may_write(acceptance)) {
			keep_error(acceptance,
					claimed_outcomes_write(scenario->path, &lines, arena));
		}
		acceptance->claimed++;
		for (size_t j = 0; j < scenario->cells.count; j++) {
			const struct outcome *outcome = scenario->cells.items[j].outcome;

			acceptance->unclaimed -= outcome && !outcome->is_as_claimed;
		}
	}
}

/* --- the end --------------------------------------------------------------------------------- */

static size_t open_count(const struct acceptance *acceptance)
{
	return acceptance->skipped + acceptance->rejected.count;
}

static void print_counts(const struct acceptance *acceptance)
{
	struct buf text = { .arena = acceptance->arena };
	const size_t different = acceptance->changed + acceptance->fresh + acceptance->removed;

	buf_format(&text, "%s%zu changed, %zu new, %zu removed, %zu as they were",
			acceptance->changes.count ? "\n" : "", acceptance->changed,
			acceptance->fresh, acceptance->removed, acceptance->same);
	if (open_count(acceptance)) {
		buf_format(&text, "; %zu rejected, %zu left undecided", acceptance->rejected.count,
				acceptance->skipped);
	}
	if (acceptance->claimed) {
		buf_format(&text, "; outcomes of %zu scenario%s", acceptance->claimed,
				acceptance->claimed == 1 ? "" : "s");
	}
	buf_add_char(&text, '\n');
	if ((different || acceptance->claimed) && acceptance->is_dry) {
		buf_add(&text, STR("nothing was written, as --dry-run asks\n"));
	}
	for (size_t i = 0; i < acceptance->rejected.count; i++) {
		buf_format(&text, "rejected: %.*s\n",
				STR_ARG(str_shell_word(acceptance->rejected.items[i], text.arena)));
	}
	print_out(buf_str(&text));
	if (acceptance->unclaimed) {
		print_err_sentence(
				str_format(acceptance->arena,
						"warning: %zu cell%s not what the scenario's outcomes claim; "
						"'rehearse run' shows how",
						acceptance->unclaimed,
						acceptance->unclaimed == 1 ? " is" : "s are"),
				acceptance->arena);
	}
}

static enum exit_status accept_answers(struct acceptance *acceptance, size_t end)
{
	const struct play *play = acceptance->play;
	enum exit_status status = EXIT_AS_EXPECTED;

	collect(acceptance, end);
	for (size_t i = 0; i < end; i++) {
		const struct outcome *outcome = play->answers[i].outcome;

		acceptance->unclaimed += outcome && outcome->verdict != VERDICT_SKIPPED &&
				!outcome->is_as_claimed;
	}
	if (invocation_has(acceptance->invocation, "outcomes")) {
		claim_outcomes(acceptance);
	}
	go_through_changes(acceptance);
	if (acceptance->error) { // counts would say more than was written
		return print_error(acceptance->invocation, acceptance->error);
	}
	print_counts(acceptance);
	if (acceptance->unclaimed || open_count(acceptance) ||
			(acceptance->is_dry &&
					(acceptance->changes.count || acceptance->claimed))) {
		status = EXIT_DIFFERS;
	}
	const enum exit_status failures = play_print_failures(play, end);

	return failures ? failures : status;
}

/* --- the whole ------------------------------------------------------------------------------- */

/* A machine that accepts whatever it finds would make every suite green. */
static bool is_refused(const struct invocation *invocation, enum exit_status *ret_status)
{
	if (!is_continuous_integration() || invocation->arguments.count ||
			invocation_has(invocation, "dry-run")) {
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
			.scenarios = report_scenarios_of(&suite, &selection, invocation->arena),
			.is_dry = invocation_has(invocation, "dry-run"),
			.is_review = review_is_possible() && !invocation_has(invocation, "all") &&
					!invocation_has(invocation, "dry-run"),
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
	.details = SUITE_PATHS
	"\n"
	"\n"
	"Plays the cells as 'rehearse run' does and writes a record for each under "
	"the folder 'expected': verdict, version rows, schema. Shows what changes, "
	"and removes records that belong to no cell any more (when no option asks "
	"for particular cells). Cells that are skipped keep their records.\n"
	"\n"
	"On a terminal each change is shown in full, with the claim that stands against "
	"it, and is accepted, rejected or left for another time; --all asks nothing. "
	"The exit status is 1 while something was not accepted.\n"
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
	.output = OUTPUT_LIVE,
	.run = accept_run,
};
