/*
 * revision/near.h - "did you mean": what a target may have meant that names nothing in a tree.
 */
#ifndef REVISION_NEAR_H
#define REVISION_NEAR_H

#include "revision/spec.h"

/* A sentence with the id, label or symbol of the tree that is nearest to `target`; empty: none is near. */
str revision_near(const struct revision_specs *specs, str target, struct arena *arena);

#endif
