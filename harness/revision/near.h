/*
 * revision/near.h - "did you mean": what a target may have meant that names nothing in a tree.
 */
#ifndef REVISION_NEAR_H
#define REVISION_NEAR_H

#include "revision/spec.h"

/*
 * What to say of `target`, which names nothing: where it comes from ("the target of this step"), so that nobody takes it
 * for what a database says; and the id, label or symbol of the tree that is nearest, if it is meant. One of the same series
 * is not: whoever stamps 0001 for 0009 makes a row that lies.
 */
str revision_near(const struct revision_specs *specs, str target, const char *origin,
		struct arena *arena);

/*
 * Whether two names differ in their numbers alone, as rev_002 and rev_003 do: two of a series, of which one is gone,
 * and not one that is misspelt.
 */
bool revision_are_of_a_series(str a, str b);

#endif
