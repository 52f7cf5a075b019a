#include "replay/claim.h"

#include "replay/strategy.h"

static str render_wrong(unsigned wrong, struct arena *arena)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < WRONG_COUNT; i++) {
		if (wrong & 1u << i) {
			str_list_add(&names, str_from(wrong_names[i]), arena);
		}
	}
	return str_list_join(&names, STR(", "), arena);
}

static str render_claim(const struct scenario_outcome *claim, struct arena *arena)
{
	switch (claim->verdict) {
	case VERDICT_FAILS:
		if (claim->error.pattern) {
			return str_format(arena, "fails at step %zu with '%.*s'", claim->fails_at,
					STR_ARG(claim->error.text));
		}
		return str_format(arena, "fails at step %zu", claim->fails_at);
	case VERDICT_WRONG:
		return str_format(arena, "wrong: %.*s", STR_ARG(render_wrong(claim->wrong, arena)));
	case VERDICT_WORKS:
	case VERDICT_SKIPPED:
		break;
	}
	return STR("works");
}

static bool matches(const struct expected_pattern *pattern, const struct outcome_error *met,
		struct arena *arena)
{
	const struct error error = {
		.class_name = met->class_name,
		.message = met->message,
		.state = met->sqlstate,
		.detail = met->detail,
		.hint = met->hint,
	};

	return pattern_matches_error(pattern, &error, arena);
}

static bool is_as_claimed(const struct outcome *outcome, const struct scenario_outcome *claim,
		struct arena *arena)
{
	switch (claim->verdict) {
	case VERDICT_WORKS:
		return outcome->verdict == VERDICT_WORKS;
	case VERDICT_FAILS:
		return outcome->verdict == VERDICT_FAILS &&
				outcome->failed_step == claim->fails_at &&
				matches(&claim->error, &outcome->error, arena);
	case VERDICT_WRONG:
		return outcome->verdict == VERDICT_WRONG && outcome->wrong == claim->wrong;
	case VERDICT_SKIPPED:
		break;
	}
	return false;
}

void outcome_compare_with_claim(
		struct outcome *outcome, const struct scenario_outcome *claim, struct arena *arena)
{
	static const struct scenario_outcome unlisted = { .verdict = VERDICT_WORKS };

	claim = claim ? claim : &unlisted;
	outcome->claim = render_claim(claim, arena);
	outcome->is_as_claimed = is_as_claimed(outcome, claim, arena);
}
