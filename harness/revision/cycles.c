/*
 * The cycle checks of Alembic with their hole (semantics, section 1.5), and a real one for ourselves: an
 * order of all entries exists only where there is no cycle at all.
 */
#include "revision/revision_internal.h"

#include <stdlib.h>

static struct raised *cycle_raised(
		struct work *work, const struct str_list *ids, bool is_dependency)
{
	const str list = str_list_join(ids, STR(", "), work->arena);

	return raised_new(work->arena, RAISED_REVISION,
			is_dependency ? "DependencyCycleDetected" : "CycleDetected",
			"%s is detected in revisions (%.*s)",
			is_dependency ? "Dependency cycle" : "Cycle", STR_ARG(list));
}

/*
 * Look for a down revision that is no id on the way down from `starts`, by way of dependencies too if so
 * asked. Those who normalise dependencies see a label as a broken map; the cycle checks, which know ids
 * only, as a missing key.
 */
static struct raised *find_bad_edge(struct work *work, const struct nodes *starts,
		bool with_dependencies, bool knows_labels)
{
	const struct revision_history *history = work->history;

	walk_begin(work);
	for (size_t i = 0; i < starts->count; i++) {
		nodes_add(&work->stack, starts->items[i], work->scratch);
	}
	while (work->stack.count) {
		const uint32_t node = work->stack.items[--work->stack.count];

		if (!walk_visit(work, node)) {
			continue;
		}
		for (size_t i = history->dep.start[node];
				with_dependencies && i < history->dep.start[node + 1]; i++) {
			nodes_add(&work->stack, history->dep.items[i] & EDGE_TARGET, work->scratch);
		}
		for (size_t i = history->down.start[node]; i < history->down.start[node + 1]; i++) {
			const uint32_t target = history->down.items[i] & EDGE_TARGET;

			if (target < history->entry_count) {
				nodes_add(&work->stack, target, work->scratch);
			} else if (target == EDGE_LABEL && knows_labels) {
				return raised_new(work->arena, RAISED_REVISION, "RevisionError",
						"Dependency resolution failed; broken map");
			} else {
				const struct str_list down = spec_down_revision(
						node_spec(history, node), history->level);

				return raised_key(work->arena,
						down.items[i - history->down.start[node]]);
			}
		}
	}
	return NULL;
}

static bool has_bad_edges(const struct revision_history *history)
{
	bool is_bad = false;

	for (size_t i = 0; i < history->down.start[history->node_count]; i++) {
		is_bad |= (history->down.items[i] & EDGE_TARGET) >= history->entry_count;
	}
	return is_bad;
}

/* Bad edges that Alembic meets before it looks for cycles of dependencies. */
static struct raised *check_edges(struct work *work)
{
	const struct revision_history *history = work->history;
	struct nodes dependents = { 0 };

	for (uint32_t node = 0; node < history->node_count; node++) {
		if (history->dep.start[node] < history->dep.start[node + 1]) {
			nodes_add(&dependents, node, work->scratch);
		}
	}
	struct raised *raised = find_bad_edge(work, &dependents, false, true);

	if (!raised && history->heads.count && history->bases.count) {
		raised = find_bad_edge(work, &history->heads, false, false);
	}
	return raised;
}

static void mark_ids(struct work *work, enum direction direction, const struct nodes *starts,
		uint8_t mark, uint8_t *marks)
{
	walk_from(work, direction, starts);
	for (uint32_t node = 0; node < work->history->node_count; node++) {
		if (walk_has_seen(work, node)) {
			marks[node_entry(work->history, node)] |= mark;
		}
	}
}

/* All ids must be reachable from a base and able to reach a head. */
static struct raised *check_between(struct work *work, bool with_dependencies)
{
	const struct revision_history *history = work->history;
	const struct nodes *heads = with_dependencies ? &history->real_heads : &history->heads;
	const struct nodes *bases = with_dependencies ? &history->real_bases : &history->bases;
	struct str_list ids = { 0 };
	uint8_t *marks = arena_new_array(work->scratch, uint8_t, history->entry_count);
	const bool has_ends = heads->count && bases->count;

	if (has_ends) {
		mark_ids(work, with_dependencies ? WALK_RESOLVED : WALK_DOWN, heads, 1, marks);
		mark_ids(work, with_dependencies ? WALK_UP : WALK_DOWN_UP, bases, 2, marks);
	}
	for (uint32_t entry = 0; entry < history->entry_count; entry++) {
		if (marks[entry] != 3) {
			str_list_add(&ids, node_id(history, entry), work->arena);
		}
	}
	if (!ids.count) {
		return NULL;
	}
	if (has_ends) {
		str_list_sort(&ids);
	}
	return cycle_raised(work, &ids, with_dependencies);
}

struct raised *history_check_cycles(struct work *work)
{
	const struct revision_history *history = work->history;

	if (!history->entry_count) {
		return NULL;
	}
	const bool is_bad = has_bad_edges(history);
	struct raised *raised = is_bad ? check_edges(work) : NULL;

	if (!raised) {
		raised = check_between(work, false);
	}
	if (!raised && is_bad && history->real_heads.count && history->real_bases.count) {
		raised = find_bad_edge(work, &history->real_heads, true, false);
	}
	if (!raised) {
		raised = check_between(work, true);
	}
	// a label that is its own parent, behind an id that stands twice: handing labels on never ends
	return !raised && is_bad ? raised_endless(work->arena) : raised;
}

void history_order(struct work *work)
{
	struct revision_history *history = work->history;
	const uint32_t count = history->entry_count;
	uint32_t *order = arena_new_array(history->arena, uint32_t, count);
	uint32_t *height = arena_new_array(history->arena, uint32_t, count);
	uint32_t *waiting = arena_new_array(work->scratch, uint32_t, count);
	uint32_t filled = 0, next;

	for (uint32_t entry = 0; entry < count; entry++) {
		for (size_t at = 0; node_next(history, entry, WALK_RESOLVED, &at, &next);) {
			waiting[next]++;
		}
	}
	for (uint32_t entry = 0; entry < count; entry++) {
		if (!waiting[entry]) {
			order[filled++] = entry;
		}
	}
	for (uint32_t taken = 0; taken < filled; taken++) {
		for (size_t at = 0; node_next(history, order[taken], WALK_RESOLVED, &at, &next);) {
			if (--waiting[next] == 0) {
				order[filled++] = next;
			}
		}
	}
	if (filled < count) {
		return;
	}
	for (uint32_t i = count; i-- > 0;) {
		const uint32_t entry = order[i];

		for (size_t at = 0; node_next(history, entry, WALK_RESOLVED, &at, &next);) {
			if (height[entry] <= height[next]) {
				height[entry] = height[next] + 1;
			}
		}
	}
	history->order = order;
	history->height = height;
}
