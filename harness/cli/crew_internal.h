/*
 * cli/crew_internal.h - what the parent and its workers say to each other, over a socket each. They are
 * the same program, so values travel as they lie in memory.
 */
#ifndef CLI_CREW_INTERNAL_H
#define CLI_CREW_INTERNAL_H

#include "cli/crew.h"

#include <sys/types.h>

/* From the parent: play these, one after another. The order is known to both. */
struct crew_task {
	uint32_t first, count; /* of crew_order.items */
};

/* From the worker, before `len` bytes: an outcome, packed, or the message of an error. */
struct crew_answer_header {
	uint32_t index; /* of crew_work.cells */
	uint32_t is_error;
	uint64_t len;
};

/* The order in which cells are handed out, and where it may be cut. */
struct crew_order {
	uint32_t *items; /* indices of crew_work.cells */
	struct crew_task *tasks;
	size_t task_count;
};

/*
 * Cells of one scenario on one engine stand together, and among them those that start from the same state, so
 * that one worker builds once what they share: the state, the schema of the goal. What would keep one worker
 * busy while others have nothing left is cut, between states if that will do.
 */
struct crew_order crew_order_make(const struct crew_work *work, size_t jobs, struct arena *arena);

/* What a worker does after fork(): serve the process `parent` at `fd` until it hangs up, and end. */
void crew_worker_serve(const struct crew_work *work, const struct crew_order *order, int fd,
		pid_t parent) __attribute__((noreturn));

#endif
