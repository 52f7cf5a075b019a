/*
 * project/patch.h - what becomes of a project's files when its revisions are to be others: which files change, which
 * are new, and what cannot be written. Values in, values out; nothing is written.
 */
#ifndef PROJECT_PATCH_H
#define PROJECT_PATCH_H

#include "project/new_revision.h"
#include "project/project.h"

/* A file of the project, before and after. */
struct patched_file {
	str path; /* from the root, with links resolved */
	bool is_new;
	str before, after;
};

struct project_patch {
	struct {
		struct patched_file *items; /* those that differ: in load order, then new ones */
		size_t count, capacity;
	} files;
	struct error_list problems; /* files that cannot be written so, each at its place */
};

struct project_patch_request {
	const struct files *files; /* of the project */
	const struct project *project;
	struct revision_specs before;
	const size_t *places; /* of those among the project's; NULL: they are all */
	/* As many as `before`, in its order; then those that come back (`where` has their text), then new ones. */
	struct revision_specs after;
	str message;                     /* of new revisions that have none: "merge heads" */
	const struct new_bodies *bodies; /* one a spec of `after`; NULL: new revisions do nothing */
	struct moment created;
	bool mends_docstrings; /* of files that nothing else changes, too */
};

struct project_patch project_patch_make(
		const struct project_patch_request *request, struct arena *arena);

#endif
