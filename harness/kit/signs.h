/*
 * kit/signs.h - the signs that we print for terminals that know ASCII alone.
 */
#ifndef KIT_SIGNS_H
#define KIT_SIGNS_H

#include "kit/str.h"

/*
 * `text` with a character of ASCII for each sign that Rehearse itself prints (of verdicts, trees, frames), which takes
 * as many columns: one. What users have written is theirs, and stays; `text` itself when nothing changes.
 */
str signs_in_ascii(str text, struct arena *arena);

#endif
