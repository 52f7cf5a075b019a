/*
 * postgres/guard.h - a process that outlives ours by as long as it takes to drop what we have made on a server that is
 * lent, should we end without doing so. A private server has its supervisor for that.
 */
#ifndef POSTGRES_GUARD_H
#define POSTGRES_GUARD_H

#include "kit/error.h"

#include <sys/types.h>

/* All zero: there is none. */
struct guard {
	pid_t pid;
	int life; /* closing it without a word sets the guard to work */
};

/*
 * Have it drop what is called `prefix`..., over a connection that `conninfo` describes, when this process has ended.
 * ERROR_ENVIRONMENT: there are no more processes. It belongs to the caller until guard_dismiss().
 */
MUST_USE struct error *guard_start(
		str conninfo, str prefix, struct arena *arena, struct guard *ret_guard);

/* There is nothing left to drop: end it, and wait for that. */
void guard_dismiss(struct guard *guard);

/* In a worker process: it is the parent's. */
void guard_forget(struct guard *guard);

#endif
