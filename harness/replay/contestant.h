/*
 * replay/contestant.h - what somebody is told who is to repair a database: the story, and what fails.
 */
#ifndef REPLAY_CONTESTANT_H
#define REPLAY_CONTESTANT_H

#include "export/export.h"
#include "lab/stage.h"

/* Try `alembic upgrade head` on a clone of `image`, by the tree of `like`. Errors are of the environment. */
MUST_USE struct error *contestant_try(const struct stage *like, struct image *image,
		struct export_attempt *ret_attempt);

/* Have the stage's programs find README.md in their folder. Errors are of the environment. */
MUST_USE struct error *contestant_tell(struct stage *stage, const struct scenario_cell *cell,
		struct image *image);

#endif
