/*
 * cli/repair_proof.h - play a repair once more, from the start, and keep what is sent: no runbook without it. A kind of
 * job, whose task is a struct scenario_cell.
 */
#ifndef CLI_REPAIR_PROOF_H
#define CLI_REPAIR_PROOF_H

#include "crew/crew.h"
#include "repair/runbook.h"
#include "replay/outcome.h"

struct repair_proof {
	struct outcome outcome;
	struct repair_statements statements;
};

/* The answer is a struct repair_proof. */
extern const struct job_kind job_proof;

#endif
