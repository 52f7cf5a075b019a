/*
 * cli/repair_database.h - find out what `repair` wants to know of the databases: each is built as the scenario says,
 * looked at, and located among the revisions of a tree. A kind of job.
 */
#ifndef CLI_REPAIR_DATABASE_H
#define CLI_REPAIR_DATABASE_H

#include "crew/crew.h"
#include "repair/repair.h"

struct database_task {
	const struct scenario *scenario; /* by which the state is built */
	const struct scenario_state *state;
	const struct scenario_revisions *tree; /* among whose revisions it is looked for */
	enum scenario_engine engine;
};

/* The answer is a struct repair_database; what keeps it from being known stands in it. */
extern const struct job_kind job_database;

#endif
