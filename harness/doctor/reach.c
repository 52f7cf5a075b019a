/*
 * Descent in a graph of any shape. The numbers that Tarjan's algorithm gives to components are an
 * order of completion, so with the lowest number below each they make an interval that contains the
 * intervals of all it reaches. Two such searches, in opposite orders, and the depth rule out nearly every
 * pair that is not related; what is left is searched, within the same bounds.
 */
#include "doctor/doctor_internal.h"

struct tarjan {
	uint32_t *index; /* from 1; 0: not seen yet */
	uint32_t *low;
	uint32_t *next; /* how many edges have been looked at */
	uint32_t *open; /* seen, not yet in a component */
	uint32_t open_count;
	uint32_t *path; /* the way from the root of the search */
	uint32_t path_count;
	uint32_t seen;
};

static void enter(struct tarjan *t, uint32_t node)
{
	t->index[node] = t->low[node] = ++t->seen;
	t->open[t->open_count++] = node;
	t->path[t->path_count++] = node;
}

/* All of `node` has been seen: close its component if it is the first of one. */
static void leave(struct tarjan *t, uint32_t node, struct components *found)
{
	t->path_count--;
	if (t->low[node] == t->index[node]) {
		const uint32_t component = found->count++;
		uint32_t member;

		do {
			member = t->open[--t->open_count];
			found->of_node[member] = component;
			found->size[component]++;
		} while (member != node);
	}
	if (t->path_count) {
		const uint32_t above = t->path[t->path_count - 1];

		t->low[above] = t->low[node] < t->low[above] ? t->low[node] : t->low[above];
	}
}

struct components components_find(const struct edges *edges, bool backwards, struct arena *arena)
{
	const uint32_t n = edges->node_count;
	struct components found = {
		.of_node = arena_new_array(arena, uint32_t, n),
		.size = arena_new_array(arena, uint32_t, n),
	};

	for (uint32_t i = 0; i < n; i++) {
		found.of_node[i] = NO_NODE;
	}
	const struct arena_mark mark = arena_mark(arena);
	struct tarjan t = {
		.index = arena_new_array(arena, uint32_t, n),
		.low = arena_new_array(arena, uint32_t, n),
		.next = arena_new_array(arena, uint32_t, n),
		.open = arena_new_array(arena, uint32_t, n),
		.path = arena_new_array(arena, uint32_t, n),
	};

	for (uint32_t i = 0; i < n; i++) {
		const uint32_t root = backwards ? n - 1 - i : i;

		if (t.index[root]) {
			continue;
		}
		enter(&t, root);
		while (t.path_count) {
			const uint32_t node = t.path[t.path_count - 1];
			const uint32_t count = edges_count(edges, node);

			if (t.next[node] == count) {
				leave(&t, node, &found);
				continue;
			}
			const uint32_t at = t.next[node]++;
			const uint32_t target = edges->targets[edges->start[node] +
					(backwards ? count - 1 - at : at)];

			if (!t.index[target]) {
				enter(&t, target);
			} else if (found.of_node[target] == NO_NODE &&
					t.index[target] < t.low[node]) {
				t.low[node] = t.index[target];
			}
		}
	}
	arena_rewind(arena, mark);
	return found;
}

uint32_t *components_order(
		const struct components *components, uint32_t node_count, struct arena *arena)
{
	uint32_t *order = arena_new_array(arena, uint32_t, node_count);
	uint32_t *at = arena_new_array(arena, uint32_t, components->count + 1);

	for (uint32_t c = 0; c < components->count; c++) {
		at[c + 1] = at[c] + components->size[c];
	}
	for (uint32_t n = 0; n < node_count; n++) {
		order[at[components->of_node[n]]++] = n;
	}
	return order;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void reach_prepare(struct reach *reach, const struct edges *edges, struct arena *arena)
{
	const uint32_t n = edges->node_count;

	*reach = (struct reach){ .edges = edges,
		.components = components_find(edges, false, arena) };
	const uint32_t count = reach->components.count;

	reach->low = arena_new_array(arena, uint32_t, count);
	reach->rank = arena_new_array(arena, uint32_t, count);
	reach->rank_low = arena_new_array(arena, uint32_t, count);
	reach->depth = arena_new_array(arena, uint32_t, count);
	reach->visited = arena_new_array(arena, uint32_t, n);
	reach->stack = arena_new_array(arena, uint32_t, n);
	const struct arena_mark mark = arena_mark(arena);
	const struct components opposite = components_find(edges, true, arena);
	const uint32_t *order = components_order(&reach->components, n, arena);

	for (uint32_t i = 0; i < n; i++) {
		const uint32_t c = reach->components.of_node[i];

		reach->low[c] = c;
		reach->rank[c] = reach->rank_low[c] = opposite.of_node[i];
	}
	for (uint32_t i = 0; i < n; i++) { // lower components are finished
		const uint32_t c = reach->components.of_node[order[i]];

		for (uint32_t e = edges->start[order[i]]; e < edges->start[order[i] + 1]; e++) {
			const uint32_t d = reach->components.of_node[edges->targets[e]];

			if (d != c) {
				reach->low[c] = least(reach->low[c], reach->low[d]);
				reach->rank_low[c] = least(reach->rank_low[c], reach->rank_low[d]);
				if (reach->depth[c] <= reach->depth[d]) {
					reach->depth[c] = reach->depth[d] + 1;
				}
			}
		}
	}
	arena_rewind(arena, mark);
}

/* False only if no way leads from component `from` to another one, `to`. */
static bool may_lead(const struct reach *reach, uint32_t from, uint32_t to)
{
	return to < from && reach->low[from] <= reach->low[to] &&
			reach->rank[to] < reach->rank[from] &&
			reach->rank_low[from] <= reach->rank_low[to] &&
			reach->depth[to] < reach->depth[from];
}

bool reach_leads(struct reach *reach, uint32_t from, uint32_t to)
{
	const uint32_t *of_node = reach->components.of_node;
	const uint32_t goal = of_node[to];
	uint32_t count = 0;

	if (of_node[from] == goal) {
		return true;
	}
	if (!may_lead(reach, of_node[from], goal)) {
		return false;
	}
	reach->query++;
	reach->visited[from] = reach->query;
	reach->stack[count++] = from;
	while (count) {
		const uint32_t node = reach->stack[--count];

		for (uint32_t e = reach->edges->start[node]; e < reach->edges->start[node + 1];
				e++) {
			const uint32_t next = reach->edges->targets[e];

			if (of_node[next] == goal) {
				return true;
			}
			// A component's own edges must be followed too: they lead to its ways out.
			if (reach->visited[next] != reach->query &&
					(of_node[next] == of_node[node] ||
							may_lead(reach, of_node[next], goal))) {
				reach->visited[next] = reach->query;
				reach->stack[count++] = next;
			}
		}
	}
	return false;
}
