#include "report/answer.h"

#include "kit/arena.h"
#include "report/claims.h"

bool report_is_answer(const struct report_scenario *scenario)
{
	bool differs = false;

	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];
		const struct outcome *outcome = cell->outcome;

		if (outcome &&
				(outcome->record == RECORD_SAME ||
						outcome->record == RECORD_DIFFERS ||
						outcome->runs.count ||
						!report_can_be_claimed(outcome))) {
			return false;
		}
		differs = differs || report_status(cell) == REPORT_DIFFERS;
	}
	return scenario->is_unclaimed && !scenario->is_exercise && differs;
}

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

struct answer report_answer(const struct report_scenario *scenario, struct arena *arena)
{
	struct answer answer = { 0 };

	for (size_t i = 0; i < scenario->states.count; i++) {
		struct answer_state state = { .state = scenario->states.items[i] };
		struct str_list played;

		sort_strategies(scenario, state.state, arena, &played, &state.working);
		if (!played.count) {
			continue;
		}
		state.words = str_format(arena, "%zu of %zu repair%s work%s", state.working.count,
				played.count, played.count == 1 ? "" : "s",
				state.working.count == 1 || played.count == 1 ? "s" : "");
		*LIST_PUSH(&answer.states, arena) = state;
	}
	if (has_repair(scenario)) {
		answer.claims = report_claims(scenario, arena);
	}
	return answer;
}

str answer_command(const struct report_scenario *scenario, struct arena *arena)
{
	return str_format(arena, "rehearse accept --outcomes %.*s",
			STR_ARG(str_shell_word(scenario->path, arena)));
}

/* --- of a whole report ------------------------------------------------------------------------- */

struct answer_count report_count_answers(const struct report *report)
{
	const struct report_summary *summary = &report->summary;
	struct answer_count count = { 0 };

	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];

		if (!report_is_answer(scenario)) {
			continue;
		}
		count.scenarios++;
		for (size_t j = 0; j < scenario->cells.count; j++) {
			const enum report_status status = report_status(&scenario->cells.items[j]);

			count.work += status == REPORT_AS_EXPECTED;
			count.do_not += status == REPORT_DIFFERS;
		}
	}
	count.as_expected = summary->as_expected - count.work;
	count.differ = summary->differ - count.do_not;
	return count;
}

struct str_list answer_counts(const struct answer_count *count, struct arena *arena)
{
	struct str_list words = { 0 };

	if (count->scenarios) {
		str_list_add(&words,
				str_format(arena, "%zu work%s,", count->work,
						count->work == 1 ? "s" : ""),
				arena);
		str_list_add(&words,
				str_format(arena, "%zu do%s not", count->do_not,
						count->do_not == 1 ? "es" : ""),
				arena);
		str_list_add(&words, STR("(nothing is claimed yet)"), arena);
	}
	return words;
}

str answer_headline(const struct report *report, struct arena *arena)
{
	const struct report_summary *summary = &report->summary;
	const struct answer_count count = report_count_answers(report);

	if (!count.scenarios || count.differ || summary->unanswered ||
			summary->not_played || summary->stale_records.count) {
		return (str){ 0 };
	}
	for (size_t i = 0; i < report->scenarios.count && count.scenarios == 1; i++) {
		if (report_is_answer(report->scenarios.items[i])) {
			const struct answer answer =
					report_answer(report->scenarios.items[i], arena);
			const struct answer_state *first = answer.states.items;

			if (answer.states.count == 1) {
				return str_format(arena, "%.*s from %.*s", STR_ARG(first->words),
						STR_ARG(first->state));
			}
		}
	}
	return str_format(arena, "%zu scenario%s nothing yet", count.scenarios,
			count.scenarios == 1 ? " claims" : "s claim");
}
