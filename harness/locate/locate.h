/*
 * locate/locate.h - find out where a database really is: which revisions of a tree have run in it, going by what each
 * does to a schema and by the schema that the database has. Values in, values out: what more has to be seen of the
 * tree is asked of a laboratory.
 *
 * An explanation says of each revision how much of it has run. The best one leaves the fewest facts over, then is one
 * that can be replayed, then has the fewest revisions in part, then the fewest holes. What is told was replayed, as far
 * as MOST_REPLAYS go.
 */
#ifndef LOCATE_LOCATE_H
#define LOCATE_LOCATE_H

#include "kit/error.h"
#include "locate/facts.h"

/* How much of a revision has run: nothing, all of it, else so many of its statements. */
#define RAN_NOTHING 0
#define RAN_WHOLE   SIZE_MAX

/* Numbers of revisions. */
struct revision_numbers {
	size_t *items;
	size_t count, capacity;
};

/* A revision on which another stands; or, where several files have its id, one that would do in place of the last. */
struct standing {
	size_t revision;
	bool is_alternative; /* to the item before */
};

struct standings {
	struct standing *items;
	size_t count, capacity;
};

/* What is known of a revision. */
struct traced_revision {
	str id;
	str name;               /* for people: the id, with its file where several have it */
	str sql;                /* of its upgrade; empty: there is none, or nobody knows */
	struct standings below; /* what it stands on; all lower than its own number */
	size_t statement_count;
	bool is_known; /* it could be replayed, and `changes` is what it does; else `failure` */
	str failure;
	bool is_apart; /* it was replayed on what it stands on alone, and not after all that come before it */
	struct fact_changes changes;

	struct {
		struct fact_changes *items;
		size_t count, capacity;
	} parts; /* what its first statement does, its first two, ...; none: nobody has looked */
};

/* A tree, in an order in which it can run, and a database. */
struct locate_problem {
	struct facts *facts;

	struct {
		struct traced_revision *items;
		size_t count, capacity;
	} revisions;
	struct fact_list start;    /* what is true of a database in which nothing has run */
	struct fact_list database; /* of the database in question */
	bool has_version_table;
	struct str_list rows; /* of its version table, in SELECT order */
	str version_failure;  /* why they cannot be read; empty: they were */
};

/* What more is to be seen. An error is of the environment. */
struct locate_lab {
	void *data; /* handed to all */
	/*
	 * Let run of each revision as much as `amounts` says, in the order of the problem, on a database in which nothing
	 * has run. `ret_facts` is what is true then, `ret_failed` SIZE_MAX; or the revision that does not run there.
	 */
	MUST_USE struct error *(*replay)(void *data, const size_t *amounts, size_t *ret_failed,
			struct fact_list *ret_facts);
	/* Whether a revision runs on the database that such a replay leaves, and changes nothing. */
	MUST_USE struct error *(*follow)(
			void *data, const size_t *amounts, size_t revision, bool *ret_does);
	/*
	 * Look after each statement of a revision: fill in its `parts`. It runs on what it stands on, and on those before
	 * it that `amounts` says have run.
	 */
	MUST_USE struct error *(*watch)(void *data, size_t revision, const size_t *amounts);
};

/* A set of revisions that upgrades can leave. */
struct version_state {
	struct str_list rows;  /* of the version table then, sorted; none: base */
	const size_t *amounts; /* of each revision */
};

/* A revision that ran in part. */
struct located_part {
	size_t revision;
	size_t statements; /* the first of them; those behind that leave no trace may have run too */
};

/* Where the database is. Lists of revisions are in the order of the problem. */
struct location {
	bool is_exact; /* there is a version state whose schema is that of the database, fact for fact */

	struct {
		struct version_state *items;
		size_t count, capacity;
	} at; /* those, or else the nearest; several: the schema cannot tell them apart */

	bool has_more; /* there are more than are told */

	struct revision_numbers ran, not_ran;
	struct revision_numbers untraceable; /* whether they ran cannot be told */
	struct revision_numbers holes;       /* of `not_ran`: others that stand on them ran */

	struct {
		struct located_part *items;
		size_t count, capacity;
	} partly;
	struct str_list foreign; /* "+ LINE": no revision explains it; "- LINE": what ran has made it, and it is not there */
	size_t facts, matching; /* of the database and the explanation together; of both */

	bool row_is_true;
	struct str_list unknown_rows;   /* of no revision of the tree */
	struct str_list redundant_rows; /* others stand on them, or they are there twice */
	struct revision_numbers
			claimed; /* rows claim them, and they did not run, or not as a whole */
	struct revision_numbers unclaimed; /* they ran, and rows do not say so */
	size_t claim_missing,
			claim_extra; /* facts that the database lacks, and has too many, if the rows were true */
};

/* Replays for one location. */
#define MOST_REPLAYS 192

/* Whether all that a revision stands on has run as a whole. */
bool locate_can_stand(const struct locate_problem *problem, const size_t *amounts, size_t number);

/* Mark all that the marked revisions stand on; of alternatives, unless one is marked, the last, as Alembic takes it. */
void locate_mark_below(const struct locate_problem *problem, bool *is_marked);

/* Find out. The location is in `arena`. */
MUST_USE struct error *locate(struct locate_problem *problem, const struct locate_lab *lab,
		struct arena *arena, struct location *ret_location);

/* The location for people, at most 80 columns wide, and for tools: an object on lines of its own. */
struct location_page {
	const struct locate_problem *problem;
	const struct location *location;
	const struct str_list *
			stamps; /* for each state of `at`, the command that makes the rows those; empty: there is none */
	struct str_list notes; /* sentences */
	bool colour;
	size_t width; /* columns; 0: as many as usual */
};

void location_render_text(const struct location_page *page, struct buf *out);
void location_render_json(const struct location_page *page, struct buf *out);

#endif
