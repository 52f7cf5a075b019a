/*
 * cli/scenario_project.h - the Alembic projects that scenarios name, read as `doctor` and `tree` read them.
 */
#ifndef CLI_SCENARIO_PROJECT_H
#define CLI_SCENARIO_PROJECT_H

#include "scenario/load.h"

extern const struct project_reader scenario_projects;

#endif
