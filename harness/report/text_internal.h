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
 * Words behind what goes up to `column`, a blank between, and a line end. On a terminal they are broken where it ends, and
 * go on behind `indent` blanks; elsewhere they stay one line, which can be searched for.
 */
void text_add_words(const struct report *report, size_t column, size_t indent, str words,
		struct buf *out);

/*
 * A sentence behind `lead`, which is `indent` blanks in, and a line end. It is broken as words are, and goes on two columns further in.
 */
void text_add_sentence(const struct report *report, size_t indent, str lead, str sentence,
		struct buf *out);

/* A line that is written in parts: on a terminal it is broken between them, and goes on behind `indent` blanks. */
struct text_line {
	const struct report *report;
	struct buf *out;
	size_t indent, column; /* `column`: where it has come to, counted from 0 */
};

/* Add `part` behind `separator`, of which blanks give way to the end of a line. */
void text_line_add(struct text_line *line, const char *separator, enum style style, str part);

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

/* "428 cells: 428 as expected; 88 scenarios on sqlite": what the run came to. */
void text_add_last_line(const struct report *report, struct buf *out);

/* "1.25 s" */
str text_seconds(int64_t elapsed_us, struct arena *arena);

/* What the steps of a cell have shown. */
void text_add_shows(const struct outcome *outcome, struct buf *out);

#endif
