#include "replay/theatre.h"

#include "engines/engines.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/scratch.h"
#include "lab/lacking.h"
#include "lab/version_table.h"
#include "lab/words.h"
#include "replay/claim.h"
#include "replay/contestant.h"
#include "replay/dump_roles.h"
#include "replay/failure.h"
#include "replay/model.h"
#include "replay/python.h"
#include "replay/strategy.h"
#include "replay/trace.h"

struct theatre *theatre_open(const struct theatre_options *options, struct arena *arena)
{
	struct theatre *theatre = arena_new(arena, struct theatre);

	theatre->options = *options;
	theatre->arena = arena;
	arena_init(&theatre->cache, arena->full, arena->full_data);
	arena_init(&theatre->fresh.arena, arena->full, arena->full_data);
	return theatre;
}

void theatre_forget(struct theatre *theatre)
{
	for (size_t i = 0; i < theatre->states.count; i++) {
		const struct built_state *built = theatre->states.items[i];

		built->engine->image_drop(built->image);
	}
	theatre->states.items = NULL;
	theatre->states.count = theatre->states.capacity = 0;
	theatre->goals.items = NULL;
	theatre->goals.count = theatre->goals.capacity = 0;
	theatre->scenario = NULL;
	python_forget(&theatre->python);
	arena_finish(&theatre->cache);
	fresh_trim(&theatre->fresh);
}

void theatre_close(struct theatre *theatre)
{
	theatre_forget(theatre);
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (theatre->hosts[i].host) {
			engine_find(str_from(scenario_engine_names[i]))
					->host_stop(theatre->hosts[i].host);
		}
	}
	python_close(&theatre->python, theatre->arena);
	arena_finish(&theatre->fresh.arena);
}

/* --- hosts ----------------------------------------------------------------------------------- */

/* Whether anything that cells of the scenario share is made by Python, or what programs may leave is looked at by it. */
static bool needs_python(const struct theatre *theatre, const struct scenario *scenario)
{
	const bool may_run_programs = theatre->options.projects != NULL;
	bool needs = scenario->project || (may_run_programs && scenario_runs_programs(scenario));

	for (size_t i = 0; !needs && i < scenario->states.count; i++) {
		needs = scenario_state_is_filled(&scenario->states.items[i]);
	}
	return needs;
}

/* The engine and a host of its kind; `ret_reason` says why there is none. */
static struct error *find_host(struct theatre *theatre, struct stage *stage, str *ret_reason)
{
	const char *name = scenario_engine_names[stage->kind];
	const enum scenario_engine kind = stage->kind;

	stage->engine = engine_find(str_from(name));
	if (!stage->engine) {
		*ret_reason = str_format(stage->arena, "this build has no engine '%s'", name);
		return NULL;
	}
	if (!theatre->hosts[kind].is_started) {
		struct error *err = stage->engine->host_start(&theatre->options.hosts,
				theatre->arena, &theatre->hosts[kind].host);
		if (err && err->code == ERROR_INTERRUPTED) {
			return err;
		}
		theatre->hosts[kind].error = err;
		theatre->hosts[kind].is_started = true;
	}
	if (theatre->hosts[kind].error) {
		*ret_reason = str_copy(theatre->hosts[kind].error->message, stage->arena);
	}
	stage->host = theatre->hosts[kind].host;
	return stage->host && (theatre->makes_rows || theatre->needs_python)
			? python_enter(theatre, stage, ret_reason)
			: NULL;
}

/* --- one cell -------------------------------------------------------------------------------- */

/* What stands at the very end, also after a failure, whatever time is left. ERROR_TIMEOUT: it cannot be read in time. */
static struct error *read_end(
		struct stage *stage, struct outcome *outcome, struct schema **ret_schema)
{
	struct connection *connection = NULL;
	struct str_list rows = { 0 };
	str failure = { 0 };

	struct error *err = stage->engine->database_settle
			? stage->engine->database_settle(stage->database, stage->arena)
			: NULL;
	if (!err) {
		err = stage_connect_to_read(stage, &connection);
	}
	if (!err) {
		err = version_table_look(
				stage, connection, &rows, &outcome->has_version_table, &failure);
	}
	if (failure.len) {
		const struct str_list notes = { .items = &failure, .count = 1 };

		stage_note(stage, &notes);
	}
	if (!err) {
		err = stage_read_schema(stage, connection, stage->arena, ret_schema);
	}
	stage->engine->disconnect(connection);
	if (!err) {
		outcome->version = sorted_rows(&rows, stage->arena);
		outcome->schema = schema_render(*ret_schema, stage->arena);
	}
	return err;
}

