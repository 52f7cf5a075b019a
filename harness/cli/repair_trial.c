#include "cli/repair_trial.h"

#include "cli/cli_internal.h"
#include "cli/repair_database.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "report/report.h"
#include "scenario/edit.h"

/* Longer reasons are cut. */
#define SHOWN_REASON 160

struct trying {
	const struct trial_scene *scene;
	struct theatre *theatre;
	struct arena *arena;
	struct trial *trial;
	struct scenario_revisions revisions; /* edited */
	bool is_hopeless;                    /* nothing can work on any database */
};

/* --- one cell --------------------------------------------------------------------------------------- */

struct scenario_cell trial_cell(const struct trial_scene *scene, size_t tree,
		const struct scenario_state *state, const struct repair_steps *steps,
		struct arena *arena)
{
	struct scenario_strategy *strategy = arena_new(arena, struct scenario_strategy);

	strategy->name = STR("repair");
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		strategy->engines[i] = true;
	}
	strategy->edit = scene->trees.items[tree].edit;
	strategy->steps = steps->steps;
	strategy->goal = scene->goal;
	return (struct scenario_cell){
		.scenario = &scene->scenario,
		.strategy = strategy,
		.state = state,
		.engine = scene->engine,
		.name = str_format(arena, "%.*s/repair@%.*s:%s", STR_ARG(scene->scenario.name),
				STR_ARG(state->name), scenario_engine_names[scene->engine]),
	};
}

/* The first line of a reason that says what differs, else the first. */
static str telling_line(str text)
{
	str rest = text, line;

	while (str_next_part(&rest, '\n', &line)) {
		if (str_starts_with(line, STR("-")) || str_starts_with(line, STR("+"))) {
			return line;
		}
	}
	return text;
}

/* Why a cell does not work, on one line. */
static str reason_of(const struct outcome *outcome, struct arena *arena)
{
	str text = { 0 };

	if (outcome->verdict == VERDICT_FAILS) {
		text = str_format(arena, "%.*s: %.*s", STR_ARG(outcome->error.class_name),
				STR_ARG(outcome->error.message));
	} else if (outcome->reasons.count) {
		text = telling_line(outcome->reasons.items[0].text);
	}
	return str_on_one_line(text, SHOWN_REASON, arena);
}

static void note_attempt(struct trying *trying, str state, const struct repair_steps *steps,
		const struct outcome *outcome)
{
	struct arena *arena = trying->arena;
	const bool works = outcome->verdict == VERDICT_WORKS;

	*LIST_PUSH(&trying->trial->attempts, arena) = (struct repair_attempt){
		.tree = trying->trial->tree,
		.state = state,
		.words = repair_steps_words(&steps->steps, trying->scene->engine, arena),
		.why = steps->why,
		.verdict = report_verdict(outcome, arena),
		.reason = works ? (str){ 0 } : reason_of(outcome, arena),
		.works = works,
	};
}

/* Whether one of the schema's lines is of that object, or says it itself. */
static bool has_line(const struct str_list *schema, str object)
{
	for (size_t i = 0; i < schema->count; i++) {
		const str line = schema->items[i];

		if (str_starts_with(line, object) &&
				(line.len == object.len || line.data[object.len] == ' ')) {
			return true;
		}
	}
	return false;
}

/* What the goal asks of the schema, and is not there. */
static struct str_list find_wanted(const struct trying *trying, const struct outcome *outcome)
{
	const struct schema_items *has = &trying->scene->goal.schema.has;
	struct str_list wanted = { 0 };

	for (size_t i = 0; i < outcome->reasons.count; i++) {
		str rest = outcome->reasons.items[i].text, line;

		while (str_next_part(&rest, '\n', &line)) {
			if (str_starts_with(line, STR("- "))) {
				str_list_add(&wanted, str_slice(line, 2, line.len), trying->arena);
			}
		}
	}
	for (size_t i = 0; i < has->count; i++) {
		const str object = str_format(trying->arena, "%.*s %.*s",
				STR_ARG(has->items[i].kind), STR_ARG(has->items[i].name));

		if (!has_line(&outcome->schema, object) && !has_line(&wanted, object)) {
			str_list_add(&wanted, object, trying->arena);
		}
	}
	return wanted;
}

