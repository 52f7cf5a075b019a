/*
 * cli/doctor_source.h - what the doctor finds in a tree, wherever that was read from.
 */
#ifndef CLI_DOCTOR_SOURCE_H
#define CLI_DOCTOR_SOURCE_H

#include "cli/tree_source.h"
#include "doctor/doctor.h"

/*
 * The faults of its tree, and of a project what reading its files has brought to light. `searches_git`: the history of its
 * repository is asked for files that are missing.
 */
struct faults doctor_examine_source(
		const struct tree_source *source, bool searches_git, struct arena *arena);

#endif
