/*
 * `rehearse explain` - a replay told step by step.
 */
#include "cli/cli_internal.h"
#include "cli/jobs.h"
#include "cli/naming.h"
#include "kit/arena.h"
#include "kit/columns.h"
#include "report/text.h"
#include "story/story.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Narrower pages are not worth the trouble, in wider ones the eye loses its line. */
#define NARROWEST   40
#define USUAL_WIDTH 80
#define WIDEST      100

struct explain {
	struct invocation *invocation;
	struct arena *arena;
	const struct suite *suite;
	const struct scenario *scenario;
	struct selection selection;
	bool is_whole; /* the scenario as a whole, of each cell the state alone */
	struct story_style style;
	struct play play;
};

/* --- what is asked for ----------------------------------------------------------------------- */

static size_t page_width(void)
{
	const char *columns = getenv("COLUMNS");
	size_t width = terminal_width();

	if (!width) {
		width = columns ? strtoul(columns, NULL, 10) : 0;
	}
	if (!width) {
		width = USUAL_WIDTH;
	}
	return width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width;
}

/* Of the cells that could be meant only those on one engine: the one asked for, else the first there is. */
static void keep_one_engine(struct explain *explain)
{
	const struct scenario_cell *cells = explain->suite->cells.items;
	struct selection *selection = &explain->selection;
	enum scenario_engine first = SCENARIO_ENGINE_COUNT;
	size_t kept = 0;

	for (size_t i = 0; i < selection->count; i++) {
		const enum scenario_engine engine = cells[selection->items[i]].engine;

		first = engine < first ? engine : first;
	}
	for (size_t i = 0; i < selection->count; i++) {
		if (cells[selection->items[i]].engine == first) {
			selection->items[kept++] = selection->items[i];
		}
	}
	selection->count = kept;
}

static struct error *no_cells(const struct explain *explain)
{
	const str engine = invocation_value(explain->invocation, "engine");

	return error_new(explain->arena, ERROR_NOT_FOUND, "scenario '%.*s' has no cells%s%.*s",
			STR_ARG(explain->scenario->name), engine.len ? " on " : "",
			STR_ARG(engine));
}

/* The cells to play: the one that was named, or all of one engine. */
static enum exit_status select_cells(struct explain *explain)
{
	const struct str_list *arguments = &explain->invocation->arguments;
	const str name = arguments->count > 1 ? arguments->items[1] : (str){ 0 };
	const str engine = invocation_value(explain->invocation, "engine");

	for (size_t i = 0; i < explain->suite->cells.count; i++) {
		const struct scenario_cell *cell = &explain->suite->cells.items[i];

		if (suite_has_cell(explain->suite, i) && (!name.data || naming_is_cell(cell, name)) &&
				(!engine.data ||
						str_equal(engine,
								str_from(scenario_engine_names[cell->engine])))) {
			*LIST_PUSH(&explain->selection, explain->arena) = i;
		}
	}
	if (!explain->selection.count) {
		(void)print_error(explain->invocation,
				name.data ? suite_unknown_cell(explain->suite,
							    &explain->suite->scenarios.items[0],
							    name)
					  : no_cells(explain));
		return EXIT_NOTHING;
	}
	keep_one_engine(explain);
	explain->is_whole = explain->selection.count > 1;
	return EXIT_AS_EXPECTED;
}

/* --- telling --------------------------------------------------------------------------------- */

/* In a worker: what was recorded goes no further than into the outcome's story. */
static void tell(const struct play *play, const struct scenario_cell *cell,
		const struct trace *trace, struct outcome *outcome, struct arena *arena)
{
	const struct explain *explain = play->data;

	if (explain->is_whole) {
		str_list_add(&outcome->story,
				story_tell_state(cell, trace, outcome, &explain->style, arena),
				arena);
	} else {
		outcome->story = story_tell_cell(cell, trace, outcome, &explain->style, arena);
	}
}

/* Wait for Enter; where the terminal can, the prompt makes way. False: the reader has seen enough. */
static bool pause_for_reader(void)
{
	char *line = NULL;
	size_t capacity = 0;

	print_out(STR("\n-- Enter: go on; q: end -- "));
	const ssize_t len = output_lost_by() ? 0 : getline(&line, &capacity, stdin);
	const bool goes_on = len > 0 && line[0] != 'q' && line[0] != 'Q';

	free(line);
	if (len <= 0) {
		print_out(STR("\n")); // nobody has pressed Enter
	} else if (goes_on && terminal_can_erase(STDOUT_FILENO)) {
		print_out(STR("\033[1A\033[K\033[1A"));
	}
	return goes_on;
}