/* Of what was tried on a database, the schema that lacks least says what the tree does not make. */
static void note_wanted(const struct trying *trying, struct repair_database *database,
		const struct outcome *outcome)
{
	if (outcome->verdict == VERDICT_WRONG && outcome->wrong == WRONG_SCHEMA) {
		const struct str_list wanted = find_wanted(trying, outcome);

		if (!database->wanted.count || wanted.count < database->wanted.count) {
			database->wanted = wanted;
		}
	}
}

/* A dump that is none says nothing of any repair. */
static bool cannot_be_loaded(const struct scenario_cell *cell, const struct outcome *outcome)
{
	return outcome->verdict == VERDICT_FAILS && !outcome->failed_step &&
			cell->state->origin == STATE_LOAD;
}

/* Play, and note what became of it, and what a database lacks then; a cell that is skipped is an error: nothing can be found. */
static struct error *play(struct trying *trying, const struct scenario_cell *cell, str state,
		const struct repair_steps *steps, struct repair_database *database, bool *ret_works)
{
	struct outcome outcome;
	struct error *err = theatre_play(trying->theatre, cell, NULL, trying->arena, &outcome);

	if (!err && outcome.verdict == VERDICT_SKIPPED) {
		err = error_new(trying->arena, ERROR_ENVIRONMENT, "cannot play on %s: %.*s",
				scenario_engine_names[trying->scene->engine],
				STR_ARG(outcome.skip_reason));
	}
	if (err) {
		return err;
	}
	if (cannot_be_loaded(cell, &outcome)) {
		trying->trial->no_database = str_format(trying->arena, "database '%.*s': %.*s",
				STR_ARG(state), STR_ARG(outcome.error.message));
	}
	note_attempt(trying, state, steps, &outcome);
	if (str_equal(outcome.error.class_name, STR("ModuleNotFoundError"))) {
		trying->trial->missing_module = str_quoted(outcome.error.message, '\'');
	}
	if (database) {
		note_wanted(trying, database, &outcome);
	}
	*ret_works = outcome.verdict == VERDICT_WORKS;
	trying->is_hopeless |= (outcome.wrong & WRONG_HEADS) ||    // no step makes others
			outcome.error.faults.revision_count > 0 || // it does not load
			(outcome.verdict == VERDICT_FAILS && !outcome.failed_step);
	return NULL;
}

/* --- an empty database ------------------------------------------------------------------------------ */

/* A tree that cannot fill one is none that a fresh one could be compared with. */
static struct error *play_on_nothing(struct trying *trying)
{
	struct arena *arena = trying->arena;
	const struct trial_scene *scene = trying->scene;
	struct repair_steps steps = { .why = STR("an empty database, as in CI") };
	struct step *step = LIST_PUSH(&steps.steps, arena);
	bool works = false;

	step->kind = STEP_UPGRADE;
	str_list_add(&step->targets, STR("heads"), arena);
	struct scenario_cell cell =
			trial_cell(scene, trying->trial->tree, &scene->nothing, &steps, arena);
	struct scenario_strategy *strategy = arena_new(arena, struct scenario_strategy);

	*strategy = *cell.strategy;
	strategy->goal = (struct goal){ .keys = GOAL_VERSION, .version = GOAL_VERSION_HEADS };
	cell.strategy = strategy;
	struct error *err = play(trying, &cell, (str){ 0 }, &steps, NULL, &works);

	trying->is_hopeless |= !works;
	return err;
}

/* --- databases -------------------------------------------------------------------------------------- */

static bool is_out_of_time(const struct trying *trying)
{
	const int64_t deadline_us = trying->scene->deadline_us;

	return interrupted_by() || (deadline_us && clock_now_us() > deadline_us);
}

