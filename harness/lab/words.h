/*
 * lab/words.h - values as they stand in messages, and the comparison of version rows.
 */
#ifndef LAB_WORDS_H
#define LAB_WORDS_H

#include "kit/str.h"

/* "no rows", or "the rows a, b", sorted. */
str words_of_rows(const struct str_list *rows, struct arena *arena);

/* Text on one line, in quotes, cut when it is long. */
str words_of_text(str text, struct arena *arena);

/* Whether the rows are the same as multisets. */
bool rows_are_same(const struct str_list *a, const struct str_list *b, struct arena *arena);

/* A sorted copy. */
struct str_list sorted_rows(const struct str_list *rows, struct arena *arena);

#endif