static void print_cell(const struct explain *explain, const struct outcome *outcome)
{
	for (size_t i = 0; i < outcome->story.count; i++) {
		if (i && invocation_has(explain->invocation, "step") && !pause_for_reader()) {
			return;
		}
		print_out(outcome->story.items[i]);
	}
}

/* --- the scenario as a whole ----------------------------------------------------------------- */

static const struct scenario_cell *cell_at(const struct explain *explain, size_t i)
{
	return &explain->suite->cells.items[explain->selection.items[i]];
}

static void add_states(const struct explain *explain, struct buf *out)
{
	struct str_list told = { 0 };

	for (size_t i = 0; i < explain->selection.count; i++) {
		const str state = cell_at(explain, i)->state->name;
		const struct outcome *outcome = explain->play.answers[i].outcome;

		if (outcome && outcome->story.count && !str_list_contains(&told, state)) {
			str_list_add(&told, state, explain->arena);
			buf_add_char(out, '\n');
			buf_add(out, outcome->story.items[0]);
		}
	}
}

static void add_once(struct str_list *names, str name, struct arena *arena)
{
	if (!str_list_contains(names, name)) {
		str_list_add(names, name, arena);
	}
}

static void add_matrix(const struct explain *explain, struct buf *out)
{
	const struct report report = { .arena = explain->arena, .colour = explain->style.colour,
		.width = explain->style.width };
	struct report_scenario scenario = { .name = explain->scenario->name };

	for (size_t i = 0; i < explain->selection.count; i++) {
		const struct scenario_cell *cell = cell_at(explain, i);

		add_once(&scenario.strategies, cell->strategy->name, explain->arena);
		add_once(&scenario.states, cell->state->name, explain->arena);
		*LIST_PUSH(&scenario.cells, explain->arena) = (struct report_cell){
			.name = cell->name,
			.strategy = cell->strategy->name,
			.state = cell->state->name,
			.engine = str_from(scenario_engine_names[cell->engine]),
			.outcome = explain->play.answers[i].outcome,
		};
	}
	text_add_matrix(&report, &scenario, out);
}

/* Each cell's command; one that is too long for a line goes on in the next, as shells take it. */
static void add_commands(const struct explain *explain, struct buf *out)
{
	const str source = explain->invocation->arguments.items[0];
	struct buf command = { .arena = explain->arena };

	buf_add(&command, STR("  rehearse explain "));
	buf_add_shell_word(&command, source);
	for (size_t i = 0; i < explain->selection.count; i++) {
		const struct scenario_cell *cell = cell_at(explain, i);
		struct buf name = { .arena = explain->arena }, word = { .arena = explain->arena };

		buf_format(&name, "%.*s@%.*s", STR_ARG(cell->strategy->name),
				STR_ARG(cell->state->name));
		if (invocation_has(explain->invocation, "engine")) {
			buf_format(&name, ":%s", scenario_engine_names[cell->engine]);
		}
		buf_add_shell_word(&word, buf_str(&name));
		const bool fits = columns_of(buf_str(&command)) + 1 +
						columns_of(buf_str(&word)) <=
				explain->style.width;

		buf_format(out, "%s%s%s\n", buf_c(&command), fits ? " " : " \\\n      ",
				buf_c(&word));
	}
}

static void print_whole(const struct explain *explain)
{
	const struct story_style *style = &explain->style;
	struct buf out = { .arena = explain->arena };

	story_begin_scenario(explain->scenario, style, &out);
	add_states(explain, &out);
	story_add_strategies(explain->scenario, cell_at(explain, 0)->engine, style, &out);
	story_add_heading(STR("What becomes of each"), style, &out);
	add_matrix(explain, &out);
	story_add_heading(STR("Look closer"), style, &out);
	add_commands(explain, &out);
	story_add_lesson(explain->scenario, style, &out);
	print_out(buf_str(&out));
}

/* --- the command ----------------------------------------------------------------------------- */

static enum exit_status worst(enum exit_status a, enum exit_status b)
{
	return a > b ? a : b;
}

static enum exit_status print_answers(const struct explain *explain)
{
	enum exit_status status = EXIT_AS_EXPECTED;

