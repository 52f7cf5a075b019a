/*
 * helper/helper.h - the Python process that runs users' own migrations (docs/helper.md): it imports their Alembic
 * once, and forks a child for each run of a command. One helper belongs to one process of ours; with it go its
 * children and all that they have started. Processes that are forked from ours split theirs off it, so that all of them
 * share what it has imported.
 */
#ifndef HELPER_HELPER_H
#define HELPER_HELPER_H

#include "helper/channel.h"
#include "helper/interpreter.h"

#include <sys/types.h>

struct helper {
	pid_t pid; /* 0: it has ended */
	bool is_split; /* off another one, which is its parent: not ours to wait for */
	struct channel channel;
	struct arena *arena;
	str python, alembic, sqlalchemy; /* their versions */
	str executable;
	int alembic_minor; /* 13 of "1.13.1" */
	bool (*is_called_off)(void); /* as host options have it: asked while a child works; set by its owner */
};

/*
 * Start a helper by the first Python that has what it takes. `is_tcp`: databases are reached over TCP. ERROR_ENVIRONMENT:
 * there is none; the message says what was tried, and why each was not it.
 */
MUST_USE struct error *helper_start(const struct python_wish *wish, bool is_tcp,
		struct arena *arena, struct helper **ret_helper);

/*
 * Split another helper off one that a process further up has started, and that it still has. ERROR_ENVIRONMENT: it has
 * ended.
 */
MUST_USE struct error *helper_split(
		const struct helper *whole, struct arena *arena, struct helper **ret_helper);

/* End it, and its children. NULL, or one that has ended, is fine. */
void helper_stop(struct helper *helper);

/* A child of its own, waiting to be told what to do over `channel`. */
MUST_USE struct error *helper_fork(struct helper *helper, struct arena *arena, pid_t *ret_pid,
		struct channel *channel);

/*
 * End a child, in any case, and close its channel. `ret_end` says how it has ended if that was by itself: "signal 11",
 * "status 1"; NULL: nobody wants to know.
 */
void helper_end(struct helper *helper, pid_t pid, struct channel *channel, struct arena *arena,
		str *ret_end);

#endif
