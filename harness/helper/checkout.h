/*
 * helper/checkout.h - a project as it stood in a commit, laid out in files for Python to import. Nothing is checked
 * out: the files are read from the repository as they are stored.
 */
#ifndef HELPER_CHECKOUT_H
#define HELPER_CHECKOUT_H

#include "database/python.h"
#include "kit/error.h"

struct checkout {
	str at;     /* the commit, as it was asked for */
	str root;   /* the repository's folder */
	str folder; /* where its files are laid out */
};

/* Lay the project's commit out in `folder`, a new one. */
MUST_USE struct error *checkout_make(const struct python_project *project, str folder,
		struct arena *arena, struct checkout **ret_checkout);

/* Where a path of the project's is, or the path itself; `checkout` may be NULL: in its place. */
str checkout_path(const struct checkout *checkout, str path, struct arena *arena);

/* A path that Python speaks of, as people would write it: from the working folder, or "REF:path". */
str checkout_name(const struct checkout *checkout, str path, struct arena *arena);

#endif
