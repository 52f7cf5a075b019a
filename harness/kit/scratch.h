/*
 * kit/scratch.h - private folders for what has to be found in files for a while: databases that Python connects to,
 * projects as they stood in a commit, copies of dumps. What a process that was killed has left there, the next one
 * removes.
 */
#ifndef KIT_SCRATCH_H
#define KIT_SCRATCH_H

#include "kit/error.h"

enum scratch_place {
	SCRATCH_MEMORY, /* where the system has such a place, else as the other */
	SCRATCH_DISK,   /* $TMPDIR, else /tmp: for what may be large */
};

/* Make a folder of this process's own. */
MUST_USE struct error *scratch_make(enum scratch_place place, struct arena *arena, str *ret_folder);

/* Remove the folder with all that is in it; an empty path is fine. */
void scratch_remove(str folder, struct arena *arena);

/* Leave it for people to look at: nothing but scratch_remove_kept() removes it, once its process is no more. */
MUST_USE struct error *scratch_keep(str folder, struct arena *arena);

/* Remove the folders of processes that are no more, or those of them that are kept; returns how many. */
size_t scratch_sweep(struct arena *arena);
size_t scratch_remove_kept(struct arena *arena);

#endif
