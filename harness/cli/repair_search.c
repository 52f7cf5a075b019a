#include "cli/repair_search.h"

#include "cli/jobs.h"
#include "cli/repair_database.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "report/report.h"
#include "scenario/edit.h"

/* Candidates of a database that are played beside each other: the first few are the likely ones. */
#define FIRST_WAVE 3
#define NEXT_WAVE  8

struct search {
	const struct repair_search *ask;
	struct arena *arena;
	struct scenario scenario; /* a copy, among whose strategies is one with the goal */
	struct goal goal;
	struct repair_wish wish;
	struct repair_trees *trees;
	struct repair_database *databases; /* by the tree as it is */
	struct scenario_state nothing;     /* an empty database */
	struct repair_result *result;
};

/* A tree, and how far its databases have come. */
struct trial {
	size_t tree;
	struct scenario_revisions revisions;
	const struct repair_database **databases;
	struct repair_steps_list *candidates;
	size_t *tried;                      /* of each */
	const struct repair_steps **solved; /* NULL: not yet */
	struct str_list *rows;              /* at the end of that */
	bool is_hopeless;
};

/* --- playing ---------------------------------------------------------------------------------------- */

static struct error *play_cell(void *bench, const struct crew_job *job, const struct crew_job *next,
		struct arena *arena, void **ret_answer)
{
	struct outcome *outcome = arena_new(arena, struct outcome);

	theatre_expect(bench, next ? next->task : NULL);
	*ret_answer = outcome;
	return theatre_play(bench, job->task, NULL, arena, outcome);
}

static const struct job_kind job_candidate = {
	.run = play_cell,
	.pack = job_pack_outcome,
	.unpack = job_unpack_outcome,
};

/* A cell to be played, and whose it is. */
struct candidate {
	struct scenario_cell cell;
	size_t state; /* SIZE_MAX: the empty database */
	const struct repair_steps *steps;
};

struct candidates {
	struct candidate *items;
	size_t count, capacity;
};

static struct scenario_strategy *strategy_of(const struct search *search, const struct trial *trial,
		const struct repair_steps *steps)
{
	struct scenario_strategy *strategy = arena_new(search->arena, struct scenario_strategy);

	strategy->name = STR("repair");
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		strategy->engines[i] = true;
	}
	strategy->edit = search->trees->items[trial->tree].edit;
	strategy->steps = steps->steps;
	strategy->goal = search->goal;
	return strategy;
}

static struct scenario_cell cell_of(const struct search *search, const struct trial *trial,
		const struct scenario_state *state, const struct repair_steps *steps)
{
	return (struct scenario_cell){
		.scenario = &search->scenario,
		.strategy = strategy_of(search, trial, steps),
		.state = state,
		.engine = search->ask->engine,
		.name = str_format(search->arena, "%.*s/repair@%.*s:%s",
				STR_ARG(search->scenario.name), STR_ARG(state->name),
				scenario_engine_names[search->ask->engine]),
	};
}

/* Why a cell does not work, on one line. */
static str reason_of(const struct outcome *outcome, struct arena *arena)
{
	str rest, line;

	if (outcome->verdict == VERDICT_FAILS) {
		return str_on_one_line(
				str_format(arena, "%.*s: %.*s", STR_ARG(outcome->error.class_name),
						STR_ARG(outcome->error.message)),
				160, arena);
	}
	if (!outcome->reasons.count) {
		return (str){ 0 };
	}
	rest = outcome->reasons.items[0].text;
	for (line = rest; str_next_part(&rest, '\n', &line);) {
		if (str_starts_with(line, STR("-")) || str_starts_with(line, STR("+"))) {
			return str_on_one_line(line, 160, arena);
		}
	}
	return str_on_one_line(outcome->reasons.items[0].text, 160, arena);
}

static void take_attempt(struct search *search, const struct trial *trial,
		const struct candidate *candidate, const struct outcome *outcome)
{
	struct arena *arena = search->arena;
	const bool works = outcome->verdict == VERDICT_WORKS;

	*LIST_PUSH(&search->result->attempts, arena) = (struct repair_attempt){
		.tree = trial->tree,
		.state = candidate->state == SIZE_MAX ? (str){ 0 } : outcome->state,
		.words = repair_steps_words(&candidate->steps->steps, search->ask->engine, arena),
		.why = candidate->steps->why,
		.verdict = report_verdict(outcome, arena),
		.reason = works ? (str){ 0 } : reason_of(outcome, arena),
		.works = works,
		.step_count = candidate->steps->steps.count,
	};
}

