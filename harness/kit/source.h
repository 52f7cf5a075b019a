/*
 * kit/source.h - places in a user's file. A span is an offset and a length into a named text; line and
 * column are worked out only when a message is drawn. A span without a source is nowhere.
 */
#ifndef KIT_SOURCE_H
#define KIT_SOURCE_H

#include "kit/str.h"

struct source {
	str name;            /* as the user would write it: a path */
	str text;            /* the whole file, a byte order mark included */
	const size_t *lines; /* where each begins, from the first; NULL: counted when a place is asked for */
	size_t line_count;
	size_t lines_before; /* of the file, where the text is what comes behind them; 0: it is the whole */
};

/* A source that knows its lines, so that a file full of mistakes is not counted once for each; texts are borrowed. */
struct source *source_new(str name, str text, struct arena *arena);

struct span {
	const struct source *source; /* borrowed; NULL: nowhere */
	size_t offset, len;          /* bytes of source->text; len 0 points between two bytes */
};

/* Where a span begins, as editors count. */
struct place {
	size_t line;   /* from 1 */
	size_t column; /* from 1, in code points */
	str text;      /* the line, without its end; borrowed from the source */
};

/* Line, column and line text of the start of `span`, which must not be nowhere. */
struct place span_place(struct span span);

/* How many bytes a caret underlines that points into SQL at `offset`: up to a blank, a comma or a parenthesis, but one. */
size_t word_length(str sql, size_t offset);

/* "file:line:column", or the empty text for nowhere. */
str span_render(struct span span, struct arena *arena);

/*
 * Text that was taken out of a file with changes (indentation removed, escapes resolved), and where each
 * stretch of it came from, so that a place in the text is a place in the file.
 */
struct text_stretch {
	size_t text_offset, source_offset; /* from here on both advance byte by byte */
};

struct located_text {
	str text;
	const struct source *source; /* borrowed; NULL: from no file */
	const struct text_stretch
			*stretches; /* sorted by text_offset; the first has text_offset 0 */
	size_t stretch_count;       /* 0: the text as a whole is at source_offset 0 */
};

/* The place in the file of `len` bytes at `offset` of the text. */
struct span located_text_span(const struct located_text *text, size_t offset, size_t len);

#endif
