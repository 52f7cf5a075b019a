/*
 * replay/judge.h - compare what came out of a cell with its goal. Every key is judged; none hides another. A
 * key that cannot be judged (a query that fails, a replay to compare with that does not end) is not met.
 */
#ifndef REPLAY_JUDGE_H
#define REPLAY_JUDGE_H

#include "replay/outcome.h"
#include "replay/theatre.h"

/* What is judged, and where the reasons go. */
struct judgement {
	struct theatre *theatre;
	struct stage *stage; /* as the last step left it */
	const struct scenario_cell *cell;
	const struct goal *goal;
	struct built_state *start;
	const struct schema *schema; /* at the end */
	struct outcome *outcome; /* its version rows are read; `wrong`, `reasons` and `notes` are written */
};

/* Judge all keys of the goal. Errors are of the environment alone. */
MUST_USE struct error *judge(struct judgement *judgement);

/* --- for the judges of single keys ------------------------------------------------------------ */

/* The goal key of bit `wrong` is not met, for this reason. */
void judgement_wrong(struct judgement *judgement, enum wrong wrong, str reason);

/*
 * An error that came up while judging: one of the environment is handed back; any other is a reason, after
 * `what` was being attempted.
 */
MUST_USE struct error *judgement_failed(struct judgement *judgement, enum wrong wrong,
		const char *what, struct error *error);

/* Compare schemas and give the reason, `what` being what was expected; column orders are noted. */
void judgement_compare(struct judgement *judgement, enum wrong wrong, str what,
		const struct schema_difference *difference);

/* The real heads of the stage's tree, each once; an error if it does not load. */
MUST_USE struct error *judgement_heads(struct judgement *judgement, struct str_list *ret_heads);

MUST_USE struct error *judge_version(struct judgement *judgement);
MUST_USE struct error *judge_heads(struct judgement *judgement);
MUST_USE struct error *judge_schema(struct judgement *judgement);
MUST_USE struct error *judge_rows(struct judgement *judgement);
MUST_USE struct error *judge_checks(struct judgement *judgement);
MUST_USE struct error *judge_round_trip(struct judgement *judgement);

#endif
