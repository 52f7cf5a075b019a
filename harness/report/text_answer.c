/*
 * The answer of a scenario of which nothing is claimed yet, and the lines that would claim it.
 */
#include "kit/arena.h"
#include "kit/columns.h"
#include "report/answer.h"
#include "report/text_internal.h"

void text_add_answer(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	const struct answer answer = report_answer(scenario, out->arena);

	for (size_t i = 0; i < answer.states.count; i++) {
		const struct answer_state *state = &answer.states.items[i];
		const str working = str_list_join(&state->working, STR(", "), out->arena);
		const size_t used = columns_of(state->state) + columns_of(state->words) + 8;
		const bool fits = !report->width || used + 2 + columns_of(working) <= report->width;

		buf_add(out, STR("  from "));
		style_add(out, report->colour, STYLE_BOLD, state->state);
		buf_format(out, " %.*s", STR_ARG(state->words));
		if (working.len) {
			buf_add(out, fits ? STR(": ") : STR(":\n    "));
			style_add(out, report->colour, STYLE_GOOD, working);
		}
		buf_add_char(out, '\n');
	}
}

void text_add_claims(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	const struct str_list claims = report_answer(scenario, out->arena).claims;

	if (!claims.count) {
		return;
	}
	buf_add_char(out, '\n');
	text_add_sentence(report, 2, STR(""), STR(ANSWER_CLAIMS_LEAD), out);
	buf_add(out, STR("\n    outcomes:\n"));
	for (size_t i = 0; i < claims.count; i++) {
		buf_format(out, "      %.*s\n", STR_ARG(claims.items[i]));
	}
	buf_format(out, "\n  %.*s  writes these lines there.\n",
			STR_ARG(answer_command(scenario, out->arena)));
}
