/*
 * Parents that suggestions propose. Each by itself closes no cycle, but two of them may together.
 */
#include "doctor/doctor_internal.h"

size_t survey_propose(struct survey *survey, uint32_t child, uint32_t parent, unsigned weakness)
{
	*LIST_PUSH(&survey->proposals, survey->arena) = (struct proposal){
		.child = child,
		.parent = parent,
		.weakness = weakness,
	};
	return survey->proposals.count - 1;
}

/* The lineage as it would be with every proposal written down. */
static struct edges proposed_edges(const struct survey *survey)
{
	const struct edges *old = &survey->lineage;
	struct edges edges = { .node_count = old->node_count };
	uint32_t *more = arena_new_array(survey->arena, uint32_t, old->node_count);
	uint32_t at = 0;

	edges.start = arena_new_array(survey->arena, uint32_t, old->node_count + 1);
	edges.targets = arena_new_array(survey->arena, uint32_t,
			old->start[old->node_count] + survey->proposals.count);
	for (size_t i = 0; i < survey->proposals.count; i++) {
		more[survey->proposals.items[i].child] +=
				survey->proposals.items[i].parent != NO_NODE;
	}
	for (uint32_t n = 0; n < old->node_count; n++) {
		edges.start[n] = at;
		for (uint32_t e = old->start[n]; e < old->start[n + 1]; e++) {
			edges.targets[at++] = old->targets[e];
		}
		at += more[n];
	}
	edges.start[old->node_count] = at;
	for (size_t i = 0; i < survey->proposals.count; i++) {
		const struct proposal *proposal = &survey->proposals.items[i];

		if (proposal->parent != NO_NODE) {
			const uint32_t child = proposal->child;

			edges.targets[edges.start[child + 1] - more[child]--] = proposal->parent;
		}
	}
	return edges;
}

void survey_settle(struct survey *survey, size_t first)
{
	const int patience = 8; // rounds; then there are many cycles through each other
	bool is_found = survey->proposals.count > first;

	for (int round = 0; is_found; round++) {
		const struct arena_mark mark = arena_mark(survey->arena);
		const struct edges edges = proposed_edges(survey);
		const struct components components = components_find(&edges, false, survey->arena);
		struct proposal **weakest =
				arena_new_array(survey->arena, struct proposal *, components.count);

		is_found = false;
		for (size_t i = first; i < survey->proposals.count; i++) {
			struct proposal *proposal = &survey->proposals.items[i];
			const uint32_t component = components.of_node[proposal->child];

			if (proposal->parent == NO_NODE ||
					components.of_node[proposal->parent] != component) {
				continue;
			}
			is_found = true;
			if (round >= patience) {
				proposal->parent = NO_NODE;
			} else if (!weakest[component] ||
					weakest[component]->weakness <= proposal->weakness) {
				weakest[component] = proposal;
			}
		}
		for (uint32_t c = 0; c < components.count; c++) {
			if (weakest[c]) {
				weakest[c]->parent = NO_NODE;
			}
		}
		arena_rewind(survey->arena, mark);
	}
}
