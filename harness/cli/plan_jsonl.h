/*
 * cli/plan_jsonl.h - the conversation that tools have with `rehearse plan --jsonl`: a case a line in, an
 * answer a line out.
 */
#ifndef CLI_PLAN_JSONL_H
#define CLI_PLAN_JSONL_H

#include "kit/str.h"

/* Who takes an answer, part by part; `part` is borrowed for the call. */
struct jsonl_out {
	void (*take)(str part, void *data);
	void *data;
};

/*
 * Answer one line of input (without its newline), with a newline at the end. `level` of Alembic counts
 * where the case names none. A line that is no case is answered with class "BadInput".
 */
void plan_jsonl_answer(str line, int level, struct arena *arena, const struct jsonl_out *out);

/* The level that a release such as "1.8" stands for; false: we know none such. */
bool plan_level_parse(str release, int *ret_level);

#endif
