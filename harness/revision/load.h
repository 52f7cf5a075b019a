/*
 * revision/load.h - making the map of declared files, in the order of steps that decides which of several
 * them wins (semantics, section 1.3). Private to this room.
 */
#ifndef REVISION_LOAD_H
#define REVISION_LOAD_H

#include "revision/raised.h"

struct work;

/* Build the map of the work's history. What it makes and what it raises belong to the work's `arena`. */
struct raised *history_load(struct work *work);

#endif
