/*
 * Look at an explanation: replay it, and measure how far it is from the database; and which of those that were looked
 * at is the best.
 */
#include "locate/search.h"

#include "kit/arena.h"

#include <string.h>

static bool amounts_equal(const struct search *search, const size_t *a, const size_t *b)
{
	return memcmp(a, b, search_revisions(search) * sizeof(*a)) == 0;
}

/* Mark the revisions on which others that ran stand, or have run in part. */
bool *search_marks_below(const struct search *search, const size_t *amounts)
{
	bool *marks = arena_new_array(search->arena, bool, search_revisions(search));

	for (size_t i = 0; i < search_revisions(search); i++) {
		marks[i] = amounts[i] != RAN_NOTHING;
	}
	locate_mark_below(search->problem, marks);
	return marks;
}

static size_t count_holes(const struct search *search, const size_t *amounts)
{
	const bool *below = search_marks_below(search, amounts);
	size_t holes = 0;

	for (size_t i = 0; i < search_revisions(search); i++) {
		holes += below[i] && amounts[i] != RAN_WHOLE;
	}
	return holes;
}

/* Facts that a replay has met for the first time make longer flags. */
void search_renew_flags(struct search *search, size_t known)
{
	const size_t count = search->problem->facts->lines.count;

	if (count == known) {
		return;
	}
	search->database = facts_flags(
			search->problem->facts, &search->problem->database, search->arena);
	for (size_t i = 0; i < search->checked.count; i++) {
		bool *longer = arena_new_array(search->arena, bool, count);

		memcpy(longer, search->checked.items[i].facts, known * sizeof(bool));
		search->checked.items[i].facts = longer;
	}
}

/* Replay an explanation, unless that was done when the tree was. */
struct error *search_check(
		struct search *search, const size_t *amounts, const struct checked **ret_checked)
{
	const struct facts *facts = search->problem->facts;
	const size_t known = facts->lines.count;
	struct error *err = NULL;
	struct checked checked = { .amounts = amounts, .failed = SIZE_MAX };
	struct fact_list seen = { 0 };

	for (size_t i = 0; i < search->checked.count; i++) {
		if (amounts_equal(search, search->checked.items[i].amounts, amounts)) {
			*ret_checked = &search->checked.items[i];
			return NULL;
		}
	}
	checked.runs = is_as_replayed(search->problem, amounts);
	if (checked.runs || search->replays >= search->most_replays) {
		checked.facts = predict(search->problem, amounts, search->arena);
	} else {
		search->replays++;
		err = search->lab->replay(search->lab->data, amounts, &checked.failed, &seen);
		if (err) {
			return err;
		}
		search_renew_flags(search, known);
		checked.runs = checked.failed == SIZE_MAX;
		checked.facts = checked.runs ? facts_flags(facts, &seen, search->arena)
					     : predict(search->problem, amounts, search->arena);
	}
	checked.distance = flags_differ(facts, checked.facts, search->database);
	checked.holes = count_holes(search, amounts);
	for (size_t i = 0; i < search_revisions(search); i++) {
		checked.parts += is_part(amounts[i]);
	}
	*LIST_PUSH(&search->checked, search->arena) = checked;
	*ret_checked = &search->checked.items[search->checked.count - 1];
	return NULL;
}

/*
 * What cannot be replayed may be true all the same, if somebody has helped by hand: as if that were some facts. So it is with
 * a second revision that ran in part: an upgrade dies once, and somebody has to have gone on above it.
 */
#define FACTS_OF_A_HAND 8

static size_t burden(const struct checked *checked)
{
	const size_t hands =
			(checked->runs ? 0 : 1) + (checked->parts > 1 ? checked->parts - 1 : 0);

	return checked->distance + hands * FACTS_OF_A_HAND;
}

/* Which of two is the better explanation; 0: they are equally near. */
int checked_compare(const struct checked *a, const struct checked *b)
{
	const size_t ours[] = { burden(a), a->parts };
	const size_t theirs[] = { burden(b), b->parts };

	for (size_t i = 0; i < COUNT_OF(ours); i++) {
		if (ours[i] != theirs[i]) {
			return ours[i] < theirs[i] ? -1 : 1;
		}
	}
	return 0;
}

const struct checked *search_best(const struct search *search)
{
	const struct checked *best = &search->checked.items[0];

	for (size_t i = 1; i < search->checked.count; i++) {
		const struct checked *other = &search->checked.items[i];
		const int order = checked_compare(other, best);

		if (order < 0 || (order == 0 && other->holes < best->holes)) {
			best = other;
		}
	}
	return best;
}
