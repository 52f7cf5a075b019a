/*
 * `rehearse run` - replay and judge.
 */
#include "cli/cli_internal.h"
#include "cli/jobs.h"
#include "cli/last_failed.h"
#include "cli/repeat.h"
#include "cli/report_files.h"
#include "cli/report_scenarios.h"
#include "cli/run.h"
#include "cli/watch.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "report/format.h"
#include "report/report.h"
#include "story/story.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *const keep_choices[] = { "failed", "all", "none", NULL };

/* More would say no more, and number more jobs than there are numbers. */
#define MOST_ROUNDS 1000

static struct error *check_repeat(str value, struct arena *arena)
{
	struct error *error = option_check_count(value, arena);

	if (error || option_count(value) <= MOST_ROUNDS) {
		return error;
	}
	return error_new(arena, ERROR_INVALID, "more than %d", MOST_ROUNDS);
}

static const struct option run_options[] = {
	SUITE_OPTION_ENGINE,
	SUITE_OPTION_FILTER,
	SUITE_OPTION_TAG,
	SUITE_OPTION_SHARD,
	{ .name = "last-failed",
			.help = "only cells that differed when they were last played from this folder; "
				"their files need not be named" },
	REPORT_OPTION_QUIET,
	REPORT_OPTION_DURATIONS,
	{ .name = "watch",
			.help = "then wait for changes of files, and run what each touches, until Ctrl-C" },
	REPORT_OPTION_VERBOSE,
	{ .name = "repeat",
			.value = "N",
			.check = check_repeat,
			.help = "play each cell N times, and name those that differ from run to run" },
	{ .name = "allow-run", .help = "let steps 'run' of scenarios run their programs, as you" },
	{ .name = "fail-fast", .help = "stop after the first cell that differs" },
	PLAY_OPTION_JOBS,
	PLAY_OPTION_TIMEOUT,
	SERVER_OPTION_STATEMENT_TIMEOUT,
	SERVER_OPTION_LOCK_TIMEOUT,
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	PLAY_OPTION_PYTHON,
	SERVER_OPTION_RUN_AS,
	{ .name = "keep",
			.value = "WHICH",
			.choices = keep_choices,
			.help = "leave databases behind and tell how to open them: failed "
				"(cells that are not as claimed or not as recorded), all, none "
				"(default)" },
	RECORDS_OPTION_EXPECTED(records_check_folder),
	PLAY_OPTION_REQUIRE,
	REPORT_OPTION_FORMAT,
	REPORT_FILES_OPTION,
};

/* A run and its report, which is printed scenario after scenario. */
struct run {
	struct invocation *invocation;
	struct arena *arena;
	struct play play;
	struct report report;
	struct report_files files;
	struct report_scenarios scenarios; /* those with selected cells */
	size_t printed;                    /* of scenarios */
};

/* --- what is reported ------------------------------------------------------------------------ */

/* In a worker. */
static void tell(const struct play *play, const struct scenario_cell *cell,
		const struct trace *trace, struct outcome *outcome, struct arena *arena)
{
	(void)play;
	outcome->story = story_tell_markup(cell, trace, outcome, arena);
}

/* What is told in HTML of scenarios and strategies. */
static void tell_scenarios(struct run *run)
{
	const struct suite *suite = run->play.suite;
	size_t at = 0;

	for (size_t i = 0; i < run->scenarios.count; i++) {
		struct report_scenario *scenario = &run->scenarios.items[i];

		for (size_t j = 0; j < scenario->cells.count; j++, at++) {
			const struct scenario_cell *cell =
					&suite->cells.items[run->play.selection->items[at]];

			scenario->cells.items[j].about =
					story_markup_strategy(cell->strategy, run->arena);
			if (!j) {
				scenario->about = story_markup_scenario(cell->scenario, run->arena);
				scenario->lesson = story_markup_lesson(cell->scenario, run->arena);
			}
		}
	}
}

/* Print scenario `i` with what is known of its cells; those from `end` on are left out. */
static void print_scenario(struct run *run, size_t i, size_t end)
{
	const size_t first = report_scenarios_first(&run->scenarios, i);
	struct report_scenario *scenario = &run->scenarios.items[i];
	struct buf text = { .arena = run->arena };

	if (scenario->cells.count > end - first) {
		scenario->cells.count = end - first;
	}
	for (size_t j = 0; j < scenario->cells.count; j++) {
		const struct play_answer *answer = &run->play.answers[first + j];

		scenario->cells.items[j].outcome = answer->outcome;
		scenario->cells.items[j].failure =
				answer->error ? answer->error->message : (str){ 0 };
	}
	report_add(&run->report, scenario, &text);
	report_files_add(&run->files, scenario);
	play_hide_progress(&run->play);
	print_out(buf_str(&text));
}