/* What became of each; those that were not played for want of time are left out. */
static struct error *play(struct search *search, const struct trial *trial,
		const struct candidates *candidates, const struct outcome **ret_outcomes)
{
	const size_t count = candidates->count;
	struct crew_job *jobs = arena_new_array(search->arena, struct crew_job, count);
	struct crew_answer *answers = arena_new_array(search->arena, struct crew_answer, count);

	for (size_t i = 0; i < count; i++) {
		jobs[i] = (struct crew_job){
			.kind = &job_candidate,
			.task = &candidates->items[i].cell,
			.group = candidates->items[i].state == SIZE_MAX
					? 0
					: (uint32_t)candidates->items[i].state + 1,
		};
	}
	struct error *error = workshop_do(search->ask->workshop, jobs, count, answers);

	for (size_t i = 0; !error && i < count; i++) {
		const struct outcome *outcome = answers[i].value;

		if (answers[i].error) {
			return error_new(search->arena, answers[i].error->code, "%.*s",
					STR_ARG(answers[i].error->message));
		}
		if (!outcome) {
			search->result->is_late = true;
		} else if (outcome->verdict == VERDICT_SKIPPED) {
			return error_new(search->arena, ERROR_ENVIRONMENT,
					"cannot play on %s: %.*s",
					scenario_engine_names[search->ask->engine],
					STR_ARG(outcome->skip_reason));
		} else {
			take_attempt(search, trial, &candidates->items[i], outcome);
		}
		ret_outcomes[i] = outcome;
	}
	return error;
}

/* --- databases -------------------------------------------------------------------------------------- */

/* What is known of each, by the trial's tree. */
static struct error *locate_all(struct search *search, struct trial *trial)
{
	const size_t count = search->scenario.states.count;
	struct database_task *tasks = arena_new_array(search->arena, struct database_task, count);
	struct crew_job *jobs = arena_new_array(search->arena, struct crew_job, count);
	struct crew_answer *answers = arena_new_array(search->arena, struct crew_answer, count);

	for (size_t i = 0; i < count; i++) {
		tasks[i] = (struct database_task){
			.scenario = &search->scenario,
			.state = &search->scenario.states.items[i],
			.tree = &trial->revisions,
			.engine = search->ask->engine,
		};
		jobs[i] = (struct crew_job){
			.kind = &job_database,
			.task = &tasks[i],
			.group = (uint32_t)i,
		};
	}
	struct error *error = workshop_do(search->ask->workshop, jobs, count, answers);

	for (size_t i = 0; !error && i < count; i++) {
		struct repair_database *unknown;

		if (answers[i].error) {
			return error_new(search->arena, answers[i].error->code, "%.*s",
					STR_ARG(answers[i].error->message));
		}
		trial->databases[i] = answers[i].value;
		if (!answers[i].value) { // no time was left for it
			unknown = arena_new(search->arena, struct repair_database);
			unknown->state = search->scenario.states.items[i].name;
			unknown->failure = STR("there was no time to look at it");
			trial->databases[i] = unknown;
			search->result->is_late = true;
		}
	}
	return error;
}

/* --- one tree --------------------------------------------------------------------------------------- */

static bool is_out_of_time(const struct search *search)
{
	const int64_t deadline_us = search->ask->workshop->deadline_us;

	return interrupted_by() || (deadline_us && clock_now_us() > deadline_us);
}

/* The next candidates of each database that has none that works. */
static struct candidates next_wave(const struct search *search, struct trial *trial)
{
	struct candidates wave = { 0 };

	for (size_t i = 0; i < search->scenario.states.count; i++) {
		const size_t most = trial->tried[i] ? NEXT_WAVE : FIRST_WAVE;

		for (size_t j = 0; !trial->solved[i] && j < most &&
				trial->tried[i] < trial->candidates[i].count;
				j++) {
			const struct repair_steps *steps =
					&trial->candidates[i].items[trial->tried[i]++];

			*LIST_PUSH(&wave, search->arena) = (struct candidate){
				.cell = cell_of(search, trial, &search->scenario.states.items[i],
						steps),
				.state = i,
				.steps = steps,
			};
		}
	}
	return wave;
}

static struct error *play_wave(
		struct search *search, struct trial *trial, const struct candidates *wave)
{
	const struct outcome **outcomes =
			arena_new_array(search->arena, const struct outcome *, wave->count);
	struct error *error = play(search, trial, wave, outcomes);

