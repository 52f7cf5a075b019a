/*
 * cli/tree_source.h - the SOURCE of `tree`, `doctor` and `plan`: where a revision tree is read from.
 */
#ifndef CLI_TREE_SOURCE_H
#define CLI_TREE_SOURCE_H

#include "revision/spec.h"
#include "scenario/scenario.h"

struct tree_source {
	const struct scenario *scenario; /* unload it with scenario_unload() */
	struct revision_specs specs;     /* in load order, the strategy's edits applied */
	int level;                       /* of Alembic */
};

/*
 * Read the tree of the scenario file at `path`; `strategy` names one whose edits are applied first, empty:
 * none. False: `mistakes` says why.
 */
bool tree_source_load(str path, str strategy, struct arena *arena, struct error_list *mistakes,
		struct tree_source *ret_source);

#endif