/* Print the scenarios that are complete. */
static void print_complete(struct play *play, size_t count, void *data)
{
	struct run *run = data;

	(void)play;
	while (run->printed < run->scenarios.count && run->scenarios.ends[run->printed] <= count) {
		print_scenario(run, run->printed++, count);
	}
}

/* --- after the run --------------------------------------------------------------------------- */

static struct last_failed_cell remembered(const struct suite *suite, size_t index)
{
	return (struct last_failed_cell){ suite_scenario_of(suite, index)->path,
		suite->cells.items[index].name };
}

static void remember(struct run *run, size_t end)
{
	const struct suite *suite = run->play.suite;
	struct last_failed_news news = { 0 };

	if (!command_offers(run->invocation->command, "last-failed")) {
		return; // nobody could ask for them
	}
	for (size_t i = 0; i < suite->cells.count; i++) {
		*LIST_PUSH(&news.cells, run->arena) = remembered(suite, i);
	}
	for (size_t i = 0; i < suite->scenarios.count; i++) {
		str_list_add(&news.paths, suite->scenarios.items[i].path, run->arena);
	}
	for (size_t i = 0; i < end; i++) {
		const struct outcome *outcome = run->play.answers[i].outcome;
		const size_t index = run->play.selection->items[i];

		if (suite_scenario_of(suite, index)->is_stream) {
			continue; // it can be played once
		}
		if (outcome ? outcome->verdict == VERDICT_SKIPPED : !run->play.answers[i].error) {
			continue;
		}
		*LIST_PUSH(&news.played, run->arena) = remembered(suite, index);
		if (!outcome || !outcome_is_as_expected(outcome)) {
			*LIST_PUSH(&news.differing, run->arena) = remembered(suite, index);
		}
	}
	struct error *error = last_failed_update(&news, run->arena);

	if (error) {
		print_err_sentence(
				str_format(run->arena,
						"warning: --last-failed will not know this run: %.*s",
						STR_ARG(error->message)),
				run->arena);
	}
}

/* Of more than these, as of a scenario that was renamed, the number is told. */
#define SHOWN_ORPHANS 20

/* Records without a cell make a run fail: what they pin is no longer looked at. */
static enum exit_status print_orphans(struct run *run)
{
	const struct str_list orphans = records_orphans(run->play.records, run->arena);

	for (size_t i = 0; i < orphans.count && i < SHOWN_ORPHANS; i++) {
		print_err(str_format(run->arena,
				"error: record '%.*s' belongs to no cell any more\n",
				STR_ARG(str_printable(orphans.items[i], run->arena))));
	}
	if (orphans.count > SHOWN_ORPHANS) {
		print_err(str_format(run->arena, "error: so do %zu records more\n",
				orphans.count - SHOWN_ORPHANS));
	}
	if (orphans.count) {
		print_err(STR("  hint: 'rehearse accept' shows and removes such records.\n"));
	}
	run->report.summary.stale_records = orphans;
	return orphans.count ? EXIT_DIFFERS : EXIT_AS_EXPECTED;
}

/* Environment before differences: then these are not the whole truth. */
static enum exit_status worst(enum exit_status a, enum exit_status b)
{
	return a > b ? a : b;
}

/* How many cells from `first` up to `end` of the selection have no answer, not even an error. */
static size_t count_open(const struct run *run, size_t first, size_t end)
{
	size_t open = 0;

	for (size_t i = first; i < end; i++) {
		open += !run->play.answers[i].outcome && !run->play.answers[i].error;
	}
	return open;
}

/* The scenarios that print_complete() left: a run that was stopped has some, most of them untouched. */
static void print_rest(struct run *run, size_t end)
{
	const size_t selected = run->play.selection->count;

	for (; run->printed < run->scenarios.count; run->printed++) {
		const size_t first = report_scenarios_first(&run->scenarios, run->printed);
		const size_t last = run->scenarios.ends[run->printed] < end ? run->scenarios.ends[run->printed] : end;

		if (first < last && count_open(run, first, last) < last - first) {
			print_scenario(run, run->printed, end);
		}
	}
	const size_t open = count_open(run, 0, end) + (selected - end);

	run->report.summary.not_played = open;
	if (open && output_lost_by() != EPIPE) { // a reader who has gone has seen enough
		print_err(str_format(run->arena, "%s: %zu of %zu cells were not played\n",
				interrupted_by() ? "interrupted" : "stopped", open, selected));
	}
}

