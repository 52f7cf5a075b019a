/*
 * crew/crew_internal.h - what the parent and its workers say to each other, over a socket each. They are
 * the same program, so values travel as they lie in memory.
 */
#ifndef CREW_CREW_INTERNAL_H
#define CREW_CREW_INTERNAL_H

#include "crew/crew.h"

#include <sys/types.h>

/* From the parent: play these, one after another. The order is known to both. */
struct crew_task {
	uint32_t first, count; /* of crew_order.items */
};

/* From the worker, before `len` bytes: an answer, packed, or the message of an error. */
struct crew_answer_header {
	uint32_t index; /* of crew_work.jobs */
	uint32_t is_error;
	uint64_t len;
};

/* The order in which jobs are handed out, and where it may be cut. */
struct crew_order {
	uint32_t *items; /* indices of crew_work.jobs */
	struct crew_task *tasks;
	size_t task_count;
};

/*
 * Jobs of one family stand together, and among them those of one group, so that one worker makes once what
 * they share. What would keep one worker busy while others have nothing left is cut, between groups if that
 * will do.
 */
struct crew_order crew_order_make(
		const struct crew_work *work, size_t workers, struct arena *arena);

/*
 * What worker `number` does after fork(): serve the process `parent` at `fd` until it hangs up, and end. `progress` is
 * shared with that. `full` is the arena of the parent, for its hook.
 */
void crew_worker_serve(const struct crew_work *work, const struct crew_order *order, size_t number,
		struct progress *progress, int fd, pid_t parent, const struct arena *full)
		__attribute__((noreturn));

#endif
