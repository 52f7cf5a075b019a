/*
 * What is told of the explanation that was found: what ran, what cannot be told, what is left over, and whether the rows are
 * true.
 */
#include "locate/search.h"

#include "kit/arena.h"

/* Whether another amount would cost the same, and nobody had the time to look. */
static bool is_open(const struct search *search, const struct checked *best, size_t number)
{
	return search->replays >= search->most_replays &&
			solver_cost_without(search->solver, number, best->amounts[number]) <=
			solver_cost(search->solver);
}

/*
 * Whether it cannot be told of a revision if it ran. What leaves no trace has not, if it runs neither on the database as it is
 * nor anywhere on a way there.
 */
static struct error *is_untraceable(
		struct search *search, const struct checked *best, size_t number, bool *ret_is)
{
	const struct traced_revision *revision = &search->problem->revisions.items[number];
	struct error *err = NULL;
	bool runs = true;

	*ret_is = !revision->is_known || !revision->statement_count ||
			search_sees_otherwise(search, best, number) ||
			is_open(search, best, number);
	if (*ret_is || has_trace(revision)) {
		return NULL;
	}
	if (best->amounts[number] == RAN_NOTHING && search->follows < search->most_follows) {
		search->follows++;
		err = search->lab->follow(search->lab->data, best->amounts, number, &runs);
	}
	if (!err && !runs) {
		err = search_check_undone(search, best, number);
		runs = search_sees_otherwise(search, best, number) || is_open(search, best, number);
	}
	*ret_is = runs;
	return err;
}

static struct error *sort_revisions(
		struct search *search, const struct checked *told, struct location *location)
{
	const struct checked best = *told; // looking moves it
	const bool *below = search_marks_below(search, best.amounts);
	bool is_untold;
	struct error *err = search_look_at_doubts(search, &best);

	for (size_t i = 0; !err && i < search_revisions(search); i++) {
		const size_t amount = best.amounts[i];

		err = is_untraceable(search, &best, i, &is_untold);
		if (is_part(amount)) {
			*LIST_PUSH(&location->partly, search->arena) =
					(struct located_part){ i, amount };
		} else if (is_untold) {
			*LIST_PUSH(&location->untraceable, search->arena) = i;
		} else if (amount == RAN_WHOLE) {
			*LIST_PUSH(&location->ran, search->arena) = i;
		} else {
			*LIST_PUSH(&location->not_ran, search->arena) = i;
			if (below[i]) {
				*LIST_PUSH(&location->holes, search->arena) = i;
			}
		}
	}
	return err;
}

static void tell_foreign(
		const struct search *search, const struct checked *best, struct location *location)
{
	const struct facts *facts = search->problem->facts;

	for (size_t i = 0; i < facts->lines.count; i++) {
		location->facts += search->database[i] || best->facts[i];
		location->matching += search->database[i] && best->facts[i];
		if (search->database[i] != best->facts[i]) {
			str_list_add(&location->foreign,
					str_format(search->arena, "%c %.*s",
							search->database[i] ? '+' : '-',
							STR_ARG(facts->lines.items[i])),
					search->arena);
		}
	}
	str_list_sort(&location->foreign);
}

/* Whether two have the same ids; of one that several files have, any of them will do. */
static bool has_same_ids(const struct search *search, const size_t *a, const size_t *b)
{
	struct table ids = { .arena = search->arena };
	uint32_t in;

	for (uint32_t i = 0; i < search_revisions(search); i++) {
		const str id = search->problem->revisions.items[i].id;

		in = 0;
		(void)table_find(&ids, id, &in);
		in |= (uint32_t)(a[i] == RAN_WHOLE) | (uint32_t)(b[i] == RAN_WHOLE) << 1;
		table_set(&ids, id, in);
	}
	for (size_t i = 0; i < search_revisions(search); i++) {
		in = 0;
		(void)table_find(&ids, search->problem->revisions.items[i].id, &in);
		if (in != 0 && in != 3 && !does_nothing(search->problem, i)) {
			return false;
		}
	}
	return true;
}

/* What the rows claim, beside what is. */
static void judge_rows(struct search *search, struct location *location)
{
	const struct locate_problem *problem = search->problem;
	const size_t *claimed = search_claimed(search);
	const bool *facts = predict(problem, claimed, search->arena);
	const struct str_list rows = search_rows_of(search, claimed);
	bool is_claim = false;

	for (size_t i = 0; i < problem->rows.count; i++) {
		const str row = problem->rows.items[i];
		const struct str_list before = { .items = problem->rows.items, .count = i };
		bool is_known = false;

		for (size_t j = 0; j < problem->revisions.count; j++) {
			is_known |= str_equal(problem->revisions.items[j].id, row);
		}
		if (!is_known) {
			str_list_add(&location->unknown_rows, row, search->arena);
		} else if (!str_list_contains(&rows, row) || str_list_contains(&before, row)) {
			str_list_add(&location->redundant_rows, row, search->arena);
		}
	}
	for (size_t i = 0; i < location->at.count; i++) {
		is_claim |= has_same_ids(search, location->at.items[i].amounts, claimed);
	}
	location->row_is_true = is_claim && !location->unknown_rows.count &&
			!problem->version_failure.len && !location->holes.count &&
			!location->partly.count;
	for (size_t i = 0; i < problem->facts->lines.count; i++) {
		location->claim_missing += facts[i] && !search->database[i];
		location->claim_extra += !facts[i] && search->database[i];
	}
	for (size_t i = 0; i < location->not_ran.count; i++) {
		if (claimed[location->not_ran.items[i]]) {
			*LIST_PUSH(&location->claimed, search->arena) = location->not_ran.items[i];
		}
	}
	for (size_t i = 0; i < location->partly.count; i++) {
		if (claimed[location->partly.items[i].revision]) {
			*LIST_PUSH(&location->claimed, search->arena) =
					location->partly.items[i].revision;
		}
	}
	for (size_t i = 0; i < location->ran.count; i++) {
		if (!claimed[location->ran.items[i]]) {
			*LIST_PUSH(&location->unclaimed, search->arena) = location->ran.items[i];
		}
	}
}

struct error *search_tell(
		struct search *search, const struct checked *told, struct location *location)
{
	tell_foreign(search, told, location);
	struct error *err = sort_revisions(search, told, location);

	if (!err) {
		judge_rows(search, location);
	}
	return err;
}
