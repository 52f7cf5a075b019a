/*
 * revision/version_rows.h - how the rows of a version table follow the steps of a plan: Alembic's
 * HeadMaintainer (semantics, section 4.2). Decides one step at a time, and sends each change to whoever
 * keeps the rows, because a later change of the same step may fail after an earlier one was sent.
 */
#ifndef REVISION_VERSION_ROWS_H
#define REVISION_VERSION_ROWS_H

#include "revision/plan.h"

enum version_change_op {
	VERSION_INSERT, /* `to` */
	VERSION_DELETE, /* `from` */
	VERSION_UPDATE, /* `from` becomes `to` */
};

struct version_change {
	enum version_change_op op;
	str from, to; /* borrowed for the call */
};

/* Where the rows are: a database, or a list. */
struct version_store {
	void *data; /* handed to `apply` */
	/* Carry out one change; `ret_matched` is how many rows it met (inserts: 1). */
	MUST_USE struct error *(*apply)(void *data, const struct version_change *change,
			struct arena *arena, int64_t *ret_matched);
};

struct version_keeper;

/*
 * A keeper that starts from `rows` (doubled ones collapse, as in a Python set). `table` is the version
 * table's name, for messages. `checks_matches`: compare row counts (online); off for --sql.
 */
struct version_keeper *version_keeper_new(struct revision_history *history,
		const struct str_list *rows, str table, bool checks_matches, struct arena *arena);

/*
 * Record that `step` was carried out. Errors: whatever the store gives; "CommandError" when a change
 * meets other than one row; "KeyError", "AssertionError" as Alembic raises them. Changes sent before an
 * error stay sent.
 */
MUST_USE struct error *version_keeper_apply(struct version_keeper *keeper,
		const struct plan_step *step, const struct version_store *store,
		struct arena *arena);

#endif
