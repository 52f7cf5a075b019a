/*
 * The best explanation of a database that is at no version state: what the search finds, what is beside that, and all of it
 * once more with the statements of suspects.
 */
#include "locate/search.h"

#include "kit/arena.h"

/* What is beside an explanation may be better, and then what is beside that is looked at. */
#define MOST_ROUNDS 3

/* What a search prefers among equals: what the decided ones stand on, and nothing else. */
static enum wish *wish_for_no_holes(const struct search *search)
{
	const size_t count = search_revisions(search);
	enum wish *wishes = arena_new_array(search->arena, enum wish, count);
	bool *marks = arena_new_array(search->arena, bool, count);

	for (size_t i = 0; i < count; i++) {
		const uint64_t without = solver_cost_with(search->solver, i, RAN_NOTHING);

		marks[i] = without > solver_cost(search->solver) && without != COST_NEVER;
	}
	locate_mark_below(search->problem, marks);
	for (size_t i = 0; i < count; i++) {
		wishes[i] = marks[i] ? WISH_RAN : WISH_NOT_RAN;
	}
	return wishes;
}

/* Count by how many revisions each fact is made true. */
static void count_makers(struct search *search)
{
	size_t *makers =
			arena_new_array(search->arena, size_t, search->problem->facts->lines.count);

	for (size_t i = 0; i < search_revisions(search); i++) {
		const struct fact_changes *changes = &search->problem->revisions.items[i].changes;

		for (size_t j = 0; j < changes->count; j++) {
			makers[changes->items[j].fact] += changes->items[j].is_there;
		}
	}
	search->makers = makers;
}

void search_solve(struct search *search)
{
	search->solver = solver_new(search->problem, STRICT_AS_USUAL, search->arena);
	solver_run(search->solver, NULL);
	const enum wish *wishes = wish_for_no_holes(search);

	solver_run(search->solver, wishes);
	search->strict = solver_new(search->problem, STRICT_AS_FACT, search->arena);
	solver_run(search->strict, wishes);
	search->wishful = solver_new(search->problem, STRICT_BY_WISH, search->arena);
	count_makers(search);
}

/* Look at the best explanation, and at those beside it that a replay may show to be nearer. */
static struct error *check_explanations(struct search *search)
{
	const size_t *usual = solver_explain(search->solver, SIZE_MAX, 0, search->arena);
	const struct checked *checked;

	struct error *err = search_check(search, usual, &checked);
	if (!err) {
		const struct checked first = *checked;

		err = search_check_mended(search, usual, SIZE_MAX, &first);
	}
	if (!err) {
		err = search_check(search, search_claimed(search), &checked);
	}
	for (int is_flip = 0; is_flip < 2; is_flip++) {
		const struct checked best = *search_best(search);

		for (size_t i = 0; !err && i < search_revisions(search); i++) {
			const struct traced_revision *revision =
					&search->problem->revisions.items[i];

			if (has_trace(revision) && !search_is_settled(search, i)) {
				err = is_flip ? search_check_flips(search, &best, i)
					      : search_check_witnesses(
								search, &best, i, search->slack);
			}
		}
	}
	return err;
}

/* The version state that an explanation comes nearest to: what its revisions stand on has run, or will be said to have. */
static const size_t *nearest_state(const struct search *search, const size_t *amounts)
{
	size_t *state = arena_new_array(search->arena, size_t, search_revisions(search));
	bool *marks = arena_new_array(search->arena, bool, search_revisions(search));

	for (size_t i = 0; i < search_revisions(search); i++) {
		marks[i] = amounts[i] == RAN_WHOLE;
	}
	locate_mark_below(search->problem, marks);
	for (size_t i = 0; i < search_revisions(search); i++) {
		const bool goes_along = does_nothing(search->problem, i) &&
				search->problem->revisions.items[i].below.count &&
				locate_can_stand(search->problem, state, i);

		state[i] = marks[i] || goes_along ? RAN_WHOLE : RAN_NOTHING;
	}
	return state;
}

/* The best explanation of a database that is at no version state. */
struct error *search_nearest(struct search *search, struct location *location)
{
	bool is_new = false;
	struct error *err = check_explanations(search);

	if (!err && (search_best(search)->distance || !search_best(search)->runs)) {
		err = search_watch_suspects(search, &is_new);
	}
	if (!err && is_new) {
		search_solve(search);
		err = check_explanations(search);
	}
	for (size_t i = 0; !err && i < MOST_ROUNDS; i++) {
		const struct checked told = *search_best(search);

		err = search_look_at_doubts(search, &told);
		if (checked_compare(search_best(search), &told) == 0) {
			break;
		}
	}
	if (err) {
		return err;
	}
	const struct checked best = *search_best(search);

	search_add_state(search, nearest_state(search, best.amounts), location);
	for (size_t i = 0; i < search->checked.count; i++) {
		const struct checked *other = &search->checked.items[i];

		if (checked_compare(other, &best) == 0 && other->holes == best.holes) {
			search_add_state(search, nearest_state(search, other->amounts), location);
		}
	}
	location->is_exact = best.runs && !best.distance && !best.holes && !best.parts;
	return NULL;
}
