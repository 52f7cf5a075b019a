/*
 * report/text.h - signs and the matrix of the text format, for others who write for people.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "kit/style.h"
#include "report/report.h"

/* How a verdict looks; NULL: a cell without an answer. */
enum style text_verdict_style(const struct outcome *outcome);

/* Strategies down, states across, engines in the cell; wide ones in several blocks. */
void text_add_matrix(const struct report *report, const struct report_scenario *scenario,
		struct buf *out);

#endif
