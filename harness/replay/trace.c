#include "replay/trace.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "lab/env.h"
#include "lab/upgrade.h"

/* --- events ---------------------------------------------------------------------------------- */

/* The step in hand; NULL: what happens is no part of one. */
static struct trace_step *step_in_hand(struct trace *trace)
{
	return trace->steps.count ? &trace->steps.items[trace->steps.count - 1] : NULL;
}

static void begin_statement(
		struct trace_event *event, const struct stage *stage, const struct moment *moment)
{
	event->text = moment->statement->text;
	event->body = moment->body ? *moment->body : (struct located_text){ 0 };
	event->offset = moment->statement->offset;
	event->before = observed_transaction(stage, moment->connection);
}

/* The statement that was sent last; there may be notices behind it. */
static void end_statement(
		struct trace_step *step, const struct stage *stage, const struct moment *moment)
{
	size_t at = step->events.count - 1;

	while (step->events.items[at].kind != TRACE_STATEMENT) {
		at--;
	}
	step->events.items[at].after = observed_transaction(stage, moment->connection);
	step->events.items[at].error = moment->error;
}

/* What kind of event a moment is, as far as it is one. */
static const struct {
	bool is_event, is_after;
	enum trace_event_kind kind;
} event_kinds[] = {
	[MOMENT_PLAN] = { true, true, TRACE_PLAN },
	[MOMENT_REVISION] = { true, false, TRACE_REVISION },
	[MOMENT_STATEMENT] = { true, false, TRACE_STATEMENT },
	[MOMENT_NOTICE] = { true, true, TRACE_NOTICE },
	[MOMENT_TRANSACTION] = { true, true, TRACE_ROLLBACK },
	[MOMENT_TREE] = { false, false, TRACE_PLAN },
};

