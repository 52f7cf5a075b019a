/*
 * replay/unknown_row.h - where a version row comes from that no file of the tree has. Alembic says of it what
 * it says of a mistyped target, and people then look for a mistake in what they have typed.
 */
#ifndef REPLAY_UNKNOWN_ROW_H
#define REPLAY_UNKNOWN_ROW_H

#include "lab/stage.h"

/*
 * What there is to say, in sentences, of a `row` of the version table that a command in step `step` of the
 * cell cannot find: who wrote it, what has become of its file, which strategies bring it.
 */
str unknown_row_explain(
		struct stage *stage, const struct scenario_cell *cell, size_t step, str row);

#endif
