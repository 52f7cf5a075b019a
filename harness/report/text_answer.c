/*
 * A scenario of which nothing is claimed yet: what its cells come to is an answer, not a broken promise. It is told
 * from each state, and with the lines that would claim it.
 */
#include "kit/arena.h"
#include "kit/json.h"
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
		buf_add(out, i ? STR("  from ") : STR("\n  from "));
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

/* A key of YAML: in quotes unless it is plain. */
static void add_key(str name, struct buf *out)
{
	const str plain = STR("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._@");
	struct json_writer json = { .out = out };

	for (size_t i = 0; i < name.len; i++) {
		if (str_find_char(plain, name.data[i]) == plain.len || name.data[0] == '@') {
			json_add_text(&json, NULL, name);
			return;
		}
	}
	buf_add(out, name);
}

/* What would be claimed of a cell; empty: nothing, as it works, or as no claim can say it. */
static str claim_of(const struct outcome *outcome, struct arena *arena)
{
	if (!outcome) {
		return (str){ 0 };
	}
	if (outcome->verdict == VERDICT_FAILS && outcome->failed_step) {
		return str_format(arena, "{fails_at: %zu}", outcome->failed_step);
	}
	if (outcome->verdict == VERDICT_WRONG) {
		const struct str_list keys = report_wrong(outcome, arena);

		return str_format(arena, "{wrong: [%.*s]}",
				STR_ARG(str_list_join(&keys, STR(", "), arena)));
	}
	return (str){ 0 };
}

/* Whether all cells of a strategy and a state, whatever their engine, come to the same. */
static bool agree(const struct report_scenario *scenario, const struct report_cell *cell,
		struct arena *arena)
{
	const str claim = claim_of(cell->outcome, arena);

	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *other = &scenario->cells.items[i];
		const bool is_same = str_equal(other->strategy, cell->strategy) &&
				str_equal(other->state, cell->state);

		if (is_same && report_status(other) != REPORT_SKIPPED &&
				!str_equal(claim_of(other->outcome, arena), claim)) {
			return false;
		}
	}
	return true;
}

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

void text_add_claims(const struct report_scenario *scenario, struct buf *out)
{
	struct str_list claimed = { 0 };

	if (!has_repair(scenario)) {
		return;
	}
	buf_add(out,
			STR("\n  Nothing is claimed of these cells yet. To keep these verdicts, claim them:\n\n"
			    "    outcomes:\n"));
	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];
		const str claim = claim_of(cell->outcome, out->arena);
		str name = str_format(out->arena, "%.*s@%.*s", STR_ARG(cell->strategy),
				STR_ARG(cell->state));

		if (!agree(scenario, cell, out->arena)) {
			name = str_format(out->arena, "%.*s:%.*s", STR_ARG(name),
					STR_ARG(cell->engine));
		}
		if (!claim.len || str_list_contains(&claimed, name)) {
			continue;
		}
		str_list_add(&claimed, name, out->arena);
		buf_add(out, STR("      "));
		add_key(name, out);
		buf_format(out, ": %.*s\n", STR_ARG(claim));
	}
}
