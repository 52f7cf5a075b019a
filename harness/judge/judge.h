/*
 * judge/judge.h - compare what came out of a replay with a goal. Every key is judged; none hides another. A
 * key that cannot be judged (a query that fails, a replay to compare with that does not end) is not met.
 */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "lab/state.h"

/* What the key `schema` compares with, where that is not a file: whoever asks makes it. */
struct judge_model {
	str what;                    /* "what strategy 'a' leaves" */
	const struct schema *schema; /* NULL: there is none */
	str failure;                 /* why: a sentence */
};

/* A goal key that is not met, for people. */
struct judge_reason {
	str key;  /* "version", "schema", "rows", "check", "round_trip", "heads" */
	str text; /* several lines; schema differences are lines that start with - and + */
};

struct judge_reasons {
	struct judge_reason *items;
	size_t count, capacity;
};

/* What is judged, and what was found. */
struct judgement {
	struct stage *stage; /* as the last step left it; takes notes */
	const struct goal *goal;
	str state; /* its name: some checks are of one state alone */
	const struct built_state *start;
	const struct str_list *version; /* rows at the end, sorted */
	bool has_version_table;
	const struct schema *schema;     /* at the end */
	const struct judge_model *model; /* NULL: the goal asks for none */

	unsigned wrong; /* found: set of enum wrong */
	struct judge_reasons reasons;
};

/* Judge all keys of the goal. Errors are of the environment, or ERROR_TIMEOUT: it cannot be known. */
MUST_USE struct error *judge(struct judgement *judgement);

/* --- for the judges of single keys ------------------------------------------------------------ */

/* The goal key of bit `wrong` is not met, for this reason. */
void judgement_wrong(struct judgement *judgement, enum wrong wrong, str reason);

/*
 * An error that came up while judging: one of the environment and ERROR_TIMEOUT are handed back; any other is a
 * reason, after `what` was being attempted.
 */
MUST_USE struct error *judgement_failed(struct judgement *judgement, enum wrong wrong,
		const char *what, struct error *error);

/* Compare schemas and give the reason, `what` being what was expected; column orders are noted. */
void judgement_compare(struct judgement *judgement, enum wrong wrong, str what,
		const struct schema_difference *difference);

MUST_USE struct error *judge_version(struct judgement *judgement);
MUST_USE struct error *judge_heads(struct judgement *judgement);
MUST_USE struct error *judge_schema(struct judgement *judgement);
MUST_USE struct error *judge_rows(struct judgement *judgement);
MUST_USE struct error *judge_checks(struct judgement *judgement);
MUST_USE struct error *judge_round_trip(struct judgement *judgement);

#endif
