#include "cli/repair_search.h"

#include "cli/repair_proof.h"
#include "cli/repair_trial.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "report/report.h"

#include <inttypes.h>
#include <unistd.h>

/* Trees that change as many files are tried together, so that people see what else there is; but not all of a long list. */
#define MOST_TOGETHER 8

/* Beyond the budget, until a cell that had begun is over. */
#define GRACE_US 2000000

struct search {
	const struct repair_search *ask;
	struct arena *arena;
	struct trial_scene scene;
	struct repair_result *result;
	int64_t began_us; /* by clock_now_us() */
};

/* --- trials ----------------------------------------------------------------------------------------- */

/* An error is told without the worker's arena. */
static struct error *own(const struct search *search, const struct error *error)
{
	return error_new(search->arena, error->code, "%.*s", STR_ARG(error->message));
}

/* On a terminal, how far it is; a search may take a minute. */
static void show_progress(const struct search *search, size_t first)
{
	const int64_t elapsed_us = clock_now_us() - search->began_us;

	if (terminal_can_erase(STDERR_FILENO)) {
		terminal_redraw(str_format(search->arena,
						"searching: %zu of %zu trees tried, %zu replays, %" PRId64
						" s",
						first, search->scene.trees.count,
						search->result->attempts.count,
						elapsed_us / 1000000),
				search->arena);
	}
}

static void hide_progress(const struct search *search)
{
	if (terminal_can_erase(STDERR_FILENO)) {
		terminal_redraw((str){ 0 }, search->arena);
	}
}

/* Trials of the trees from `first` on; NULL where there was no time for one. */
static struct error *try_trees(
		struct search *search, size_t first, size_t count, const struct trial **ret_trials)
{
	struct trial_task *tasks = arena_new_array(search->arena, struct trial_task, count);
	struct crew_job *jobs = arena_new_array(search->arena, struct crew_job, count);
	struct crew_answer *answers = arena_new_array(search->arena, struct crew_answer, count);

	for (size_t i = 0; i < count; i++) {
		tasks[i] = (struct trial_task){ &search->scene, first + i };
		jobs[i] = (struct crew_job){ .kind = &job_trial, .task = &tasks[i] };
	}
	show_progress(search, first);
	struct error *error = workshop_do(search->ask->workshop, jobs, count, answers);

	for (size_t i = 0; !error && i < count; i++) {
		const struct trial *trial = answers[i].value;

		if (answers[i].error) {
			error = own(search, answers[i].error);
		}
		ret_trials[i] = trial;
		search->result->is_late |= !trial || trial->is_late;
		for (size_t j = 0; trial && j < trial->attempts.count; j++) {
			*LIST_PUSH(&search->result->attempts, search->arena) =
					trial->attempts.items[j];
		}
	}
	return error;
}

/* How many trees from `first` on change as few files; not more than are tried together. */
static size_t count_alike(const struct search *search, size_t first)
{
	const struct repair_trees *trees = &search->scene.trees;
	size_t count = 0;

	while (count < MOST_TOGETHER && first + count < trees->count &&
			trees->items[first + count].files == trees->items[first].files) {
		count++;
	}
	return count;
}

static bool is_better(const struct trial *trial, const struct trial *best)
{
	const size_t solved = trial_solved(trial), before = trial_solved(best);

	return solved > before ||
			(solved == before && solved == trial->count &&
					trial_steps(trial) < trial_steps(best));
}

static bool is_out_of_time(const struct search *search)
{
	return interrupted_by() ||
			(search->scene.deadline_us && clock_now_us() > search->scene.deadline_us);
}

/* Whether no other tree with as many changes could be better: on no database more has to be done than to upgrade it. */
static bool is_simplest(const struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		if (!trial->solved[i] || trial->solved[i]->steps.count > 1) {
			return false;
		}
	}
	return true;
}

