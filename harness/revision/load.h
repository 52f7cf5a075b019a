/*
 * revision/load.h - making the map of declared files, in the order of steps that decides which of several
 * faults wins (semantics, section 1.3). Private to this room.
 */
#ifndef REVISION_LOAD_H
#define REVISION_LOAD_H

#include "revision/fault.h"

struct work;

/* Build the map of the work's history. What it makes, faults too, belongs to the work's `arena`. */
struct fault *history_load(struct work *work);

#endif
