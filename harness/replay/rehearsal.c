#include "replay/rehearsal.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "lab/sessions.h"
#include "replay/failure.h"
#include "replay/step_kind.h"
#include "replay/strategy.h"
#include "replay/theatre.h"

static void allow(struct rehearsal *rehearsal, int64_t timeout_us)
{
	rehearsal->stage->deadline_us = timeout_us ? clock_now_us() + timeout_us : 0;
}

/* --- looking --------------------------------------------------------------------------------------- */

/* So long a look may take when one has taken all the time that it had: there is one behind each step. */
#define SHORT_LOOK_US 100000

static void note_look(struct rehearsal *rehearsal, const struct look *look)
{
	rehearsal->look = *look;
	if (look->is_late) {
		rehearsal->wants.most_us = SHORT_LOOK_US;
	}
}

/* --- beginning and ending ------------------------------------------------------------------------- */

struct error *rehearsal_begin(struct rehearsal *rehearsal)
{
	struct stage *stage = rehearsal->stage;
	struct error *err = theatre_state(
			rehearsal->theatre, stage, rehearsal->cell.state, &rehearsal->start);

	if (!err) {
		err = rehearsal->start->error;
	}
	if (!err) {
		stage_note(stage, &rehearsal->start->notes);
		err = stage_clone_database(stage, rehearsal->start->image);
	}
	if (!err) {
		err = sessions_open(stage, rehearsal->cell.state);
	}
	if (!err) {
		rehearsal->wants = (struct look_wants){ .schema = true, .all_rows = true };
		err = look_take(stage, &rehearsal->wants, &rehearsal->start_look);
		note_look(rehearsal, &rehearsal->start_look);
	}
	return err;
}

static void drop_image(struct rehearsal *rehearsal, struct rehearsed *one)
{
	rehearsal->stage->engine->image_drop(one->image);
	one->image = NULL;
}

void rehearsal_end(struct rehearsal *rehearsal)
{
	for (size_t i = 0; i < rehearsal->past.count; i++) {
		drop_image(rehearsal, &rehearsal->past.items[i]);
	}
	sessions_close(rehearsal->stage);
}

/* --- what there was before a step ----------------------------------------------------------------- */

/* The oldest image goes where there are too many. */
static void forget_oldest(struct rehearsal *rehearsal)
{
	size_t kept = 0;

	for (size_t i = rehearsal->past.count; i > 0; i--) {
		struct rehearsed *one = &rehearsal->past.items[i - 1];

		if (one->image && ++kept > REHEARSAL_KEPT) {
			drop_image(rehearsal, one);
		}
	}
}

/* Whether an image can be made and put in the place of the database. */
static bool is_alone(const struct rehearsal *rehearsal)
{
	return rehearsal->stage->sessions.count == 0;
}

static struct error *keep(struct rehearsal *rehearsal, const struct step *step)
{
	struct stage *stage = rehearsal->stage;
	const struct step_kind_row *row = step_kind_get(step->kind);
	struct rehearsed one = {
		.changes = row->changes_database || row->changes_tree || row->keeps_backup,
		.revisions = stage->revisions,
		.backup_count = stage->backups.count,
		.look = rehearsal->look,
	};
	struct error *err = NULL;

	if (row->changes_database && is_alone(rehearsal)) {
		err = stage->engine->database_freeze(stage->database, stage->arena, &one.image);
	}
	if (!err) {
		*LIST_PUSH(&rehearsal->past, stage->arena) = one;
		*LIST_PUSH(&rehearsal->strategy->steps, stage->arena) = *step;
		forget_oldest(rehearsal);
	}
	return err;
}

/* Go back to before the last step. */
static struct error *go_back(struct rehearsal *rehearsal)
{
	struct stage *stage = rehearsal->stage;
	struct rehearsed *last = &rehearsal->past.items[rehearsal->past.count - 1];
	struct error *err = last->image ? stage_clone_database(stage, last->image) : NULL;

	if (err) {
		return err;
	}
	drop_image(rehearsal, last);
	while (stage->backups.count > last->backup_count) {
		stage->engine->image_drop(stage->backups.items[--stage->backups.count].image);
	}
	if (stage->revisions.items != last->revisions.items) {
		stage->revisions = last->revisions;
		stage->tree_changes++; // what was made by the tree as it was is not what it makes now
	}
	rehearsal->look = last->look;
	rehearsal->past.count--;
	rehearsal->strategy->steps.count--;
	return NULL;
}

/* --- playing --------------------------------------------------------------------------------------- */

static void hear(struct rehearsal *rehearsal)
{
	rehearsal->was_called_off |= rehearsal->hear && rehearsal->hear();
}

/* The step is over, so what called it off must not call off whoever looks now. */
static struct error *hear_after(void *data, struct stage *stage, const struct moment *moment)
{
	(void)stage;
	if (moment->kind == MOMENT_STEP && moment->is_after) {
		hear(data);
	}
	return NULL;
}

/* It had all the time in the world. */
static void say_called_off(struct error *error)
{
	error->class_name = STR("Interrupted");
	error->message = STR("it was interrupted");
	error->detail = error->hint = (str){ 0 };
}

