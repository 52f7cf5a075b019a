/*
 * cli/repair_source.h - what is to be repaired: a tree, and the databases that follow it, as a scenario whose states these
 * are. Of a scenario they are its own, unless `--database` names others; of a project an empty one comes along.
 */
#ifndef CLI_REPAIR_SOURCE_H
#define CLI_REPAIR_SOURCE_H

#include "cli/database_source.h"
#include "cli/tree_source.h"
#include "doctor/doctor.h"

struct repair_source {
	struct tree_sources trees;
	const struct tree_source *tree;
	const struct scenario *scenario; /* to search: its states are the databases */
	const struct scenario *made;     /* to be unloaded; NULL: none */
	enum scenario_engine engine;
	bool searches_git;
	struct lost_revisions lost;         /* what git remembers of revisions that are missing */
	struct scenario_revisions restored; /* those that can come back, with their bodies */
	str scratch;                        /* a folder with their files; empty: there is none */
	struct arena *arena;

	struct {
		struct database_source *items;
		size_t count, capacity;
	} databases;           /* that were named */
	struct str_list names; /* of the states: "fresh", then theirs */
};

/* False: that is printed, and `ret_status` is what to end with. Always call repair_source_close(). */
MUST_USE bool repair_source_open(struct invocation *invocation, struct repair_source *source,
		enum exit_status *ret_status);

/* Ask git for the revisions that files lack, and for `rows` that no file has (NULL: none); what was known stays. */
MUST_USE struct error *repair_source_recall(
		struct repair_source *source, const struct str_list *rows);

void repair_source_close(struct repair_source *source);

#endif
