/*
 * Ways that lead back to where they began.
 */
#include "doctor/doctor_internal.h"

#include <string.h>

/* Ids of a cycle that a message shows. */
#define SHOWN 6

struct cycle_search {
	struct survey *survey;
	const struct edges *edges;
	const struct components *components;
	bool *passes;        /* by node: Alembic's own check does not see that it is on a cycle */
	uint32_t *came_from; /* by node */
	uint32_t *queue;
};

/* The revision that most likely comes before `node`, as a sentence. */
static str parent_advice(
		struct survey *survey, struct matcher **matcher, uint32_t node, struct fault *fault)
{
	if (!*matcher) {
		*matcher = matcher_new(survey);
	}
	const uint32_t before = matcher_predecessor(*matcher, node);

	if (before == NO_NODE) {
		return str_format(survey->arena, "Write null (None) if '%.*s' is a base.",
				STR_ARG(survey->nodes[node].id));
	}
	fault->suggested_revision = survey->nodes[before].id;
	return str_format(survey->arena, "Let '%.*s' follow '%.*s', which comes before it.",
			STR_ARG(survey->nodes[node].id), STR_ARG(fault->suggested_revision));
}

static void examine_self_loops(struct survey *survey, struct matcher **matcher)
{
	for (size_t i = 0; i < survey->specs->count; i++) {
		const struct revision_spec *spec = &survey->specs->items[i];

		if (str_list_contains(&spec->down_revision, spec->revision)) {
			struct fault *fault = survey_report(survey, FAULT_SELF_LOOP, spec);

			fault->message = STR("the revision is its own down_revision");
			fault->suggestion = spec->down_revision.count > 1
					? STR("Take it out of its own down_revision.")
					: parent_advice(survey, matcher, survey->node_of_spec[i],
							  fault);
		}
		if (str_list_contains(&spec->depends_on, spec->revision)) {
			struct fault *fault = survey_report(survey, FAULT_SELF_LOOP, spec);

			fault->message = STR("the revision depends on itself");
			fault->suggestion = STR("Take it out of its own depends_on.");
		}
	}
}

/* Mark what is reached along `edges` from every node that no edge of `opposite` leaves. */
static void mark_from_ends(const struct edges *edges, const struct edges *opposite, uint32_t *stack,
		bool *marked)
{
	uint32_t count = 0;

	for (uint32_t n = 0; n < edges->node_count; n++) {
		if (edges_count(opposite, n) == 0) {
			marked[n] = true;
			stack[count++] = n;
		}
	}
	while (count) {
		const uint32_t node = stack[--count];

		for (uint32_t e = edges->start[node]; e < edges->start[node + 1]; e++) {
			if (!marked[edges->targets[e]]) {
				marked[edges->targets[e]] = true;
				stack[count++] = edges->targets[e];
			}
		}
	}
}

static struct cycle_search search_new(struct survey *survey, const struct edges *edges,
		const struct components *components)
{
	const uint32_t n = survey->node_count;
	struct cycle_search search = {
		.survey = survey,
		.edges = edges,
		.components = components,
		.passes = arena_new_array(survey->arena, bool, n),
		.came_from = arena_new_array(survey->arena, uint32_t, n),
		.queue = arena_new_array(survey->arena, uint32_t, n),
	};
	bool *from_bases = arena_new_array(survey->arena, bool, n);
	const struct edges opposite = edges_turn(edges, survey->arena);

	// Alembic complains of what no head leads to or what leads to no base (semantics of its check).
	mark_from_ends(edges, &opposite, search.queue, search.passes);
	mark_from_ends(&opposite, edges, search.queue, from_bases);
	for (uint32_t i = 0; i < n; i++) {
		search.passes[i] = search.passes[i] && from_bases[i];
		search.came_from[i] = NO_NODE;
	}
	return search;
}

/* A shortest way from `from` to `to` in their component, ends included, left in the queue; its length. */
static uint32_t find_way(struct cycle_search *search, uint32_t from, uint32_t to)
{
	const struct edges *edges = search->edges;
	const uint32_t component = search->components->of_node[to];
	uint32_t first = 0, count = 0;

	search->came_from[from] = from;
	search->queue[count++] = from;
	while (search->came_from[to] == NO_NODE) {
		const uint32_t node = search->queue[first++];

		for (uint32_t e = edges->start[node]; e < edges->start[node + 1]; e++) {
			const uint32_t next = edges->targets[e];

			if (search->components->of_node[next] == component &&
					search->came_from[next] == NO_NODE) {
				search->came_from[next] = node;
				search->queue[count++] = next;
			}
		}
	}
	uint32_t length = 0;

	for (uint32_t node = to;; node = search->came_from[node]) {
		search->queue[length++] = node;
		if (node == from) {
			return length;
		}
	}
}

