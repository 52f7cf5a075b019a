/*
 * What amounts predict, and what they are.
 */
#include "kit/arena.h"
#include "locate/locate_internal.h"

bool *facts_flags(const struct facts *facts, const struct fact_list *list, struct arena *arena)
{
	bool *flags = arena_new_array(arena, bool, facts->lines.count);

	for (size_t i = 0; i < list->count; i++) {
		flags[list->items[i]] = true;
	}
	return flags;
}

size_t flags_differ(const struct facts *facts, const bool *a, const bool *b)
{
	size_t count = 0;

	for (size_t i = 0; i < facts->lines.count; i++) {
		count += a[i] != b[i];
	}
	return count;
}

static const struct fact_changes *changes_of(const struct traced_revision *revision, size_t amount)
{
	if (amount == RAN_NOTHING) {
		return NULL;
	}
	return amount == RAN_WHOLE ? &revision->changes : &revision->parts.items[amount - 1];
}

/* What goes along with tables goes first: what is made in their place stays. */
static void make_changes(const struct facts *facts, const struct fact_changes *changes, bool *flags)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct fact_list along = facts_that_go_along(facts, changes, i);

		for (size_t j = 0; j < along.count; j++) {
			flags[along.items[j]] = false;
		}
	}
	for (size_t i = 0; i < changes->count; i++) {
		flags[changes->items[i].fact] = changes->items[i].is_there;
	}
}

bool *predict(const struct locate_problem *problem, const size_t *amounts, struct arena *arena)
{
	bool *flags = facts_flags(problem->facts, &problem->start, arena);

	for (size_t i = 0; i < problem->revisions.count; i++) {
		const struct fact_changes *changes =
				changes_of(&problem->revisions.items[i], amounts[i]);

		if (changes) {
			make_changes(problem->facts, changes, flags);
		}
	}
	return flags;
}

bool is_as_replayed(const struct locate_problem *problem, const size_t *amounts)
{
	bool is_over = false;

	for (size_t i = 0; i < problem->revisions.count; i++) {
		const struct traced_revision *revision = &problem->revisions.items[i];

		if (amounts[i] == RAN_NOTHING) {
			is_over |= !revision->is_apart;
		} else if (amounts[i] != RAN_WHOLE || is_over || revision->is_apart) {
			return false;
		}
	}
	return true;
}

bool locate_can_stand(const struct locate_problem *problem, const size_t *amounts, size_t number)
{
	const struct standings *below = &problem->revisions.items[number].below;

	for (size_t i = 0; i < below->count;) {
		bool has_one = false;

		do {
			has_one |= amounts[below->items[i].revision] == RAN_WHOLE;
			i++;
		} while (i < below->count && below->items[i].is_alternative);
		if (!has_one) {
			return false;
		}
	}
	return true;
}

bool is_version_state(const struct locate_problem *problem, const size_t *amounts)
{
	for (size_t i = 0; i < problem->revisions.count; i++) {
		const bool ran = amounts[i] == RAN_WHOLE;

		if ((!ran && amounts[i] != RAN_NOTHING) ||
				(ran && !locate_can_stand(problem, amounts, i))) {
			return false;
		}
	}
	return true;
}

bool has_trace(const struct traced_revision *revision)
{
	for (size_t i = 0; i < revision->parts.count; i++) {
		if (revision->parts.items[i].count) {
			return true;
		}
	}
	return revision->is_known && revision->changes.count > 0;
}

bool does_nothing(const struct locate_problem *problem, size_t number)
{
	const struct traced_revision *revision = &problem->revisions.items[number];

	return revision->is_known && !revision->statement_count && !revision->changes.count;
}

void locate_mark_below(const struct locate_problem *problem, bool *is_marked)
{
	for (size_t number = problem->revisions.count; number-- > 0;) {
		const struct standings *below = &problem->revisions.items[number].below;

		for (size_t i = 0; is_marked[number] && i < below->count;) {
			bool has_one = false;

			do {
				has_one |= is_marked[below->items[i].revision];
				i++;
			} while (i < below->count && below->items[i].is_alternative);
			is_marked[below->items[i - 1].revision] |= !has_one;
		}
	}
}