	for (size_t i = 0; !error && i < wave->count; i++) {
		const struct outcome *outcome = outcomes[i];
		const size_t state = wave->items[i].state;

		if (!outcome) {
			continue;
		}
		if (outcome->verdict == VERDICT_WORKS && !trial->solved[state]) {
			trial->solved[state] = wave->items[i].steps;
			trial->rows[state] = outcome->version;
		}
		trial->is_hopeless |=
				outcome->error.faults.revision_count > 0 || // it does not load
				(outcome->verdict == VERDICT_FAILS && !outcome->failed_step);
	}
	return error;
}

static bool is_solved(const struct search *search, const struct trial *trial)
{
	for (size_t i = 0; i < search->scenario.states.count; i++) {
		if (!trial->solved[i]) {
			return false;
		}
	}
	return true;
}

/* A database has no candidates left. */
static bool is_given_up(const struct search *search, const struct trial *trial)
{
	for (size_t i = 0; i < search->scenario.states.count; i++) {
		if (!trial->solved[i] && trial->tried[i] >= trial->candidates[i].count) {
			return true;
		}
	}
	return false;
}

/* A tree that cannot fill an empty database is none that a fresh one could be compared with. */
static struct error *play_on_nothing(struct search *search, struct trial *trial)
{
	struct repair_steps *steps = arena_new(search->arena, struct repair_steps);
	struct step *step = LIST_PUSH(&steps->steps, search->arena);
	struct candidates one = { 0 };
	const struct outcome *outcome = NULL;

	steps->why = STR("an empty database, as in CI");
	step->kind = STEP_UPGRADE;
	str_list_add(&step->targets, STR("heads"), search->arena);
	*LIST_PUSH(&one, search->arena) = (struct candidate){
		.cell = cell_of(search, trial, &search->nothing, steps),
		.state = SIZE_MAX,
		.steps = steps,
	};
	struct scenario_strategy *strategy = arena_new(search->arena, struct scenario_strategy);

	*strategy = *one.items[0].cell.strategy;
	strategy->goal = (struct goal){ .keys = GOAL_VERSION, .version = GOAL_VERSION_HEADS };
	one.items[0].cell.strategy = strategy;
	struct error *error = play(search, trial, &one, &outcome);

	trial->is_hopeless |= outcome && outcome->verdict != VERDICT_WORKS;
	return error;
}

static struct error *begin_trial(struct search *search, size_t tree, struct trial *trial)
{
	struct arena *arena = search->arena;
	const size_t count = search->scenario.states.count;

	*trial = (struct trial){
		.tree = tree,
		.databases = arena_new_array(arena, const struct repair_database *, count),
		.candidates = arena_new_array(arena, struct repair_steps_list, count),
		.tried = arena_new_array(arena, size_t, count),
		.solved = arena_new_array(arena, const struct repair_steps *, count),
		.rows = arena_new_array(arena, struct str_list, count),
	};
	struct error *error = scenario_edit_apply(&search->trees->items[tree].edit,
			&search->scenario.revisions, arena, &trial->revisions);
	if (!error && search->goal.keys & GOAL_SCHEMA &&
			search->goal.schema.source == SCHEMA_SAME_AS_FRESH) {
		error = play_on_nothing(search, trial);
	}
	for (size_t i = 0; i < count; i++) {
		trial->databases[i] = &search->databases[i];
	}
	if (!error && tree && !trial->is_hopeless) {
		error = locate_all(search, trial);
	}
	for (size_t i = 0; !error && i < count; i++) {
		trial->candidates[i] = repair_make_steps(
				&search->wish, &trial->revisions, trial->databases[i], arena);
	}
	return error;
}

static struct error *try_tree(struct search *search, size_t tree, struct trial *trial)
{
	struct error *error = begin_trial(search, tree, trial);

	while (!error && !trial->is_hopeless && !is_solved(search, trial) &&
			!is_given_up(search, trial)) {
		if (is_out_of_time(search)) {
			search->result->is_late = true;
			break;
		}
		const struct candidates wave = next_wave(search, trial);

		error = play_wave(search, trial, &wave);
	}
	return error;
}

/* --- the whole -------------------------------------------------------------------------------------- */

static size_t count_solved(const struct search *search, const struct trial *trial)
{
	size_t solved = 0;

	for (size_t i = 0; i < search->scenario.states.count; i++) {
		solved += trial->solved[i] != NULL;
	}
	return solved;
}

static size_t count_steps(const struct search *search, const struct trial *trial)
{
	size_t steps = 0;

	for (size_t i = 0; i < search->scenario.states.count; i++) {
		steps += trial->solved[i] ? trial->solved[i]->steps.count : 0;
	}
	return steps;
}

