#include "cli/repair_database.h"

#include "evidence/evidence.h"
#include "kit/arena.h"
#include "lab/state.h"
#include "replay/replay.h"

/* --- what was found --------------------------------------------------------------------------------- */

static void take_places(const struct located *located, struct repair_database *database,
		struct arena *arena)
{
	for (size_t i = 0; i < located->location.at.count; i++) {
		const struct located_stamp *stamp = &located->stamps.items[i];
		struct repair_place *place = LIST_PUSH(&database->places, arena);

		place->rows = located->location.at.items[i].rows;
		if (stamp->is_known) {
			place->targets = stamp->targets;
			place->purges = stamp->purges;
		}
	}
}

/* The ids that a revision stands on. */
static struct str_list ids_below(
		const struct locate_problem *problem, size_t number, struct arena *arena)
{
	const struct standings *below = &problem->revisions.items[number].below;
	struct str_list ids = { 0 };

	for (size_t i = 0; i < below->count; i++) {
		const str id = problem->revisions.items[below->items[i].revision].id;

		if (!str_list_contains(&ids, id)) {
			str_list_add(&ids, id, arena);
		}
	}
	return ids;
}

static void take_holes(const struct located *located, struct repair_database *database,
		struct arena *arena)
{
	for (size_t i = 0; i < located->location.holes.count; i++) {
		const size_t number = located->location.holes.items[i];
		struct repair_hole *hole = LIST_PUSH(&database->holes, arena);

		hole->revision = located->problem.revisions.items[number].id;
		hole->below = ids_below(&located->problem, number, arena);
	}
}

/* The statements behind the first `done` of a body. */
static str rest_of(const struct engine *engine, str sql, size_t done, struct arena *arena)
{
	const struct statements statements = engine->split(sql, arena);
	struct buf rest = { .arena = arena };

	for (size_t i = done; i < statements.count; i++) {
		buf_add(&rest, str_trim(statements.items[i].text));
		buf_add(&rest, STR(";\n"));
	}
	return buf_str(&rest);
}

/* The lines that changes bring, and whether they bring nothing else. */
static bool lines_made(const struct locate_problem *problem, const struct fact_changes *changes,
		struct arena *arena, struct str_list *ret_lines)
{
	bool is_all = true;

	for (size_t i = 0; i < changes->count; i++) {
		const struct fact_change *change = &changes->items[i];

		if (change->is_there) {
			str_list_add(ret_lines, problem->facts->lines.items[change->fact], arena);
		} else {
			is_all = false;
		}
	}
	return is_all;
}

/* What a revision makes, and its first statements did not; false: it does more than to make things. */
static bool lines_to_come(const struct locate_problem *problem,
		const struct traced_revision *revision, const struct str_list *made,
		struct arena *arena, struct str_list *ret_lines)
{
	struct str_list all = { 0 };

	if (!lines_made(problem, &revision->changes, arena, &all)) {
		return false;
	}
	for (size_t i = 0; i < all.count; i++) {
		if (!str_list_contains(made, all.items[i])) {
			str_list_add(ret_lines, all.items[i], arena);
		}
	}
	return true;
}

static void take_parts(const struct stage *stage, const struct located *located,
		enum scenario_engine kind, struct repair_database *database, struct arena *arena)
{
	for (size_t i = 0; i < located->location.partly.count; i++) {
		const struct located_part *part = &located->location.partly.items[i];
		const struct traced_revision *revision =
				&located->problem.revisions.items[part->revision];
		struct repair_part *taken = LIST_PUSH(&database->parts, arena);
		struct str_list made = { 0 }, to_come = { 0 };
		struct repair_sql sql;

		taken->revision = revision->id;
		taken->below = ids_below(&located->problem, part->revision, arena);
		taken->rest = rest_of(stage->engine, revision->sql, part->statements, arena);
		if (part->statements && part->statements <= revision->parts.count) {
			(void)lines_made(&located->problem,
					&revision->parts.items[part->statements - 1], arena, &made);
		}
		taken->undo = repair_undo_all(&made, arena);
		if (!taken->rest.len && // its body is Python
				lines_to_come(&located->problem, revision, &made, arena,
						&to_come) &&
				repair_make_sql(&to_come, kind, arena, &sql)) {
			taken->rest = sql.up;
		}
	}
}

