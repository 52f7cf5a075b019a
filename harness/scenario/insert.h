/*
 * scenario/insert.h - put strategies, and claims about their cells, into the text of a scenario file, all else of which
 * stays as it is: comments, order, quotes.
 */
#ifndef SCENARIO_INSERT_H
#define SCENARIO_INSERT_H

#include "kit/str.h"

/* What is put in. */
struct scenario_addition {
	/*
	 * Add the lines of the strategies; or those of their outcomes, one level in from `outcomes:`. A level is the
	 * blanks of `step`.
	 */
	void (*add_strategies)(void *data, str step, struct buf *out);
	void (*add_outcomes)(void *data, str step, struct buf *out);
	bool needs_outcomes; /* also where the file claims nothing so far */
	void *data;          /* borrowed, handed to both */
};

/*
 * The text with the addition in it: first below its `strategies:` and `outcomes:`. Steps that stand at the top become
 * those of a strategy `replay`. A file that writes these keys in braces comes out with a key that stands twice, which
 * reading it reports.
 */
void scenario_insert(str text, const struct scenario_addition *addition, struct buf *out);

#endif
