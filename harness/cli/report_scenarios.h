/*
 * cli/report_scenarios.h - the cells of a selection as reports have them: scenario after scenario, without outcomes,
 * which come later.
 */
#ifndef CLI_REPORT_SCENARIOS_H
#define CLI_REPORT_SCENARIOS_H

#include "cli/suite.h"
#include "report/report.h"

struct report_scenarios {
	struct report_scenario *items; /* one for each scenario with selected cells */
	size_t *ends;                  /* of the selection, by item */
	size_t count;
};

struct report_scenarios report_scenarios_of(
		const struct suite *suite, const struct selection *selection, struct arena *arena);

/* Where the cells of scenario `i` begin in the selection. */
size_t report_scenarios_first(const struct report_scenarios *all, size_t i);

#endif
