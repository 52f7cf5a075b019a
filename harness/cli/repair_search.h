/*
 * cli/repair_search.h - search for a repair: candidates of the room `repair`, each replayed in a workshop. Trees are
 * tried in their order; on each, every database gets its steps, in waves, until all have some that work.
 */
#ifndef CLI_REPAIR_SEARCH_H
#define CLI_REPAIR_SEARCH_H

#include "cli/workshop.h"
#include "repair/runbook.h"

struct repair_search {
	struct workshop *workshop;
	const struct scenario
			*scenario; /* whose states are to be repaired, and whose goal decides */
	enum scenario_engine engine;
	int64_t budget_us;
	const struct lost_revisions *lost; /* as a wish has them (repair/repair.h) */
	struct scenario_revisions restored;
};

/* Search. An error is of the environment; what stopped it by a signal is in interrupted_by(). */
MUST_USE struct error *repair_search(
		const struct repair_search *search, struct repair_result *ret_result);

#endif