/* What --keep left behind, where the report has no place for it. */
static void print_kept(const struct run *run, size_t end)
{
	for (size_t i = 0; i < end && !report_names_kept(&run->report); i++) {
		const struct outcome *outcome = run->play.answers[i].outcome;
		const str kept = outcome ? report_kept(outcome, run->arena) : (str){ 0 };

		if (kept.len) {
			print_err(str_format(run->arena, "kept %.*s: %.*s\n",
					STR_ARG(outcome->name), STR_ARG(kept)));
		}
	}
}

/* What --keep was asked for and could not do: once, as it is the same for all. */
static void print_not_kept(const struct run *run, size_t end)
{
	const struct outcome *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < end; i++) {
		const struct outcome *outcome = run->play.answers[i].outcome;

		if (outcome && outcome->keep_failure.len) {
			first = first ? first : outcome;
			count++;
		}
	}
	if (first) {
		print_err_sentence(
				str_format(run->arena,
						"warning: %zu database%s could not be kept: %.*s",
						count, count == 1 ? "" : "s",
						STR_ARG(first->keep_failure)),
				run->arena);
	}
}

/* Where records are required only of those who have a folder, nobody would else see that the folder was lost. */
static void print_without_records(const struct run *run)
{
	const struct records *records = run->play.records;
	const size_t count = records_count_without(records);

	if (records->need == RECORDS_WHERE_FOLDER && count) {
		print_err_sentence(
				str_format(run->arena,
						"note: %zu scenario%s no folder 'expected', so nothing was compared "
						"with records; '--require records' makes that a failure",
						count, count == 1 ? " has" : "s have"),
				run->arena);
	}
}

/* Of a program that was on trial: how often each end came. */
static void print_score(const struct run *run)
{
	const struct report_summary *summary = &run->report.summary;
	struct buf out = { .arena = run->arena };

	if (!summary->graded || !str_equal(str_from(run->report.format->name), STR("text"))) {
		return;
	}
	buf_format(&out, "score: %zu of %zu %s", summary->grades[0], summary->graded, report_grade_names[0]);
	for (size_t i = 1; i < REPORT_GRADE_COUNT; i++) {
		if (summary->grades[i]) {
			buf_format(&out, ", %zu %s", summary->grades[i], report_grade_names[i]);
		}
	}
	buf_add_char(&out, '\n');
	print_out(buf_str(&out));
}

static enum exit_status finish(struct run *run, size_t end)
{
	struct buf text = { .arena = run->arena };
	enum exit_status status = EXIT_AS_EXPECTED;

	print_rest(run, end);
	run->report.summary.passed_over = run->play.suite->passed_over;
	if (run->play.records && !suite_is_narrowed(run->invocation, run->play.suite) &&
			end == run->play.selection->count) {
		status = print_orphans(run); // before the summary, which would else be the last word
	}
	run->report.summary.elapsed_us = clock_now_us() - run->play.started_us;
	report_finish(&run->report, &text);
	print_out(buf_str(&text));
	print_score(run);
	print_kept(run, end);
	print_not_kept(run, end);
	if (run->play.records) {
		print_without_records(run);
	}
	if (run->report.summary.differ) {
		status = EXIT_DIFFERS;
	}
	status = worst(status,
			report_files_finish(run->invocation, &run->files, &run->report.summary));
	status = worst(status, play_print_failures(&run->play, end));
	remember(run, end);
	return status;
}

static enum exit_status run_selection(struct run *run)
{
	struct buf text = { .arena = run->arena };
	size_t end = 0;

	run->scenarios = report_scenarios_of(run->play.suite, run->play.selection, run->arena);
	if (report_files_are_told(&run->files)) {
		tell_scenarios(run);
		run->play.tell = tell;
	}
	run->report.shard = run->play.selection->shard;
	report_begin(&run->report, &text);
	report_files_begin(&run->files, &run->report.shard);
	print_out(buf_str(&text));
	const enum exit_status status = play_all(&run->play, &end);

	return worst(finish(run, end), status);
}

static enum keep_databases keep_of(str value)
{
	if (str_equal(value, STR("all"))) {
		return KEEP_ALL;
	}
	return str_equal(value, STR("failed")) ? KEEP_FAILED : KEEP_NONE;
}

static size_t rounds_of(const struct invocation *invocation)
{
	const str value = invocation_value(invocation, "repeat");

	return value.data ? option_count(value) : 1;
}

/* Only one run of a cell could be opened, and which one is not said. */
static struct error *refuse_kept_rounds(const struct invocation *invocation)
{
	struct error *error;

	if (rounds_of(invocation) == 1 ||
			keep_of(invocation_value(invocation, "keep")) == KEEP_NONE) {
		return NULL;
	}
	error = error_new(invocation->arena, ERROR_INVALID,
			"options '--keep' and '--repeat' exclude each other");
	error->hint = STR("Keep what a single run of the cell leaves.");
	return error;
}

