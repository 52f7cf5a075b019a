/*
 * A command as the `alembic` program takes it: ranges are split off with --sql, and refused without
 * (semantics, sections 2.5 and 6).
 */
#include "revision/revision_internal.h"

/* Split "from:to"; a target without a colon stays, and `from` with it. */
static struct error *split_target(str *target, str *from, struct arena *arena)
{
	const size_t colon = str_find_char(*target, ':');

	if (colon == target->len) {
		return NULL;
	}
	const str rest = str_slice(*target, colon + 1, target->len);

	if (str_find_char(rest, ':') < rest.len) {
		return error_alembic(arena, "ValueError", "too many values to unpack (expected 2)");
	}
	*from = (str){ target->data, colon };
	*target = rest;
	return NULL;
}

/* The start and the targets of an offline stamp, whose ranges must all start in the same place. */
static struct error *split_stamp(const struct plan_request *request, struct arena *arena, str *from,
		struct str_list *ret_targets)
{
	for (size_t i = 0; i < request->targets.count; i++) {
		str target = request->targets.items[i], one = *from;
		struct error *err = split_target(&target, &one, arena);

		if (err) {
			return err;
		}
		if (from->data && !str_equal(one, *from)) {
			return error_alembic(arena, "CommandError",
					"Stamp operation with --sql only supports a single starting "
					"revision at a time");
		}
		*from = one;
		str_list_add(ret_targets, target, arena);
	}
	return NULL;
}

/* The row that an offline command starts from. */
static struct raised *offline_start(struct work *work, str from, struct str_list *ret_start)
{
	static const struct wording usual = { 0 };
	uint32_t node;

	if (!from.data || str_equal(from, STR("base"))) {
		return NULL;
	}
	struct raised *raised =
			raised_translate(revision_get(work, from, &node), &usual, work->arena);

	if (!raised && node == NODE_NONE) {
		return raised_new(work->arena, RAISED_PYTHON, "AttributeError",
				"'NoneType' object has no attribute 'revision'");
	}
	if (!raised) {
		str_list_add(ret_start, node_id(work->history, node), work->arena);
	}
	return raised;
}

static struct error *plan_offline(struct revision_history *history,
		const struct plan_request *request, struct arena *arena, struct str_list *ret_start,
		struct plan *ret_plan)
{
	struct str_list targets = { 0 };
	struct error *err;
	struct work work;
	str from = { 0 };

	if (request->op == PLAN_STAMP) {
		err = split_stamp(request, arena, &from, &targets);
	} else {
		str_list_add(&targets, request->targets.items[0], arena);
		err = split_target(&targets.items[0], &from, arena);
		if (!err && !from.data && request->op == PLAN_DOWNGRADE) {
			err = error_alembic(arena, "CommandError",
					"downgrade with --sql requires <fromrev>:<torev>");
		}
	}
	if (!err && request->purge) {
		err = error_alembic(arena, "CommandError", "Can't use --purge with --sql mode");
	}
	if (err) {
		return err;
	}
	work_begin(&work, history, arena);
	struct raised *raised = offline_start(&work, from, ret_start);

	work_end(&work);
	if (raised) {
		return &raised->error;
	}
	return request->op == PLAN_STAMP ? plan_stamp(history, &targets, ret_start, arena, ret_plan)
					 : plan_range(history, request->op, targets.items[0],
							   ret_start, arena, ret_plan);
}

struct error *plan_command(struct revision_history *history, const struct plan_request *request,
		const struct str_list *rows, struct arena *arena, struct str_list *ret_start,
		struct plan *ret_plan)
{
	*ret_start = (struct str_list){ 0 };
	if (request->sql) {
		return plan_offline(history, request, arena, ret_start, ret_plan);
	}
	if (!request->purge) {
		*ret_start = *rows;
	}
	switch (request->op) {
	case PLAN_UPGRADE:
		return plan_upgrade(history, request->targets.items[0], ret_start, arena, ret_plan);
	case PLAN_DOWNGRADE:
		return plan_downgrade(
				history, request->targets.items[0], ret_start, arena, ret_plan);
	case PLAN_STAMP:
		break;
	}
	return plan_stamp(history, &request->targets, ret_start, arena, ret_plan);
}
