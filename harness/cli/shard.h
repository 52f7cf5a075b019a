/*
 * cli/shard.h - which part of a run is to be played: `--shard 2/4`, or `--shard auto`, as the system says that runs the
 * parts. A new system is a row of the table in shard.c.
 */
#ifndef CLI_SHARD_H
#define CLI_SHARD_H

#include "kit/error.h"

/* For struct option.check: "I/N" or "auto". */
MUST_USE struct error *shard_check(str value, struct arena *arena);

/*
 * The part, from 1, and how many there are. ERROR_INVALID for "auto" where no system says so, or what one says is no
 * part.
 */
MUST_USE struct error *shard_parse(
		str value, struct arena *arena, size_t *ret_part, size_t *ret_parts);

#endif
