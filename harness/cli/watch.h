/*
 * cli/watch.h - run again what a change touches: `rehearse run --watch`. Each run is made by a child, so that it finds
 * the process as a first run does; the parent looks at the files meanwhile (inotify).
 */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "cli/play.h"

/* What a run has looked at. */
struct watched {
	struct watched_path {
		str path;     /* a file, or a folder with all that is in it */
		str scenario; /* the path of the scenario that a change of it touches; empty: all */
		bool is_argument; /* where new scenarios may come; a change of another file touches nothing */
	} * items;

	size_t count, capacity;
};

/* All that the scenarios of `suite` are made of: their files, what these name, projects, records. */
void watched_add_suite(struct watched *watched, const struct suite *suite,
		const struct records *records, struct arena *arena);

/*
 * Call `run` again and again, each time in a child, with the arguments that the last change touched. It adds what it
 * looked at. Ends when a signal asks for it.
 */
enum exit_status watch_and_run(struct invocation *invocation,
		enum exit_status (*run)(struct invocation *invocation, struct watched *watched));

#endif
