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
 * Read the tree of the scenario that `argument` names (cli/naming.h); `strategy` is one whose edits are applied
 * first, without text: that of the cell that was named, if one was. False: `mistakes` says why. Mistakes that
 * stand elsewhere in the file are added, too; the tree is there all the same.
 */
bool tree_source_load(str argument, str strategy, struct arena *arena,
		struct error_list *mistakes, struct tree_source *ret_source);

/* What SOURCE may be, for help. */
#define TREE_SOURCE_WORDS                                                                             \
	"SOURCE is a scenario file, the name of a scenario below 'scenarios', - for standard "   \
	"input, or the name of a cell, for the tree as its strategy edits it."

#endif
