/*
 * revision/plan.h - what a command would do: the ordered steps from the rows of a version table to a
 * target, complete before the first of them runs (semantics, section 3).
 */
#ifndef REVISION_PLAN_H
#define REVISION_PLAN_H

#include "revision/history.h"

enum plan_op {
	PLAN_UPGRADE,
	PLAN_DOWNGRADE,
	PLAN_STAMP,
};

struct plan_step {
	enum plan_op op;
	str revision; /* a stamp: the first of `to`, else of `from`; may be empty */
	size_t spec;  /* index into the specs of the file whose body runs; SIZE_MAX for a stamp */
	struct str_list from,
			to; /* down revisions in file order, then dependencies; stamps as planned */
	bool is_upgrade,
			is_branch_move; /* stamps only: how the version row changes (section 4.2) */
};

struct plan {
	const struct plan_step *steps;
	size_t count;
	struct str_list warnings; /* "downgrade -1 from multiple heads is ambiguous; ..." */
};

/*
 * Plan a command. `target` as on alembic's command line; `rows` of the version table in SELECT order.
 * Errors are ERROR_ALEMBIC with Alembic's class and text: "CommandError" with the translated text,
 * "KeyError" with the quoted key as Python prints it ("'0003'"), "AssertionError", ...
 */
MUST_USE struct error *plan_upgrade(struct revision_history *history, str target,
		const struct str_list *rows, struct arena *arena, struct plan *ret_plan);
MUST_USE struct error *plan_downgrade(struct revision_history *history, str target,
		const struct str_list *rows, struct arena *arena, struct plan *ret_plan);

/* The same for an upgrade or downgrade whose target had its range split off ("a:b" with --sql). */
MUST_USE struct error *plan_range(struct revision_history *history, enum plan_op op, str target,
		const struct str_list *rows, struct arena *arena, struct plan *ret_plan);

/* `rows` is empty after --purge, as in Alembic. */
MUST_USE struct error *plan_stamp(struct revision_history *history, const struct str_list *targets,
		const struct str_list *rows, struct arena *arena, struct plan *ret_plan);

/*
 * The step for people, without a line end: "upgrade 0001 -> 0002, orders", `message` (may be empty) being
 * the file's.
 */
void plan_step_render(const struct plan_step *step, str message, struct buf *out);

/* A command with its options, as the `alembic` program takes it. */
struct plan_request {
	enum plan_op op;
	struct str_list targets; /* one, but for stamps */
	bool purge;              /* stamps: forget all rows first */
	bool sql; /* offline: where to start from is said before a ":" in the target */
};

/*
 * Plan any of the three. `ret_start` is what a version_keeper starts from: `rows`; none after --purge;
 * with --sql what the range says, `rows` being ignored. It is written as soon as it is known, so also
 * before an error of the plan itself.
 */
MUST_USE struct error *plan_command(struct revision_history *history,
		const struct plan_request *request, const struct str_list *rows,
		struct arena *arena, struct str_list *ret_start, struct plan *ret_plan);

/* The ids that `alembic merge REVISIONS...` would write as down_revision. */
MUST_USE struct error *plan_merge(struct revision_history *history,
		const struct str_list *revisions, struct arena *arena,
		struct str_list *ret_down_revision);

#endif
