/*
 * helper/edited_tree.h - the revision files of a tree that an edit has changed, written for one run of Alembic.
 */
#ifndef HELPER_EDITED_TREE_H
#define HELPER_EDITED_TREE_H

#include "helper/checkout.h"

struct edited_file {
	str path;     /* where it was written */
	str original; /* the project's file that it begins with; empty: there is none */
};

struct edited_tree {
	str folder;

	struct {
		struct edited_file *items;
		size_t count, capacity;
	} files;
};

/* Write `files` in `folder`, a new one. */
MUST_USE struct error *edited_tree_write(const struct python_version_files *files,
		const struct checkout *checkout, str folder, struct arena *arena,
		struct edited_tree **ret_tree);

/* The project's file that one of the tree's stands for, or the path itself; `tree` may be NULL. Lines are the same. */
str edited_tree_original(const struct edited_tree *tree, str path);

#endif