static void fail(struct stage *stage, const struct scenario_cell *cell,
		const struct playback *playback, struct outcome *outcome)
{
	const size_t step = playback->failed_step;
	struct error *error = playback->error;

	if (error->code == ERROR_TIMEOUT && !error->where.source && step) { // when they were over
		error->where = cell->strategy->steps.items[step - 1].where;
	}
	outcome->verdict = VERDICT_FAILS;
	outcome->failed_step = step;
	failure_describe(stage, cell, step, error, &outcome->version, &outcome->error);
}

/* All steps ran: the goal decides. */
static struct error *judge_end(struct theatre *theatre, struct stage *stage,
		const struct scenario_cell *cell, struct built_state *start,
		const struct schema *schema, struct outcome *outcome)
{
	const struct model_wish wish = { theatre, stage, cell, start };
	struct judgement judgement = {
		.stage = stage,
		.goal = &cell->strategy->goal,
		.state = cell->state->name,
		.start = start,
		.version = &outcome->version,
		.has_version_table = outcome->has_version_table,
		.schema = schema,
	};

	struct error *err = model_make(&wish, &judgement.model);
	if (!err) {
		err = judge(&judgement);
	}
	if (err) {
		return err;
	}
	for (size_t i = 0; i < judgement.reasons.count; i++) {
		const struct judge_reason *reason = &judgement.reasons.items[i];

		*LIST_PUSH(&outcome->reasons, stage->arena) =
				(struct outcome_reason){ reason->key, reason->text };
	}
	outcome->wrong = judgement.wrong;
	outcome->verdict = outcome->wrong ? VERDICT_WRONG : VERDICT_WORKS;
	return NULL;
}

struct error *theatre_judge(struct theatre *theatre, struct stage *stage,
		const struct scenario_cell *cell, struct built_state *start,
		struct outcome *ret_outcome)
{
	struct outcome outcome = { .name = cell->name };
	struct schema *schema;

	struct error *err = read_end(stage, &outcome, &schema);
	if (!err) {
		err = judge_end(theatre, stage, cell, start, schema, &outcome);
	}
	if (!err) {
		*ret_outcome = outcome;
	}
	return err;
}

/* How much time it had, and who says so. */
static void explain_timeout(const struct theatre *theatre, struct error *error, struct arena *arena)
{
	if (error->code == ERROR_TIMEOUT && !error->hint.len) {
		error->hint = str_format(arena, "A cell has %.6g s: --timeout gives it more.",
				(double)theatre->options.timeout_us / 1e6);
	}
}

/* A cell that is over: it failed in `playback`, unless all steps ran. */
static struct error *finish(struct theatre *theatre, struct stage *stage,
		const struct scenario_cell *cell, struct built_state *start,
		struct playback playback, struct outcome *outcome)
{
	struct sent sent = stage->sent;
	struct schema *schema = NULL;
	struct error *err = NULL;

	if (stage->database) { // there is none if building the state took all the time
		err = read_end(stage, outcome, &schema);
	}
	if (err && error_is_of_cell(err)) {
		/*
		 * The steps made a database that nobody can read, as PRAGMA writable_schema allows, or not before the
		 * end of time.
		 */
		if (!playback.error && err->code == ERROR_TIMEOUT) {
			err = error_new(stage->arena, ERROR_TIMEOUT,
					"what the steps left could not be read in time");
			sent = stage->sent;
		}
		if (!playback.error) {
			playback.failed_step = cell->strategy->steps.count;
			playback.error = err;
		}
		err = NULL;
	}
	if (err) {
		return err;
	}
	if (playback.error && stage->project) {
		outcome->skip_reason = lacking_find(playback.error, stage->arena);
	}
	if (outcome->skip_reason.len) {
		outcome->verdict = VERDICT_SKIPPED;
		return NULL;
	}
	if (playback.error) {
		explain_timeout(theatre, playback.error, stage->arena);
		stage->sent = sent;
		fail(stage, cell, &playback, outcome);
		return NULL;
	}
	err = judge_end(theatre, stage, cell, start, schema, outcome);
	if (err && err->code == ERROR_TIMEOUT) { // what was found wrong until then is not the whole truth
		explain_timeout(theatre, err, stage->arena);
		playback = (struct playback){ cell->strategy->steps.count, err };
		stage->sent = (struct sent){ 0 };
		fail(stage, cell, &playback, outcome);
		return NULL;
	}
	return err;
}

