#include "lab/trace.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "lab/env.h"
#include "lab/stage.h"
#include "lab/upgrade.h"
#include "lab/version_table.h"
#include "schema/object.h"

/* --- events ---------------------------------------------------------------------------------- */

/* A new event of the step in hand; NULL: nobody watches, or what happens is no part of a step. */
static struct trace_event *add_event(struct stage *stage, enum trace_event_kind kind)
{
	struct trace *trace = stage->trace;

	if (!trace || !trace->steps.count) {
		return NULL;
	}
	struct trace_step *step = &trace->steps.items[trace->steps.count - 1];
	struct trace_event *event = LIST_PUSH(&step->events, stage->arena);

	event->kind = kind;
	return event;
}

void trace_plan(struct stage *stage, const struct plan *plan)
{
	struct trace_event *event = add_event(stage, TRACE_PLAN);

	if (event) {
		event->plan = *plan;
	}
}

void trace_revision(struct stage *stage, size_t plan_step)
{
	struct trace_event *event = add_event(stage, TRACE_REVISION);

	if (event) {
		event->plan_step = plan_step;
	}
}

enum transaction_state trace_transaction(
		const struct stage *stage, const struct connection *connection)
{
	return stage->trace && connection ? stage->engine->transaction(connection)
					  : TRANSACTION_NONE;
}

void trace_statement_begin(struct stage *stage, const struct connection *connection,
		const struct located_text *body, const struct statement *statement)
{
	struct trace_event *event = add_event(stage, TRACE_STATEMENT);

	if (event) {
		event->text = statement->text;
		event->body = body ? *body : (struct located_text){ 0 };
		event->offset = statement->offset;
		event->before = trace_transaction(stage, connection);
	}
}

void trace_statement_end(
		struct stage *stage, const struct connection *connection, const struct error *error)
{
	struct trace *trace = stage->trace;

	if (!trace || !trace->steps.count) {
		return;
	}
	struct trace_events *events = &trace->steps.items[trace->steps.count - 1].events;
	size_t at = events->count - 1;

	while (events->items[at].kind != TRACE_STATEMENT) { // there are notices behind it
		at--;
	}
	events->items[at].after = trace_transaction(stage, connection);
	events->items[at].error = error;
}

void trace_end(struct stage *stage, enum transaction_state before, bool is_commit)
{
	const bool is_kept = is_commit && before == TRANSACTION_OPEN;

	if (before != TRANSACTION_NONE) {
		(void)add_event(stage, is_kept ? TRACE_COMMIT : TRACE_ROLLBACK);
	}
}

static void take_notice(void *data, str severity, str message)
{
	struct stage *stage = data;
	struct trace_event *event = add_event(stage, TRACE_NOTICE);

	if (event) {
		event->severity = str_copy(severity, stage->arena);
		event->text = str_copy(message, stage->arena);
	}
}

void trace_connection(struct stage *stage, struct connection *connection)
{
	if (stage->trace && stage->engine->take_notices) {
		stage->engine->take_notices(connection, take_notice, stage);
	}
}

/* --- the watcher's time ------------------------------------------------------------------------ */

/* The cell gets back what was spent on watching since `since_us`: a verdict does not depend on it. */
static void give_back_time(struct stage *stage, int64_t since_us)
{
	if (stage->deadline_us) {
		stage->deadline_us += clock_now_us() - since_us;
	}
}

/* --- looking --------------------------------------------------------------------------------- */

static bool is_asked_for(const struct goal *goal, str table)
{
	return (goal->keys & GOAL_ROWS_KEPT) &&
			(goal->keeps_all_rows || str_list_contains(&goal->rows_kept, table));
}

static struct error *read_tables(struct stage *stage, struct connection *connection,
		const struct goal *goal, struct trace_look *look)
{
	const struct str_list names = schema_tables(look->schema, stage->arena);
	struct error *err = NULL;

	for (size_t i = 0; !err && i < names.count; i++) {
		if (!is_asked_for(goal, names.items[i])) {
			continue;
		}
		struct trace_table *table = LIST_PUSH(&look->tables, stage->arena);

		table->name = names.items[i];
		table->columns = schema_columns(look->schema, table->name, stage->arena);
		err = stage->engine->read_rows(connection, table->name, &table->columns,
				stage->arena, &table->rows);
		if (err && error_is_of_cell(err)) { // which has ended the transaction, where there was one
			table->failure = err->message;
			err = stage->engine->rollback(connection, stage->arena);
		}
	}
	return err;
}

/* Version rows, schema, tables; an error that is of the cell says that there is no more to be seen. */
static struct error *read_all(struct stage *stage, struct connection *connection,
		const struct goal *goal, struct trace_look *look)
{
	struct error *err = version_table_look(stage, connection, &look->version,
			&look->has_version_table, &look->version_failure);

	if (!err) {
		err = stage_read_schema(stage, connection, stage->arena, &look->schema);
	}
	return err ? err : read_tables(stage, connection, goal, look);
}

