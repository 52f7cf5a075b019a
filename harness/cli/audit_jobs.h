/*
 * cli/audit_jobs.h - inquiries as jobs of a crew.
 */
#ifndef CLI_AUDIT_JOBS_H
#define CLI_AUDIT_JOBS_H

#include "cli/command.h"
#include "inquiry/inquiry.h"
#include "scenario/scenario.h"

/* One inquiry: of a tree, on an engine. */
struct audit_task {
	const struct inquiry_kind *kind;
	const struct scenario *scenario;       /* whose stage it is asked on */
	const struct scenario_revisions *tree; /* its revisions, edited; NULL: as they are */
	enum scenario_engine engine;
	str release; /* of one that is of a release: its name */
	/* The database of the release; else the one that each question begins with; NULL: an empty one. */
	const struct scenario_state *state;
	const struct str_list *since;
	const bool *is_asked; /* by question */
	int64_t timeout_us;   /* of a revision */
};

struct audit_tasks {
	struct audit_task *items;
	size_t count, capacity;
};

/*
 * Ask, side by side, and add what is found to `parts`. EXIT_AS_EXPECTED; EXIT_INTERRUPTED, or EXIT_ENVIRONMENT when no
 * worker could be started, which is printed.
 */
enum exit_status audit_ask(struct invocation *invocation, const struct audit_tasks *tasks,
		struct audit_parts *parts);

#endif
