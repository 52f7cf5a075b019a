/*
 * Version states near a database. Most revisions are decided: the database cannot be near with them, or without them.
 * Among the others each choice is tried that leaves what a revision stands on below it.
 */
#include "kit/arena.h"
#include "locate/locate_internal.h"

#include <stdlib.h>
#include <string.h>

/* States that are looked at: a tree with many branches that leave no trace has more than anybody would read. */
#define MOST_TRIED 4096

struct search {
	const struct locate_problem *problem;
	const bool *database;   /* flags */
	const bool *must, *may; /* of each revision */
	size_t slack;
	size_t *amounts;
	size_t tried;
	bool is_cut; /* not all were tried */
	struct candidates found;
	struct arena *arena;
};

static void try_state(struct search *search)
{
	const size_t count = search->problem->revisions.count;
	const struct arena_mark mark = arena_mark(search->arena);
	const bool *flags = predict(search->problem, search->amounts, search->arena);
	const size_t distance = flags_differ(search->problem->facts, flags, search->database);

	arena_rewind(search->arena, mark);
	search->tried++;
	if (distance <= search->slack) {
		size_t *amounts = arena_new_array(search->arena, size_t, count);

		memcpy(amounts, search->amounts, count * sizeof(*amounts));
		*LIST_PUSH(&search->found, search->arena) = (struct candidate){ amounts, distance };
	}
}

/* The next revision about which there is a choice, of those that do something; those before it are decided. The count: there is none. */
static size_t decide(struct search *search, size_t number)
{
	for (; number < search->problem->revisions.count; number++) {
		const bool can = search->may[number] &&
				locate_can_stand(search->problem, search->amounts, number);

		if (can && !search->must[number] && !does_nothing(search->problem, number)) {
			break;
		}
		search->amounts[number] = can ? RAN_WHOLE : RAN_NOTHING;
	}
	return number;
}

/*
 * All choices, like a number that counts: the last revision about which there is one first goes from no to yes.
 * What must run stands on what must run, so it never falls.
 */
static void try_all(struct search *search)
{
	const size_t count = search->problem->revisions.count;
	struct revision_numbers open = { 0 }; // those that are decided to be no, and may be yes
	size_t number = decide(search, 0);

	for (;;) {
		while (number < count) {
			search->amounts[number] = RAN_NOTHING;
			*LIST_PUSH(&open, search->arena) = number;
			number = decide(search, number + 1);
		}
		try_state(search);
		if (!open.count || search->tried >= MOST_TRIED) {
			search->is_cut = open.count > 0;
			return;
		}
		const size_t turned = open.items[--open.count];

		search->amounts[turned] = RAN_WHOLE;
		number = decide(search, turned + 1);
	}
}

static size_t size_of(const struct candidate *candidate, size_t count)
{
	size_t size = 0;

	for (size_t i = 0; i < count; i++) {
		size += candidate->amounts[i] == RAN_WHOLE;
	}
	return size;
}

/* What they are sorted by goes with them. */
struct sorted {
	struct candidate candidate;
	size_t size, order;
};

static int compare_sorted(const void *a, const void *b)
{
	const struct sorted *one = a, *other = b;
	const size_t ours[] = { one->candidate.distance, one->size, one->order };
	const size_t theirs[] = { other->candidate.distance, other->size, other->order };

	for (size_t i = 0; i < COUNT_OF(ours); i++) {
		if (ours[i] != theirs[i]) {
			return ours[i] < theirs[i] ? -1 : 1;
		}
	}
	return 0;
}

static void sort(struct candidates *found, size_t revisions, struct arena *arena)
{
	struct sorted *sorted = arena_new_array(arena, struct sorted, found->count);

	for (size_t i = 0; i < found->count; i++) {
		sorted[i] = (struct sorted){ found->items[i], size_of(&found->items[i], revisions),
			i };
	}
	if (found->count) {
		qsort(sorted, found->count, sizeof(*sorted), compare_sorted);
	}
	for (size_t i = 0; i < found->count; i++) {
		found->items[i] = sorted[i].candidate;
	}
}

struct candidates version_states(const struct locate_problem *problem, const struct solver *solver,
		size_t slack, size_t most, struct arena *arena, bool *ret_has_more)
{
	const size_t count = problem->revisions.count;
	const uint64_t limit = (slack + 1) * COST_OF_FACT;
	bool *must = arena_new_array(arena, bool, count),
	     *may = arena_new_array(arena, bool, count);
	struct search search = {
		.problem = problem,
		.database = facts_flags(problem->facts, &problem->database, arena),
		.must = must,
		.may = may,
		.slack = slack,
		.amounts = arena_new_array(arena, size_t, count),
		.arena = arena,
	};

	*ret_has_more = false;
	for (size_t i = 0; i < count; i++) {
		const uint64_t without = solver_cost_with(solver, i, RAN_NOTHING);

		must[i] = without >= limit && without != COST_NEVER;
		may[i] = solver_cost_with(solver, i, RAN_WHOLE) < limit;
	}
	locate_mark_below(problem, must);
	for (size_t i = 0; i < count; i++) {
		if (must[i] && !may[i]) {
			return search.found;
		}
	}
	try_all(&search);
	sort(&search.found, count, arena);
	*ret_has_more = search.is_cut ||
			(search.found.count > most && !search.found.items[most].distance);
	search.found.count = search.found.count < most ? search.found.count : most;
	return search.found;
}
