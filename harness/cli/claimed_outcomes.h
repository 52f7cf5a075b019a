/*
 * cli/claimed_outcomes.h - write claims into a scenario file that has none: the only thing that is ever written into
 * one.
 */
#ifndef CLI_CLAIMED_OUTCOMES_H
#define CLI_CLAIMED_OUTCOMES_H

#include "kit/error.h"

/* The key `outcomes` with the claims below it, each line behind `prefix`; no line end behind the last. */
str claimed_outcomes_text(const struct str_list *claims, str prefix, struct arena *arena);

/*
 * Add them to the end of the scenario file at `path`. ERROR_INVALID: the file would then not say what was meant, as it
 * is written otherwise than in lines, or has changed; nothing was written, and the hint says what to paste.
 */
MUST_USE struct error *claimed_outcomes_write(
		str path, const struct str_list *claims, struct arena *arena);

#endif