	if (explain->is_whole) {
		print_whole(explain);
	} else if (explain->play.answers[0].outcome) {
		print_cell(explain, explain->play.answers[0].outcome);
	}
	for (size_t i = 0; i < explain->selection.count; i++) {
		const struct outcome *outcome = explain->play.answers[i].outcome;

		if (outcome && outcome->verdict != VERDICT_SKIPPED && !outcome->is_as_claimed) {
			status = EXIT_DIFFERS;
		}
	}
	return worst(status, play_print_failures(&explain->play, explain->selection.count));
}

/* Why there is nothing to wait for between steps; NULL: there is, or nobody asked. */
static struct error *check_step(const struct explain *explain)
{
	struct arena *arena = explain->arena;

	if (!invocation_has(explain->invocation, "step")) {
		return NULL;
	}
	if (explain->is_whole) {
		struct error *error = error_new(arena, ERROR_INVALID,
				"option '--step' needs a cell, as scenario '%.*s' has several",
				STR_ARG(explain->scenario->name));

		error->hint = str_format(arena, "'rehearse explain %.*s' names them.",
				STR_ARG(explain->invocation->arguments.items[0]));
		return error;
	}
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		return error_new(arena, ERROR_INVALID,
				"option '--step' needs a terminal to wait at");
	}
	return NULL;
}

static enum exit_status explain_suite(struct explain *explain)
{
	size_t end = 0;

	explain->scenario = explain->suite->scenarios.items[0].scenario;
	enum exit_status status = select_cells(explain);
	if (status != EXIT_AS_EXPECTED) {
		return status;
	}
	const struct error *error = check_step(explain);

	if (error) {
		return print_error(explain->invocation, error);
	}
	explain->play = (struct play){
		.invocation = explain->invocation,
		.suite = explain->suite,
		.selection = &explain->selection,
		.tell = tell,
		.kind = &job_play,
		.rounds = 1,
		.data = explain,
	};
	status = play_all(&explain->play, &end);
	return status == EXIT_INTERRUPTED ? status : worst(print_answers(explain), status);
}

static enum exit_status explain_run(struct invocation *invocation)
{
	struct invocation of_file = *invocation;
	enum exit_status status;
	struct suite suite;
	struct named named;
	struct explain explain = {
		.invocation = invocation,
		.arena = invocation->arena,
		.suite = &suite,
		.style = { .width = page_width(), .colour = invocation->colour_out },
	};

	struct error *error = naming_resolve_scenario(
			invocation->arguments.items[0], invocation->arena, &named);

	if (error) {
		return print_error(invocation, error);
	}
	of_file.arguments.count = 1;
	if (suite_load(&of_file, &suite, &status)) {
		status = explain_suite(&explain);
	}
	suite_unload(&suite);
	return status;
}

static const struct option explain_options[] = {
	{ .name = "step", .output = OUTPUT_LIVE, .help = "wait for Enter after each step; q ends" },
	{ .name = "engine",
			.value = "NAME",
			.choices = scenario_engine_names,
			.help = "tell it on this engine: sqlite (default, if the scenario has it), postgres" },
	PLAY_OPTION_TIMEOUT,
	SERVER_OPTION_STATEMENT_TIMEOUT,
	SERVER_OPTION_LOCK_TIMEOUT,
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	PLAY_OPTION_PYTHON,
	SERVER_OPTION_RUN_AS,
};

const struct command command_explain = {
	.name = "explain",
	.arguments = "SCENARIO [CELL]",
	.summary = "tell a replay step by step",
	.details = "SCENARIO is a file, the name of a scenario below 'scenarios', or - for standard "
		   "input. CELL is strategy@state, strategy@state:engine, or the whole name of a "
		   "cell, which may also stand alone. Without it the scenario is told as a whole, with the cells to look at; a scenario's only "
		   "cell is told at once.\n"
		   "\n"
		   "The replay is the one of 'rehearse run', watched: the tree, the state as it is "
		   "and as its version table claims, each plan and statement, what each step leaves, "
		   "the verdict against the goal. The exit status is 1 when a cell does not end as "
		   "the scenario claims.\n"
		   "\n"
		   "Examples:\n"
		   "  rehearse explain wallet-two-heads\n"
		   "  rehearse explain wallet-two-heads honest-stamp@production --step\n"
		   "  rehearse explain incident.yaml hope@production:postgres\n",
	.options = explain_options,
	.option_count = COUNT_OF(explain_options),
	.least_arguments = 1,
	.most_arguments = 2,
	.run = explain_run,
};
