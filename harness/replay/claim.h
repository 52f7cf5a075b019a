/*
 * replay/claim.h - compare an outcome with what the scenario claims of the cell.
 */
#ifndef REPLAY_CLAIM_H
#define REPLAY_CLAIM_H

#include "replay/outcome.h"
#include "scenario/scenario.h"

/* Fill in `is_as_claimed` and `claim`. */
void outcome_compare_with_claim(
		struct outcome *outcome, const struct scenario_outcome *claim, struct arena *arena);

#endif