/* The steps, watched if somebody does. */
static struct error *perform(struct stage *stage, const struct scenario_cell *cell,
		struct trace *trace, struct playback *playback)
{
	struct recorder recorder;
	struct error *err =
			trace ? trace_begin(&recorder, trace, &cell->strategy->goal, stage) : NULL;

	if (!err) {
		err = strategy_replay(stage, cell->strategy, cell->state, playback);
	}
	if (!err && trace) {
		err = trace_finish(&recorder, stage);
	}
	stage_unwatch(stage); // judging is no part of it
	return err;
}

/*
 * A database of the cell's own. The next cell's, if it starts from the same, is made while this one is played; the last
 * that starts from a state is played where that was built. Who wants the state again then, has it built again.
 */
static struct error *set_start(struct theatre *theatre, struct stage *stage,
		const struct scenario_cell *cell, struct built_state *start)
{
	const struct scenario_cell *next = theatre->next;
	const struct engine *engine = stage->engine;
	const bool is_wanted = cell->strategy->goal.schema.source == SCHEMA_SAME_AS_STRATEGY ||
			cell->strategy->is_contestant; // who is told what fails there

	if (theatre->is_last && !is_wanted && engine->database_claim) {
		struct image *image = theatre_state_release(theatre, start);

		return stage_claim_database(stage, image);
	}
	struct error *err = stage_clone_database(stage, start->image);
	if (!err && next && scenario_cell_starts_as(next, cell) && engine->image_prepare) {
		engine->image_prepare(start->image);
	}
	return err;
}

static struct error *play(struct theatre *theatre, struct stage *stage,
		const struct scenario_cell *cell, struct trace *trace, struct outcome *outcome)
{
	struct playback playback = { 0 };
	struct built_state *start;

	struct error *err = theatre_state(theatre, stage, cell->state, &start);
	if (!err) {
		stage_note(stage, &start->notes);
		stage_take_stubs(stage, &start->stubs);
	}
	if (!err && start->image) {
		err = set_start(theatre, stage, cell, start);
	}
	if (!err && !start->error && cell->strategy->is_contestant) {
		err = contestant_tell(stage, cell, start->image);
	}
	if (err) {
		return err;
	}
	if (start->error) {
		playback.error = start->error;
		stage->sent = start->sent;
	} else {
		err = perform(stage, cell, trace, &playback);
	}
	return err ? err : finish(theatre, stage, cell, start, playback, outcome);
}

/* More rows of one query are counted, and not kept: who wants them all asks for them by hand. */
#define SHOWN_ROWS 1000

struct outcome_show theatre_show(size_t step, const struct result *result)
{
	const size_t columns = result->column_count;
	const size_t rows = result->row_count < SHOWN_ROWS ? result->row_count : SHOWN_ROWS;

	return (struct outcome_show){
		.step = step,
		.columns = { .items = result->names, .count = columns },
		.values = { .items = result->values, .count = rows * columns },
		.row_count = result->row_count,
	};
}

/*
 * The folders in which programs ran, if the project of the last is still there. A SQLite database lies in the first of
 * them.
 */
static struct error *keep_folders(struct stage *stage, struct outcome *outcome)
{
	struct str_list *folders = &stage->folders;
	struct error *err = NULL;

	if (!folders->count) {
		return NULL;
	}
	const str project = path_join(folders->items[folders->count - 1], STR(PROGRAM_PROJECT),
			stage->arena);

	if (!path_is_directory(project, stage->arena)) {
		return NULL;
	}
	while (!err && folders->count) {
		err = scratch_keep(folders->items[folders->count - 1], stage->arena);
		folders->count -= !err; // it is not the stage's any more
	}
	if (!err) {
		outcome->kept_folder = project;
	}
	return err;
}

