/*
 * cli/doctor_against.h - `doctor --against REF`: what a branch does to databases that follow another one. The trees are
 * read here; what differs, and what that means, is told by doctor/against.h.
 */
#ifndef CLI_DOCTOR_AGAINST_H
#define CLI_DOCTOR_AGAINST_H

#include "cli/tree_source.h"
#include "doctor/doctor.h"

/*
 * Compare the project with itself in `other`, as git takes that, and add what there is to `faults`. With `releases`
 * (data NULL: all counts), a pattern of tags, what none of these has yet is a warning.
 */
MUST_USE struct error *doctor_against(const struct tree_source *source, str other, str releases,
		struct faults *faults, struct arena *arena);

/*
 * Whole projects that the commit `other` has in `folder` and below, and that are not among `sources`: a line each, what it
 * does to databases. Nothing where there is no such commit.
 */
struct str_list doctor_against_gone(
		const struct tree_sources *sources, str folder, str other, struct arena *arena);

#endif
