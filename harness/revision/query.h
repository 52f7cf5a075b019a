/*
 * revision/query.h - what can be asked of a history without changing a database: the commands of
 * `alembic` that only look. Errors are translated as those commands do.
 */
#ifndef REVISION_QUERY_H
#define REVISION_QUERY_H

#include "revision/history.h"

struct branch_point {
	str revision;
	struct str_list children; /* by down revisions, sorted */
};

struct branch_points {
	struct branch_point *items;
	size_t count, capacity;
};

/* What `alembic heads` lists. */
MUST_USE struct error *query_heads(
		struct revision_history *history, struct arena *arena, struct str_list *ret_ids);

/* Branch points in the order of `alembic branches`. */
MUST_USE struct error *query_branches(struct revision_history *history, struct arena *arena,
		struct branch_points *ret_points);

/*
 * What names mean, several or one each. An item whose data is NULL is Python's None: nothing is there, as
 * below a base. Walking down onto a base gives "base".
 */
MUST_USE struct error *query_resolve(struct revision_history *history, const struct str_list *names,
		struct arena *arena, struct str_list *ret_ids);
MUST_USE struct error *query_resolve_one(struct revision_history *history, str name,
		struct arena *arena, struct str_list *ret_ids);

/*
 * The ids of `alembic history -r RANGE`, heads first. `range` with NULL data: all of it. `rows` are for
 * the word "current".
 */
MUST_USE struct error *query_history(struct revision_history *history, str range,
		const struct str_list *rows, struct arena *arena, struct str_list *ret_ids);

/* What `alembic current` lists for these rows, sorted. */
MUST_USE struct error *query_current(struct revision_history *history, const struct str_list *rows,
		struct arena *arena, struct str_list *ret_ids);

#endif
