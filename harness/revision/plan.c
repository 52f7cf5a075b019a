#include "revision/plan.h"

#include "revision/revision_internal.h"

/* Down revisions in file order, then normalised dependencies; borrowed from the file without those. */
static struct str_list up_ids(struct work *work, uint32_t node)
{
	const struct revision_history *history = work->history;
	const struct revision_spec *spec = node_spec(history, node);
	const struct str_list down = spec_down_revision(spec, history->level);
	const size_t first = history->down.start[node + 1] - history->down.start[node];
	size_t dependencies = 0;
	uint32_t dependency;

	for (size_t at = first; node_next(history, node, WALK_NORMALISED, &at, &dependency);) {
		dependencies++;
	}
	if (!dependencies) {
		return down;
	}
	struct str_list ids = {
		.items = arena_new_array(work->arena, str, down.count + dependencies),
	};

	for (size_t i = 0; i < down.count; i++) {
		ids.items[ids.count++] = down.items[i];
	}
	for (size_t at = first; node_next(history, node, WALK_NORMALISED, &at, &dependency);) {
		ids.items[ids.count++] = node_id(history, dependency);
	}
	return ids;
}

static struct plan_step step_of(struct work *work, uint32_t node, enum plan_op op)
{
	struct revision_spec *spec = &work->history->specs->items[work->history->spec_of[node]];
	const struct str_list up = up_ids(work, node);
	const struct str_list own = { .items = &spec->revision, .count = 1 };

	return (struct plan_step){
		.op = op,
		.revision = spec->revision,
		.spec = work->history->spec_of[node],
		.from = op == PLAN_UPGRADE ? up : own,
		.to = op == PLAN_UPGRADE ? own : up,
		.is_upgrade = op == PLAN_UPGRADE,
	};
}

/* Steps for nodes that are sorted tips first. */
static struct raised *make_steps(struct work *work, const struct nodes *sorted, enum plan_op op,
		struct plan *ret_plan)
{
	struct plan_step *steps = arena_new_array(work->arena, struct plan_step, sorted->count);

	for (size_t i = 0; i < sorted->count; i++) {
		uint32_t node;
		struct raised *raised = revision_get_id(work, sorted->items[i], &node);

		if (raised) {
			return raised;
		}
		steps[op == PLAN_UPGRADE ? sorted->count - 1 - i : i] = step_of(work, node, op);
	}
	ret_plan->steps = steps;
	ret_plan->count = sorted->count;
	return NULL;
}

static struct raised *upgrade(
		struct work *work, str target, const struct str_list *rows, struct plan *ret_plan)
{
	const struct range_side upper = { .name = target },
				lower = { .is_rows = true, .rows = rows };
	struct collected collected;
	struct nodes sorted = { 0 };
	struct raised *raised = collect_upgrade(work, &upper, &lower,
			(struct range_options){ .has_implicit_base = true }, &collected);

	if (!raised) {
		raised = sort_tips_first(work, &collected, &sorted);
	}
	return raised ? raised : make_steps(work, &sorted, PLAN_UPGRADE, ret_plan);
}

static struct raised *downgrade(
		struct work *work, str target, const struct str_list *rows, struct plan *ret_plan)
{
	struct collected collected;
	struct nodes sorted = { 0 };
	struct raised *raised =
			collect_downgrade(work, rows, target, &ret_plan->warnings, &collected);

	if (!raised) {
		raised = sort_tips_first(work, &collected, &sorted);
	}
	return raised ? raised : make_steps(work, &sorted, PLAN_DOWNGRADE, ret_plan);
}

struct error *plan_range(struct revision_history *history, enum plan_op op, str target,
		const struct str_list *rows, struct arena *arena, struct plan *ret_plan)
{
	const struct wording wording = {
		.range = op == PLAN_UPGRADE ? "upgrade" : "downgrade",
		.end = target,
	};
	struct plan plan = { 0 };
	struct work work;

	work_begin(&work, history, arena);
	struct raised *raised = op == PLAN_UPGRADE ? upgrade(&work, target, rows, &plan)
						   : downgrade(&work, target, rows, &plan);

	raised = raised_translate(raised, &wording, arena);
	work_end(&work);
	if (raised) {
		return &raised->error;
	}
	*ret_plan = plan;
	return NULL;
}

static struct error *range_online(struct revision_history *history, enum plan_op op, str target,
		const struct str_list *rows, struct arena *arena, struct plan *ret_plan)
{
	if (str_find_char(target, ':') < target.len) {
		return error_alembic(arena, "CommandError", "Range revision not allowed");
	}
	return plan_range(history, op, target, rows, arena, ret_plan);
}

struct error *plan_upgrade(struct revision_history *history, str target,
		const struct str_list *rows, struct arena *arena, struct plan *ret_plan)
{
	return range_online(history, PLAN_UPGRADE, target, rows, arena, ret_plan);
}

