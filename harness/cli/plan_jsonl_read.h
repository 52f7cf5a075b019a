/*
 * cli/plan_jsonl_read.h - the revisions of a case of `rehearse plan --jsonl`, read straight into specs: a tree of a
 * million has no room for a tree of JSON values beside it. What else stands in a case is little, and jansson reads it.
 */
#ifndef CLI_PLAN_JSONL_READ_H
#define CLI_PLAN_JSONL_READ_H

#include "kit/error.h"
#include "revision/spec.h"

#include <jansson.h>

/* A line that was read. Texts are borrowed from it, or in the arena. */
struct jsonl_line {
	json_t *root; /* without `revisions`, or with them if they are no list; for the caller to let go; NULL: no JSON */
	json_error_t mistake; /* why it is none */
	bool has_revisions;   /* a list */
	struct revision_specs specs;
	struct error *error; /* of the first revision that is none; NULL: none is so */
};

void plan_jsonl_read(str line, struct arena *arena, struct jsonl_line *ret_line);

#endif
