/*
 * report/claims.h - the lines of a scenario's `outcomes` that would claim what its cells have come to, for a scenario
 * that claims nothing yet.
 */
#ifndef REPORT_CLAIMS_H
#define REPORT_CLAIMS_H

#include "report/report.h"

/*
 * A line of YAML for each claim, without indentation, in the order of the cells: "up@fresh: {fails_at: 2}". Cells that
 * work have none, as that is what nothing claims; nor has what no claim can say: a state that could not be built, a
 * cell that ran out of time.
 */
struct str_list report_claims(const struct report_scenario *scenario, struct arena *arena);

/* Whether a claim could say what a cell came to: not a slow machine, nor a state that could not be built. */
bool report_can_be_claimed(const struct outcome *outcome);

#endif