struct error *plan_downgrade(struct revision_history *history, str target,
		const struct str_list *rows, struct arena *arena, struct plan *ret_plan)
{
	return range_online(history, PLAN_DOWNGRADE, target, rows, arena, ret_plan);
}

/* ---- stamp ---- */

struct stamper {
	struct work *work;
	struct nodes rows; /* those that share lineage with a target; each once */

	struct {
		struct plan_step *items;
		size_t count, capacity;
	} steps;
};

static void add_stamp(struct stamper *stamper, struct str_list from, struct str_list to,
		bool is_upgrade, bool is_branch_move)
{
	*LIST_PUSH(&stamper->steps, stamper->work->arena) = (struct plan_step){
		.op = PLAN_STAMP,
		.revision = to.count         ? to.items[0]
				: from.count ? from.items[0]
					     : (str){ 0 },
		.spec = SIZE_MAX,
		.from = from,
		.to = to,
		.is_upgrade = is_upgrade,
		.is_branch_move = is_branch_move,
	};
}

static struct str_list one_id(struct stamper *stamper, uint32_t node)
{
	struct str_list ids = { 0 };

	str_list_add(&ids, node_id(stamper->work->history, node), stamper->work->arena);
	return ids;
}

/* Python asks what is no revision for its id. */
static struct raised *no_revision(struct work *work, uint32_t node)
{
	return raised_new(work->arena, RAISED_PYTHON, "AttributeError",
			"'%s' object has no attribute 'revision'",
			node == NODE_BASE ? "str" : "NoneType");
}

static struct raised *all_ids(struct stamper *stamper, struct str_list *ret_ids)
{
	for (size_t i = 0; i < stamper->rows.count; i++) {
		const uint32_t node = stamper->rows.items[i];

		if (node >= NODE_BASE) {
			return no_revision(stamper->work, node);
		}
		str_list_add(ret_ids, node_id(stamper->work->history, node), stamper->work->arena);
	}
	return NULL;
}

static struct raised *stamp_base(struct stamper *stamper)
{
	for (size_t i = 0; i < stamper->rows.count; i++) {
		const uint32_t node = stamper->rows.items[i];

		if (node >= NODE_BASE) {
			return no_revision(stamper->work, node);
		}
		add_stamp(stamper, one_id(stamper, node), (struct str_list){ 0 }, false, true);
	}
	return NULL;
}

static bool meets_rows(struct stamper *stamper, enum direction direction, uint32_t node)
{
	walk_from(stamper->work, direction, &(struct nodes){ .items = &node, .count = 1 });
	for (size_t i = 0; i < stamper->rows.count; i++) {
		if (stamper->rows.items[i] < NODE_BASE &&
				walk_has_seen(stamper->work, stamper->rows.items[i])) {
			return true;
		}
	}
	return false;
}

static struct raised *stamp_one(struct stamper *stamper, uint32_t node)
{
	struct str_list from = { 0 };

	if (node == NODE_NONE) {
		return stamp_base(stamper);
	}
	if (nodes_contain(&stamper->rows, node)) {
		return NULL;
	}
	if (node == NODE_BASE) {
		return raised_assertion(stamper->work->arena);
	}
	const bool is_below = meets_rows(stamper, WALK_UP, node);
	const bool is_above = meets_rows(stamper, WALK_NORMALISED, node);

	if (is_below && is_above) {
		return raised_assertion(stamper->work->arena);
	}
	if (!is_below && !is_above) {
		add_stamp(stamper, from, one_id(stamper, node), true, true);
		return NULL;
	}
	struct raised *raised = all_ids(stamper, &from);

	if (!raised) {
		add_stamp(stamper, from, one_id(stamper, node), is_above, false);
	}
	return raised;
}

/* Rows that share lineage with a target, dependencies included. */
static struct raised *relevant_rows(
		struct stamper *stamper, const struct str_list *targets, const struct nodes *rows)
{
	struct work *work = stamper->work;
	struct nodes found = { 0 };

	for (size_t i = 0; i < targets->count; i++) {
		struct lineage lineage;

		if (!targets->items[i].len) {
			continue;
		}
		struct raised *raised = lineage_of(work, targets->items[i], true, &lineage);

		if (!raised) {
			raised = lineage_filter(work, &lineage, rows, &found);
		}
		if (raised) {
			return raised;
		}
	}
	if (!found.count) {
		return NULL;
	}
	uint8_t *is_there = arena_new_array(work->scratch, uint8_t, work->history->node_count);
	bool has_odd[2] = { false };

	for (size_t i = 0; i < found.count; i++) {
		const uint32_t node = found.items[i];
		uint8_t *there = is_there + node;

		if (node >= NODE_BASE) {
			if (has_odd[node - NODE_BASE]) {
				continue;
			}
			has_odd[node - NODE_BASE] = true;
		} else if (*there) {
			continue;
		} else {
			*there = true;
		}
		nodes_add(&stamper->rows, node, work->scratch);
	}
	return NULL;
}

