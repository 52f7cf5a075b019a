/*
 * cli/last_failed.h - which cells differed when they were last played, for `run --last-failed`: names, a
 * line each, in .rehearse/last-failed of the working folder. There is no such file when all is well.
 */
#ifndef CLI_LAST_FAILED_H
#define CLI_LAST_FAILED_H

#include "kit/error.h"

/* The names; none when nothing is remembered. */
struct str_list last_failed_read(struct arena *arena);

/* Remember: of the cells in `played` those in `differing`, of all others what was known of them. */
MUST_USE struct error *last_failed_update(const struct str_list *played,
		const struct str_list *differing, struct arena *arena);

#endif
