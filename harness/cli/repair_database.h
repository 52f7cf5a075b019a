/*
 * cli/repair_database.h - find out what `repair` wants to know of a database: it is built as the scenario says, looked at,
 * and located among the revisions of a tree.
 */
#ifndef CLI_REPAIR_DATABASE_H
#define CLI_REPAIR_DATABASE_H

#include "repair/repair.h"
#include "replay/replay.h"

struct database_task {
	const struct scenario *scenario; /* by which the state is built */
	const struct scenario_state *state;
	const struct scenario_revisions *tree; /* among whose revisions it is looked for */
	enum scenario_engine engine;
	bool locates; /* else the version rows alone are read, at little cost */
};

/* What keeps it from being known stands in `database`; an error is of the environment. */
MUST_USE struct error *repair_database_find(struct theatre *theatre,
		const struct database_task *task, struct arena *arena,
		struct repair_database *database);

#endif
