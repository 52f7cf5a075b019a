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

/* A fault whose file is to follow another revision than it does. */
struct advice {
	size_t fault; /* its place in the list */
	uint32_t node;
	str from;        /* the parent that it is not to have */
	size_t proposal; /* of another one */
};

struct advices {
	struct advice *items;
	size_t count, capacity;
};

/* Propose to `fault`, the last of the list, the revision that most likely comes before `node`. */
static void seek_advice(struct survey *survey, struct advices *advices, struct matcher **matcher,
		uint32_t node, str from)
{
	uint32_t before = NO_NODE;

	if (survey->round == 0) { // later on nothing is proposed that might need a repair in turn
		*matcher = *matcher ? *matcher : matcher_new(survey);
		before = matcher_predecessor(*matcher, node);
	}
	*LIST_PUSH(advices, survey->arena) = (struct advice){
		.fault = survey->faults->count - 1,
		.node = node,
		.from = from,
		.proposal = survey_propose(survey, node, before, 0),
	};
}

static void give_advice(struct survey *survey, const struct advices *advices)
{
	if (advices->count) {
		survey_settle(survey, advices->items[0].proposal);
	}
	for (size_t i = 0; i < advices->count; i++) {
		const struct advice *advice = &advices->items[i];
		struct fault *fault = &survey->faults->items[advice->fault];
		const uint32_t before = survey->proposals.items[advice->proposal].parent;
		const str id = survey->nodes[advice->node].id;

		fault->is_guess = true;
		if (before == NO_NODE) {
			fault->suggestion = str_format(survey->arena,
					"Write %s if '%.*s' is a base.",
					survey_nothing(survey_spec(survey, advice->node)),
					STR_ARG(id));
		} else {
			fault->suggested_revision = survey->nodes[before].id;
			fault->suggestion = str_format(survey->arena,
					"Let '%.*s' follow '%.*s', which comes before it.",
					STR_ARG(id), STR_ARG(fault->suggested_revision));
		}
		fault_edit(fault, SPEC_DOWN_REVISION, advice->from, fault->suggested_revision,
				survey->arena);
	}
}

static void take_out(struct survey *survey, struct fault *fault, enum spec_edit_kind kind, str name)
{
	fault->suggestion = str_format(survey->arena, "Take '%.*s' out of the %s of '%.*s'.",
			STR_ARG(name), kind == SPEC_DEPENDS_ON ? "depends_on" : "down_revision",
			STR_ARG(fault->revision));
	fault_edit(fault, kind, name, (str){ 0 }, survey->arena);
}

/* Alembic takes it for a cycle of dependencies. */
static void examine_own_labels(struct survey *survey, const struct revision_spec *spec)
{
	const uint32_t node = survey->node_of_spec[survey_place(survey, spec)];

	for (size_t i = 0; i < spec->depends_on.count; i++) {
		const str name = spec->depends_on.items[i];

		if (str_equal(name, spec->revision) ||
				survey_find_dependency(survey, name) != node) {
			continue;
		}
		struct fault *fault = survey_report(survey, FAULT_SELF_LOOP, spec);

		fault->message = str_format(survey->arena,
				"the revision depends on itself, by its branch label '%.*s'",
				STR_ARG(name));
		fault->suggestion = STR("Take it out of its own depends_on.");
		fault_edit(fault, SPEC_DEPENDS_ON, name, (str){ 0 }, survey->arena);
	}
}

