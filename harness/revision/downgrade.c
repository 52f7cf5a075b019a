/*
 * What a downgrade drops (semantics, sections 2.4 and 3.3).
 */
#include "revision/revision_internal.h"

static const str ambiguous_text =
		STR_INIT("downgrade -1 from multiple heads is ambiguous; this usage will "
			 "be disallowed in a future release.");

static struct fault *walked_too_far(struct work *work)
{
	return fault_new(work->arena, FAULT_REVISION, "RevisionError", "Walked too far");
}

/* The row that "label@-N" starts from: the only one in the label's lineage, or the only applied tip. */
static struct fault *start_in_branch(
		struct work *work, const struct str_list *rows, str label, str *ret_start)
{
	struct nodes current = { 0 }, in_lineage = { 0 };
	struct lineage lineage;
	struct fault *fault = lineage_of(work, label, false, &lineage);
	size_t count = 0;

	for (size_t i = 0; !fault && i < rows->count; i++) {
		struct nodes row = { 0 };
		uint32_t node = NODE_NONE;

		// a row is looked up by its text only if somebody asks for its lineage
		if (lineage.symbol.label.len || lineage.symbol.ids.count) {
			fault = revision_lookup(work, rows->items[i], &node);
		}
		nodes_add(&row, node, work->scratch);
		in_lineage.count = 0;
		if (!fault) {
			fault = lineage_filter(work, &lineage, &row, &in_lineage);
		}
		if (!fault && in_lineage.count && count++ == 0) {
			*ret_start = rows->items[i];
		}
	}
	if (fault || count) {
		return fault || count == 1 ? fault : fault_assertion(work->arena);
	}
	fault = collect_current(work, rows, &current);
	if (!fault) {
		fault = lineage_of(work, label, false, &lineage);
	}
	if (!fault) {
		fault = lineage_filter(work, &lineage, &current, &in_lineage);
	}
	if (!fault && in_lineage.count != 1) {
		fault = fault_assertion(work->arena);
	}
	if (!fault) {
		*ret_start = node_id(work->history, in_lineage.items[0]);
	}
	return fault;
}

/* "-N" from the rows; what it walked down from becomes the label. */
static struct fault *start_at_rows(struct work *work, const struct relative *relative,
		const struct str_list *rows, struct str_list *warnings, str *label, str *ret_start)
{
	if (relative->label.len) {
		return start_in_branch(work, rows, relative->label, ret_start);
	}
	if (!rows->count) {
		return relative_fault(work, relative, false);
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

static struct fault *relative_target(struct work *work, const struct relative *relative,
		const struct str_list *rows, bool clamps, struct str_list *warnings, str *label,
		uint32_t *ret_target)
{
	struct fault *fault = NULL;
	uint32_t start;
	str name = relative->symbol;

	if (relative->steps >= 0) {
		if (!name.len) {
			return relative_fault(work, relative, false);
		}
		fault = revision_get(work, name, &start);
		if (!fault) {
			fault = relative_walk(work, start, relative->steps, relative->label, clamps,
					ret_target);
		}
		return fault || *ret_target != NODE_NONE ? fault : walked_too_far(work);
	}
	if (!name.len) {
		fault = start_at_rows(work, relative, rows, warnings, label, &name);
	}
	if (!fault && label->data) {
		name = str_format(work->arena, "%.*s@%.*s", STR_ARG(*label), STR_ARG(name));
	}
	if (!fault) {
		fault = revision_get(work, name, &start);
	}
	if (!fault) {
		fault = relative_walk(work, start, relative->steps, (str){ 0 }, clamps, ret_target);
	}
	if (!fault && *ret_target == NODE_NONE) {
		return relative->symbol.len ? walked_too_far(work)
					    : relative_fault(work, relative, false);
	}
	return fault;
}

struct fault *downgrade_target(struct work *work, str target, const struct str_list *rows,
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

static struct fault *add_children(struct work *work, uint32_t target, struct nodes *roots)
{
	struct fault *fault = NULL;
	size_t at = 0;
	uint32_t next;

	while (!fault && node_next(work->history, target, WALK_DOWN_UP, &at, &next)) {
		fault = revisions_add_id(work, next, roots);
	}
	return fault ? fault : nodes_require(work, roots);
}

/* Of several roots only those below the labelled revision are dropped. */
static struct fault *keep_below_label(struct work *work, str label, struct nodes *roots)
{
	struct nodes branch = { 0 }, kept = { 0 };
	uint32_t node;
	struct fault *fault = branch_get(work, label, &node);

	if (fault) {
		return fault;
	}
	nodes_add(&branch, node, work->scratch);
	walk_from(work, WALK_DOWN, &branch);
	uint8_t *is_below = arena_new_array(work->scratch, uint8_t, work->history->entry_count);

	for (uint32_t i = 0; i < work->history->node_count; i++) {
		is_below[node_entry(work->history, i)] |= walk_has_seen(work, i);
	}
	for (size_t i = 0; !fault && i < roots->count; i++) {
		const uint32_t entry = node_entry(work->history, roots->items[i]);

		if (is_below[entry]) {
			is_below[entry] = false; // once
			fault = revisions_add_id(work, entry, &kept);
		}
	}
	*roots = kept;
	if (!fault && !kept.count) {
		return fault_new(work->arena, FAULT_REVISION, "RevisionError",
				"Not a valid downgrade target from current heads");
	}
	return fault ? fault : nodes_require(work, roots);
}

struct fault *collect_downgrade(struct work *work, const struct str_list *rows, str target,
		struct str_list *warnings, struct collected *ret)
{
	struct nodes roots = { 0 }, current = { 0 };
	uint32_t below;
	bool is_empty = true;
	str label = { 0 };
	struct fault *fault = downgrade_target(work, target, rows, false, warnings, &label, &below);

	if (fault) {
		return fault;
	}
	if (below >= NODE_BASE) {
		add_bases(work, &roots);
	} else {
		fault = add_children(work, below, &roots);
	}
	if (!fault && label.len && roots.count > 1) {
		fault = keep_below_label(work, label, &roots);
	}
	if (!fault) {
		fault = revisions_add_list(work, rows, &current);
	}
	if (!fault) {
		fault = nodes_require(work, &current);
	}
	if (fault) {
		return fault;
	}
	uint8_t *dropped = walk_set(work, WALK_UP, &roots);

	walk_from(work, WALK_NORMALISED, &current);
	for (uint32_t node = 0; node < work->history->node_count; node++) {
		dropped[node] = dropped[node] && walk_has_seen(work, node);
		is_empty = is_empty && !dropped[node];
	}
	if (is_empty && below < NODE_BASE && !nodes_contain(&current, below)) {
		return fault_new(work->arena, FAULT_RANGE, "RangeNotAncestorError", "%s",
				"Revision Nothing to drop is not an ancestor of revision base");
	}
	*ret = (struct collected){ .set = dropped, .start = current };
	return NULL;
}
