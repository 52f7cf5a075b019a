/*
 * kit/suggest.h - "did you mean": which known word is nearest to one that is not known.
 */
#ifndef KIT_SUGGEST_H
#define KIT_SUGGEST_H

#include "kit/str.h"

/*
 * Insertions, deletions, replacements and swaps of neighbours that make `b` of `a`; counting stops at
 * `limit` + 1.
 */
size_t edit_distance(str a, str b, size_t limit, struct arena *arena);

/*
 * The candidate nearest to `word`, borrowed from `candidates`; the first of several. Empty when none is
 * near enough to be meant: a third of the word's length, and at least one change, is allowed.
 */
str suggest_nearest(str word, const str *candidates, size_t count, struct arena *arena);

/* "Did you mean 'NAME'?"; `otherwise`, which may be empty, where there is no name to offer. */
str suggest_did_you_mean(str name, str otherwise, struct arena *arena);

/* The hint for a word that is none of `known`: the one that is meant, else all; empty if there is none. */
str suggest_hint(str word, const struct str_list *known, struct arena *arena);

#endif
