/*
 * A scenario of which nothing is claimed yet: what its cells come to is an answer, not a broken promise. It is told
 * from each state, and with the lines that would claim it.
 */
#include "kit/arena.h"
#include "report/claims.h"
#include "report/text_internal.h"

bool text_is_answer(const struct report_scenario *scenario)
{
	bool differs = false;

	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];
		const struct outcome *outcome = cell->outcome;

		if (outcome &&
				(outcome->record == RECORD_SAME ||
						outcome->record == RECORD_DIFFERS ||
						outcome->runs.count)) {
			return false;
		}
		differs = differs || report_status(cell) == REPORT_DIFFERS;
	}
	return scenario->is_unclaimed && differs &&
			scenario->strategies.count > 1; // one is seen at a glance
}

/* --- from each state --------------------------------------------------------------------------- */

/* The strategies that were played from a state, and those that work on every engine. */
static void sort_strategies(const struct report_scenario *scenario, str state, struct arena *arena,
		struct str_list *ret_played, struct str_list *ret_working)
{
	struct str_list played = { 0 }, broken = { 0 }, working = { 0 };

	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];

		if (!str_equal(cell->state, state) || !cell->outcome ||
				cell->outcome->verdict == VERDICT_SKIPPED) {
			continue;
		}
		if (!str_list_contains(&played, cell->strategy)) {
			str_list_add(&played, cell->strategy, arena);
		}
		if (cell->outcome->verdict != VERDICT_WORKS) {
			str_list_add(&broken, cell->strategy, arena);
		}
	}
	for (size_t i = 0; i < played.count; i++) {
		if (!str_list_contains(&broken, played.items[i])) {
			str_list_add(&working, played.items[i], arena);
		}
	}
	*ret_played = played;
	*ret_working = working;
}

void text_add_answer(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	for (size_t i = 0; i < scenario->states.count; i++) {
		struct str_list played, working;

		sort_strategies(scenario, scenario->states.items[i], out->arena, &played, &working);
		if (!played.count) {
			continue;
		}
		buf_add(out, STR("  from "));
		style_add(out, report->colour, STYLE_BOLD, scenario->states.items[i]);
		buf_format(out, " %zu of %zu repair%s work%s", working.count, played.count,
				played.count == 1 ? "" : "s",
				working.count == 1 || played.count == 1 ? "s" : "");
		if (working.count) {
			buf_add(out, STR(": "));
			style_add(out, report->colour, STYLE_GOOD,
					str_list_join(&working, STR(", "), out->arena));
		}
		buf_add_char(out, '\n');
	}
}

/* --- lines to paste ---------------------------------------------------------------------------- */

/* Where no repair works from anywhere there is no verdict that one would want to keep. */
static bool has_repair(const struct report_scenario *scenario)
{
	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct outcome *outcome = scenario->cells.items[i].outcome;

		if (outcome && outcome->verdict == VERDICT_WORKS) {
			return true;
		}
	}
	return false;
}

void text_add_claims(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	const struct str_list claims = report_claims(scenario, out->arena);

	if (!has_repair(scenario)) {
		return;
	}
	buf_add_char(out, '\n');
	text_add_sentence(report, 2, STR(""),
			STR("Nothing is claimed of these cells yet. To keep these verdicts, claim them:"),
			out);
	buf_add(out, STR("\n    outcomes:\n"));
	for (size_t i = 0; i < claims.count; i++) {
		buf_format(out, "      %.*s\n", STR_ARG(claims.items[i]));
	}
	if (claims.count) {
		buf_format(out, "\n  rehearse accept --outcomes %.*s  writes these lines there.\n",
				STR_ARG(str_shell_word(scenario->path, out->arena)));
	}
}
