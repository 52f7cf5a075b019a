/*
 * project/code.h - what a revision's `upgrade` does, as words that can be compared: the function, and of the module
 * what it uses and what takes effect by itself. Comments, layout, docstrings, quotes, trailing commas, needless
 * parentheses, the order of imports and what only `downgrade` needs are left out, and so are the variables that
 * Alembic reads. Nothing is run; two files of the same words do the same.
 */
#ifndef PROJECT_CODE_H
#define PROJECT_CODE_H

#include "kit/arena.h"
#include "kit/source.h"

struct code_word {
	str text;
	size_t offset; /* in the source */
};

struct code {
	const struct source *source; /* borrowed */
	struct code_word *items;
	size_t count, capacity;
};

/* Of a file that Python would refuse, the bytes as they are: one word. */
struct code code_read(const struct source *source, struct arena *arena);

/* Whether both do the same; if not, `ret_where` is where `b` first says something else. */
bool code_equal(const struct code *a, const struct code *b, struct span *ret_where);

#endif