static struct error *find_out(struct trying *trying, size_t state, bool locates)
{
	const struct database_task task = {
		.scenario = &trying->scene->scenario,
		.state = &trying->scene->scenario.states.items[state],
		.tree = &trying->revisions,
		.engine = trying->scene->engine,
		.locates = locates,
	};
	struct repair_database *database = &trying->trial->databases[state];

	return repair_database_find(trying->theatre, &task, trying->arena, database);
}

/* One candidate after the other, from the first to the last that is wanted. */
static struct error *try_candidates(struct trying *trying, size_t at, size_t first, size_t end)
{
	const struct trial_scene *scene = trying->scene;
	const struct scenario_state *state = &scene->scenario.states.items[at];
	struct trial *trial = trying->trial;
	const struct repair_steps_list candidates = repair_make_steps(
			&scene->wish, &trying->revisions, &trial->databases[at], trying->arena);
	struct error *err = NULL;

	for (size_t i = first; !err && !trying->is_hopeless && !trial->solved[at] &&
			i < candidates.count && i < end;
			i++) {
		const struct repair_steps *steps = &candidates.items[i];
		bool works = false;

		if (is_out_of_time(trying)) {
			trial->is_late = true;
			break;
		}
		const struct scenario_cell cell =
				trial_cell(scene, trial->tree, state, steps, trying->arena);

		err = play(trying, &cell, state->name, steps, &trial->databases[at], &works);
		if (works) {
			trial->solved[at] = steps;
		}
	}
	return err;
}

/* The first candidate is the same whatever is known, and often enough: where a database is takes longer to find out. */
static struct error *try_database(struct trying *trying, size_t at)
{
	struct error *err = find_out(trying, at, false);

	if (!err) {
		err = try_candidates(trying, at, 0, 1);
	}
	if (!err && !trying->is_hopeless && !trying->trial->solved[at]) {
		err = find_out(trying, at, true);
	}
	return err ? err : try_candidates(trying, at, 1, SIZE_MAX);
}

/*
 * Other trees are made from what is known by the tree as it is. Where that cannot work at all, only of a database whose
 * rows name what the tree has not: the rest is found out by trees that do.
 */
static struct error *find_out_rest(struct trying *trying)
{
	struct trial *trial = trying->trial;
	struct error *err = NULL;

	for (size_t i = 0; !err && trial_solved(trial) < trial->count && i < trial->count; i++) {
		const struct repair_database *database = &trial->databases[i];

		if (!database->state.len) {
			err = find_out(trying, i, false);
		}
		if (!err && !database->is_located &&
				(!trying->is_hopeless || database->unknown_rows.count)) {
			err = find_out(trying, i, true);
		}
	}
	return err;
}

/* --- the job ---------------------------------------------------------------------------------------- */

static void make_room(struct trial *trial, struct arena *arena)
{
	trial->databases = arena_new_array(arena, struct repair_database, trial->count);
	trial->solved = arena_new_array(arena, const struct repair_steps *, trial->count);
}

static struct error *run_trial(void *bench, const struct crew_job *job, const struct crew_job *next,
		struct arena *arena, void **ret_answer)
{
	const struct trial_task *task = job->task;
	const struct trial_scene *scene = task->scene;
	struct trial *trial = arena_new(arena, struct trial);
	struct trying trying = { .scene = scene, .theatre = bench, .arena = arena, .trial = trial };

	(void)next;
	*ret_answer = trial;
	*trial = (struct trial){ .tree = task->tree, .count = scene->scenario.states.count };
	make_room(trial, arena);
	struct error *err = scenario_edit_apply(&scene->trees.items[task->tree].edit,
			&scene->scenario.revisions, arena, &trying.revisions);
	if (!err && scene->goal.keys & GOAL_SCHEMA &&
			scene->goal.schema.source == SCHEMA_SAME_AS_FRESH) {
		err = play_on_nothing(&trying);
	}
	for (size_t i = 0; !err && !trying.is_hopeless && i < trial->count; i++) {
		err = try_database(&trying, i);
		if (!err && !trial->solved[i] && task->tree) {
			break; // no repair of all: others are not asked, but for the tree as it is
		}
	}
	if (!err && !task->tree) {
		err = find_out_rest(&trying);
	}
	return err;
}

