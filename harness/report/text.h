/*
 * report/text.h - signs, colours and the matrix of the text format, for others who write for people.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "report/report.h"

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

/* Strategies down, states across, engines in the cell; wide ones in several blocks. */
void text_add_matrix(const struct report *report, const struct report_scenario *scenario,
		struct buf *out);

#endif
