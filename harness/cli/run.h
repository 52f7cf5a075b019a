/*
 * cli/run.h - play and report what was loaded: what `run` does, for those who load something else.
 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/play.h"
#include "cli/report_files.h"

struct loaded_run {
	const struct suite *suite;
	const struct selection *selection;
	const struct records *records;
	const struct server *server;
	const struct report_files *files; /* opened */
	const struct job_kind *kind;
	size_t rounds;
	bool may_run_programs; /* steps that do so are played */
	bool lends_terminal;   /* and one of them has the terminal for its own */
};

/* Play all, print the report and write those that go to files; gives the status to end with. */
enum exit_status run_loaded(struct invocation *invocation, const struct loaded_run *loaded);

#endif
