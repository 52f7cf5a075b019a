#include "report/claims.h"

#include "kit/arena.h"
#include "kit/json.h"

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

bool report_can_be_claimed(const struct outcome *outcome)
{
	return outcome->verdict != VERDICT_FAILS ||
			(outcome->failed_step && !str_equal(outcome->error.class_name, STR("Timeout")));
}

/* What would be claimed of a cell; empty: nothing, as it works, or as no claim can say it. */
static str claim_of(const struct outcome *outcome, struct arena *arena)
{
	if (!outcome || !report_can_be_claimed(outcome)) {
		return (str){ 0 };
	}
	if (outcome->verdict == VERDICT_FAILS) {
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

struct str_list report_claims(const struct report_scenario *scenario, struct arena *arena)
{
	struct str_list claimed = { 0 }, lines = { 0 };

	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];
		const str claim = claim_of(cell->outcome, arena);
		struct buf line = { .arena = arena };
		str name = str_format(
				arena, "%.*s@%.*s", STR_ARG(cell->strategy), STR_ARG(cell->state));

		if (!agree(scenario, cell, arena)) {
			name = str_format(arena, "%.*s:%.*s", STR_ARG(name), STR_ARG(cell->engine));
		}
		if (!claim.len || str_list_contains(&claimed, name)) {
			continue;
		}
		str_list_add(&claimed, name, arena);
		add_key(name, &line);
		buf_format(&line, ": %.*s", STR_ARG(claim));
		str_list_add(&lines, buf_str(&line), arena);
	}
	return lines;
}
