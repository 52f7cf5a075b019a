/*
 * kit/pattern.h - PCRE2 patterns over UTF-8 text, searched (not anchored), case-sensitive, with limits
 * on matching so that no pattern runs away.
 */
#ifndef KIT_PATTERN_H
#define KIT_PATTERN_H

#include "kit/error.h"

/* A compiled pattern, and what one search with it needs at a time; it belongs to whoever compiled it. */
struct pattern;

/*
 * Compile `text`. On ERROR_INVALID the message is PCRE2's, `where` is nowhere and `ret_offset` is the
 * byte of `text` that PCRE2 points at.
 */
MUST_USE struct error *pattern_compile(
		str text, struct arena *arena, struct pattern **ret_pattern, size_t *ret_offset);

/* The same with Python's habits: \w, \d, \s and \b know all of Unicode, a line ends with a line feed alone. */
MUST_USE struct error *pattern_compile_python(
		str text, struct arena *arena, struct pattern **ret_pattern, size_t *ret_offset);

/* Free a pattern; NULL is fine. */
void pattern_free(struct pattern *pattern);

/*
 * Whether the pattern matches somewhere in `text`. Text that is not UTF-8 does not match, nor does
 * a pattern that backtracks without end.
 */
bool pattern_matches(const struct pattern *pattern, str text);

/*
 * The same from byte `from` of `text` on, where a character begins. What the first `group_count` groups have matched
 * goes to `ret_groups`, the whole match being group 0; of one that took no part `data` is NULL.
 */
bool pattern_search(const struct pattern *pattern, str text, size_t from, str *ret_groups,
		size_t group_count);

#endif
