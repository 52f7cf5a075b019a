/*
 * locate/search.h - one search, and what its files do to it: look at explanations (check.c), find version states that are the
 * database (exact.c), the best explanation else (nearest.c) with those beside it (beside.c) and revisions in part
 * (suspects.c), and say what comes of it (tell.c). Explanations that were looked at are kept with the search.
 */
#ifndef LOCATE_SEARCH_H
#define LOCATE_SEARCH_H

#include "locate/locate_internal.h"

/* Larger trees, where each takes its time, are spent fewer replays. */
#define SMALL_TREE 64

/* What depends on the order may be off by so many facts before it is replayed. */
#define SLACK 3

/* An explanation that was looked at. */
struct checked {
	const size_t *amounts;
	bool runs;     /* it was replayed; else `facts` are those that are predicted */
	size_t failed; /* the revision that does not run in it; SIZE_MAX: none, or nobody has looked */
	const bool *facts; /* flags */
	size_t distance;   /* facts that differ from the database */
	size_t parts, holes;
};

struct search {
	struct locate_problem *problem;
	const struct locate_lab *lab;
	struct arena *arena; /* of all that the search keeps, and of errors */
	struct solver *solver, *strict, *wishful;
	const bool *database; /* flags; made anew when facts are added */
	const size_t *makers; /* of each fact that revisions change: how many make it true */
	size_t replays, most_replays, follows, most_follows;
	size_t slack; /* how much nearer a replay may show something to be */

	struct {
		struct checked *items;
		size_t count, capacity;
	} checked;
};

static inline size_t search_revisions(const struct search *search)
{
	return search->problem->revisions.count;
}

static inline bool is_part(size_t amount)
{
	return amount != RAN_NOTHING && amount != RAN_WHOLE;
}

/* --- looking at explanations ---------------------------------------------------------------------- */

/* Mark the revisions on which others that ran stand, or have run in part. */
bool *search_marks_below(const struct search *search, const size_t *amounts);

/* Facts that a replay has met for the first time, there were `known` before, make longer flags. */
void search_renew_flags(struct search *search, size_t known);

/* Replay an explanation, unless that was done when the tree was. `ret_checked` is good until the next is looked at. */
MUST_USE struct error *search_check(
		struct search *search, const size_t *amounts, const struct checked **ret_checked);

/* Which of two is the better explanation; 0: they are equally near. */
int checked_compare(const struct checked *a, const struct checked *b);

/* The best of those that were looked at; there is one. Good until the next is looked at. */
const struct checked *search_best(const struct search *search);

/* --- version states ------------------------------------------------------------------------------- */

/* The rows that a version state has: those of its revisions on which no other of them stands. */
struct str_list search_rows_of(const struct search *search, const size_t *amounts);

/* All that the rows claim to have run; of an id that several files have, the last, as Alembic takes it. */
size_t *search_claimed(const struct search *search);

/* Add a version state to those that are told, unless it is there but for revisions that do nothing. */
void search_add_state(
		const struct search *search, const size_t *amounts, struct location *location);

/* Find the states that the database is at, what its rows claim before all others. */
MUST_USE struct error *search_exact(struct search *search, struct location *location);

/* Of a state that the database is at, those beside it that differ in a revision without a trace. */
MUST_USE struct error *search_beside_exact(
		struct search *search, const size_t *amounts, struct location *location);

/* --- explanations --------------------------------------------------------------------------------- */

/* Make the solvers anew, of all that is known of the problem now. */
void search_solve(struct search *search);

/* Find the best explanation of a database that is at no version state. */
MUST_USE struct error *search_nearest(struct search *search, struct location *location);

/* Look at suspects statement by statement; `ret_is_new`: there were some. */
MUST_USE struct error *search_watch_suspects(struct search *search, bool *ret_is_new);

/* Whether there can be no doubt about a revision, or none for which a large tree would be replayed once more. */
bool search_is_settled(const struct search *search, size_t number);

/*
 * Look at an explanation if what it predicts is near enough to `best`; and if a revision does not run in it, without that, as
 * long as it is not `kept`.
 */
MUST_USE struct error *search_check_mended(struct search *search, const size_t *amounts,
		size_t kept, const struct checked *best);

/* Look at what the solvers find with other amounts of a revision, as far as that costs no more than so many facts more. */
MUST_USE struct error *search_check_witnesses(
		struct search *search, const struct checked *best, size_t number, size_t more);

/* Look at `best` with each other amount of a revision. */
MUST_USE struct error *search_check_flips(
		struct search *search, const struct checked *best, size_t number);

/* Whether an explanation that was looked at is as good, with another amount of a revision. */
bool search_sees_otherwise(const struct search *search, const struct checked *best, size_t number);

/*
 * Look at explanations in which a revision that did not run in the best has run on what it stands on, and all of it was
 * undone since.
 */
MUST_USE struct error *search_check_undone(
		struct search *search, const struct checked *best, size_t number);

/* Look at each revision about which there may be a doubt. */
MUST_USE struct error *search_look_at_doubts(struct search *search, const struct checked *best);

/* --- what is told --------------------------------------------------------------------------------- */

/* Fill in all but the states: what ran and what did not, what is left over, whether the rows are true. */
MUST_USE struct error *search_tell(
		struct search *search, const struct checked *told, struct location *location);

#endif