/* The cycle as upgrades would run through it: 'a' -> 'b' -> 'c' -> 'a'. */
static str render_cycle(const struct cycle_search *search, const uint32_t *way, uint32_t length)
{
	const struct node *nodes = search->survey->nodes;
	struct buf text = { .arena = search->survey->arena };

	for (uint32_t i = 0; i < length; i++) {
		if (length > SHOWN && i == SHOWN - 1) {
			buf_format(&text, "(%u more) -> ", length - SHOWN);
			i = length - 1;
		}
		buf_format(&text, "'%.*s' -> ", STR_ARG(nodes[way[i]].id));
	}
	buf_format(&text, "'%.*s'", STR_ARG(nodes[way[0]].id));
	return buf_str(&text);
}

static struct fault *report_cycle(
		struct cycle_search *search, enum fault_kind kind, uint32_t node, uint32_t parent)
{
	struct survey *survey = search->survey;
	struct fault *fault = survey_report(survey, kind, survey_spec(survey, node));
	const uint32_t length = find_way(search, parent, node);
	const bool is_known = survey->node_count == survey->specs->count;

	fault->message = str_format(survey->arena, "%s: %.*s%s",
			kind == FAULT_CYCLE ? "revisions follow each other in a circle"
					    : "revisions need each other in a circle",
			STR_ARG(render_cycle(search, search->queue, length)),
			is_known && search->passes[node] ? "; Alembic does not notice" : "");
	return fault;
}

/* A number to order by: that of the file or id, so that the oldest of a cycle is found. */
static bool is_older(const struct survey *survey, uint32_t a, uint32_t b)
{
	const struct numbered_name x = numbered_name_of(survey_spec(survey, a));
	const struct numbered_name y = numbered_name_of(survey_spec(survey, b));

	if (x.is_numbered && y.is_numbered && x.number != y.number) {
		return x.number < y.number;
	}
	return a < b;
}

static void examine_down_cycles(struct survey *survey, struct matcher **matcher)
{
	const struct components *components = &survey->cycles;
	struct cycle_search search = search_new(survey, &survey->parents, components);
	uint32_t *oldest = arena_new_array(survey->arena, uint32_t, components->count);

	memset(oldest, 0xff, components->count * sizeof(*oldest)); // NO_NODE
	for (uint32_t n = 0; n < survey->node_count; n++) {
		const uint32_t c = components->of_node[n];

		if (components->size[c] > 1 &&
				(oldest[c] == NO_NODE || is_older(survey, n, oldest[c]))) {
			oldest[c] = n;
		}
	}
	for (uint32_t n = 0; n < survey->node_count; n++) {
		if (oldest[components->of_node[n]] != n) {
			continue;
		}
		const uint32_t *parents = &survey->parents.targets[survey->parents.start[n]];
		uint32_t i = 0;

		while (components->of_node[parents[i]] != components->of_node[n]) {
			i++;
		}
		struct fault *fault = report_cycle(&search, FAULT_CYCLE, n, parents[i]);

		fault->suggestion = edges_count(&survey->parents, n) > 1
				? str_format(survey->arena,
						  "Take '%.*s' out of the down_revision of '%.*s'.",
						  STR_ARG(survey->nodes[parents[i]].id),
						  STR_ARG(fault->revision))
				: parent_advice(survey, matcher, n, fault);
	}
}

static void examine_dependency_cycles(struct survey *survey)
{
	const struct components *whole = &survey->reach.components;
	struct cycle_search search = search_new(survey, &survey->lineage, whole);
	bool *is_done = arena_new_array(survey->arena, bool, whole->count);

	for (uint32_t n = 0; n < survey->node_count; n++) {
		const struct str_list *needs = &survey_spec(survey, n)->depends_on;

		for (size_t i = 0; i < needs->count; i++) {
			const uint32_t needed = survey_find_dependency(survey, needs->items[i]);

			// Within a cycle of down revisions a dependency changes nothing.
			if (needed == NO_NODE || needed == n || is_done[whole->of_node[n]] ||
					whole->of_node[needed] != whole->of_node[n] ||
					survey->cycles.of_node[needed] ==
							survey->cycles.of_node[n]) {
				continue;
			}
			is_done[whole->of_node[n]] = true;
			struct fault *fault =
					report_cycle(&search, FAULT_DEPENDENCY_CYCLE, n, needed);

			fault->suggestion = str_format(survey->arena,
					"Take '%.*s' out of the depends_on of '%.*s'.",
					STR_ARG(needs->items[i]), STR_ARG(fault->revision));
		}
	}
}

static bool has_cycle(const struct components *components, uint32_t node_count)
{
	return components->count < node_count;
}

void examine_cycles(struct survey *survey)
{
	struct matcher *matcher = NULL; // made when the first advice is wanted

	examine_self_loops(survey, &matcher);
	if (has_cycle(&survey->cycles, survey->node_count)) {
		examine_down_cycles(survey, &matcher);
	}
	if (has_cycle(&survey->reach.components, survey->node_count)) {
		examine_dependency_cycles(survey);
	}
}
