/*
 * The states of a scenario: built the first time that a cell starts from them.
 */
#include "replay/theatre.h"

#include "kit/clock.h"

/* --- what is wanted of a state ---------------------------------------------------------------- */

static void want_tables(const struct goal *goal, struct arena *arena, struct look_wants *wants)
{
	wants->schema |= goal->keeps_all_rows || goal->rows_kept.count;
	wants->all_rows |= goal->keeps_all_rows;
	for (size_t i = 0; i < goal->rows_kept.count; i++) {
		if (!str_list_contains(&wants->tables, goal->rows_kept.items[i])) {
			str_list_add(&wants->tables, goal->rows_kept.items[i], arena);
		}
	}
}

/* What the goals of its scenario ask of a state. */
static struct look_wants wants_of(const struct scenario *scenario,
		const struct scenario_state *state, struct arena *arena)
{
	struct look_wants wants = { 0 };

	for (size_t i = 0; i < scenario->strategies.count; i++) {
		const struct goal *goal = &scenario->strategies.items[i].goal;

		want_tables(goal, arena, &wants);
		wants.schema |= goal->schema.source == SCHEMA_SAME_AS_STATE &&
				str_equal(goal->schema.name, state->name);
	}
	return wants;
}

/* --- states ----------------------------------------------------------------------------------- */

struct error *theatre_state(struct theatre *theatre, struct stage *like,
		const struct scenario_state *state, struct built_state **ret_built)
{
	struct arena *cache = &theatre->cache;
	struct built_state *built;

	for (size_t i = 0; i < theatre->states.count; i++) {
		built = theatre->states.items[i];
		if (built->state == state && built->kind == like->kind) {
			*ret_built = built;
			return NULL;
		}
	}
	const struct look_wants wants = wants_of(theatre->scenario, state, cache);
	const int64_t since_us = clock_now_us(), timeout_us = theatre->options.timeout_us;
	struct stage own = *like;

	own.project = theatre->scenario->project; // a program's tree is not the one that it is built by
	own.deadline_us = timeout_us ? since_us + timeout_us : 0;
	struct error *err = state_build(&own, state, &wants, cache, &built);
	stage_give_back_time(like, since_us); // it is made for all cells that start from it
	theatre->built_us += clock_now_us() - since_us;
	if (err) {
		return err;
	}
	if (built->image) { // else it ran out of time, and another cell has its own
		*LIST_PUSH(&theatre->states, cache) = built;
	}
	*ret_built = built;
	return NULL;
}

struct image *theatre_state_release(struct theatre *theatre, struct built_state *built)
{
	struct image *image = built->image;
	size_t kept = 0;

	for (size_t i = 0; i < theatre->states.count; i++) {
		if (theatre->states.items[i] != built) {
			theatre->states.items[kept++] = theatre->states.items[i];
		}
	}
	theatre->states.count = kept;
	built->image = NULL;
	return image;
}
