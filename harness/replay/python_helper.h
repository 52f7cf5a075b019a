/*
 * replay/python_helper.h - the helper of a project: a theatre starts one when it needs it, or splits one off another that was
 * started before its process was forked.
 */
#ifndef REPLAY_PYTHON_HELPER_H
#define REPLAY_PYTHON_HELPER_H

#include "helper/helper.h"

struct scenario_project;
struct theatre_options;

/* A helper that was started, or why none could be. */
struct python_helper {
	struct python_wish wish; /* whose it is */
	bool is_tcp;
	struct helper *helper;
	const struct error *error; /* NULL: it was started */
};

/*
 * Start the helper of a project (NULL: of none) for the theatres of processes that are forked from now on, where they are
 * given it as an option. `options` are as theirs.
 */
void python_share(struct python_helper *shared, const struct theatre_options *options,
		const struct scenario_project *project, bool needs_server, struct arena *arena);

/* End it, when they have ended. */
void python_unshare(struct python_helper *shared);

#endif
