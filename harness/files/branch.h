/*
 * files/branch.h - how a branch lies to another in a git repository, and what files its tags hold. Read only.
 */
#ifndef FILES_BRANCH_H
#define FILES_BRANCH_H

#include "kit/arena.h"
#include "kit/error.h"

struct branch {
	str other; /* the commit that it is compared with: a full id */
	str base; /* where it left that one; the same id: it holds all of it; empty: nowhere that is to be seen */
	str root;        /* the repository's folder of files; empty: a bare one */
	bool is_shallow; /* older commits are not there */
};

/*
 * How `tip` (empty: what is checked out) lies to `other`, both as git takes them, in the repository around
 * `folder`. ERROR_NOT_FOUND: no repository, or no such commit; ERROR_ENVIRONMENT: built without libgit2.
 */
MUST_USE struct error *branch_find(
		str folder, str tip, str other, struct arena *arena, struct branch *ret_branch);

/* The names of the tags that match `glob`, as `git tag --list` has them. The errors are those of branch_find(). */
MUST_USE struct error *tags_list(
		str folder, str glob, struct arena *arena, struct str_list *ret_names);

struct tags_request {
	str folder; /* inside the repository */
	str glob;   /* which tags, as `git tag --list` takes it */
	const struct str_list *
			locations; /* folders from the root; those outside of the repository are left out */
	/* Look at a Python file of a tag; each content comes once. False: that is enough. */
	bool (*look)(void *data, str path, str text, struct arena *arena);
	void *data; /* borrowed, handed to `look` */
};

/* Go over the Python files in the locations, and below, of all tags that match; `ret_count` is how many tags do. */
MUST_USE struct error *tags_read(
		const struct tags_request *request, struct arena *arena, size_t *ret_count);

#endif
