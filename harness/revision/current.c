/*
 * Which revisions are current: the tops of what the version rows stand for (semantics, section 3.5).
 */
#include "revision/revision_internal.h"

/* One by one, drop what has another above it: all but one of a cycle. */
static void drop_covered(struct work *work, uint8_t *applied)
{
	for (uint32_t node = 0; node < work->history->node_count; node++) {
		if (!applied[node]) {
			continue;
		}
		walk_from(work, WALK_DOWN_UP, &(struct nodes){ .items = &node, .count = 1 });
		for (uint32_t above = 0; above < work->history->node_count; above++) {
			if (above != node && applied[above] && walk_has_seen(work, above)) {
				applied[node] = false;
			}
		}
	}
}

struct raised *collect_current(
		struct work *work, const struct str_list *rows, struct nodes *ret_nodes)
{
	struct nodes tops = { 0 };
	struct raised *raised = revisions_add_list(work, rows, &tops);

	if (!raised) {
		raised = nodes_require(work, &tops);
	}
	if (!raised) {
		raised = history_need(work); // without rows nothing has asked for the map yet
	}
	if (raised || !tops.count) {
		return raised;
	}
	uint8_t *applied = walk_set(work, WALK_NORMALISED, &tops);

	// a stale file with a label may close a cycle of children where parents have none
	const bool may_go_round = !work->history->order || work->history->has_stale_labels;

	if (may_go_round) {
		drop_covered(work, applied);
	}
	for (uint32_t node = 0; node < work->history->node_count; node++) {
		bool is_top = applied[node];
		size_t at = 0;
		uint32_t next;

		while (!may_go_round && is_top &&
				node_next(work->history, node, WALK_DOWN_UP, &at, &next)) {
			is_top = !applied[next];
		}
		if (is_top) {
			nodes_add(ret_nodes, node, work->scratch);
		}
	}
	return NULL;
}