static bool is_better(
		const struct search *search, const struct trial *trial, const struct trial *best)
{
	const size_t solved = count_solved(search, trial);
	const size_t before = count_solved(search, best);

	return solved > before ||
			(solved == before && solved == search->scenario.states.count &&
					count_steps(search, trial) < count_steps(search, best));
}

static void tell_states(struct search *search, const struct trial *best)
{
	for (size_t i = 0; i < search->scenario.states.count; i++) {
		*LIST_PUSH(&search->result->states, search->arena) = (struct repair_of_state){
			.state = search->scenario.states.items[i].name,
			.database = best->databases[i],
			.steps = best->solved[i],
			.rows = best->rows[i],
		};
	}
	search->result->tree = best->tree;
	search->result->is_found = is_solved(search, best);
}

/* What is asked for where a scenario has no goal: heads, as an empty database has them, and not a row lost. */
static struct goal goal_of(const struct scenario *scenario)
{
	struct goal goal = scenario->goal;

	if (!goal.keys) {
		goal.keys = GOAL_VERSION | GOAL_SCHEMA | GOAL_ROWS_KEPT;
		goal.version = GOAL_VERSION_HEADS;
		goal.schema.source = SCHEMA_SAME_AS_FRESH;
		goal.keeps_all_rows = true;
	}
	return goal;
}

/* Strategies say what is wanted of states, so there is one with the goal. */
static void add_goal(struct search *search)
{
	const struct repair_steps nothing = { 0 };
	const struct trial of_tree = { 0 };
	struct scenario_strategy *strategies = NULL;
	const size_t count = search->scenario.strategies.count;

	strategies = arena_new_array(search->arena, struct scenario_strategy, count + 1);
	for (size_t i = 0; i < count; i++) {
		strategies[i] = search->scenario.strategies.items[i];
	}
	strategies[count] = *strategy_of(search, &of_tree, &nothing);
	search->scenario.strategies.items = strategies;
	search->scenario.strategies.count = search->scenario.strategies.capacity = count + 1;
}

static struct error *search_trees(struct search *search)
{
	struct trial best = { 0 }, trial;
	struct error *error = NULL;

	for (size_t i = 0; !error && i < search->trees->count; i++) {
		const size_t files = search->trees->items[i].files;

		if (i &&
				(is_out_of_time(search) ||
						(is_solved(search, &best) &&
								files > search->trees->items[best.tree]
												.files))) {
			search->result->is_late |= is_out_of_time(search);
			break;
		}
		error = try_tree(search, i, &trial);
		if (!error && (!i || is_better(search, &trial, &best))) {
			best = trial;
		}
	}
	if (!error) {
		tell_states(search, &best);
	}
	return error;
}

struct error *repair_search(const struct repair_search *ask, struct repair_result *ret_result)
{
	struct arena *arena = ask->workshop->invocation->arena;
	struct search *search = arena_new(arena, struct search);
	const size_t count = ask->scenario->states.count;
	static const struct repair_tree as_it_is;
	struct repair_trees none = { .count = 0 };
	struct trial first = { 0 };

	*search = (struct search){
		.ask = ask,
		.arena = arena,
		.scenario = *ask->scenario,
		.goal = goal_of(ask->scenario),
		.nothing = { .name = STR("nothing") },
		.result = ret_result,
		.trees = &none,
	};
	*ret_result = (struct repair_result){
		.scenario = ask->scenario->name,
		.engine = ask->engine,
		.budget_s = (double)ask->budget_us / 1e6,
	};
	search->wish = (struct repair_wish){
		.tree = &search->scenario.revisions,
		.goal = &search->goal,
		.engine = ask->engine,
		.level = search->scenario.configure.level,
	};
	*LIST_PUSH(&none, arena) = as_it_is;
	add_goal(search);
	ask->workshop->deadline_us = ask->budget_us ? clock_now_us() + ask->budget_us : 0;
	first.databases = arena_new_array(arena, const struct repair_database *, count);
	first.revisions = search->scenario.revisions;
	struct error *error = locate_all(search, &first);
	if (error) {
		return error;
	}
	search->databases = arena_new_array(arena, struct repair_database, count);
	for (size_t i = 0; i < count; i++) {
		search->databases[i] = *first.databases[i];
	}
	const struct repair_trees trees =
			repair_make_trees(&search->wish, search->databases, count, arena);
	struct repair_trees *kept = arena_new(arena, struct repair_trees);

	*kept = trees;
	search->trees = kept;
	ret_result->trees = kept;
	return search_trees(search);
}
