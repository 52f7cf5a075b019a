/*
 * doctor/against.h - what a branch does to databases that follow another one: revisions that are gone, hang elsewhere,
 * have something new below them, do something else. Pure: three trees in, faults out.
 *
 * A branch answers for what it changed since it was cut, so there are three trees: its own, the other's, and the one
 * at which it left. What the other one has gained since is not missing here; what it has changed itself is not edited
 * here; a change that both made is none.
 */
#ifndef DOCTOR_AGAINST_H
#define DOCTOR_AGAINST_H

#include "doctor/doctor.h"

/* The trees that ours is compared with. */
enum against_tree {
	AGAINST_BASE,
	AGAINST_OTHER,
	AGAINST_TREE_COUNT,
};

struct against {
	str name; /* of the other branch, for people: "main" */
	const struct revision_specs *ours;
	const struct revision_specs *trees[AGAINST_TREE_COUNT]; /* may be the same */
	int level;
	/*
	 * Whether the revision at `place` of a tree does something else than ours at `our_place`, both in load order;
	 * if so `ret_where` is where ours begins to.
	 */
	bool (*differs)(const void *data, enum against_tree tree, size_t place, size_t our_place,
			struct span *ret_where);
	const void *data; /* borrowed, handed to `differs` */
};

/* Add what there is to `faults`, by kind, then in load order. */
void doctor_compare(const struct against *against, struct arena *arena, struct faults *faults);

/*
 * The heads that a merge of ours and the other tree would have, in load order, where each has gained revisions since
 * they parted; none where one of them has not.
 */
struct str_list against_merged_heads(const struct against *against, struct arena *arena);

#endif
