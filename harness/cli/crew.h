/*
 * cli/crew.h - play cells in worker processes, so that they run beside each other, that a crash ends one
 * cell and not the run, and that a signal ends the run at once. Answers are the same for any number of
 * workers. Nothing outlives crew_play(), nor the process that called it.
 */
#ifndef CLI_CREW_H
#define CLI_CREW_H

#include "cli/server.h"
#include "replay/replay.h"
#include "scenario/scenario.h"

struct crew_answer {
	const struct outcome *outcome; /* NULL: none, see `error` */
	const struct error *error; /* of the environment; both NULL: the run was stopped before */
};

struct crew_work {
	const struct scenario_cell *const *cells; /* in the order of the report */
	size_t count;
	size_t jobs;                    /* workers at most; 0: as many as there are processors */
	struct theatre_options theatre; /* its hosts are those of `server` */
	struct server *server; /* may be awaited: other cells are played first, and it is settled meanwhile */
	bool fail_fast;  /* stop after the first cell in order that is not as expected */
	bool is_watched; /* record what happens on the way */

	/*
	 * Looks at an outcome in the worker, before it is sent: fills in how it stands to its record, or
	 * tells its story from `trace` (NULL: it was not watched), which goes no further.
	 */
	void (*look)(const struct scenario_cell *cell, const struct trace *trace,
			struct outcome *outcome, struct arena *arena, void *data);
	/* Called in the parent before something is printed that is no answer. */
	void (*interrupts)(void *data);
	/* Called in the parent for every answer, in any order; cells from `limit` on do not count any more. */
	void (*answered)(size_t index, const struct crew_answer *answer, size_t limit, void *data);
	void *data; /* borrowed, handed to all */
};

/*
 * Play the cells; with fail_fast only those up to the first that differs are sure to have an answer, and
 * `ret_end` is how many count, else `count`. Returns an error when no worker could be started. Ends early
 * when a signal asks for it (interrupted_by()). `arena` holds the answers.
 */
MUST_USE struct error *crew_play(
		const struct crew_work *work, struct arena *arena, size_t *ret_end);

#endif