static void take_undoings(const struct located *located, struct repair_database *database,
		struct arena *arena)
{
	const struct locate_problem *problem = &located->problem;

	for (size_t i = 0; i < problem->revisions.count; i++) {
		const struct traced_revision *revision = &problem->revisions.items[i];
		struct str_list made = { 0 };

		if (!revision->is_known || !lines_made(problem, &revision->changes, arena, &made)) {
			continue;
		}
		const struct str_list sql = repair_undo_all(&made, arena);

		if (sql.count) {
			*LIST_PUSH(&database->undoings, arena) = (struct repair_undoing){
				.revision = revision->id,
				.sql = str_list_join(&sql, STR("\n"), arena),
			};
		}
	}
}

static void take_foreign(const struct location *location, struct repair_database *database,
		struct arena *arena)
{
	for (size_t i = 0; i < location->foreign.count; i++) {
		const str line = location->foreign.items[i];

		str_list_add(str_starts_with(line, STR("+ ")) ? &database->foreign
							      : &database->absent,
				str_slice(line, 2, line.len), arena);
	}
}

/* --- the visit ---------------------------------------------------------------------------------------- */

struct asking {
	const struct database_task *task;
	struct repair_database *database;
};

static struct error *look_at(
		struct stage *stage, const struct database_task *task, struct look *ret_look)
{
	const struct look_wants nothing = { 0 }, wants = { .schema = task->locates };
	struct built_state *built;

	struct error *err = state_build(stage, task->state, &nothing, stage->arena, &built);
	if (err) {
		return err;
	}
	err = built->error ? built->error : stage_clone_database(stage, built->image);
	if (!err) {
		err = look_take(stage, &wants, ret_look);
	}
	if (!err && ret_look->schema_failure.len) {
		err = error_new(stage->arena, ERROR_DATABASE, "%.*s",
				STR_ARG(ret_look->schema_failure));
	}
	stage->engine->image_drop(built->image);
	return err;
}

/* The rows that are no id of the tree. */
static void find_unknown_rows(const struct scenario_revisions *tree,
		struct repair_database *database, struct arena *arena)
{
	for (size_t i = 0; i < database->rows.count; i++) {
		size_t at = 0;

		while (at < tree->count &&
				!str_equal(tree->items[at].spec.revision,
						database->rows.items[i])) {
			at++;
		}
		if (at == tree->count) {
			str_list_add(&database->unknown_rows, database->rows.items[i], arena);
		}
	}
}

static struct error *find_out(struct stage *stage, void *data)
{
	const struct asking *asking = data;
	struct repair_database *database = asking->database;
	struct arena *arena = stage->arena;
	struct located located;
	struct look look;

	struct error *err = look_at(stage, asking->task, &look);
	if (!err) {
		database->rows = look.version;
	}
	if (!err && !asking->task->locates) {
		find_unknown_rows(asking->task->tree, database, arena);
		return NULL;
	}
	if (!err) {
		stage->tree = stage->revisions = *asking->task->tree;
		err = evidence_locate(stage, &look, arena, &located);
	}
	if (err && error_is_of_cell(err)) {
		database->failure = err->message;
		return NULL;
	}
	if (err) {
		return err;
	}
	database->row_is_true = located.location.row_is_true;
	database->is_located = true;
	database->unknown_rows = located.location.unknown_rows;
	take_places(&located, database, arena);
	take_holes(&located, database, arena);
	take_parts(stage, &located, asking->task->engine, database, arena);
	take_foreign(&located.location, database, arena);
	take_undoings(&located, database, arena);
	return NULL;
}

struct error *repair_database_find(struct theatre *theatre, const struct database_task *task,
		struct arena *arena, struct repair_database *database)
{
	struct asking asking = { task, database };
	const struct theatre_visit visit = {
		.scenario = task->scenario,
		.engine = task->engine,
		.run = find_out,
		.data = &asking,
		.load = &task->state->load,
	};
	str refusal = { 0 };

	*database = (struct repair_database){
		.state = task->state->name,
		.wanted = database->wanted,
	};
	struct error *err = theatre_receive(theatre, &visit, arena, &refusal);
	if (!err && refusal.len) {
		err = error_new(arena, ERROR_ENVIRONMENT, "%.*s", STR_ARG(refusal));
	}
	return err;
}