/* Tell of the step as if it were the first. */
static void tell(struct rehearsal *rehearsal, const struct error *error, const struct trace *trace,
		size_t shown, struct outcome *outcome)
{
	struct stage *stage = rehearsal->stage;
	const size_t number = rehearsal->strategy->steps.count;

	*outcome = (struct outcome){ .name = rehearsal->cell.name, .verdict = VERDICT_WORKS };
	if (error) {
		outcome->verdict = VERDICT_FAILS;
		outcome->failed_step = 1;
		failure_describe(stage, &rehearsal->cell, number, error,
				&trace->start.version, &outcome->error);
	}
	for (size_t i = shown; i < stage->shows.count; i++) {
		*LIST_PUSH(&outcome->shows, stage->arena) =
				theatre_show(1, &stage->shows.items[i].result);
	}
}

/* What a step that ran on to the end of its time has come to. */
static struct error *cut(struct rehearsal *rehearsal, enum rehearsal_end *ret_end)
{
	if (is_alone(rehearsal)) {
		*ret_end = REHEARSAL_CUT;
		return go_back(rehearsal);
	}
	rehearsal->is_torn = true;
	*ret_end = REHEARSAL_TORN;
	return NULL;
}

struct error *rehearsal_play(struct rehearsal *rehearsal, const struct step *step,
		int64_t timeout_us, struct trace *trace, struct outcome *ret_outcome,
		enum rehearsal_end *ret_end)
{
	struct stage *stage = rehearsal->stage;
	const size_t shown = stage->shows.count;
	struct recorder recorder;
	struct error *err = keep(rehearsal, step);

	if (err) {
		return err;
	}
	const size_t number = rehearsal->strategy->steps.count;
	const struct step *played = &rehearsal->strategy->steps.items[number - 1];

	allow(rehearsal, timeout_us);
	rehearsal->was_called_off = false;
	stage_watch(stage, (struct observer){ hear_after, rehearsal });
	trace_follow(&recorder, trace, &rehearsal->look, &rehearsal->wants, stage);
	err = strategy_replay_step(stage, played, number, STEP_BY_HAND);
	stage_unwatch(stage);
	allow(rehearsal, 0);
	hear(rehearsal);
	if (err && err->code == ERROR_TIMEOUT && rehearsal->was_called_off) {
		say_called_off(err);
	}
	if (err && !error_is_of_cell(err)) {
		const struct error *also = is_alone(rehearsal) ? go_back(rehearsal) : NULL;

		(void)also; // what it came from says more
		return err;
	}
	*ret_end = REHEARSAL_RAN;
	if (trace->steps.count) {
		note_look(rehearsal, &trace->steps.items[0].after);
	}
	tell(rehearsal, err, trace, shown, ret_outcome);
	rehearsal->past.items[number - 1].failure = err ? err->message : (str){ 0 };
	if (err && err->code == ERROR_TIMEOUT) {
		return cut(rehearsal, ret_end);
	}
	if (err && played->fails.pattern) {
		*ret_end = REHEARSAL_REFUSED;
		return is_alone(rehearsal) ? go_back(rehearsal) : NULL;
	}
	return NULL;
}

/* --- taking back ------------------------------------------------------------------------------------ */

static struct error *refuse_with_sessions(const struct rehearsal *rehearsal, const char *what)
{
	return error_new(rehearsal->stage->arena, ERROR_INVALID,
			"%s while others have the database open, as the state '%.*s' says", what,
			STR_ARG(rehearsal->cell.state->name));
}

struct error *rehearsal_undo(struct rehearsal *rehearsal, struct step *ret_undone)
{
	struct arena *arena = rehearsal->stage->arena;
	size_t at = rehearsal->past.count;

	if (!is_alone(rehearsal)) {
		return refuse_with_sessions(rehearsal, "nothing can be taken back");
	}
	while (at && !rehearsal->past.items[at - 1].changes) {
		at--;
	}
	if (!at) {
		return error_new(arena, ERROR_NOT_FOUND, "there is nothing to take back");
	}
	const struct rehearsed *last = &rehearsal->past.items[at - 1];
	const struct step undone = rehearsal->strategy->steps.items[at - 1];

	if (!last->image && step_kind_get(undone.kind)->changes_database) {
		return error_new(arena, ERROR_NOT_FOUND,
				"that is too long ago: the last %d changes can be taken back",
				REHEARSAL_KEPT);
	}
	struct error *err = NULL;

	while (!err && rehearsal->past.count >= at) {
		err = go_back(rehearsal);
	}
	if (!err) {
		*ret_undone = undone;
	}
	return err;
}

/* --- judging ----------------------------------------------------------------------------------------- */

struct error *rehearsal_judge(
		struct rehearsal *rehearsal, int64_t timeout_us, struct outcome *ret_outcome)
{
	if (!is_alone(rehearsal)) {
		return refuse_with_sessions(rehearsal, "the end cannot be judged");
	}
	allow(rehearsal, timeout_us);
	struct error *err = theatre_judge(rehearsal->theatre, rehearsal->stage, &rehearsal->cell,
			rehearsal->start, ret_outcome);

	allow(rehearsal, 0);
	hear(rehearsal);
	return err;
}
