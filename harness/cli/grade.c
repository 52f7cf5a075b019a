/*
 * `rehearse grade` - a program on trial: it is to repair every scenario, in a folder and a database of its own.
 */
#include "cli/cli_internal.h"
#include "cli/jobs.h"
#include "cli/report_files.h"
#include "cli/run.h"
#include "cli/suite.h"
#include "kit/arena.h"

#include <string.h>
#include <unistd.h>

/* What the row of the program is called in reports. */
#define CONTESTANT "command"

/* --- scenarios in which the program is the strategy ---------------------------------------------- */

/* The scenario with one more strategy: the program. The others stay, as goals may compare with what they leave. */
static const struct scenario *with_contestant(
		const struct scenario *scenario, const struct step *step, struct arena *arena)
{
	struct scenario *copy = arena_new(arena, struct scenario);
	struct scenario_strategy strategy = {
		.name = STR(CONTESTANT),
		.is_contestant = true,
		.goal = scenario->goal,
	};

	*copy = *scenario;
	memcpy(strategy.engines, scenario->engines, sizeof(strategy.engines));
	*LIST_PUSH(&strategy.steps, arena) = *step;
	copy->strategies.items = NULL;
	copy->strategies.count = copy->strategies.capacity = 0;
	for (size_t i = 0; i < scenario->strategies.count; i++) {
		*LIST_PUSH(&copy->strategies, arena) = scenario->strategies.items[i];
	}
	*LIST_PUSH(&copy->strategies, arena) = strategy;
	return copy;
}

/* The cells of the program: one for each state that is wanted, on each engine. */
static void add_cells(struct invocation *invocation, const struct scenario *scenario, struct suite *suite)
{
	const str wanted = invocation_value(invocation, "state");
	const struct scenario_strategy *strategy =
			&scenario->strategies.items[scenario->strategies.count - 1];

	for (size_t i = 0; i < scenario->states.count; i++) {
		const struct scenario_state *state = &scenario->states.items[i];

		for (size_t j = 0; j < SCENARIO_ENGINE_COUNT; j++) {
			if (!scenario->engines[j] || (wanted.data && !str_equal(wanted, state->name))) {
				continue;
			}
			*LIST_PUSH(&suite->cells, suite->arena) = (struct scenario_cell){
				.scenario = scenario,
				.strategy = strategy,
				.state = state,
				.engine = (enum scenario_engine)j,
				.name = str_format(suite->arena, "%.*s/" CONTESTANT "@%.*s:%s",
						STR_ARG(scenario->name), STR_ARG(state->name),
						scenario_engine_names[j]),
			};
		}
	}
}

/* Why a scenario is none to be graded by; NULL: it is. */
static const char *refusal_of(const struct scenario *scenario)
{
	if (!scenario->goal.keys) {
		return "has no goal: nothing says what repaired means";
	}
	if (scenario_runs_programs(scenario)) { // which would run, where a goal compares with what a strategy leaves
		return "has a step that runs a program of its own";
	}
	return scenario->project ? "is a project of its own, which is not copied" : NULL;
}

/* The same suite with the program's cells in the place of its own; scenarios that cannot be graded have none. */
static struct error *put_on_trial(struct invocation *invocation, const struct step *step, struct suite *suite)
{
	struct arena *arena = suite->arena;
	struct error *error = NULL;

	suite->cells.items = NULL;
	suite->cells.count = suite->cells.capacity = 0;
	for (size_t i = 0; i < suite->scenarios.count; i++) {
		struct suite_scenario *item = &suite->scenarios.items[i];
		const char *refusal = refusal_of(item->scenario);

		item->first_cell = suite->cells.count;
		if (refusal && !error) {
			error = error_new(arena, ERROR_INVALID, "scenario '%.*s' %s",
					STR_ARG(item->scenario->name), refusal);
		} else if (!refusal) {
			const struct scenario *scenario = with_contestant(item->scenario, step, arena);

			item->scenario = scenario; // which shares what scenario_unload() frees
			add_cells(invocation, scenario, suite);
		}
		item->cell_count = suite->cells.count - item->first_cell;
	}
	if (suite->cells.count && suite->has_folder) { // of a folder those that have a goal
		return NULL;
	}
	if (!error && !suite->cells.count) {
		error = error_new(arena, ERROR_NOT_FOUND, "no scenario has a state '%.*s'",
				STR_ARG(invocation_value(invocation, "state")));
	}
	return error;
}

