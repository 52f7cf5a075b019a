/*
 * cli/doctor_git.h - where the missing file went: what git history says of parents and dependencies that nothing
 * has. A file that ran somewhere belongs back, so what is found comes before every other suggestion.
 */
#ifndef CLI_DOCTOR_GIT_H
#define CLI_DOCTOR_GIT_H

#include "cli/tree_source.h"
#include "doctor/doctor.h"

/* Look for the missing names of `faults`, for two seconds at most; what was found is written into them. */
void doctor_look_in_git(
		const struct tree_source *source, struct faults *faults, struct arena *arena);

/*
 * The command, for a shell in the working folder, that brings back the file `path` of the repository as it is in
 * `commit`. `root` is the repository's folder of files; empty: it is a bare one, whose files can only be shown.
 */
str doctor_git_restoring(str root, str commit, str path, struct arena *arena);

#endif
