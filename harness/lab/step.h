/*
 * lab/step.h - one step of a plan: the body of its revision, then the version rows.
 */
#ifndef LAB_STEP_H
#define LAB_STEP_H

#include "lab/stage.h"
#include "revision/version_rows.h"

/* Carry it out on a connection of env_connect(). What is open then stays open, to be committed by the caller. */
MUST_USE struct error *step_run(struct stage *stage, struct connection *connection,
		const struct plan_step *step, struct version_keeper *keeper);

#endif
