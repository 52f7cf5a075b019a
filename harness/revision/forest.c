#include "revision/revision_internal.h"

static bool parent_in(const struct revision_history *history, uint32_t entry, enum forest_kind kind,
		uint32_t *ret_parent)
{
	const uint32_t start = history->down.start[entry], end = history->down.start[entry + 1];
	size_t at = 0;

	switch (kind) {
	case FOREST_FIRST_PARENT:
		return node_next(history, entry, WALK_NORMALISED, &at, ret_parent);
	case FOREST_FIRST_DOWN:
	case FOREST_LAST_DOWN:
		break;
	}
	if (start == end) {
		return false;
	}
	*ret_parent = history->down.items[kind == FOREST_FIRST_DOWN ? start : end - 1] &
			EDGE_TARGET;
	return true;
}

struct forest forest_grow(
		const struct revision_history *history, enum forest_kind kind, struct arena *arena)
{
	const uint32_t count = history->entry_count;
	const struct forest forest = {
		.first = arena_new_array(arena, uint32_t, count),
		.end = arena_new_array(arena, uint32_t, count),
	};
	uint32_t *next = arena_new_array(
			arena, uint32_t, count); // the first number free above an entry
	uint32_t next_root = 0, parent;

	for (uint32_t i = 0; i < count; i++) {
		const uint32_t entry = history->order[i];

		forest.end[entry]++; // so far the size of what is above
		if (parent_in(history, entry, kind, &parent)) {
			forest.end[parent] += forest.end[entry];
		}
	}
	for (uint32_t i = count; i-- > 0;) {
		const uint32_t entry = history->order[i];
		uint32_t *place = parent_in(history, entry, kind, &parent) ? &next[parent]
									   : &next_root;

		forest.first[entry] = *place;
		next[entry] = *place + 1;
		*place += forest.end[entry];
		forest.end[entry] += forest.first[entry];
	}
	return forest;
}
