/*
 * What a downgrade drops (semantics, sections 2.4 and 3.3).
 */
#include "revision/revision_internal.h"

static const str ambiguous_text =
		STR_INIT("downgrade -1 from multiple heads is ambiguous; this usage will "
			 "be disallowed in a future release.");

static struct raised *walked_too_far(struct work *work)
{
	return raised_new(work->arena, RAISED_REVISION, "RevisionError", "Walked too far");
}

/* The row that "label@-N" starts from: the only one in the label's lineage, or the only applied tip. */
static struct raised *start_in_branch(
		struct work *work, const struct str_list *rows, str label, str *ret_start)
{
	struct nodes current = { 0 }, in_lineage = { 0 };
	struct lineage lineage;
	struct raised *raised = lineage_of(work, label, false, &lineage);
	size_t count = 0;

	for (size_t i = 0; !raised && i < rows->count; i++) {
		struct nodes row = { 0 };
		uint32_t node = NODE_NONE;

		// a row is looked up by its text only if somebody asks for its lineage
		if (lineage.symbol.label.len || lineage.symbol.ids.count) {
			raised = revision_lookup(work, rows->items[i], &node);
		}
		nodes_add(&row, node, work->scratch);
		in_lineage.count = 0;
		if (!raised) {
			raised = lineage_filter(work, &lineage, &row, &in_lineage);
		}
		if (!raised && in_lineage.count && count++ == 0) {
			*ret_start = rows->items[i];
		}
	}
	if (raised || count) {
		return raised || count == 1 ? raised : raised_assertion(work->arena);
	}
	raised = collect_current(work, rows, &current);
	if (!raised) {
		raised = lineage_of(work, label, false, &lineage);
	}
	if (!raised) {
		raised = lineage_filter(work, &lineage, &current, &in_lineage);
	}
	if (!raised && in_lineage.count != 1) {
		raised = raised_assertion(work->arena);
	}
	if (!raised) {
		*ret_start = node_id(work->history, in_lineage.items[0]);
	}
	return raised;
}

/* "-N" from the rows; what it walked down from becomes the label. */
static struct raised *start_at_rows(struct work *work, const struct relative *relative,
		const struct str_list *rows, struct str_list *warnings, str *label, str *ret_start)
{
	if (relative->label.len) {
		return start_in_branch(work, rows, relative->label, ret_start);
	}
	if (!rows->count) {
		return relative_raised(work, relative, false);
	}
	for (size_t i = 1; i < rows->count; i++) {
		if (!str_equal(rows->items[0], rows->items[i])) {
			str_list_add(warnings, ambiguous_text, work->arena);
			break;
		}
	}
	*ret_start = *label = rows->items[0];
	return NULL;
}

static struct raised *relative_target(struct work *work, const struct relative *relative,
		const struct str_list *rows, bool clamps, struct str_list *warnings, str *label,
		uint32_t *ret_target)
{
	struct raised *raised = NULL;
	uint32_t start;
	str name = relative->symbol;

	if (relative->steps >= 0) {
		if (!name.len) {
			return relative_raised(work, relative, false);
		}
		raised = revision_get(work, name, &start);
		if (!raised) {
			raised = relative_walk(work, start, relative->steps, relative->label,
					clamps, ret_target);
		}
		return raised || *ret_target != NODE_NONE ? raised : walked_too_far(work);
	}
	if (!name.len) {
		raised = start_at_rows(work, relative, rows, warnings, label, &name);
	}
	if (!raised && label->data) {
		name = str_format(work->arena, "%.*s@%.*s", STR_ARG(*label), STR_ARG(name));
	}
	if (!raised) {
		raised = revision_get(work, name, &start);
	}
	if (!raised) {
		raised = relative_walk(
				work, start, relative->steps, (str){ 0 }, clamps, ret_target);
	}
	if (!raised && *ret_target == NODE_NONE) {
		return relative->symbol.len ? walked_too_far(work)
					    : relative_raised(work, relative, false);
	}
	return raised;
}