/* Where a tree works, more changes are not needed; with as many, there may be fewer steps. */
static bool is_worth_trying(const struct search *search, size_t tree, const struct trial *best)
{
	const struct repair_trees *trees = &search->scene.trees;

	return trial_solved(best) < best->count ||
			(trees->items[tree].files == trees->items[best->tree].files &&
					!is_simplest(best));
}

static struct error *search_trees(struct search *search, const struct trial **best)
{
	const size_t all = search->scene.trees.count;
	struct error *error = NULL;

	for (size_t first = 1; !error && first < all && is_worth_trying(search, first, *best);) {
		const size_t count = count_alike(search, first);
		const struct trial **trials =
				arena_new_array(search->arena, const struct trial *, count);

		if (is_out_of_time(search)) {
			search->result->is_late = true;
			break;
		}
		error = try_trees(search, first, count, trials);
		for (size_t i = 0; !error && i < count; i++) {
			if (trials[i] && is_better(trials[i], *best)) {
				*best = trials[i];
			}
		}
		first += count;
	}
	return error;
}

/* --- the result ------------------------------------------------------------------------------------- */

/* As many as `locate` counts: to it the order of columns is none. */
static size_t count_facts(const struct str_list *schema)
{
	size_t count = 0;

	for (size_t i = 0; i < schema->count; i++) {
		count += !str_starts_with(schema->items[i], STR("column order "));
	}
	return count;
}

/* Once more, from the start, in other workers. */
static struct error *prove(struct search *search)
{
	struct repair_result *result = search->result;
	const size_t count = result->states.count;
	struct scenario_cell *cells = arena_new_array(search->arena, struct scenario_cell, count);
	struct crew_job *jobs = arena_new_array(search->arena, struct crew_job, count);
	struct crew_answer *answers = arena_new_array(search->arena, struct crew_answer, count);

	for (size_t i = 0; i < count; i++) {
		cells[i] = trial_cell(&search->scene, result->tree,
				&search->scene.scenario.states.items[i],
				result->states.items[i].steps, search->arena);
		jobs[i] = (struct crew_job){ .kind = &job_proof, .task = &cells[i] };
	}
	search->ask->workshop->deadline_us = 0; // what was found is worth the time
	struct error *error = workshop_do(search->ask->workshop, jobs, count, answers);

	for (size_t i = 0; !error && i < count; i++) {
		const struct repair_proof *proof = answers[i].value;
		struct repair_of_state *state = &result->states.items[i];

		if (answers[i].error) {
			return own(search, answers[i].error);
		}
		if (!proof) {
			result->is_found = false; // a signal came
			continue;
		}
		state->cell = cells[i].name;
		state->verdict = report_verdict(&proof->outcome, search->arena);
		state->is_proven = proof->outcome.verdict == VERDICT_WORKS;
		state->statements = proof->statements;
		state->rows = proof->outcome.version;
		state->facts = count_facts(&proof->outcome.schema);
		result->is_shaken |= !state->is_proven;
	}
	result->is_found &= !result->is_shaken;
	return error;
}

static void tell(struct search *search, const struct trial *best)
{
	struct repair_result *result = search->result;

	for (size_t i = 0; i < best->count; i++) {
		*LIST_PUSH(&result->states, search->arena) = (struct repair_of_state){
			.state = search->scene.scenario.states.items[i].name,
			.database = &best->databases[i],
			.steps = best->solved[i],
		};
	}
	result->trees = &search->scene.trees;
	result->was_sound = repair_is_sound(&search->scene.wish, search->arena);
	result->tree = best->tree;
	result->is_found = trial_solved(best) == best->count;
}

/* --- the whole -------------------------------------------------------------------------------------- */

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
	struct scenario *scenario = &search->scene.scenario;
	const size_t count = scenario->strategies.count;
	struct scenario_strategy *strategies =
			arena_new_array(search->arena, struct scenario_strategy, count + 1);

	for (size_t i = 0; i < count; i++) {
		strategies[i] = scenario->strategies.items[i];
	}
	strategies[count] = *trial_cell(
			&search->scene, 0, &search->scene.nothing, &nothing, search->arena)
					     .strategy;
	scenario->strategies.items = strategies;
	scenario->strategies.count = scenario->strategies.capacity = count + 1;
}

