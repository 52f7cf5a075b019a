/*
 * cli/doctor_patch.h - what the doctor suggests about a project, as a unified diff that `git apply` takes. Paths are
 * from the root of the git repository around the project; without one from the working folder, if the project is
 * below it, else from the project's. Nothing is written.
 */
#ifndef CLI_DOCTOR_PATCH_H
#define CLI_DOCTOR_PATCH_H

#include "cli/tree_source.h"
#include "doctor/doctor.h"
#include "project/patch.h"

struct doctor_patch {
	struct buf diff; /* empty: nothing is to be changed. Its arena is set by the caller */
	struct str_list remarks; /* what is left out, and what is a guess; a line each */

	struct { /* that are in it already: several projects may share them */
		struct patched_file *items;
		size_t count, capacity;
	} files;

	str root; /* the folder that its paths count from; empty: it has none yet */
};

/* Add all that `faults`, those of `source`, suggest, carried out at once. A source that is no project has nothing. */
void doctor_patch_add(struct doctor_patch *patch, const struct tree_source *source,
		const struct files *files, const struct faults *faults);

/*
 * Add what makes the files of `source` those of `after`: as many specs as it has, in their order, then those that come
 * back (whose `where` has their text), then new ones. What cannot be written so is a remark. `bodies`: what each of
 * `after` does if it is new; NULL: nothing.
 */
void doctor_patch_write(struct doctor_patch *patch, const struct tree_source *source,
		const struct files *files, const struct revision_specs *after,
		const struct new_bodies *bodies);

/* Set the patch of each fault: its suggestion by itself. */
void doctor_patch_each(const struct tree_source *source, const struct files *files,
		struct faults *faults, struct arena *arena);

#endif
