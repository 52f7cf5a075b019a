/*
 * kit/columns.h - how much room a text takes on a terminal, and lines that keep within it. A Chinese, Japanese or
 * Korean character and an emoji take two columns, a combining mark none, and what people see as one character is
 * never cut in two. A control character counts as one column, a byte that is not UTF-8 too; line ends are the
 * caller's to take out.
 */
#ifndef KIT_COLUMNS_H
#define KIT_COLUMNS_H

#include "kit/str.h"

/* The columns that `text` takes. */
size_t columns_of(str text);

/* How many bytes of `text` fit into `columns`. */
size_t columns_fit(str text, size_t columns);

/* Blanks behind `text`, which has just been added, up to `columns` in all. */
void columns_pad(struct buf *out, str text, size_t columns);

/*
 * Take a line that fits into `columns` off the front of `rest`: up to the last blank there. A word that is longer
 * stands alone, or is broken if `breaks_words`. No blanks at the end of the line, nor at the front of what is left.
 */
str wrap_line(str *rest, size_t columns, bool breaks_words);

/*
 * Add `text` from `column` on (counted from 0), in lines of at most `width` columns broken between words; further
 * lines begin behind `indent` blanks. Ends with a newline.
 */
void wrap_add(struct buf *out, str text, size_t width, size_t column, size_t indent);

/*
 * The same for words that quote commands and names: what stands between single quotes stays in one piece, to be copied.
 */
void wrap_add_quoting(struct buf *out, str text, size_t width, size_t column, size_t indent);

#endif
