/*
 * Which revisions lie between two ends of a range, for `upgrade` and `history` (semantics, sections 3.1, 3.5).
 */
#include "revision/revision_internal.h"

/* How many rows or names a side stands for when it is taken as a list. */
static size_t side_count(const struct range_side *side)
{
	return side->is_rows ? side->rows->count : 1;
}

static str side_item(const struct range_side *side, size_t i)
{
	return side->is_rows ? side->rows->items[i] : side->name;
}

static struct raised *side_resolve(
		struct work *work, const struct range_side *side, struct nodes *nodes)
{
	return side->is_rows ? revisions_add_list(work, side->rows, nodes)
			     : revisions_add(work, side->name, nodes);
}

/* The tips of what is applied within a label's lineage. */
static struct raised *applied_tips(struct work *work, const struct nodes *current,
		struct lineage *lineage, struct nodes *ret_tips)
{
	struct nodes applied = { 0 }, in_lineage = { 0 };
	struct raised *raised = nodes_require(work, current);

	if (raised) {
		return raised;
	}
	walk_from(work, WALK_NORMALISED, current);
	for (uint32_t node = 0; node < work->history->node_count; node++) {
		if (walk_has_seen(work, node)) {
			nodes_add(&applied, node, work->scratch);
		}
	}
	raised = lineage_filter(work, lineage, &applied, &in_lineage);
	if (raised) {
		return raised;
	}
	uint8_t *is_below = arena_new_array(work->scratch, uint8_t, work->history->node_count);

	for (size_t i = 0; i < in_lineage.count; i++) {
		uint32_t next;

		for (size_t at = 0; node_next(work->history, in_lineage.items[i], WALK_NORMALISED,
				     &at, &next);) {
			is_below[next] = true;
		}
	}
	for (size_t i = 0; i < in_lineage.count; i++) {
		const uint32_t entry = node_entry(work->history, in_lineage.items[i]);

		// ids in a set: a stale file and its successor count once
		if (!is_below[entry]) {
			is_below[entry] = true;
			nodes_add(ret_tips, entry, work->scratch);
		}
	}
	return NULL;
}

/* Where "+N" or "label@+N" starts from: NODE_NONE for below the bases. */
static struct raised *upgrade_start(struct work *work, const struct relative *relative,
		const struct range_side *current, uint32_t *ret_start)
{
	struct nodes rows = { 0 }, starts = { 0 };
	struct lineage lineage;
	struct raised *raised = NULL;
	size_t count = side_count(current);

	*ret_start = NODE_NONE;
	if (relative->label.len) {
		raised = side_resolve(work, current, &rows);
		if (!raised) {
			raised = lineage_of(work, relative->label, false, &lineage);
		}
		if (!raised) {
			raised = lineage_filter(work, &lineage, &rows, &starts);
		}
		if (!raised && !starts.count) {
			raised = lineage_of(work, relative->label, false, &lineage);
			if (!raised) {
				raised = applied_tips(work, &rows, &lineage, &starts);
			}
			if (!raised && starts.count == 1) {
				// known by its id, which is looked up once more
				return revision_get(work, node_id(work->history, starts.items[0]),
						ret_start);
			}
		}
		count = starts.count;
	}
	if (raised || count == 0) {
		return raised;
	}
	if (count > 1) {
		return raised_new(work->arena, RAISED_REVISION, "RevisionError",
				"Ambiguous upgrade from multiple current revisions");
	}
	if (relative->label.len) {
		// the marker "base" is a text, and looked up like one
		*ret_start = starts.items[0] == NODE_BASE ? NODE_NONE : starts.items[0];
		return NULL;
	}
	return revision_get(work, side_item(current, 0), ret_start);
}

static struct raised *relative_target(struct work *work, const struct relative *relative,
		const struct range_side *current, bool clamps, uint32_t *ret_node)
{
	struct raised *raised;
	uint32_t start;

	if (relative->steps <= 0 && !relative->symbol.len) {
		return relative_raised(work, relative, true);
	}
	if (relative->steps <= 0) {
		const str name = relative->label.len
				? str_format(work->arena, "%.*s@%.*s", STR_ARG(relative->label),
						  STR_ARG(relative->symbol))
				: relative->symbol;

		raised = revision_get(work, name, &start);
		return raised ? raised
			      : relative_walk(work, start, relative->steps, (str){ 0 }, clamps,
						ret_node);
	}
	raised = relative->symbol.len ? revision_get(work, relative->symbol, &start)
				      : upgrade_start(work, relative, current, &start);
	if (!raised) {
		raised = relative_walk(
				work, start, relative->steps, relative->label, clamps, ret_node);
	}
	if (!raised && *ret_node == NODE_NONE && !relative->symbol.len) {
		return relative_raised(work, relative, false);
	}
	return raised;
}

static struct raised *upgrade_targets(struct work *work, const struct range_side *upper,
		const struct range_side *current, bool clamps, struct nodes *targets)
{
	struct relative relative;
	uint32_t node;

	if (upper->is_rows || !relative_parse(upper->name, &relative)) {
		return side_resolve(work, upper, targets);
	}
	struct raised *raised = relative_target(work, &relative, current, clamps, &node);

	if (!raised) {
		nodes_add(targets, node, work->scratch);
	}
	return raised;
}