static void set_scene(struct search *search)
{
	const struct repair_search *ask = search->ask;
	const struct repair_source *source = ask->source;
	struct trial_scene *scene = &search->scene;

	*scene = (struct trial_scene){
		.scenario = *source->scenario,
		.goal = goal_of(source->scenario),
		.engine = source->engine,
		.nothing = { .name = STR("nothing") },
		.deadline_us = ask->budget_us ? clock_now_us() + ask->budget_us : 0,
	};
	scene->wish = (struct repair_wish){
		.tree = &scene->scenario.revisions,
		.goal = &scene->goal,
		.engine = source->engine,
		.level = scene->scenario.configure.level,
	};
	ask->workshop->deadline_us = scene->deadline_us ? scene->deadline_us + GRACE_US : 0;
	LIST_PUSH(&scene->trees, search->arena)->title = STR("the tree as it is");
	add_goal(search);
}

/* What git knows of revisions that files and databases name, and that nobody has. */
static struct error *recall(struct search *search, const struct trial *trial)
{
	struct repair_source *source = search->ask->source;
	struct repair_wish *wish = &search->scene.wish;
	struct str_list rows = { 0 };
	struct error *error = NULL;

	for (size_t i = 0; i < trial->count; i++) {
		for (size_t j = 0; j < trial->databases[i].unknown_rows.count; j++) {
			str_list_add(&rows, trial->databases[i].unknown_rows.items[j],
					search->arena);
		}
	}
	if (rows.count) {
		error = repair_source_recall(source, &rows);
	}
	wish->lost = source->lost.count ? &source->lost : NULL;
	wish->restored = source->restored;
	return error;
}

/* Trees beside the one that is there, made from what is known by it. */
static struct error *search_other_trees(struct search *search, const struct trial **best)
{
	struct error *error = recall(search, *best);

	if (!error) {
		search->scene.trees = repair_make_trees(&search->scene.wish, (*best)->databases,
				(*best)->count, search->arena);
		error = search_trees(search, best);
	}
	return error;
}

/* What kept everything from working, as far as something can be done about it. */
static void remark_on_miss(struct search *search, const struct trial *best)
{
	const str module = best->missing_module;

	if (!search->result->is_found && module.len) {
		str_list_add(&search->result->remarks,
				str_format(search->arena,
						"Python cannot import %.*s. If nothing of it is needed: --stub %.*s. Else --python names the environment that has it.",
						STR_ARG(module), STR_ARG(module)),
				search->arena);
	}
}

static struct error *find_best(struct search *search, const struct trial **best)
{
	struct error *error = try_trees(search, 0, 1, best);

	if (!error && !*best) {
		error = error_new(search->arena, ERROR_TIMEOUT,
				"the time was up before the databases had been looked at");
		error->hint = STR("--budget gives it more.");
	}
	if (!error && (*best)->no_database.len) {
		error = error_new(search->arena, ERROR_INVALID, "%.*s",
				STR_ARG((*best)->no_database));
	}
	if (!error && trial_solved(*best) < (*best)->count) {
		error = search_other_trees(search, best);
	}
	return error;
}

struct error *repair_search(const struct repair_search *ask, struct repair_result *ret_result)
{
	struct arena *arena = ask->workshop->invocation->arena;
	struct search *search = arena_new(arena, struct search);
	const struct trial *best = NULL;

	*search = (struct search){
		.ask = ask,
		.arena = arena,
		.result = ret_result,
		.began_us = clock_now_us(),
	};
	*ret_result = (struct repair_result){
		.scenario = ask->source->scenario->name,
		.engine = ask->source->engine,
		.budget_s = (double)ask->budget_us / 1e6,
	};
	set_scene(search);
	struct error *error = find_best(search, &best);

	if (!error) {
		tell(search, best);
		remark_on_miss(search, best);
		error = ret_result->is_found ? prove(search) : NULL;
	}
	hide_progress(search);
	return error;
}
