/*
 * locate/locate_internal.h - what the files of this room share: amounts, what they predict, and the two searches.
 *
 * Amounts are an array with one for each revision, of how much of it has run.
 */
#ifndef LOCATE_LOCATE_INTERNAL_H
#define LOCATE_LOCATE_INTERNAL_H

#include "locate/locate.h"

/* --- predictions ------------------------------------------------------------------------------ */

/* What is true when so much has run, going by what each revision changes: a flag for each fact. */
bool *predict(const struct locate_problem *problem, const size_t *amounts, struct arena *arena);

/* A flag for each fact that is in the list. */
bool *facts_flags(const struct facts *facts, const struct fact_list *list, struct arena *arena);

/* How many of the flags differ. */
size_t flags_differ(const struct facts *facts, const bool *a, const bool *b);

/* Whether the prediction is what was seen: all that ran are the first of the problem, as wholes. */
bool is_as_replayed(const struct locate_problem *problem, const size_t *amounts);

/* Whether each revision ran as a whole or not at all, and what those that ran stand on has run. */
bool is_version_state(const struct locate_problem *problem, const size_t *amounts);

/* Whether a revision has a trace: it is known that it changes something, or that a part of it does. */
bool has_trace(const struct traced_revision *revision);

/* Whether there is nothing in a revision: as soon as it can have run, it does not matter whether it did. */
bool does_nothing(const struct locate_problem *problem, size_t number);

/* --- explanations ------------------------------------------------------------------------------ */

/*
 * The best of all ways in which revisions, each by itself, may have run. Revisions meet in the facts that several of
 * them change; so they fall into groups, and a group is walked through in order, keeping of all ways those alone
 * that differ in facts which are to be changed again. So what is best is found without trying all ways.
 */
struct solver;

/* What an explanation leaves over, the most important first: facts, then revisions that ran in part. */
#define COST_OF_FACT ((uint64_t)1 << 10)
#define COST_NEVER   UINT64_MAX

/* What it counts for that a revision makes what is there, or drops what is not, as it could not run then. */
enum strictness {
	STRICT_AS_FACT, /* as much as a fact that is left over */
	STRICT_AS_USUAL, /* it decides among equals, since what a revision drops may depend on what has run before it */
	STRICT_BY_WISH, /* among those in which as many wishes come true */
};

/* Reads the problem anew, parts included; `problem` must not change meanwhile. */
struct solver *solver_new(const struct locate_problem *problem, enum strictness strictness,
		struct arena *arena);

/* What is preferred of a revision. */
enum wish {
	WISH_NONE,
	WISH_RAN, /* as a whole */
	WISH_NOT_RAN,
	WISH_RAN_DEARLY, /* even if two facts more are left over */
};

/* Search. Of explanations that cost the same, the one comes first in which the most wishes, one a revision, come true. NULL: none. */
void solver_run(struct solver *solver, const enum wish *wishes);

/* The cost of the best explanation. */
uint64_t solver_cost(const struct solver *solver);

/* The cost of the best in which so much of a revision has run; COST_NEVER: that is none of its amounts. */
uint64_t solver_cost_with(const struct solver *solver, size_t revision, size_t amount);

/* The amounts of the best; of the best in which so much of `revision` has run, unless that is SIZE_MAX. */
size_t *solver_explain(
		const struct solver *solver, size_t revision, size_t amount, struct arena *arena);

/* The least cost of anything but `amount`. */
uint64_t solver_cost_without(const struct solver *solver, size_t revision, size_t amount);

/* The amounts that a revision may have run to, the best of which `solver_explain` would take. */
struct revision_numbers solver_amounts(const struct solver *solver, size_t revision);

/* --- version states ---------------------------------------------------------------------------- */

/* A version state, and by how many facts it differs from the database, going by what revisions change. */
struct candidate {
	size_t *amounts;
	size_t distance;
};

struct candidates {
	struct candidate *items;
	size_t count, capacity;
};

/*
 * The version states that differ in at most `slack` facts, the nearest first, and among those the smaller ones;
 * at most `most`, `ret_has_more` else. What does nothing has run in them wherever it can.
 */
struct candidates version_states(const struct locate_problem *problem, const struct solver *solver,
		size_t slack, size_t most, struct arena *arena, bool *ret_has_more);

#endif