struct raised *downgrade_target(struct work *work, str target, const struct str_list *rows,
		bool clamps, struct str_list *warnings, str *ret_label, uint32_t *ret_target)
{
	struct relative relative;

	if (relative_parse(target, &relative)) {
		*ret_label = relative.label;
		return relative_target(
				work, &relative, rows, clamps, warnings, ret_label, ret_target);
	}
	size_t at = target.len;

	while (at > 0 && target.data[at - 1] != '@') {
		at--;
	}
	*ret_label = at > 1 ? str_slice(target, 0, at - 1) : (str){ 0 };
	return revision_get(work, str_slice(target, at, target.len), ret_target);
}

/* Every base that the map holds under some key: a labelled one is met more than once. */
static void add_bases(struct work *work, struct nodes *roots)
{
	const struct revision_history *history = work->history;

	for (uint32_t i = 0; i < history->entry_count + history->label_count; i++) {
		const uint32_t node = i < history->entry_count
				? i
				: history->labels[i - history->entry_count].owner;

		if (history->down.start[node] == history->down.start[node + 1]) {
			nodes_add(roots, node, work->scratch);
		}
	}
}

static struct raised *add_children(struct work *work, uint32_t target, struct nodes *roots)
{
	struct raised *raised = NULL;
	size_t at = 0;
	uint32_t next;

	while (!raised && node_next(work->history, target, WALK_DOWN_UP, &at, &next)) {
		raised = revisions_add_id(work, next, roots);
	}
	return raised ? raised : nodes_require(work, roots);
}

/* Of several roots only those below the labelled revision are dropped. */
static struct raised *keep_below_label(struct work *work, str label, struct nodes *roots)
{
	struct nodes branch = { 0 }, kept = { 0 };
	uint32_t node;
	struct raised *raised = branch_get(work, label, &node);

	if (raised) {
		return raised;
	}
	nodes_add(&branch, node, work->scratch);
	walk_from(work, WALK_DOWN, &branch);
	uint8_t *is_below = arena_new_array(work->scratch, uint8_t, work->history->entry_count);

	for (uint32_t i = 0; i < work->history->node_count; i++) {
		is_below[node_entry(work->history, i)] |= walk_has_seen(work, i);
	}
	for (size_t i = 0; !raised && i < roots->count; i++) {
		const uint32_t entry = node_entry(work->history, roots->items[i]);

		if (is_below[entry]) {
			is_below[entry] = false; // once
			raised = revisions_add_id(work, entry, &kept);
		}
	}
	*roots = kept;
	if (!raised && !kept.count) {
		return raised_new(work->arena, RAISED_REVISION, "RevisionError",
				"Not a valid downgrade target from current heads");
	}
	return raised ? raised : nodes_require(work, roots);
}

struct raised *collect_downgrade(struct work *work, const struct str_list *rows, str target,
		struct str_list *warnings, struct collected *ret)
{
	struct nodes roots = { 0 }, current = { 0 };
	uint32_t below;
	bool is_empty = true;
	str label = { 0 };
	struct raised *raised =
			downgrade_target(work, target, rows, false, warnings, &label, &below);

	if (raised) {
		return raised;
	}
	if (below >= NODE_BASE) {
		add_bases(work, &roots);
	} else {
		raised = add_children(work, below, &roots);
	}
	if (!raised && label.len && roots.count > 1) {
		raised = keep_below_label(work, label, &roots);
	}
	if (!raised) {
		raised = revisions_add_list(work, rows, &current);
	}
	if (!raised) {
		raised = nodes_require(work, &current);
	}
	if (raised) {
		return raised;
	}
	uint8_t *dropped = walk_set(work, WALK_UP, &roots);

	walk_from(work, WALK_NORMALISED, &current);
	for (uint32_t node = 0; node < work->history->node_count; node++) {
		dropped[node] = dropped[node] && walk_has_seen(work, node);
		is_empty = is_empty && !dropped[node];
	}
	if (is_empty && below < NODE_BASE && !nodes_contain(&current, below)) {
		return raised_new(work->arena, RAISED_RANGE, "RangeNotAncestorError", "%s",
				"Revision Nothing to drop is not an ancestor of revision base");
	}
	*ret = (struct collected){ .set = dropped, .start = current };
	return NULL;
}