static struct report new_report(const struct invocation *invocation)
{
	struct report report = report_on_output(invocation);

	report.is_timed = report.is_quiet || report.durations || isatty(STDOUT_FILENO);
	return report;
}

/* People have read them on standard error; a tool reads the report. */
static enum exit_status tell_mistakes(const struct invocation *invocation,
		struct report_files *files, const struct error_list *mistakes)
{
	const struct report report = new_report(invocation);
	struct buf text = { .arena = invocation->arena };

	report_add_mistakes(&report, mistakes, &text);
	print_out(buf_str(&text));
	return report_files_refuse(invocation, files, mistakes);
}

enum exit_status run_loaded(struct invocation *invocation, const struct loaded_run *loaded)
{
	struct run run = {
		.invocation = invocation,
		.arena = invocation->arena,
		.play = {
			.invocation = invocation,
			.suite = loaded->suite,
			.selection = loaded->selection,
			.records = loaded->records,
			.server = *loaded->server,
			.kind = loaded->kind,
			.rounds = loaded->rounds,
			.keep = keep_of(invocation_value(invocation, "keep")),
			.may_run_programs = loaded->may_run_programs,
			.lends_terminal = loaded->lends_terminal,
			.fail_fast = invocation_has(invocation, "fail-fast"),
			.requires_server = play_requires_server(invocation),
			.progressed = print_complete,
		},
		.report = new_report(invocation),
		.files = *loaded->files,
	};

	run.play.data = &run;
	return run_selection(&run);
}

/* `watched`, if not NULL, is told what the run looks at. */
static enum exit_status run_once(struct invocation *invocation, struct watched *watched)
{
	const size_t rounds = rounds_of(invocation);
	struct suite suite;
	struct selection selection;
	struct server server = { 0 };
	struct report_files files;
	enum exit_status status;
	const struct error *error = refuse_kept_rounds(invocation);

	if (error) {
		return print_error(invocation, error);
	}
	if (!report_files_open(invocation, &files, &status)) {
		return status;
	}
	if (play_load(invocation, &suite, &selection, &server, &status)) {
		struct records records =
				records_find(&suite, invocation_value(invocation, "expected"));
		const struct loaded_run loaded = {
			.suite = &suite,
			.selection = &selection,
			.records = &records,
			.server = &server,
			.files = &files,
			.kind = rounds > 1 ? &job_repeat : &job_play,
			.rounds = rounds,
			.may_run_programs = invocation_has(invocation, "allow-run"),
		};

		records.need = play_records_need(invocation);
		if (watched) {
			watched_add_suite(watched, &suite, &records, invocation->arena);
		}
		status = run_loaded(invocation, &loaded);
	} else if (suite.mistakes.count) {
		if (watched) {
			watched_add_suite(watched, &suite, NULL, invocation->arena);
		}
		status = worst(tell_mistakes(invocation, &files, &suite.mistakes), status);
	}
	suite_unload(&suite);
	return status;
}

static enum exit_status run_run(struct invocation *invocation)
{
	if (!invocation_has(invocation, "watch")) {
		return run_once(invocation, NULL);
	}
	if (str_list_contains(&invocation->arguments, STR("-"))) {
		return print_error(invocation,
				error_new(invocation->arena, ERROR_INVALID,
						"standard input cannot be watched"));
	}
	return watch_and_run(invocation, run_once);
}

const struct command command_run = {
	.name = "run",
	.arguments = "[PATH...]",
	.summary = "replay and judge the cells of scenarios",
	.details = SUITE_PATHS " A cell is one strategy from one state on one "
		   "engine, named scenario/strategy@state:engine.\n"
		   "\n"
		   "A cell is as expected when its verdict is what the scenario's 'outcomes' "
		   "claim and when it leaves behind what its record says. The exit status is 1 "
		   "when some cell differs, and when a record belongs to no cell any more "
		   "(looked for when no option narrows the run).\n"
		   "\n"
		   "With --repeat a cell is as expected when it is so, and the same, in each of "
		   "N runs, which share no state: what hangs on time, chance or the order of "
		   "rows is found by it.\n"
		   "\n"
		   "Examples:\n"
		   "  rehearse run                            all of scenarios/\n"
		   "  rehearse run incident.yaml              one file\n"
		   "  rehearse run --filter '@production'     from one state\n"
		   "  rehearse run --last-failed --keep all   look closer at what differed\n"
		   "  rehearse run --repeat 20 incident.yaml  find what is left to chance\n",
	.options = run_options,
	.option_count = COUNT_OF(run_options),
	.most_arguments = SIZE_MAX,
	.output = OUTPUT_LIVE,
	.run = run_run,
};
