/*
 * report/text_internal.h - what the files of the text format share: words, signs and colours.
 */
#ifndef REPORT_TEXT_INTERNAL_H
#define REPORT_TEXT_INTERNAL_H

#include "report/format.h"

#define TEXT_WIDTH 80

enum text_style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_FAINT,
	STYLE_GOOD,
	STYLE_BAD,
	STYLE_ODD,
};

/* Add `text` in a style, if there are to be colours. */
void text_add_styled(struct buf *out, bool colour, enum text_style style, str text);

/* How a verdict looks; NULL: a cell without an answer. */
enum text_style text_verdict_style(const struct outcome *outcome);
const char *text_verdict_sign(const struct outcome *outcome);

/* Whether a cell has an outcome that is not as expected. */
bool text_is_differing(const struct report_cell *cell);

/* Strategies down, states across, engines in the cell; wide ones in several blocks. */
void text_add_matrix(const struct report *report, const struct report_scenario *scenario,
		struct buf *out);

/* All that is known about a cell that differs. */
void text_add_difference(
		const struct report *report, const struct report_cell *cell, struct buf *out);

#endif