/* What cannot be kept takes nothing from the verdict. */
static void keep(struct theatre *theatre, struct stage *stage, struct outcome *outcome)
{
	bool is_kept = false;

	switch (theatre->options.keep) {
	case KEEP_NONE:
		break;
	case KEEP_FAILED:
		is_kept = !outcome_is_as_expected(outcome);
		break;
	case KEEP_ALL:
		is_kept = true;
		break;
	}
	if (!is_kept) {
		return;
	}
	struct error *err = stage->database
			? stage->engine->database_keep(stage->database, outcome->name, stage->arena,
					  &outcome->kept)
			: NULL;

	if (!err) {
		err = keep_folders(stage, outcome);
	}
	if (!err && stage->database && outcome->kept_folder.len && stage->engine->database_leave) {
		stage->engine->database_leave(stage->database); // it lies in one of them
	}
	if (err) {
		outcome->keep_failure = err->message;
	}
}

static void take_shows(const struct shows *from, struct arena *arena, struct outcome_shows *to)
{
	for (size_t i = 0; i < from->count; i++) {
		*LIST_PUSH(to, arena) =
				theatre_show(from->items[i].step, &from->items[i].result);
	}
}

void theatre_expect(struct theatre *theatre, const struct scenario_cell *next, bool is_last)
{
	theatre->next = next;
	theatre->is_last = is_last;
}

/* --- stages ---------------------------------------------------------------------------------- */

static struct error *choose_locale(struct stage *stage, str *ret_refusal)
{
	str note;
	struct error *err = stage->engine->locale_begin(
			stage->host, stage->configure->locale, stage->arena, &note, ret_refusal);
	const struct str_list notes = { .items = &note, .count = 1 };

	if (!err && note.len) {
		stage_note(stage, &notes);
	}
	return err;
}

/* What a scenario has its cells begin with, on an engine; whether it has its roles. */
struct set {
	struct stage stage;
	struct role_wants roles;
	bool has_roles;
	int64_t start_us; /* whom it has waited for is not the cell's doing */
};

/* Those of the scenario, and those that dumps name: all that the cell may have to do with, or the one of a visit. */
static struct error *begin_roles(struct theatre *theatre, const struct scenario_cell *cell,
		const struct load_reference *load, bool alone, struct set *set, str *ret_refusal)
{
	const struct stage *stage = &set->stage;
	struct error *err = NULL;

	set->roles = (struct role_wants){ .roles = theatre->scenario->roles };
	if (cell) {
		err = dump_roles_find(stage, cell, &set->roles, ret_refusal);
	} else if (load) {
		err = dump_roles_take(stage, load, true, &set->roles, ret_refusal);
	}
	if (!err && !ret_refusal->len) {
		err = stage->engine->roles_begin(
				stage->host, &set->roles, alone, stage->arena, ret_refusal);
		set->has_roles = !err && !ret_refusal->len;
	}
	return err;
}

/*
 * Set the stage for a cell, or (NULL) for a visit that may load a dump, beside others, or `alone` on the server.
 * `ret_refusal` says why there is none.
 */
static struct error *set_stage(struct theatre *theatre, enum scenario_engine engine,
		const struct scenario_cell *cell, const struct load_reference *load, bool alone,
		struct arena *arena, struct set *set, str *ret_refusal)
{
	const struct scenario *scenario = theatre->scenario;
	const int64_t timeout_us = theatre->options.timeout_us;
	struct stage *stage = &set->stage;

	*set = (struct set){ .stage = {
					     .kind = engine,
					     .configure = &scenario->configure,
					     .project = scenario->project,
					     .projects = theatre->options.projects,
					     .extensions = &scenario->extensions,
					     .tree = scenario->revisions,
					     .arena = arena,
					     .revisions = scenario->revisions,
			     } };
	struct error *err = find_host(theatre, stage, ret_refusal);
	if (!err && !ret_refusal->len && stage->host && stage->engine->locale_begin) {
		err = choose_locale(stage, ret_refusal);
	}
	if (!err && !ret_refusal->len && stage->host && stage->engine->roles_begin) {
		err = begin_roles(theatre, cell, load, alone, set, ret_refusal);
	}
	set->start_us = clock_now_us();
	theatre->built_us = 0;
	stage->deadline_us = timeout_us ? set->start_us + timeout_us : 0;
	return err;
}

static void strike_stage(struct set *set, struct arena *arena)
{
	stage_strike(&set->stage);
	if (set->has_roles) {
		set->stage.engine->roles_end(set->stage.host, &set->roles, arena);
	}
}

