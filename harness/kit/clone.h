/*
 * kit/clone.h - copies of large files: without moving a byte where the file system can share them, else in the kernel,
 * and never through memory of ours.
 */
#ifndef KIT_CLONE_H
#define KIT_CLONE_H

#include "kit/error.h"
#include "kit/progress.h"

/*
 * Make `to`, which nobody else may read, a copy of the file `from`; one that is there is overwritten. How far it is
 * `progress` tells, if that is not NULL. An ERROR_ENVIRONMENT leaves no file.
 */
MUST_USE struct error *file_clone(str from, str to, struct progress *progress, struct arena *arena);

/* ERROR_ENVIRONMENT if a copy of the file `path` would not fit into `folder`. */
MUST_USE struct error *file_check_room(str path, str folder, struct arena *arena);

#endif
