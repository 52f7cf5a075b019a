/*
 * lab/python_internal.h - what the files that run Python share.
 */
#ifndef LAB_PYTHON_INTERNAL_H
#define LAB_PYTHON_INTERNAL_H

#include "lab/python.h"

/* What Python does, as moments of the stage. */
struct following {
	struct stage *stage;
	struct statement statement; /* the last one that was sent */
	struct located_text place;  /* where it stands */
	bool has_failed;            /* it has */
};

/* Follow it, until `following` is gone. */
struct python_follower following_begin(struct following *following, struct stage *stage);

/* It has failed: what was being sent when the error came up, if it was a statement that failed. */
void following_remember_sent(const struct following *following, str revision);

#endif
