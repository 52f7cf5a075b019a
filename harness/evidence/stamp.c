/*
 * The stamp that makes rows true, tried on a list before it is told.
 */
#include "evidence/evidence_internal.h"

#include "kit/arena.h"
#include "lab/words.h"
#include "revision/version_rows.h"

/* Version rows as a list. */
static struct error *apply(void *data, const struct version_change *change, struct arena *arena,
		int64_t *ret_matched)
{
	struct str_list *rows = data;
	size_t kept = 0;

	*ret_matched = change->op == VERSION_INSERT;
	if (change->op == VERSION_INSERT) {
		str_list_add(rows, change->to, arena);
		return NULL;
	}
	for (size_t i = 0; i < rows->count; i++) {
		const bool matches = str_equal(rows->items[i], change->from);

		*ret_matched += matches;
		if (!matches || change->op == VERSION_UPDATE) {
			rows->items[kept++] = matches ? change->to : rows->items[i];
		}
	}
	rows->count = kept;
	return NULL;
}

/* Whether `alembic stamp` with these targets leaves the rows that are wanted. */
static bool leads_to(const struct evidence *evidence, struct str_list targets, bool purges,
		const struct str_list *wanted)
{
	struct arena *arena = evidence->arena;
	struct stage stage = stage_like(evidence->like, arena);
	struct revision_history *history = stage_history(&stage);
	const struct plan_request request = {
		.op = PLAN_STAMP,
		.targets = targets,
		.purge = purges,
	};
	struct str_list start, rows = { 0 };
	struct plan plan;

	struct error *err = plan_command(
			history, &request, &evidence->problem->rows, arena, &start, &plan);
	if (err) {
		return false;
	}
	for (size_t i = 0; i < start.count; i++) {
		str_list_add(&rows, start.items[i], arena);
	}
	const struct version_store store = { .data = &rows, .apply = apply };
	struct version_keeper *keeper = version_keeper_new(
			history, &start, stage.configure->version_table, true, arena);

	for (size_t i = 0; !err && i < plan.count; i++) {
		err = version_keeper_apply(keeper, &plan.steps[i], &store, arena);
	}
	return !err && rows_are_same(&rows, wanted, arena);
}

struct located_stamp evidence_stamp(const struct evidence *evidence, const struct str_list *wanted)
{
	struct arena *arena = evidence->arena;
	struct located_stamp stamp = { 0 };
	struct buf command = { .arena = arena };

	if (rows_are_same(&evidence->problem->rows, wanted, arena)) {
		return stamp;
	}
	for (size_t i = 0; i < wanted->count; i++) {
		str_list_add(&stamp.targets, wanted->items[i], arena);
	}
	if (!stamp.targets.count) {
		str_list_add(&stamp.targets, STR("base"), arena);
	}
	stamp.purges = !leads_to(evidence, stamp.targets, false, wanted);
	stamp.is_known = !stamp.purges || leads_to(evidence, stamp.targets, true, wanted);
	if (!stamp.is_known) {
		return stamp;
	}
	buf_add(&command, stamp.purges ? STR("alembic stamp --purge") : STR("alembic stamp"));
	for (size_t i = 0; i < stamp.targets.count; i++) {
		buf_add_char(&command, ' ');
		buf_add_shell_word(&command, stamp.targets.items[i]);
	}
	stamp.command = buf_str(&command);
	return stamp;
}
