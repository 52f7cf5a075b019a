/*
 * cli/repair_search.h - search for a repair: candidates of the room `repair`, each replayed in a workshop. Trees are
 * tried in their order; on each, every database gets its steps, in waves, until all have some that work.
 */
#ifndef CLI_REPAIR_SEARCH_H
#define CLI_REPAIR_SEARCH_H

#include "cli/repair_source.h"
#include "cli/workshop.h"
#include "repair/runbook.h"

struct repair_search {
	struct workshop *workshop;
	/* Its scenario's states are to be repaired, and the goal decides; it is asked what git knows of their rows. */
	struct repair_source *source;
	int64_t budget_us;
};

/* Search. An error is of the environment; what stopped it by a signal is in interrupted_by(). */
MUST_USE struct error *repair_search(
		const struct repair_search *search, struct repair_result *ret_result);

#endif
