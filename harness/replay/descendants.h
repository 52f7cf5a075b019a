/*
 * replay/descendants.h - what a program has started and left running, in another process group too: it becomes ours
 * when its parents end, and is ended.
 */
#ifndef REPLAY_DESCENDANTS_H
#define REPLAY_DESCENDANTS_H

#include "kit/error.h"

/* Our children before the program began, which are none of its doing. */
struct descendants {
	struct str_list before; /* process ids */
};

void descendants_begin(struct descendants *descendants, struct arena *arena);
void descendants_end(const struct descendants *descendants, struct arena *arena);

#endif