static void record_event(struct trace *trace, struct stage *stage, const struct moment *moment)
{
	struct trace_step *step = step_in_hand(trace);

	if (!step) {
		return;
	}
	if (moment->kind == MOMENT_STATEMENT && moment->is_after) {
		end_statement(step, stage, moment);
		return;
	}
	if (!event_kinds[moment->kind].is_event ||
			event_kinds[moment->kind].is_after != moment->is_after) {
		return;
	}
	struct trace_event *event = LIST_PUSH(&step->events, stage->arena);

	event->kind = moment->kind == MOMENT_TRANSACTION && moment->is_commit
			? TRACE_COMMIT
			: event_kinds[moment->kind].kind;
	event->plan_step = moment->plan_step;
	if (moment->kind == MOMENT_PLAN) {
		event->plan = *moment->plan;
	} else if (moment->kind == MOMENT_STATEMENT) {
		begin_statement(event, stage, moment);
	} else if (moment->kind == MOMENT_NOTICE) {
		event->severity = str_copy(moment->severity, stage->arena);
		event->text = str_copy(moment->message, stage->arena);
	}
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

/* What the rows of `look` claim by the tree `revisions`. */
static struct error *judge_claim(const struct stage *watched, const struct trace *trace,
		const struct scenario_revisions *revisions, const struct look *look,
		struct trace_claim *ret_claim)
{
	struct stage stage = stage_like(watched, watched->arena);
	struct trace_claim claim = {
		.failure = look->version_failure.len ? look->version_failure : look->schema_failure,
	};
	struct error *err = NULL;

	stage.revisions = *revisions;
	stage.deadline_us = trace->claim_time_us ? clock_now_us() + trace->claim_time_us : 0;
	if (!claim.failure.len) {
		err = upgrade_to_rows(&stage, &look->version, &claim.schema);
		if (err && error_is_of_cell(err)) {
			claim.failure = str_format(stage.arena, "%.*s: %.*s",
					STR_ARG(error_class(err)), STR_ARG(err->message));
			err = NULL;
		} else if (!err) {
			claim.changes = schema_find_changes(
					claim.schema, look->schema, stage.arena);
		}
	}
	stage_strike(&stage);
	if (!err) {
		*ret_claim = claim;
	}
	return err;
}

/* --- steps ----------------------------------------------------------------------------------- */

/* What looks may take when one has taken all the time that it had: a story has many. */
#define SHORT_LOOK_US 100000

static struct error *look(struct recorder *recorder, struct stage *stage, struct look *ret_look)
{
	struct error *err = look_take(stage, &recorder->wants, ret_look);

	if (!err && ret_look->is_late) {
		recorder->wants.most_us = SHORT_LOOK_US;
	}
	return err;
}

static struct error *end_step(
		struct recorder *recorder, struct stage *stage, const struct error *error)
{
	struct trace *trace = recorder->trace;
	struct trace_step *step = step_in_hand(trace);
	const struct scenario_revisions *before = trace->steps.count > 1
			? &trace->steps.items[trace->steps.count - 2].revisions
			: &trace->revisions;
	const int64_t since_us = clock_now_us();

	step->error = error;
	step->error_class = error ? error_class(error) : (str){ 0 };
	step->revisions = stage->revisions;
	step->changes_tree = before->items != stage->revisions.items;
	struct error *err = look(recorder, stage, &step->after);

	stage_give_back_time(stage, since_us);
	return err;
}

static struct error *see(void *data, struct stage *stage, const struct moment *moment)
{
	struct recorder *recorder = data;
	struct trace *trace = recorder->trace;

	switch (moment->kind) {
	case MOMENT_STEP:
		if (moment->is_after) {
			return end_step(recorder, stage, moment->error);
		}
		LIST_PUSH(&trace->steps, stage->arena)->step = moment->step;
		break;
	case MOMENT_SESSION:
		*LIST_PUSH(&trace->sessions, stage->arena) = (struct trace_session){
			moment->session,
			observed_transaction(stage, moment->connection),
		};
		break;
	case MOMENT_TREE:
		trace->is_edited = trace->revisions.items != stage->revisions.items;
		trace->revisions = stage->revisions;
		break;
	case MOMENT_COMMAND:
		break;
	case MOMENT_REVISION:
	case MOMENT_STATEMENT:
	case MOMENT_PLAN:
	case MOMENT_TRANSACTION:
	case MOMENT_NOTICE:
		record_event(trace, stage, moment);
		break;
	}
	return NULL;
}

void trace_follow(struct recorder *recorder, struct trace *trace, const struct look *before,
		const struct look_wants *wants, struct stage *stage)
{
	*recorder = (struct recorder){ .trace = trace, .wants = *wants };
	trace->revisions = stage->revisions;
	trace->start = *before;
	trace->has_start = true;
	stage_watch(stage, (struct observer){ see, recorder });
}

struct error *trace_begin(struct recorder *recorder, struct trace *trace, const struct goal *goal,
		struct stage *stage)
{
	const int64_t since_us = clock_now_us();

	*recorder = (struct recorder){ .trace = trace, .wants = { .schema = true } };
	if (goal->keys & GOAL_ROWS_KEPT) {
		recorder->wants.all_rows = goal->keeps_all_rows;
		recorder->wants.tables = goal->rows_kept;
	}
	trace->revisions = stage->revisions;
	trace->claim_time_us = stage->deadline_us ? stage->deadline_us - since_us : 0;
	struct error *err = look(recorder, stage, &trace->start);
	if (!err) {
		err = judge_claim(stage, trace, &stage->revisions, &trace->start,
				&trace->start_claim);
	}
	trace->has_start = !err;
	stage_give_back_time(stage, since_us);
	stage_watch(stage, (struct observer){ see, recorder });
	return err;
}

/* A tree that does not load tells nothing about the rows at the start; the strategy's edits may have mended it. */
static struct error *judge_start_again(const struct stage *stage, struct trace *trace)
{
	const str failure = trace->start_claim.failure;
	struct trace_claim claim = { 0 };

	if (!failure.len || !trace->is_edited || trace->start.version_failure.len ||
			trace->start.schema_failure.len) {
		return NULL;
	}
	struct error *err =
			judge_claim(stage, trace, &trace->revisions, &trace->start, &claim);
	if (!err && !claim.failure.len) {
		claim.own_failure = failure;
		trace->start_claim = claim;
	}
	return err;
}

struct error *trace_finish(struct recorder *recorder, struct stage *stage)
{
	struct trace *trace = recorder->trace;
	const struct trace_step *step = step_in_hand(trace);
	const int64_t since_us = clock_now_us();

	struct error *err = judge_start_again(stage, trace);
	if (!err && step) {
		err = judge_claim(stage, trace, &stage->revisions, &step->after, &trace->end_claim);
	}
	stage_give_back_time(stage, since_us);
	return err;
}
