/*
 * The answer of a scenario of which nothing is claimed yet, and the lines that would claim it.
 */
#include "kit/arena.h"
#include "report/answer.h"
#include "report/text_internal.h"

void text_add_answer(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	const struct answer answer = report_answer(scenario, out->arena);

	for (size_t i = 0; i < answer.states.count; i++) {
		const struct answer_state *state = &answer.states.items[i];
		struct text_line line = { .report = report, .out = out, .indent = 4 };

		text_line_add(&line, "  ", STYLE_PLAIN, STR("from"));
		text_line_add(&line, " ", STYLE_BOLD, state->state);
		text_line_add(&line, " ", STYLE_PLAIN, state->words);
		for (size_t j = 0; j < state->working.count; j++) {
			text_line_add(&line, j ? ", " : ": ", STYLE_GOOD, state->working.items[j]);
		}
		buf_add_char(out, '\n');
	}
}

void text_add_claims(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	const struct str_list claims = report_answer(scenario, out->arena).claims;
	struct text_line line = { .report = report, .out = out, .indent = 2 };

	if (!claims.count) {
		return;
	}
	buf_add_char(out, '\n');
	text_add_sentence(report, 2, STR(""), STR(ANSWER_CLAIMS_LEAD), out);
	buf_add(out, STR("\n    outcomes:\n"));
	for (size_t i = 0; i < claims.count; i++) {
		buf_format(out, "      %.*s\n", STR_ARG(claims.items[i]));
	}
	buf_add_char(out, '\n');
	text_line_add(&line, "  ", STYLE_PLAIN, answer_command(scenario, out->arena));
	text_line_add(&line, "  ", STYLE_PLAIN, STR("writes these lines there."));
	buf_add_char(out, '\n');
}
