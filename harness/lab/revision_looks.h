/*
 * lab/revision_looks.h - an observer that looks at the database after each revision, as the command that runs
 * it sees it: with what is not committed yet.
 */
#ifndef LAB_REVISION_LOOKS_H
#define LAB_REVISION_LOOKS_H

#include "lab/look.h"

struct revision_look {
	str revision;      /* the step of the plan that has run */
	bool is_committed; /* nothing is open: others see the same */
	struct look look;
};

struct revision_looks {
	struct look_wants wants; /* at each look */
	struct revision_look *items;
	size_t count, capacity;
};

/* Looks are added to `looks`, which must outlive the watching, in the arena of the stage. */
struct observer revision_looks_observer(struct revision_looks *looks);

#endif