/* Keep the targets that carry the label of a lower end such as "label@base". */
static struct raised *keep_labelled(struct work *work, str label, struct nodes *targets)
{
	struct nodes kept = { 0 };
	uint32_t node;
	struct raised *raised = revision_get(work, label, &node);

	if (raised) {
		return raised;
	}
	if (node != NODE_NONE && str_equal(node_id(work->history, node), label)) {
		if (node_label_count(work, node, &label) != 1) {
			return raised_assertion(work->arena);
		}
	}
	for (size_t i = 0; i < targets->count; i++) {
		if (node_has_label(work, targets->items[i], label) &&
				!nodes_contain(&kept, targets->items[i])) {
			nodes_add(&kept, targets->items[i], work->scratch);
		}
	}
	*targets = kept;
	return NULL;
}

/* The nodes that the lower end stands for, for those who may not go below what was asked for. */
static struct raised *check_lower(
		struct work *work, const uint8_t *needed, const struct nodes *current)
{
	for (size_t i = 0; i < current->count; i++) {
		const uint32_t node = current->items[i];

		if (node == NODE_BASE || (node != NODE_NONE && !needed[node])) {
			return raised_new(work->arena, RAISED_RANGE, "RangeNotAncestorError", "%s",
					"");
		}
	}
	return NULL;
}

/*
 * A lower end such as "-5" that was looked up as "five below the heads" and fell off the end is tried once
 * more, as the target of a downgrade from the upper end. What that is becomes the lower end.
 */
static struct raised *retry_lower(struct work *work, const struct range_side *upper,
		struct range_side *lower, bool clamps, struct nodes *current)
{
	struct str_list rows = { 0 }, warnings = { 0 };
	uint32_t node;
	str label;

	if (lower->is_rows) {
		return raised_new(work->arena, RAISED_PYTHON, "AssertionError",
				"Expected downgrade target in string form");
	}
	for (size_t i = 0; i < side_count(upper); i++) {
		str_list_add(&rows, side_item(upper, i), work->scratch);
	}
	struct raised *raised = downgrade_target(
			work, lower->name, &rows, clamps, &warnings, &label, &node);

	if (!raised && node == NODE_NONE) {
		raised = raised_assertion(work->arena);
	}
	if (raised) {
		return raised;
	}
	current->count = 0;
	lower->name = STR("base");
	if (node != NODE_BASE) {
		nodes_add(current, node, work->scratch);
		lower->name = node_id(work->history, node);
	}
	return NULL;
}

/* The lower end belongs to the range too; it is looked up anew. */
static struct raised *include_lower(
		struct work *work, const struct range_side *lower, uint8_t *needed)
{
	struct nodes nodes = { 0 };
	struct raised *raised = side_resolve(work, lower, &nodes);

	if (!raised) {
		raised = nodes_require(work, &nodes);
	}
	for (size_t i = 0; !raised && i < nodes.count; i++) {
		needed[nodes.items[i]] = true;
	}
	return raised;
}

/* Keep what descends from the lower end by down revisions. */
static struct raised *keep_above(struct work *work, const struct nodes *current, uint8_t *needed)
{
	uint8_t *above;
	struct raised *raised = walk_set_apart(work, WALK_DOWN_UP, current, &above);

	for (uint32_t node = 0; !raised && node < work->history->node_count; node++) {
		needed[node] = needed[node] && above[node];
	}
	return raised;
}

struct raised *collect_upgrade(struct work *work, const struct range_side *upper,
		const struct range_side *lower, struct range_options options, struct collected *ret)
{
	struct range_side bottom = *lower;
	struct nodes targets = { 0 }, current = { 0 };
	uint8_t *needed, *applied;
	struct raised *raised = upgrade_targets(work, upper, lower, options.clamps, &targets);

	if (!raised) {
		raised = nodes_require(work, &targets);
	}
	if (!raised && !lower->is_rows && str_find_char(lower->name, '@') < lower->name.len) {
		const size_t at = str_find_char(lower->name, '@');

		raised = keep_labelled(work, str_slice(lower->name, 0, at), &targets);
	}
	if (!raised) {
		raised = history_need(work);
	}
	if (!raised) {
		raised = walk_set_apart(work, WALK_NORMALISED, &targets, &needed);
	}
	if (!raised) {
		raised = side_resolve(work, lower, &current);
	}
	if (!raised && !options.has_implicit_base) {
		raised = check_lower(work, needed, &current);
	}
	if (!raised && current.count && current.items[0] == NODE_NONE) {
		raised = retry_lower(work, upper, &bottom, options.clamps, &current);
	}
	if (!raised) {
		raised = walk_set_apart(work, WALK_NORMALISED, &current, &applied);
	}
	if (raised) {
		return raised;
	}
	for (uint32_t node = 0; node < work->history->node_count; node++) {
		needed[node] = needed[node] && !applied[node];
	}
	if (options.is_inclusive) {
		raised = include_lower(work, &bottom, needed);
	}
	if (!raised && current.count && !options.has_implicit_base) {
		raised = keep_above(work, &current, needed);
	}
	*ret = (struct collected){ .set = needed, .start = targets };
	return raised;
}
