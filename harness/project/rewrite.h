/*
 * project/rewrite.h - a revision file with other values: ids and parents are written where they stand, and nothing else
 * is touched: quotes, brackets, comments, line ends, a missing last newline stay as they are. Text in, text out.
 */
#ifndef PROJECT_REWRITE_H
#define PROJECT_REWRITE_H

#include "project/revision_file.h"
#include "revision/spec.h"

/*
 * The text of `source` with what `after` declares in the place of what `before` does; its docstring says the same
 * afterwards, if it says anything. What comes out is read again: it declares just that.
 * ERROR_INVALID, at its place: a value that would have to change is no literal, or not its own.
 */
MUST_USE struct error *revision_file_rewrite(const struct source *source,
		const struct revision_spec *before, const struct revision_spec *after,
		struct arena *arena, str *ret_text);

/* `text` as a literal of Python, in `quote`s; as Python's repr() writes it if that is 0. `is_ascii`: with escapes. */
void python_text_add(struct buf *out, str text, char quote, bool is_ascii);

#endif
