#include "revision/revision_internal.h"

#include <stdlib.h>

void work_begin(struct work *work, struct revision_history *history, struct arena *arena)
{
	*work = (struct work){ .history = history, .arena = arena };
	arena_init(&work->own_scratch, arena->full, arena->full_data);
	work->scratch = &work->own_scratch;
}

void work_end(struct work *work)
{
	arena_finish(&work->own_scratch);
}

void nodes_add(struct nodes *nodes, uint32_t node, struct arena *arena)
{
	*LIST_PUSH(nodes, arena) = node;
}

bool nodes_contain(const struct nodes *nodes, uint32_t node)
{
	for (size_t i = 0; i < nodes->count; i++) {
		if (nodes->items[i] == node) {
			return true;
		}
	}
	return false;
}

/* Take the next edge of `node` whose flags are as `mask` and `wanted` say. */
static bool next_edge(const struct edges *edges, uint32_t node, size_t *at, uint32_t mask,
		uint32_t wanted, uint32_t *ret_next)
{
	for (size_t i = edges->start[node] + *at; i < edges->start[node + 1]; i++) {
		if ((edges->items[i] & mask) == wanted) {
			*at = i - edges->start[node] + 1;
			*ret_next = edges->items[i] & EDGE_TARGET;
			return true;
		}
	}
	*at = edges->start[node + 1] - edges->start[node];
	return false;
}

bool node_next(const struct revision_history *history, uint32_t node, enum direction direction,
		size_t *at, uint32_t *ret_next)
{
	if (direction == WALK_UP || direction == WALK_DOWN_UP) {
		const uint32_t mask = direction == WALK_UP ? 0 : EDGE_DOWN;

		return node < history->entry_count &&
				next_edge(&history->child, node, at, mask, mask, ret_next);
	}
	const size_t down_count = history->down.start[node + 1] - history->down.start[node];

	if (*at < down_count && next_edge(&history->down, node, at, EDGE_REPEATED, 0, ret_next)) {
		return true;
	}
	if (direction == WALK_DOWN) {
		return false;
	}
	size_t dep_at = *at - down_count;
	const uint32_t wanted = direction == WALK_NORMALISED ? EDGE_NORMAL : 0;
	const bool found = next_edge(
			&history->dep, node, &dep_at, wanted | EDGE_REPEATED, wanted, ret_next);

	*at = down_count + dep_at;
	return found;
}

void walk_begin(struct work *work)
{
	if (!work->seen) {
		work->seen = arena_new_array(work->scratch, uint32_t, work->history->node_count);
	}
	work->walk++;
	work->stack.count = 0;
}

bool walk_visit(struct work *work, uint32_t node)
{
	const bool is_new = work->seen[node] != work->walk;

	work->seen[node] = work->walk;
	return is_new;
}

bool walk_has_seen(const struct work *work, uint32_t node)
{
	return work->seen[node] == work->walk;
}

void walk_from(struct work *work, enum direction direction, const struct nodes *starts)
{
	walk_begin(work);
	for (size_t i = 0; i < starts->count; i++) {
		if (walk_visit(work, starts->items[i])) {
			nodes_add(&work->stack, starts->items[i], work->scratch);
		}
	}
	while (work->stack.count) {
		const uint32_t node = work->stack.items[--work->stack.count];
		size_t at = 0;
		uint32_t next;

		while (node_next(work->history, node, direction, &at, &next)) {
			if (walk_visit(work, next)) {
				nodes_add(&work->stack, next, work->scratch);
			}
		}
	}
}

static uint8_t *seen_set(struct work *work)
{
	uint8_t *set = arena_new_array(work->scratch, uint8_t, work->history->node_count);

	for (uint32_t node = 0; node < work->history->node_count; node++) {
		set[node] = walk_has_seen(work, node);
	}
	return set;
}

uint8_t *walk_set(struct work *work, enum direction direction, const struct nodes *starts)
{
	walk_from(work, direction, starts);
	return seen_set(work);
}

static int compare_nodes(const void *a, const void *b)
{
	const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

static struct raised *overlap_raised(struct work *work, uint32_t start, struct nodes *met)
{
	struct str_list ids = { 0 };

	// a set of Python's, whose order means nothing: load order instead
	qsort(met->items, met->count, sizeof(*met->items), compare_nodes);
	for (size_t i = 0; i < met->count; i++) {
		if (i == 0 || met->items[i] != met->items[i - 1]) {
			str_list_add(&ids, node_id(work->history, met->items[i]), work->arena);
		}
	}
	const str others = str_list_join(&ids, STR(", "), work->arena);
	const str id = node_id(work->history, start);

	return raised_new(work->arena, RAISED_REVISION, "RevisionError",
			"Requested revision %.*s overlaps with other requested revisions %.*s",
			STR_ARG(id), STR_ARG(others));
}

struct raised *walk_set_apart(struct work *work, enum direction direction,
		const struct nodes *starts, uint8_t **ret_set)
{
	struct nodes met = { 0 };
	uint8_t *is_start = arena_new_array(work->scratch, uint8_t, work->history->node_count);

	for (size_t i = 0; i < starts->count; i++) {
		if (starts->items[i] < NODE_BASE) {
			is_start[starts->items[i]] = true;
		}
	}
	walk_begin(work);
	for (size_t i = 0; i < starts->count; i++) {
		const uint32_t start = starts->items[i];

		if (start >= NODE_BASE) {
			return raised_assertion(work->arena);
		}
		nodes_add(&work->stack, start, work->scratch);
		while (work->stack.count) {
			const uint32_t node = work->stack.items[--work->stack.count];
			size_t at = 0;
			uint32_t next;

			// met even when an earlier start's walk has been there
			if (is_start[node] && node != start) {
				nodes_add(&met, node, work->scratch);
			}
			if (!walk_visit(work, node)) {
				continue;
			}
			while (node_next(work->history, node, direction, &at, &next)) {
				nodes_add(&work->stack, next, work->scratch);
			}
		}
		if (met.count) {
			return overlap_raised(work, start, &met);
		}
	}
	*ret_set = seen_set(work);
	return NULL;
}

struct raised *nodes_require(struct work *work, const struct nodes *nodes)
{
	for (size_t i = 0; i < nodes->count; i++) {
		if (nodes->items[i] >= NODE_BASE) {
			return raised_assertion(work->arena);
		}
	}
	return NULL;
}

size_t node_down_child_count(const struct revision_history *history, uint32_t node)
{
	size_t count = 0, at = 0;
	uint32_t next;

	while (node_next(history, node, WALK_DOWN_UP, &at, &next)) {
		count++;
	}
	return count;
}