static struct raised *stamp(struct work *work, const struct str_list *targets,
		const struct str_list *rows, struct plan *ret_plan)
{
	static const struct wording usual = { 0 };
	static const struct wording stamping = {
		.multiple_heads =
				"Multiple heads are present; please specify a single target revision",
	};
	const str base = STR("base");
	const struct str_list only_base = { .items = (str[]){ base }, .count = 1 };
	struct stamper stamper = { .work = work };
	struct nodes row_nodes = { 0 }, targets_found = { 0 };

	if (!targets->count) {
		targets = &only_base;
	}
	struct raised *raised = revisions_add_list(work, rows, &row_nodes);

	if (raised) {
		return raised_translate(raised, &usual, work->arena);
	}
	raised = relevant_rows(&stamper, targets, &row_nodes);
	if (raised) {
		return raised_translate(raised, &stamping, work->arena);
	}
	raised = revisions_add_list(work, targets, &targets_found);
	if (raised) {
		return raised_translate(raised, &usual, work->arena);
	}
	if (!targets_found.count) {
		nodes_add(&targets_found, NODE_NONE, work->scratch);
	}
	for (size_t i = 0; !raised && i < targets_found.count; i++) {
		raised = stamp_one(&stamper, targets_found.items[i]);
	}
	ret_plan->steps = stamper.steps.items;
	ret_plan->count = stamper.steps.count;
	return raised_translate(raised, &stamping, work->arena);
}

struct error *plan_stamp(struct revision_history *history, const struct str_list *targets,
		const struct str_list *rows, struct arena *arena, struct plan *ret_plan)
{
	struct plan plan = { 0 };
	struct work work;

	work_begin(&work, history, arena);
	struct raised *raised = stamp(&work, targets, rows, &plan);

	work_end(&work);
	if (raised) {
		return &raised->error;
	}
	*ret_plan = plan;
	return NULL;
}

/* ---- merge ---- */

static struct raised *merge(struct work *work, const struct str_list *revisions,
		struct str_list *ret_down_revision)
{
	static const struct wording merging = {
		.multiple_heads =
				"Multiple heads are present; please specify the head revision on which "
				"the new revision should be based, or perform a merge.",
	};
	struct nodes heads = { 0 };
	struct str_list ids = { 0 };
	size_t has_none = 0;
	struct raised *raised = revisions_add_list(work, revisions, &heads);

	raised = raised_translate(raised, &merging, work->arena);
	for (size_t i = 0; !raised && i < heads.count; i++) {
		if (heads.items[i] == NODE_BASE) {
			return raised_assertion(work->arena);
		}
	}
	if (!raised) {
		walk_begin(work);
	}
	for (size_t i = 0; !raised && i < heads.count; i++) {
		const bool is_again = heads.items[i] == NODE_NONE
				? has_none++
				: !walk_visit(work, heads.items[i]);

		if (is_again) {
			return raised_new(work->arena, RAISED_COMMAND, "CommandError",
					"Duplicate head revisions specified");
		}
	}
	for (size_t i = 0; !raised && i < heads.count; i++) {
		if (heads.items[i] == NODE_NONE) {
			continue;
		}
		const str id = node_id(work->history, heads.items[i]);

		if (node_down_child_count(work->history, heads.items[i])) {
			return raised_new(work->arena, RAISED_COMMAND, "CommandError",
					"Revision %.*s is not a head revision; please specify --splice to "
					"create a new branch from this revision",
					STR_ARG(id));
		}
		str_list_add(&ids, id, work->arena);
	}
	*ret_down_revision = ids;
	return raised;
}

struct error *plan_merge(struct revision_history *history, const struct str_list *revisions,
		struct arena *arena, struct str_list *ret_down_revision)
{
	struct str_list ids;
	struct work work;

	work_begin(&work, history, arena);
	struct raised *raised = merge(&work, revisions, &ids);

	work_end(&work);
	if (raised) {
		return &raised->error;
	}
	*ret_down_revision = ids;
	return NULL;
}

static str ids_or_base(const struct str_list *ids, struct arena *arena)
{
	return ids->count ? str_printable(str_list_join(ids, STR(", "), arena), arena)
			  : STR("base");
}

void plan_step_render(const struct plan_step *step, str message, struct buf *out)
{
	static const char *const names[] = {
		[PLAN_UPGRADE] = "upgrade",
		[PLAN_DOWNGRADE] = "downgrade",
		[PLAN_STAMP] = "stamp",
	};
	const str from = ids_or_base(&step->from, out->arena);
	const str to = ids_or_base(&step->to, out->arena);
	const str about = str_printable(message, out->arena);

	buf_format(out, "%s %.*s -> %.*s%s%.*s", names[step->op], STR_ARG(from), STR_ARG(to),
			about.len ? ", " : "", STR_ARG(about));
}