static void examine_self_loops(
		struct survey *survey, struct advices *advices, struct matcher **matcher)
{
	for (size_t i = 0; i < survey->specs->count; i++) {
		const struct revision_spec *spec = &survey->specs->items[i];
		const str id = spec->revision;

		if (str_list_contains(&spec->down_revision, id)) {
			struct fault *fault = survey_report(survey, FAULT_SELF_LOOP, spec);

			fault->message = STR("the revision is its own down_revision");
			if (survey->new_ids[i].len) {
				fault->suggestion = STR(
						"With an id of its own it follows its namesake.");
			} else if (spec->down_revision.count > 1) {
				fault->suggestion = STR("Take it out of its own down_revision.");
				fault_edit(fault, SPEC_DOWN_REVISION, id, (str){ 0 },
						survey->arena);
			} else {
				seek_advice(survey, advices, matcher, survey->node_of_spec[i], id);
			}
		}
		if (str_list_contains(&spec->depends_on, id)) {
			struct fault *fault = survey_report(survey, FAULT_SELF_LOOP, spec);

			fault->message = STR("the revision depends on itself");
			fault->suggestion = STR("Take it out of its own depends_on.");
			fault_edit(fault, SPEC_DEPENDS_ON, id, (str){ 0 }, survey->arena);
		}
		examine_own_labels(survey, spec);
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

/* Whether one of a cycle is a file that is to have an id of its own: the cycle goes another way then. */
static bool has_namesake(const struct cycle_search *search, const uint32_t *way, uint32_t length)
{
	const struct survey *survey = search->survey;

	for (uint32_t i = 0; i < length; i++) {
		if (survey->new_ids[survey->nodes[way[i]].last_spec].len) {
			return true;
		}
	}
	return false;
}

/* NULL: the fault has its suggestion. */
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
	if (has_namesake(search, search->queue, length)) {
		fault->suggestion = STR("Look again when each file has an id of its own.");
		return NULL;
	}
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

static void examine_down_cycles(
		struct survey *survey, struct advices *advices, struct matcher **matcher)
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

		const str parent = survey->nodes[parents[i]].id;

		if (fault && edges_count(&survey->parents, n) > 1) {
			take_out(survey, fault, SPEC_DOWN_REVISION, parent);
		} else if (fault) {
			seek_advice(survey, advices, matcher, n, parent);
		}
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

			if (fault) {
				take_out(survey, fault, SPEC_DEPENDS_ON, needs->items[i]);
			}
		}
	}
}

/*
 * Cycles that go through each other are told one a round, until patience ends: then everything that leads up within
 * them is cut at once, so that what is left leads down alone.
 */
#define PATIENCE 4

static void cut_upwards(struct survey *survey, bool dependencies, const uint32_t *rank)
{
	const struct components *components =
			dependencies ? &survey->reach.components : &survey->cycles;

	for (uint32_t n = 0; n < survey->node_count; n++) {
		const struct revision_spec *spec = survey_spec(survey, n);
		const struct str_list *names =
				dependencies ? &spec->depends_on : &spec->down_revision;

		for (size_t i = 0; i < names->count; i++) {
			const str name = names->items[i];
			const uint32_t to = dependencies ? survey_find_dependency(survey, name)
							 : survey_find(survey, name);

			if (to == NO_NODE || components->of_node[to] != components->of_node[n] ||
					rank[to] <= rank[n]) {
				continue;
			}
			struct fault *fault = survey_report(survey,
					dependencies ? FAULT_DEPENDENCY_CYCLE : FAULT_CYCLE, spec);

			fault->message = str_format(survey->arena,
					"'%.*s' is in a circle of revisions that %s each other",
					STR_ARG(name), dependencies ? "need" : "follow");
			take_out(survey, fault, dependencies ? SPEC_DEPENDS_ON : SPEC_DOWN_REVISION,
					name);
		}
	}
}

/* By node a number that is higher than those of its parents, where no cycle is in the way. */
static uint32_t *ranks_of(const struct survey *survey)
{
	const uint32_t *order =
			components_order(&survey->cycles, survey->node_count, survey->arena);
	uint32_t *rank = arena_new_array(survey->arena, uint32_t, survey->node_count);

	for (uint32_t i = 0; i < survey->node_count; i++) {
		rank[order[i]] = i;
	}
	return rank;
}

static bool has_cycle(const struct components *components, uint32_t node_count)
{
	return components->count < node_count;
}

void examine_cycles(struct survey *survey)
{
	struct matcher *matcher = NULL; // made when the first advice is wanted
	struct advices advices = { 0 };

	examine_self_loops(survey, &advices, &matcher);
	if (survey->round >= PATIENCE) {
		const uint32_t *rank = ranks_of(survey);

		cut_upwards(survey, false, rank);
		cut_upwards(survey, true, rank);
		give_advice(survey, &advices);
		return;
	}
	if (has_cycle(&survey->cycles, survey->node_count)) {
		examine_down_cycles(survey, &advices, &matcher);
	}
	give_advice(survey, &advices);
	if (has_cycle(&survey->reach.components, survey->node_count)) {
		examine_dependency_cycles(survey);
	}
}
