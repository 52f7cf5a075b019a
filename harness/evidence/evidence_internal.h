/*
 * evidence/evidence_internal.h - what the files of this room share.
 */
#ifndef EVIDENCE_EVIDENCE_INTERNAL_H
#define EVIDENCE_EVIDENCE_INTERNAL_H

#include "evidence/evidence.h"

/* A tree in the laboratory. */
struct evidence {
	const struct stage *like;
	struct arena *arena;
	struct locate_problem *problem;
	const struct scenario_revision **revisions; /* by number in the problem */
	size_t bodies;                              /* that have run so far */
	struct str_list notes;
	struct image *image; /* of the database that `image_amounts` leave; NULL: none yet */
	const size_t *image_amounts; /* NULL: none were tried */
};

/*
 * Put the revisions of the tree into the problem, each behind what it stands on, otherwise in load order. A tree that
 * does not load has an order too: what is missing is left out, and a cycle is cut open.
 */
void evidence_order(struct evidence *evidence);

/* Replay each revision of the problem once, and write down what it does. */
MUST_USE struct error *evidence_replay_tree(struct evidence *evidence);

/* What `locate` may ask for; `data` is the evidence. */
MUST_USE struct error *evidence_replay(
		void *data, const size_t *amounts, size_t *ret_failed, struct fact_list *ret_facts);
MUST_USE struct error *evidence_follow(
		void *data, const size_t *amounts, size_t number, bool *ret_does);
MUST_USE struct error *evidence_watch(void *data, size_t number, const size_t *amounts);

/* What makes the database's rows those of `wanted`; not known: they are, or the tree does not load. */
struct located_stamp evidence_stamp(const struct evidence *evidence, const struct str_list *wanted);

#endif
