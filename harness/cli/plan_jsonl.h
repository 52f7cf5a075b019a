/*
 * cli/plan_jsonl.h - the conversation that tools have with `rehearse plan --jsonl`: a case a line in, an
 * answer a line out.
 */
#ifndef CLI_PLAN_JSONL_H
#define CLI_PLAN_JSONL_H

#include "kit/str.h"

/*
 * Answer one line of input (without its newline), with a newline at the end. `level` of Alembic counts
 * where the case names none. A line that is no case is answered with class "BadInput".
 */
void plan_jsonl_answer(str line, int level, struct arena *arena, struct buf *out);

/* The level that a release such as "1.8" stands for; false: we know none such. */
bool plan_level_parse(str release, int *ret_level);

#endif