/* --- as it travels ---------------------------------------------------------------------------------- */

static void visit_step(struct packing *packing, struct step *step)
{
	pack_bytes(packing, &step->kind, sizeof(step->kind));
	pack_list(packing, &step->targets);
	pack_bool(packing, &step->purge);
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		pack_str(packing, &step->sql.by_engine[i].text);
	}
}

static void visit_steps(struct packing *packing, struct repair_steps *steps)
{
	pack_str(packing, &steps->why);
	pack_size(packing, &steps->steps.count);
	if (!packing->out) {
		steps->steps.capacity = steps->steps.count;
		steps->steps.items =
				arena_new_array(packing->arena, struct step, steps->steps.count);
	}
	for (size_t i = 0; i < steps->steps.count; i++) {
		visit_step(packing, &steps->steps.items[i]);
	}
}

static void visit_solved(struct packing *packing, const struct repair_steps **solved)
{
	bool is_solved = *solved != NULL;
	struct repair_steps steps =
			is_solved && packing->out ? **solved : (struct repair_steps){ 0 };

	pack_bool(packing, &is_solved);
	if (!is_solved) {
		return;
	}
	visit_steps(packing, &steps);
	if (!packing->out) {
		struct repair_steps *read = arena_new(packing->arena, struct repair_steps);

		*read = steps;
		*solved = read;
	}
}

static void visit_attempts(struct packing *packing, struct repair_attempts *attempts)
{
	pack_size(packing, &attempts->count);
	if (!packing->out) {
		attempts->capacity = attempts->count;
		attempts->items = arena_new_array(
				packing->arena, struct repair_attempt, attempts->count);
	}
	for (size_t i = 0; i < attempts->count; i++) {
		struct repair_attempt *attempt = &attempts->items[i];

		pack_size(packing, &attempt->tree);
		pack_str(packing, &attempt->state);
		pack_str(packing, &attempt->words);
		pack_str(packing, &attempt->why);
		pack_str(packing, &attempt->verdict);
		pack_str(packing, &attempt->reason);
		pack_bool(packing, &attempt->works);
	}
}

static void visit_trial(struct packing *packing, struct trial *trial)
{
	pack_size(packing, &trial->tree);
	pack_size(packing, &trial->count);
	if (!packing->out) {
		make_room(trial, packing->arena);
	}
	for (size_t i = 0; i < trial->count; i++) {
		repair_database_pack(packing, &trial->databases[i]);
		visit_solved(packing, &trial->solved[i]);
	}
	visit_attempts(packing, &trial->attempts);
	pack_str(packing, &trial->no_database);
	pack_str(packing, &trial->missing_module);
	pack_bool(packing, &trial->is_late);
}

static void pack_trial(const void *answer, struct buf *out)
{
	struct packing packing = { .out = out };
	struct trial copy = *(const struct trial *)answer;

	visit_trial(&packing, &copy);
}

static void *unpack_trial(str bytes, struct arena *arena)
{
	struct packing packing = { .in = bytes, .arena = arena };
	struct trial *trial = arena_new(arena, struct trial);

	visit_trial(&packing, trial);
	return trial;
}

const struct job_kind job_trial = {
	.run = run_trial,
	.pack = pack_trial,
	.unpack = unpack_trial,
};

/* --- what came of it -------------------------------------------------------------------------------- */

size_t trial_solved(const struct trial *trial)
{
	size_t solved = 0;

	for (size_t i = 0; i < trial->count; i++) {
		solved += trial->solved[i] != NULL;
	}
	return solved;
}

size_t trial_steps(const struct trial *trial)
{
	size_t steps = 0;

	for (size_t i = 0; i < trial->count; i++) {
		steps += trial->solved[i] ? trial->solved[i]->steps.count : 0;
	}
	return steps;
}
