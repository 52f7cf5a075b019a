/*
 * doctor/squash.h - what took the place of revisions that a commit took away: history is squashed by writing one file
 * for several, anywhere along a chain or over several branches, and whoever follows one of those is to follow that file
 * now. Bringing the old file back would run its statements twice. Pure: from trees to an id.
 */
#ifndef DOCTOR_SQUASH_H
#define DOCTOR_SQUASH_H

#include "revision/spec.h"

struct squash;

/*
 * Take up what a commit did. `before` has the revisions whose files it took away or changed, as they were; `after` those
 * that it brought or changed, as it left them; `now` is the tree as it is. All are borrowed.
 */
struct squash *squash_new(const struct revision_specs *before, const struct revision_specs *after,
		const struct revision_specs *now, int level, struct arena *arena);

/*
 * The revision of `after` that took the place of `name`, which `before` has, and `now` wants and has not; empty: none, or
 * nobody could say which. It stands on what the revisions that are gone stood on. It may be gone from `now`, too; it
 * never descends there from one that wants `name`.
 */
str squash_successor(struct squash *squash, str name);

#endif
