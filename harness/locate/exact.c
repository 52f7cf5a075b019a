/*
 * Version states that are the database, fact for fact: what its rows claim, what the search finds near it, and what is beside
 * those without a trace.
 */
#include "locate/search.h"

#include "kit/arena.h"

#include <string.h>

/* Version states that are told; those that are replayed to find them. */
#define MOST_STATES     16
#define MOST_CANDIDATES 24

/* What depends on the order of whole branches may be off by so many facts before it is replayed. */
#define SLACK_OF_BRANCHES 12

/* The rows that a version state has: those of its revisions on which no other of them stands. */
struct str_list search_rows_of(const struct search *search, const size_t *amounts)
{
	const size_t count = search_revisions(search);
	bool *is_below = arena_new_array(search->arena, bool, count);
	struct str_list rows = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct standings *below = &search->problem->revisions.items[i].below;

		for (size_t j = 0; amounts[i] == RAN_WHOLE && j < below->count; j++) {
			is_below[below->items[j].revision] = true;
		}
	}
	for (size_t i = 0; i < count; i++) {
		const str id = search->problem->revisions.items[i].id;

		if (amounts[i] == RAN_WHOLE && !is_below[i] && !str_list_contains(&rows, id)) {
			str_list_add(&rows, id, search->arena);
		}
	}
	str_list_sort(&rows);
	return rows;
}

/* All that the rows claim to have run; of an id that several files have, the last, as Alembic takes it. */
size_t *search_claimed(const struct search *search)
{
	const size_t count = search_revisions(search);
	size_t *amounts = arena_new_array(search->arena, size_t, count);
	bool *marks = arena_new_array(search->arena, bool, count);
	const struct str_list *rows = &search->problem->rows;

	for (size_t i = 0; i < rows->count; i++) {
		for (size_t j = count; j-- > 0;) {
			if (str_equal(search->problem->revisions.items[j].id, rows->items[i])) {
				marks[j] = true;
				break;
			}
		}
	}
	locate_mark_below(search->problem, marks);
	for (size_t i = 0; i < count; i++) {
		amounts[i] = marks[i] ? RAN_WHOLE : RAN_NOTHING;
	}
	return amounts;
}

/* Whether two are the same but for revisions that do nothing. */
static bool means_the_same(const struct search *search, const size_t *a, const size_t *b)
{
	for (size_t i = 0; i < search_revisions(search); i++) {
		if (a[i] != b[i] && !does_nothing(search->problem, i)) {
			return false;
		}
	}
	return true;
}

void search_add_state(const struct search *search, const size_t *amounts, struct location *location)
{
	for (size_t i = 0; i < location->at.count; i++) {
		if (means_the_same(search, location->at.items[i].amounts, amounts)) {
			return;
		}
	}
	if (location->at.count == MOST_STATES) {
		location->has_more = true;
		return;
	}
	*LIST_PUSH(&location->at, search->arena) =
			(struct version_state){ search_rows_of(search, amounts), amounts };
}

static bool has_branches(const struct locate_problem *problem)
{
	for (size_t i = 1; i < problem->revisions.count; i++) {
		const struct standings *below = &problem->revisions.items[i].below;

		if (below->count != 1 || below->items[0].revision != i - 1) {
			return true;
		}
	}
	return false;
}

/* Add a version state if it is the database. */
static struct error *try_state(
		struct search *search, const size_t *amounts, struct location *location)
{
	const struct checked *checked;
	struct error *err = search_check(search, amounts, &checked);

	if (!err && checked->runs && !checked->distance) {
		search_add_state(search, amounts, location);
	}
	return err;
}

static struct error *try_states(struct search *search, size_t slack, struct location *location)
{
	bool has_more;
	const struct candidates near = version_states(search->problem, search->solver, slack,
			MOST_CANDIDATES, search->arena, &has_more);
	struct error *err = NULL;

	for (size_t i = 0; !err && i < near.count; i++) {
		err = try_state(search, near.items[i].amounts, location);
	}
	location->has_more |= !slack && has_more && location->at.count;
	return err;
}

/*
 * The states that the database is at, what its rows claim before all others. Where branches do not stay out of each
 * other's way, what is predicted may be off.
 */
struct error *search_exact(struct search *search, struct location *location)
{
	const size_t slack = has_branches(search->problem) ? SLACK_OF_BRANCHES : 0;
	const size_t *claimed = search_claimed(search);
	struct error *err = try_state(search, claimed, location);

	if (!err) {
		err = try_states(search, 0, location);
	}
	if (!err && slack && (search->slack || !location->at.count)) {
		err = try_states(search, slack, location);
	}
	location->is_exact = location->at.count > 0;
	return err;
}

/* Of a state that the database is at, those beside it that differ in a revision without a trace. */
struct error *search_beside_exact(
		struct search *search, const size_t *amounts, struct location *location)
{
	const size_t count = search_revisions(search);
	struct error *err = NULL;

	for (size_t i = 0; !err && i < count; i++) {
		const struct traced_revision *revision = &search->problem->revisions.items[i];

		if (has_trace(revision) || does_nothing(search->problem, i) ||
				!revision->is_known || location->at.count == MOST_STATES) {
			continue;
		}
		size_t *other = arena_new_array(search->arena, size_t, count);

		memcpy(other, amounts, count * sizeof(*other));
		other[i] = amounts[i] == RAN_WHOLE ? RAN_NOTHING : RAN_WHOLE;
		if (is_version_state(search->problem, other)) {
			err = try_state(search, other, location);
		}
	}
	return err;
}
