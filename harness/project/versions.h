/*
 * project/versions.h - which files Alembic loads as revisions, in which order (semantics, section 1.1).
 */
#ifndef PROJECT_VERSIONS_H
#define PROJECT_VERSIONS_H

#include "project/settings.h"

struct version_file {
	str path;
	bool is_compiled; /* .pyc, .pyo of a sourceless project, without a .py beside it */
};

struct version_files {
	struct version_file *items; /* in load order */
	size_t count, capacity;
	struct str_list folders; /* that were looked into: the locations that are there */
	struct str_list missing; /* locations that are not */
	struct str_list doubled; /* files that two locations hold; loaded once */
};

/* Folders the system refuses to list end the reading with its error. */
MUST_USE struct error *versions_list(const struct files *files, const struct settings *settings,
		int level, struct arena *arena, struct version_files *ret_files);

/* Whether Alembic takes a file of this name for a revision: ".py", but not ".#x.py" or "__init__.py". */
bool versions_takes(str name);

#endif