/* A scenario of a stranger's stays harmless: its programs run where the user says so. Empty: there is none, or they may. */
static str refuse_program(const struct theatre *theatre, const struct scenario_cell *cell)
{
	bool has_program = false;

	for (size_t i = 0; i < cell->strategy->steps.count; i++) {
		has_program |= cell->strategy->steps.items[i].kind == STEP_RUN;
	}
	return has_program && !theatre->options.projects
			? STR("a step runs a program: --allow-run lets it")
			: (str){ 0 };
}

/* Play the cell beside others, or `alone` on the server. */
static struct error *attempt(struct theatre *theatre, const struct scenario_cell *cell, bool alone,
		struct trace *trace, struct arena *arena, struct outcome *ret_outcome)
{
	struct outcome outcome = {
		.name = cell->name,
		.scenario = cell->scenario->name,
		.strategy = cell->strategy->name,
		.state = cell->state->name,
		.engine = str_from(scenario_engine_names[cell->engine]),
		.scenario_path = cell->scenario->path,
		.is_graded = cell->strategy->is_contestant,
	};
	struct set set;

	struct error *err = set_stage(theatre, cell->engine, cell, NULL, alone, arena, &set,
			&outcome.skip_reason);
	if (!err && !outcome.skip_reason.len) {
		outcome.skip_reason = refuse_program(theatre, cell);
	}
	if (!err) {
		if (outcome.skip_reason.len) {
			outcome.verdict = VERDICT_SKIPPED;
		} else {
			err = play(theatre, &set.stage, cell, trace, &outcome);
		}
	}
	if (!err) {
		outcome_compare_with_claim(&outcome, cell->outcome, arena);
	}
	if (!err && theatre->options.compare && outcome.verdict != VERDICT_SKIPPED) {
		theatre->options.compare(cell, &outcome, arena, theatre->options.data);
	}
	if (!err) {
		keep(theatre, &set.stage, &outcome);
	}
	take_shows(&set.stage.shows, arena, &outcome.shows);
	outcome.notes = set.stage.notes;
	outcome.stubs = set.stage.stubs;
	strike_stage(&set, arena);
	if (!err) {
		outcome.elapsed_us = clock_now_us() - set.start_us - theatre->built_us;
		*ret_outcome = outcome;
	}
	return err;
}

/* What is kept is of one scenario. */
static void turn_to(struct theatre *theatre, const struct scenario *scenario)
{
	if (theatre->scenario != scenario) {
		theatre_forget(theatre);
		theatre->scenario = scenario;
		theatre->needs_python = needs_python(theatre, scenario);
	}
}

struct error *theatre_play(struct theatre *theatre, const struct scenario_cell *cell,
		struct trace *trace, struct arena *arena, struct outcome *ret_outcome)
{
	const struct trace untouched = trace ? *trace : (struct trace){ 0 };

	turn_to(theatre, cell->scenario);
	struct error *err = attempt(theatre, cell, false, trace, arena, ret_outcome);
	if (err && err->code == ERROR_CROWDED) { // others had a part of what it needs: what is its own doing?
		if (trace) {
			*trace = untouched;
		}
		err = attempt(theatre, cell, true, trace, arena, ret_outcome);
	}
	return err;
}

static struct error *visit_once(struct theatre *theatre, const struct theatre_visit *visit,
		bool alone, struct arena *arena, str *ret_refusal)
{
	struct set set;

	*ret_refusal = (str){ 0 };
	theatre->makes_rows = visit->makes_rows;
	struct error *err = set_stage(theatre, visit->engine, NULL, visit->load, alone, arena, &set,
			ret_refusal);
	if (!err && !ret_refusal->len) {
		err = visit->run(&set.stage, visit->data);
	}
	strike_stage(&set, arena);
	theatre->makes_rows = false;
	return err;
}

struct error *theatre_receive(struct theatre *theatre, const struct theatre_visit *visit,
		struct arena *arena, str *ret_refusal)
{
	turn_to(theatre, visit->scenario);
	struct error *err = visit_once(theatre, visit, false, arena, ret_refusal);
	return err && err->code == ERROR_CROWDED
			? visit_once(theatre, visit, true, arena, ret_refusal)
			: err;
}
