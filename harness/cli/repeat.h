/*
 * cli/repeat.h - each cell several times, to find those that do not come to the same every time.
 */
#ifndef CLI_REPEAT_H
#define CLI_REPEAT_H

#include "crew/crew.h"
#include "replay/outcome.h"

/* Play the cell as job_play does, in a round that shares nothing with others: states are built anew. */
extern const struct job_kind job_repeat;

/*
 * The outcome of a cell that was played `count` times: that of the first run; where others came to something
 * else, as records and goals have it, with what each came to.
 */
const struct outcome *repeat_fold(
		const struct outcome *const *outcomes, size_t count, struct arena *arena);

#endif
