/*
 * What all formats say.
 */
#include "repair/runbook.h"

#include "kit/arena.h"

str repair_rows_words(const struct str_list *rows, struct arena *arena)
{
	return rows->count ? str_list_join(rows, STR(", "), arena) : STR("no row");
}

static size_t count_tried_trees(const struct repair_result *result)
{
	size_t trees = 0;

	for (size_t i = 0; i < result->trees->count; i++) {
		size_t at = 0;

		while (at < result->attempts.count && result->attempts.items[at].tree != i) {
			at++;
		}
		trees += at < result->attempts.count;
	}
	return trees;
}

/* Whether sound files stay, and every database needs what it would get anyway. */
static bool is_whole(const struct repair_result *result)
{
	if (!result->was_sound) {
		return false;
	}
	for (size_t i = 0; i < result->states.count; i++) {
		const struct steps *steps = &result->states.items[i].steps->steps;

		if (steps->count != 1 || steps->items[0].kind != STEP_UPGRADE ||
				!str_equal(steps->items[0].targets.items[0], STR("heads"))) {
			return false;
		}
	}
	return !result->trees->items[result->tree].files;
}

str repair_summary(const struct repair_result *result, struct arena *arena)
{
	const size_t trees = count_tried_trees(result);
	struct buf out = { .arena = arena };

	buf_add(&out,
			!result->is_found ? STR("Nothing found")
					: is_whole(result)
					? STR("Nothing is broken, the upgrade alone works")
					: STR("Found"));
	buf_format(&out, ": %zu replay%s of %zu tree%s on %s", result->attempts.count,
			result->attempts.count == 1 ? "" : "s", trees, trees == 1 ? "" : "s",
			scenario_engine_names[result->engine]);
	if (result->is_late) {
		buf_format(&out, "; the time was up after %.6g s (--budget)", result->budget_s);
	}
	buf_add(&out, STR("."));
	if (result->is_shaken) {
		buf_add(&out, STR(" What worked once did not when it was played once more."));
	}
	return buf_str(&out);
}

bool repair_sends_news(const struct repair_of_state *state)
{
	return state->steps->steps.count > 1 || state->database->rows.count;
}

bool repair_is_first_of_state(const struct repair_result *result, size_t at)
{
	const struct repair_attempt *attempt = &result->attempts.items[at];

	for (size_t i = 0; i < at; i++) {
		if (result->attempts.items[i].tree == attempt->tree &&
				str_equal(result->attempts.items[i].state, attempt->state)) {
			return false;
		}
	}
	return true;
}
