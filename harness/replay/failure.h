/*
 * replay/failure.h - turn the error that ended a cell into what outcomes say of it.
 */
#ifndef REPLAY_FAILURE_H
#define REPLAY_FAILURE_H

#include "lab/stage.h"
#include "replay/outcome.h"

/*
 * Describe `error`, which came up at `step` of `strategy` (0: while `state` was built) on `stage`, whose
 * tree is examined if it is one that does not load. `rows` are those that the version table has now. Texts are in the stage's arena.
 */
void failure_describe(struct stage *stage, const struct scenario_cell *cell, size_t step,
		const struct error *error, const struct str_list *rows,
		struct outcome_error *ret_error);

#endif
