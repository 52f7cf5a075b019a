/*
 * replay/model.h - what the schema at the end of a cell is compared with.
 */
#ifndef REPLAY_MODEL_H
#define REPLAY_MODEL_H

#include "judge/judge.h"
#include "replay/theatre.h"

/* Who asks: a cell that has been played. */
struct model_wish {
	struct theatre *theatre;
	struct stage *stage; /* as its last step left it */
	const struct scenario_cell *cell;
	struct built_state *start;
};

/* Left as it is where the goal names nothing to make. Errors are of the environment, or ERROR_TIMEOUT. */
MUST_USE struct error *model_make(
		const struct model_wish *wish, const struct judge_model **ret_model);

#endif
