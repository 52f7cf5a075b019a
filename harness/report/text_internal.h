/*
 * report/text_internal.h - what the files of the text format share beside report/text.h.
 */
#ifndef REPORT_TEXT_INTERNAL_H
#define REPORT_TEXT_INTERNAL_H

#include "report/format.h"
#include "report/text.h"

/* Columns that lines may take. */
size_t text_width(const struct report *report);

/*
 * A sentence behind `lead`, which is `indent` blanks in, and a line end. On a terminal it is broken between words, and goes
 * on two columns further in; elsewhere it stays one line, which can be searched for.
 */
void text_add_sentence(const struct report *report, size_t indent, str lead, str sentence,
		struct buf *out);

/*
 * All that is known about a cell that differs, and of others of which the same is known. Where that is an answer
 * (report/answer.h), there is nothing to act on.
 */
void text_add_difference(const struct report *report, const struct report_cell *const *cells,
		size_t count, bool is_answer, struct buf *out);

/* Of a scenario that is an answer (report/answer.h) how many repairs work from each state; the lines that would claim it. */
void text_add_answer(const struct report *report, const struct report_scenario *scenario,
		struct buf *out);
void text_add_claims(const struct report *report, const struct report_scenario *scenario,
		struct buf *out);

/* The cells that took longest, as many as the report is asked for. */
void text_add_durations(const struct report *report, struct buf *out);

/* How many of the exercises are solved, and which is the next; nothing where there are none. */
void text_add_exercises(const struct report *report, struct buf *out);

/* "1.25 s" */
str text_seconds(int64_t elapsed_us, struct arena *arena);

/* What the steps of a cell have shown. */
void text_add_shows(const struct outcome *outcome, struct buf *out);

#endif
