/*
 * kit/workflow.h - the commands by which a program tells GitHub Actions what to show beside the lines of a file: a
 * line each, on standard output or standard error of a step.
 */
#ifndef KIT_WORKFLOW_H
#define KIT_WORKFLOW_H

#include "kit/str.h"

/* A remark on a place in the repository. */
struct workflow_annotation {
	const char *level;   /* "error", "warning", "notice" */
	str file;            /* from the root of the repository; empty: no place */
	size_t line, column; /* from 1; 0: none */
	str title;           /* may be empty */
	str message;         /* may have several lines */
};

/* Add the command's line. A message of more than 4096 bytes is cut. */
void workflow_add_annotation(struct buf *out, const struct workflow_annotation *annotation);

/* GitHub shows so many annotations of a level and a step, and drops the rest. */
#define WORKFLOW_ANNOTATIONS 10

#endif
