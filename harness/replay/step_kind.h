/*
 * replay/step_kind.h - what each kind of step does. To add one: a file replay/step_<name>.c that exports
 * its row, and a line in replay/step_kinds.c; what it holds is read by the scenario room.
 */
#ifndef REPLAY_STEP_KIND_H
#define REPLAY_STEP_KIND_H

#include "lab/stage.h"

struct step_kind_row {
	/* Carry out the step. An error without a place is put at the step's. */
	MUST_USE struct error *(*run)(struct stage *stage, const struct step *step);
};

/* The row of a kind. */
const struct step_kind_row *step_kind_get(enum step_kind kind);

/* An error of class "Expectation": a step did not find what the scenario expects. */
struct error *expectation_failed(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
