/*
 * Explanations beside the best one, in which another amount of one revision has run: a replay may show one to be nearer, or as
 * near.
 */
#include "locate/search.h"

#include "kit/arena.h"

#include <string.h>

/* Whether a later revision changes the table that a fact is a part of: where it makes the table anew, it may make the fact. */
static bool may_be_made_again(const struct search *search, size_t number, uint32_t fact)
{
	const struct locate_problem *problem = search->problem;

	for (size_t i = number + 1; i < search_revisions(search); i++) {
		const struct fact_changes *changes = &problem->revisions.items[i].changes;

		for (size_t j = 0; j < changes->count; j++) {
			if (facts_share_table(problem->facts, fact, changes->items[j].fact)) {
				return true;
			}
		}
	}
	return false;
}

/* Whether the database has something that nothing else than this revision makes. */
static bool is_proven(const struct search *search, size_t number)
{
	const bool is_large = search_revisions(search) > SMALL_TREE; // too large for that doubt
	const size_t *makers = search->makers;
	const struct fact_changes *changes = &search->problem->revisions.items[number].changes;

	for (size_t i = 0; i < changes->count; i++) {
		const uint32_t fact = changes->items[i].fact;

		if (changes->items[i].is_there && makers[fact] == 1 && search->database[fact] &&
				(is_large || !may_be_made_again(search, number, fact))) {
			return true;
		}
	}
	return false;
}

/* Whether there can be no doubt, or none for which a large tree would be replayed once more. */
bool search_is_settled(const struct search *search, size_t number)
{
	return search_revisions(search) > SMALL_TREE && is_proven(search, number);
}

static size_t predicted_distance(const struct search *search, const size_t *amounts)
{
	const struct arena_mark mark = arena_mark(search->arena);
	const bool *predicted = predict(search->problem, amounts, search->arena);
	const size_t distance = flags_differ(search->problem->facts, predicted, search->database);

	arena_rewind(search->arena, mark);
	return distance;
}

/* Whether what amounts predict is not much farther from the database than an explanation is. */
static bool is_near(const struct search *search, const size_t *amounts, const struct checked *best)
{
	const size_t predicted = predicted_distance(search, best->amounts);
	const size_t most = predicted > best->distance ? predicted : best->distance;

	return predicted_distance(search, amounts) <= most + search->slack;
}

/* So many others may have to be left out with a revision that they need. */
#define MOST_LEFT_OUT 3

/*
 * Look at an explanation if what it predicts is near enough; and if a revision does not run in it, without that, as long as
 * it is not `kept`.
 */
struct error *search_check_mended(struct search *search, const size_t *amounts, size_t kept,
		const struct checked *best)
{
	const size_t count = search_revisions(search);
	const struct checked *checked;

	for (size_t i = 0; i <= MOST_LEFT_OUT && is_near(search, amounts, best); i++) {
		struct error *err = search_check(search, amounts, &checked);

		if (err || checked->failed == SIZE_MAX || checked->failed == kept) {
			return err;
		}
		size_t *mended = arena_new_array(search->arena, size_t, count);

		memcpy(mended, amounts, count * sizeof(*mended));
		mended[checked->failed] = RAN_NOTHING;
		amounts = mended;
	}
	return NULL;
}

/* An explanation with another amount of one revision. */
static struct error *check_flip(
		struct search *search, const struct checked *best, size_t number, size_t amount)
{
	const size_t count = search_revisions(search);
	size_t *amounts = arena_new_array(search->arena, size_t, count);

	memcpy(amounts, best->amounts, count * sizeof(*amounts));
	amounts[number] = amount;
	return search_check_mended(search, amounts, number, best);
}

/* The best explanation with such an amount; and what it has changed of the search's best, changed of the one given. */
static struct error *check_witness(struct search *search, const struct solver *solver,
		const struct checked *best, size_t number, size_t amount)
{
	const size_t count = search_revisions(search);
	const size_t *witness = solver_explain(solver, number, amount, search->arena);
	const size_t *usual = solver_explain(solver, SIZE_MAX, 0, search->arena);
	size_t *amounts = arena_new_array(search->arena, size_t, count);

	for (size_t i = 0; i < count; i++) {
		amounts[i] = witness[i] != usual[i] ? witness[i] : best->amounts[i];
	}
	amounts[number] = amount;
	struct error *err = search_check_mended(search, witness, number, best);
	return err ? err : search_check_mended(search, amounts, number, best);
}

/* Look at what the search finds with other amounts of a revision, as far as that costs no more than so many facts more. */
struct error *search_check_witnesses(
		struct search *search, const struct checked *best, size_t number, size_t more)
{
	const struct revision_numbers amounts = solver_amounts(search->solver, number);
	const struct solver *solvers[] = { search->solver, search->strict };
	struct error *err = NULL;

