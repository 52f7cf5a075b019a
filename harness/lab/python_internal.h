/*
 * lab/python_internal.h - what the files that run Python share.
 */
#ifndef LAB_PYTHON_INTERNAL_H
#define LAB_PYTHON_INTERNAL_H

#include "lab/python.h"
#include "revision/plan.h"

/* What Python does, as moments of the stage. */
struct following {
	struct stage *stage;
	struct statement statement; /* the last one that was sent */
	struct located_text place;  /* where it stands */
	bool is_open;               /* it has not ended, or failed */
	struct plan plan;           /* of a command of theirs, the last that it has made */
	str revision;               /* the step of it that has begun and is not done; empty: none */
};

/* Follow it, until `following` is gone. */
struct python_follower following_begin(struct following *following, struct stage *stage);

/* It has failed: remember what was being sent, if it was a statement that failed, and say what may help. */
void following_fail(const struct following *following, struct error *error, str revision);

#endif
