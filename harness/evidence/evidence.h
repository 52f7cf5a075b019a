/*
 * evidence/evidence.h - find out where a database is: have the laboratory gather what `locate` reasons over, that is
 * what each revision of a tree does to a schema, and what explanations really leave. Each revision is replayed once;
 * one that does not run after all those before it is replayed on what it stands on alone.
 */
#ifndef EVIDENCE_EVIDENCE_H
#define EVIDENCE_EVIDENCE_H

#include "lab/look.h"
#include "locate/locate.h"

/* What makes the version rows others. */
struct located_stamp {
	bool is_known; /* else they are as wanted, or no stamp makes them so */
	struct str_list targets;
	bool purges;
	str command; /* of a shell; empty unless it is known */
};

struct located {
	struct locate_problem problem;
	struct location location;
	struct {
		struct located_stamp *items;
		size_t count, capacity;
	} stamps; /* that make the rows those of each state in `location.at` */
	struct str_list notes; /* sentences */
};

/*
 * Find out where the database is that was looked at, among the states of the tree of `like`, which also gives engine,
 * host and deadline. ERROR_TIMEOUT, or an error of the environment. The result is in `arena`.
 */
MUST_USE struct error *evidence_locate(const struct stage *like, const struct look *database,
		struct arena *arena, struct located *ret_located);

#endif
