#include "revision/query.h"

#include "revision/revision_internal.h"

static const struct wording usual = { 0 };

static struct error *finish(struct work *work, struct raised *raised)
{
	work_end(work);
	return raised ? &raised->error : NULL;
}

static struct str_list ids_of(struct work *work, const struct nodes *nodes)
{
	struct str_list ids = { 0 };

	for (size_t i = 0; i < nodes->count; i++) {
		const uint32_t node = nodes->items[i];

		str_list_add(&ids,
				node == NODE_NONE                   ? (str){ 0 }
						: node == NODE_BASE ? STR("base")
								    : node_id(work->history, node),
				work->arena);
	}
	return ids;
}

struct error *query_heads(
		struct revision_history *history, struct arena *arena, struct str_list *ret_ids)
{
	struct nodes nodes = { 0 };
	struct work work;

	work_begin(&work, history, arena);
	struct raised *raised = history_need(&work); // outside of what translates errors

	if (!raised) {
		for (size_t i = 0; !raised && i < history->heads.count; i++) {
			raised = revisions_add_id(&work, history->heads.items[i], &nodes);
		}
		raised = raised_translate(raised, &usual, arena);
	}
	if (!raised) {
		*ret_ids = ids_of(&work, &nodes);
	}
	return finish(&work, raised);
}

struct error *query_resolve(struct revision_history *history, const struct str_list *names,
		struct arena *arena, struct str_list *ret_ids)
{
	struct nodes nodes = { 0 };
	struct work work;

	work_begin(&work, history, arena);
	struct raised *raised = revisions_add_list(&work, names, &nodes);

	if (!raised) {
		*ret_ids = ids_of(&work, &nodes);
	}
	return finish(&work, raised_translate(raised, &usual, arena));
}

struct error *query_resolve_one(struct revision_history *history, str name, struct arena *arena,
		struct str_list *ret_ids)
{
	uint32_t node;
	struct work work;

	work_begin(&work, history, arena);
	struct raised *raised = revision_get(&work, name, &node);

	if (!raised) {
		*ret_ids = ids_of(&work, &(struct nodes){ .items = &node, .count = 1 });
	}
	return finish(&work, raised_translate(raised, &usual, arena));
}

/* ---- history ---- */

/* A side of a range as Python prints it: a tuple for rows. */
static str side_text(const struct range_side *side, struct arena *arena)
{
	struct buf buf = { .arena = arena };

	if (!side->is_rows) {
		return side->name;
	}
	buf_add_char(&buf, '(');
	for (size_t i = 0; i < side->rows->count; i++) {
		buf_format(&buf, "%s%.*s", i ? ", " : "",
				STR_ARG(text_repr(side->rows->items[i], arena)));
	}
	buf_add(&buf, side->rows->count == 1 ? STR(",)") : STR(")"));
	return buf_str(&buf);
}

/* Revisions between two ends, tips first; errors are translated. */
static struct raised *walk_revisions(struct work *work, const struct range_side *lower,
		const struct range_side *upper, struct nodes *ret_nodes)
{
	const struct wording wording = {
		.start = side_text(lower, work->arena),
		.end = side_text(upper, work->arena),
	};
	struct collected collected;
	struct nodes sorted = { 0 };
	struct raised *raised = collect_upgrade(work, upper, lower,
			(struct range_options){ .is_inclusive = true, .clamps = true }, &collected);

	if (!raised) {
		raised = sort_tips_first(work, &collected, &sorted);
	}
	for (size_t i = 0; !raised && i < sorted.count; i++) {
		uint32_t node;

		raised = revision_get_id(work, sorted.items[i], &node);
		nodes_add(ret_nodes, node, work->scratch);
	}
	return raised_translate(raised, &wording, work->arena);
}

struct error *query_branches(struct revision_history *history, struct arena *arena,
		struct branch_points *ret_points)
{
	const struct range_side base = { .name = STR("base") }, heads = { .name = STR("heads") };
	struct branch_points points = { 0 };
	struct nodes nodes = { 0 };
	struct work work;

	work_begin(&work, history, arena);
	struct raised *raised = walk_revisions(&work, &base, &heads, &nodes);

	for (size_t i = 0; !raised && i < nodes.count; i++) {
		size_t at = 0;
		uint32_t child;

		if (node_down_child_count(history, nodes.items[i]) < 2) {
			continue;
		}
		struct branch_point *point = LIST_PUSH(&points, arena);

		point->revision = node_id(history, nodes.items[i]);
		while (node_next(history, nodes.items[i], WALK_DOWN_UP, &at, &child)) {
			str_list_add(&point->children, node_id(history, child), arena);
		}
		str_list_sort(&point->children);
	}
	*ret_points = points;
	return finish(&work, raised);
}

/* Split "[start]:[end]" and put rows for the word "current"; nothing means from base, to heads. */
static struct raised *split_range(struct arena *arena, str range, const struct str_list *rows,
		struct range_side *lower, struct range_side *upper)
{
	const str text = str_trim(range);
	const size_t colon = str_find_char(text, ':');

	*lower = (struct range_side){ .name = STR("base") };
	*upper = (struct range_side){ .name = STR("heads") };
	if (!range.data) {
		return NULL;
	}
	if (colon == text.len) {
		return raised_new(arena, RAISED_COMMAND, "CommandError",
				"History range requires [start]:[end], [start]:, or :[end]");
	}
	const str left = str_slice(text, 0, colon), right = str_slice(text, colon + 1, text.len);

	if (str_find_char(right, ':') < right.len) {
		return raised_new(arena, RAISED_PYTHON, "ValueError",
				"too many values to unpack (expected 2)");
	}
	if (left.len) {
		lower->name = left;
	}
	if (right.len) {
		upper->name = right;
	}
	struct range_side *side = str_equal(right, STR("current")) ? upper
			: str_equal(left, STR("current"))          ? lower
								   : NULL;

	if (side && rows->count) {
		*side = (struct range_side){ .is_rows = true, .rows = rows };
	} else if (side) {
		side->name = side == lower ? STR("base") : STR("heads");
	}
	return NULL;
}

struct error *query_history(struct revision_history *history, str range,
		const struct str_list *rows, struct arena *arena, struct str_list *ret_ids)
{
	struct range_side lower, upper;
	struct nodes nodes = { 0 };
	struct work work;

	work_begin(&work, history, arena);
	struct raised *raised = split_range(arena, range, rows, &lower, &upper);

	if (!raised) {
		raised = walk_revisions(&work, &lower, &upper, &nodes);
	}
	if (!raised) {
		*ret_ids = ids_of(&work, &nodes);
	}
	return finish(&work, raised);
}

struct error *query_current(struct revision_history *history, const struct str_list *rows,
		struct arena *arena, struct str_list *ret_ids)
{
	struct nodes nodes = { 0 };
	struct work work;

	work_begin(&work, history, arena);
	struct raised *raised = collect_current(&work, rows, &nodes);

	if (!raised) {
		*ret_ids = ids_of(&work, &nodes);
		str_list_sort(ret_ids);
	}
	return finish(&work, raised_translate(raised, &usual, arena));
}