/* --- the command --------------------------------------------------------------------------------- */

/* One cell for somebody who sits at a terminal: they are the program. */
static bool is_exam(const struct selection *selection)
{
	return selection->count == 1 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static enum exit_status grade_suite(struct invocation *invocation, struct suite *suite,
		struct report_files *files)
{
	struct step step = { .kind = STEP_RUN, .program = invocation->program };
	struct selection selection;
	const struct server server = { 0 };
	enum exit_status status;
	const struct error *error = put_on_trial(invocation, &step, suite);

	if (error) {
		return print_error(invocation, error);
	}
	if (!suite_select(invocation, suite, &selection, &status)) {
		return status;
	}
	if (is_exam(&selection)) {
		const struct scenario_cell *cell = &suite->cells.items[selection.items[0]];

		cell->strategy->steps.items[0].is_at_terminal = true;
	}
	const struct loaded_run loaded = {
		.suite = suite,
		.selection = &selection,
		.server = &server,
		.files = files,
		.kind = &job_play,
		.rounds = 1,
		.may_run_programs = true,
		.lends_terminal = is_exam(&selection),
	};

	return run_loaded(invocation, &loaded);
}

static enum exit_status grade_run(struct invocation *invocation)
{
	struct suite suite;
	struct report_files files;
	enum exit_status status;

	if (!invocation->program.count) {
		struct error *error = error_new(invocation->arena, ERROR_INVALID, "no program is given");

		error->hint = STR("Write it behind --: rehearse grade -- alembic upgrade heads");
		return print_error(invocation, error);
	}
	if (!report_files_open(invocation, &files, &status)) {
		return status;
	}
	if (suite_load(invocation, &suite, &status)) {
		status = grade_suite(invocation, &suite, &files);
	}
	suite_unload(&suite);
	return status;
}

static const char *const keep_choices[] = { "failed", "all", "none", NULL };

static const struct option grade_options[] = {
	{ .name = "state", .value = "NAME", .help = "only from this state" },
	SUITE_OPTION_ENGINE,
	SUITE_OPTION_FILTER,
	SUITE_OPTION_TAG,
	PLAY_OPTION_JOBS,
	PLAY_OPTION_TIMEOUT_OF(
			"how long the program may take for one folder, and as long again what it leaves to be judged; 0: as long as it likes (default: 60)"),
	REPORT_OPTION_QUIET,
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	PLAY_OPTION_PYTHON,
	SERVER_OPTION_RUN_AS,
	{ .name = "keep",
			.value = "WHICH",
			.choices = keep_choices,
			.help = "leave databases and projects behind and tell where they are: failed (what is not repaired), all, none (default)" },
	REPORT_OPTION_FORMAT,
	REPORT_FILES_OPTION,
};

const struct command command_grade = {
	.name = "grade",
	.arguments = "[PATH...] -- PROGRAM [ARGUMENT...]",
	.summary = "have a program repair scenarios, and judge what it leaves",
	.details = SUITE_PATHS " Every state of a scenario that has a goal becomes an Alembic project in a private folder, with a database. The program runs in the folder, as you; "
		   "$DATABASE_URL is the database (and $PGHOST and its like, for psql). When it has ended, the tree is read back from the files and both are judged by the goal.\n"
		   "\n"
		   "repaired: the goal is met. wrong: it is not, or the project or the database is gone. gave up: the program ended with another status than 0, or has written more than 256 MiB. timeout: it was ended. "
		   "What it has started ends with it; what it does outside of its folder and database is its own affair.\n"
		   "\n"
		   "At a terminal, with one state of one scenario (--state, --engine), the program has the terminal: 'rehearse grade NAME --state production --engine sqlite -- bash' is an exam.\n"
		   "\n"
		   "The exit status is 0 when everything is repaired.\n"
		   "\n"
		   "Examples:\n"
		   "  rehearse grade -- alembic upgrade heads\n"
		   "  rehearse grade wallet-two-heads --engine sqlite -- ./heal.sh\n"
		   "  rehearse grade scenarios --format json -- ./agent --fix . >score.json\n",
	.options = grade_options,
	.option_count = COUNT_OF(grade_options),
	.most_arguments = SIZE_MAX,
	.takes_program = true,
	.output = OUTPUT_LIVE,
	.run = grade_run,
};
