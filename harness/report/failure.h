/*
 * report/failure.h - what failed in a cell, drawn for people: the one form that every report shows, in parts
 * for those who have told some of them already.
 */
#ifndef REPORT_FAILURE_H
#define REPORT_FAILURE_H

#include "replay/outcome.h"

enum failure_part {
	FAILURE_MESSAGE, /* "CLASS: MESSAGE", behind the place and the word "error" */
	FAILURE_SOURCE,  /* the line of the file, drawn by excerpt_render() */
	FAILURE_REVISION,
	FAILURE_STATEMENT,
	FAILURE_DETAIL, /* what the engine says beside the message */
	FAILURE_ATTEMPT,
	FAILURE_HINT,
	FAILURE_DIAGNOSIS, /* that the tree does not load */
	FAILURE_DOCTOR,    /* a line of the doctor's report */
};

struct failure_line {
	enum failure_part part;
	size_t indent; /* blanks before the text, as the part has them by itself */
	str text;      /* one line, fit for a terminal; FAILURE_SOURCE has none */
};

struct failure_lines {
	struct failure_line *items;
	size_t count, capacity;
};

/* All that is known, in the order in which it is told. Texts are in `arena`. */
struct failure_lines failure_lines(const struct outcome_error *error, struct arena *arena);

/* What the doctor says of a tree that does not load, line by line; empty: it loads. */
struct str_list failure_diagnosis(const struct outcome_error *error, struct arena *arena);

/* "FILE:LINE:COLUMN: ", or what else `where` says and ": "; empty for nowhere. */
str failure_place(const struct outcome_error *error, struct arena *arena);

/*
 * All of it as text, each line `indent` further in, within `width` columns (0: lines are as long as they are).
 * `colour` adds terminal escapes.
 */
void failure_render(const struct outcome_error *error, size_t indent, size_t width, bool colour,
		struct buf *out);

#endif
