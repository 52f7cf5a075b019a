/*
 * helper/scratch.h - a private folder for what Python has to find in files: databases, projects as they stood in a
 * commit. In memory where the system has such a place. What a process that was killed has left there, the next one
 * removes.
 */
#ifndef HELPER_SCRATCH_H
#define HELPER_SCRATCH_H

#include "kit/error.h"

/* Make a folder of this process's own. */
MUST_USE struct error *scratch_make(struct arena *arena, str *ret_folder);

/* Remove the folder with all that is in it; an empty path is fine. */
void scratch_remove(str folder, struct arena *arena);

/* Remove the folders of processes that are no more. */
void scratch_sweep(struct arena *arena);

#endif
