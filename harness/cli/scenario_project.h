/*
 * cli/scenario_project.h - the Alembic projects that scenarios name, read as `doctor` and `tree` read them.
 */
#ifndef CLI_SCENARIO_PROJECT_H
#define CLI_SCENARIO_PROJECT_H

#include "cli/tree_source.h"
#include "scenario/load.h"

extern const struct project_reader scenario_projects;

/*
 * A scenario that is nothing but the project of `source`, or its revision files. NULL: `mistakes` say why not.
 * scenario_unload() is the caller's.
 */
const struct scenario *scenario_of_project(const struct tree_source *source, struct arena *arena,
		struct error_list *mistakes);

#endif