/*
 * Looks take as long as they take, and leave no events. What cannot be read, as in a database that PRAGMA
 * writable_schema has spoilt, fails no look: whether it fails the cell is not the watcher's to say.
 */
static struct error *look_at(
		const struct stage *watched, const struct goal *goal, struct trace_look *ret_look)
{
	struct stage stage = *watched;
	struct connection *connection = NULL;
	struct trace_look look = { 0 };

	stage.trace = NULL;
	stage.deadline_us = 0;
	struct error *err = stage_connect(&stage, &connection);
	if (!err) {
		err = read_all(&stage, connection, goal, &look);
	} else if (error_is_of_cell(err)) {
		look.version_failure = err->message;
	}
	if (err && error_is_of_cell(err)) {
		look.schema = schema_new(stage.arena);
		look.schema_failure = err->message;
		err = NULL;
	}
	stage.engine->disconnect(connection);
	if (!err) {
		*ret_look = look;
	}
	return err;
}

/* --- claims ---------------------------------------------------------------------------------- */

/* The schema that the tree of `stage` makes of an empty database on the way to `rows`. */
static struct error *upgrade_to_rows(
		struct stage *stage, const struct str_list *rows, struct schema **ret_schema)
{
	struct named_places targets = { 0 };

	for (size_t i = 0; i < rows->count; i++) {
		*LIST_PUSH(&targets, stage->arena) = (struct named_place){ .name = rows->items[i] };
	}
	struct error *err = env_create_database(stage);
	if (!err) {
		err = stage_upgrade(stage, &targets);
	}
	return err ? err : stage_snapshot(stage, stage->arena, ret_schema);
}

static struct error *judge_claim(const struct stage *watched, const struct trace_look *look,
		struct trace_claim *ret_claim)
{
	struct stage stage = stage_like(watched, watched->arena);
	struct trace_claim claim = {
		.failure = look->version_failure.len ? look->version_failure : look->schema_failure,
	};
	struct error *err = NULL;

	stage.revisions = watched->revisions;
	stage.deadline_us = watched->trace->claim_time_us
			? clock_now_us() + watched->trace->claim_time_us
			: 0;
	if (!claim.failure.len) {
		err = upgrade_to_rows(&stage, &look->version, &claim.schema);
		if (err && error_is_of_cell(err)) {
			claim.failure = str_format(stage.arena, "%.*s: %.*s",
					STR_ARG(error_class(err)), STR_ARG(err->message));
			err = NULL;
		} else if (!err) {
			claim.difference = schema_compare(
					claim.schema, look->schema, false, stage.arena);
		}
	}
	stage_strike(&stage);
	if (!err) {
		*ret_claim = claim;
	}
	return err;
}

/* --- steps ----------------------------------------------------------------------------------- */

void trace_session(struct stage *stage, const struct scenario_session *session,
		const struct connection *connection)
{
	if (stage->trace) {
		*LIST_PUSH(&stage->trace->sessions, stage->arena) = (struct trace_session){
			session,
			trace_transaction(stage, connection),
		};
	}
}

void trace_edit(struct stage *stage)
{
	if (stage->trace) {
		stage->trace->revisions = stage->revisions;
	}
}

void trace_step_begin(struct stage *stage, const struct step *step)
{
	if (stage->trace) {
		LIST_PUSH(&stage->trace->steps, stage->arena)->step = step;
	}
}

struct error *trace_step_end(
		struct stage *stage, const struct goal *goal, const struct error *error)
{
	struct trace *trace = stage->trace;

	if (!trace) {
		return NULL;
	}
	struct trace_step *step = &trace->steps.items[trace->steps.count - 1];
	const struct scenario_revisions *before = trace->steps.count > 1
			? &trace->steps.items[trace->steps.count - 2].revisions
			: &trace->revisions;

	step->error = error;
	step->error_class = error ? error_class(error) : (str){ 0 };
	step->revisions = stage->revisions;
	step->changes_tree = before->items != stage->revisions.items;
	const int64_t since_us = clock_now_us();
	struct error *err = look_at(stage, goal, &step->after);

	give_back_time(stage, since_us);
	return err;
}

struct error *trace_begin(struct stage *stage, const struct goal *goal)
{
	struct trace *trace = stage->trace;

	if (!trace) {
		return NULL;
	}
	const int64_t since_us = clock_now_us();

	trace->revisions = stage->revisions;
	trace->claim_time_us = stage->deadline_us ? stage->deadline_us - since_us : 0;
	struct error *err = look_at(stage, goal, &trace->start);
	if (!err) {
		err = judge_claim(stage, &trace->start, &trace->start_claim);
	}
	trace->has_start = !err;
	give_back_time(stage, since_us);
	return err;
}

struct error *trace_finish(struct stage *stage)
{
	const struct trace *trace = stage->trace;

	if (!trace || !trace->steps.count) {
		return NULL;
	}
	const int64_t since_us = clock_now_us();
	struct error *err = judge_claim(stage, &trace->steps.items[trace->steps.count - 1].after,
			&stage->trace->end_claim);

	give_back_time(stage, since_us);
	return err;
}
