/*
 * kit/excerpt.h - a place in a user's file with its line, as a value that needs the file no more: it can go
 * over a pipe, and be drawn for people or told to tools by whoever gets it.
 */
#ifndef KIT_EXCERPT_H
#define KIT_EXCERPT_H

#include "kit/source.h"

struct excerpt {
	str path;            /* of the file, as the user would write it; empty: nowhere */
	size_t line, column; /* from 1, in code points */
	str text;            /* the line, cut around what is meant if it is long */
	size_t offset, len;  /* what is meant, in bytes of `text`; len 0 points between two bytes */
};

/* The first line of `span`; that of a span which is nowhere is nowhere. Texts are in `arena`. */
struct excerpt excerpt_of(struct span span, struct arena *arena);

/* "file:line:column", or the empty text for nowhere. */
str excerpt_place(const struct excerpt *excerpt, struct arena *arena);

/*
 * Draw the line, `indent` blanks further in, and below it a caret and waves under what is meant. What does
 * not fit into `width` columns is cut on both sides, the caret in sight. `colour` adds terminal escapes.
 */
void excerpt_render(const struct excerpt *excerpt, size_t indent, size_t width, bool colour,
		struct buf *out);

#endif
