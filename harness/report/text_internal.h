/*
 * report/text_internal.h - what the files of the text format share beside report/text.h.
 */
#ifndef REPORT_TEXT_INTERNAL_H
#define REPORT_TEXT_INTERNAL_H

#include "report/format.h"
#include "report/text.h"

#define TEXT_WIDTH 80

/* All that is known about a cell that differs. */
void text_add_difference(
		const struct report *report, const struct report_cell *cell, struct buf *out);

/* What the steps of a cell have shown. */
void text_add_shows(const struct outcome *outcome, struct buf *out);

#endif