	for (size_t i = 0; !err && i < COUNT_OF(solvers); i++) {
		const uint64_t most = solver_cost(solvers[i]) + more * (i + 1) * COST_OF_FACT;

		for (size_t j = 0; !err && j < amounts.count; j++) {
			const size_t amount = amounts.items[j];

			if (search->replays < search->most_replays &&
					amount != best->amounts[number] &&
					solver_cost_with(solvers[i], number, amount) <= most) {
				err = check_witness(search, solvers[i], best, number, amount);
			}
		}
	}
	return err;
}

struct error *search_check_flips(struct search *search, const struct checked *best, size_t number)
{
	const struct revision_numbers amounts = solver_amounts(search->solver, number);
	struct error *err = NULL;

	for (size_t i = 0; !err && i < amounts.count; i++) {
		if (search->replays < search->most_replays &&
				amounts.items[i] != best->amounts[number]) {
			err = check_flip(search, best, number, amounts.items[i]);
		}
	}
	return err;
}

/* What may be wished of the revisions before one that is to have run: those that it stands on, and the others. */
static const struct {
	enum wish below, others;
} histories[] = {
	{ WISH_RAN, WISH_NOT_RAN },     // what it needs, and no more
	{ WISH_RAN, WISH_RAN },         // as when the tree was replayed
	{ WISH_RAN_DEARLY, WISH_NONE }, // without some of them others may leave less than was seen
};

/* Those behind it may do as they like. */
static enum wish *wish_for(const struct search *search, size_t number, size_t history)
{
	const size_t count = search_revisions(search);
	enum wish *wishes = arena_new_array(search->arena, enum wish, count);
	bool *marks = arena_new_array(search->arena, bool, count);

	marks[number] = true;
	locate_mark_below(search->problem, marks);
	for (size_t i = 0; i < number; i++) {
		wishes[i] = marks[i] ? histories[history].below : histories[history].others;
	}
	return wishes;
}

/* Whether a revision meets in some history what it meets at the end of the best. */
static bool meets_the_end(const struct search *search, const struct checked *best, size_t number,
		const size_t *amounts)
{
	size_t *before = arena_new_array(search->arena, size_t, search_revisions(search));

	memcpy(before, amounts, number * sizeof(*before));
	return flags_differ(search->problem->facts, predict(search->problem, before, search->arena),
			       predict(search->problem, best->amounts, search->arena)) == 0;
}

struct error *search_check_undone(struct search *search, const struct checked *best, size_t number)
{
	const bool leaves_trace = has_trace(&search->problem->revisions.items[number]);
	struct error *err = NULL;

	for (size_t i = 0; !err && i < COUNT_OF(histories); i++) {
		if (search->replays >= search->most_replays ||
				search_sees_otherwise(search, best, number)) {
			break;
		}
		solver_run(search->wishful, wish_for(search, number, i));
		if (solver_cost_with(search->wishful, number, RAN_WHOLE) == COST_NEVER) {
			break;
		}
		const size_t *amounts =
				solver_explain(search->wishful, number, RAN_WHOLE, search->arena);

		if (leaves_trace || !meets_the_end(search, best, number, amounts)) {
			err = search_check_mended(search, amounts, number, best);
		}
	}
	return err;
}

/* Whether an explanation that was looked at is as good, with another amount of a revision. */
bool search_sees_otherwise(const struct search *search, const struct checked *best, size_t number)
{
	for (size_t i = 0; i < search->checked.count; i++) {
		const struct checked *other = &search->checked.items[i];

		if (checked_compare(other, best) == 0 &&
				other->amounts[number] != best->amounts[number]) {
			return true;
		}
	}
	return false;
}

/*
 * Look at each revision about which there may be a doubt: first where another amount costs the same, then where it costs
 * little more, as what a later revision does may depend on this one.
 */
struct error *search_look_at_doubts(struct search *search, const struct checked *best)
{
	struct error *err = NULL;

	for (size_t is_wide = 0; is_wide < 2; is_wide++) {
		for (size_t i = 0; !err && i < search_revisions(search); i++) {
			const bool is_large = search_revisions(search) > SMALL_TREE;

			if (search_sees_otherwise(search, best, i) ||
					(is_wide && is_proven(search, i)) ||
					(is_large &&
							!has_trace(&search->problem->revisions.items
											[i])) ||
					(is_large && is_wide && best->amounts[i] == RAN_NOTHING)) {
				continue;
			}
			err = search_check_witnesses(search, best, i, is_wide * SLACK);
			if (!err && is_wide) {
				err = search_check_flips(search, best, i);
			}
			if (!err && is_wide && best->amounts[i] == RAN_NOTHING &&
					has_trace(&search->problem->revisions.items[i])) {
				err = search_check_undone(search, best, i);
			}
		}
	}
	return err;
}
