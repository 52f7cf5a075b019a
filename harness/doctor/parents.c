/*
 * Parents that say nothing new: listed twice, or an ancestor of another parent.
 */
#include "doctor/doctor_internal.h"

/* What the version table is merged from: down revisions, then dependencies; each once, those that exist. */
struct merged {
	uint32_t *items;
	size_t count, capacity;
	size_t down_count; /* how many of them are down revisions */
};

/* What the search of all files shares. */
struct parents_search {
	struct survey *survey;
	struct reach down; /* over down revisions alone; made when wanted */
	uint32_t *seen;    /* by node: the last search that came by */
	uint32_t *stack;
	uint32_t search;
};

static void add_once(struct parents_search *search, struct merged *merged, uint32_t node)
{
	if (search->seen[node] != search->search) {
		search->seen[node] = search->search;
		*LIST_PUSH(merged, search->survey->arena) = node;
	}
}

static struct merged merged_of(struct parents_search *search, uint32_t node)
{
	const struct survey *survey = search->survey;
	const struct revision_spec *spec = survey_spec(survey, node);
	struct merged merged = { 0 };

	search->search++;
	for (size_t i = 0; i < spec->down_revision.count; i++) {
		const uint32_t parent = survey_find(survey, spec->down_revision.items[i]);

		if (parent != NO_NODE && parent != node) {
			add_once(search, &merged, parent);
		}
	}
	merged.down_count = merged.count;
	for (size_t i = 0; i < spec->depends_on.count; i++) {
		const uint32_t needed = survey_find_dependency(survey, spec->depends_on.items[i]);

		if (needed != NO_NODE && needed != node) {
			add_once(search, &merged, needed);
		}
	}
	return merged;
}

/*
 * Another of the merged ones of `child` that descends from member `at`; NO_NODE. Those on a cycle do not
 * count, with the child or with each other: they descend from everything there.
 */
static uint32_t descendant_among(
		struct survey *survey, const struct merged *merged, size_t at, uint32_t child)
{
	const uint32_t *component = survey->reach.components.of_node;
	const uint32_t node = merged->items[at];

	for (size_t i = 0; i < merged->count; i++) {
		if (component[merged->items[i]] != component[node] &&
				component[merged->items[i]] != component[child] &&
				reach_leads(&survey->reach, merged->items[i], node)) {
			return merged->items[i];
		}
	}
	return NO_NODE;
}

/*
 * Mark as seen what lies below the merged ones of `child`, as far down as one of them may: a single walk, where
 * asking for each pair would take too long.
 */
static void mark_below(struct parents_search *search, const struct merged *merged, uint32_t child)
{
	const struct edges *edges = &search->survey->lineage;
	const uint32_t *component = search->survey->reach.components.of_node;
	uint32_t lowest = UINT32_MAX, count = 0;

	search->search++;
	for (size_t i = 0; i < merged->count; i++) {
		const uint32_t c = component[merged->items[i]];

		lowest = c < lowest ? c : lowest;
		if (c != component[child]) {
			search->stack[count++] = merged->items[i];
		}
	}
	while (count) {
		const uint32_t node = search->stack[--count];

		for (uint32_t e = edges->start[node]; e < edges->start[node + 1]; e++) {
			const uint32_t next = edges->targets[e];

			// Nothing leads from a component to a higher one.
			if (component[next] >= lowest && search->seen[next] != search->search) {
				search->seen[next] = search->search;
				search->stack[count++] = next;
			}
		}
	}
}

/* By member: another one that descends from it; NO_NODE. */
static void find_descendants(struct parents_search *search, const struct merged *merged,
		uint32_t child, uint32_t *above)
{
	const size_t few = 16;

	if (merged->count > few) {
		mark_below(search, merged, child);
	}
	for (size_t i = 0; i < merged->count; i++) {
		above[i] = merged->count <= few || search->seen[merged->items[i]] == search->search
				? descendant_among(search->survey, merged, i, child)
				: NO_NODE;
	}
}

static void report_twice(struct survey *survey, const struct revision_spec *spec)
{
	const struct str_list *down = &spec->down_revision;
	struct table seen = { .arena = survey->arena };
	uint32_t before;

	for (size_t i = 0; i < down->count; i++) {
		if (!table_find(&seen, down->items[i], &before)) {
			table_set(&seen, down->items[i], 1);
			continue;
		}
		struct fault *fault = survey_report(survey, FAULT_REDUNDANT_PARENT, spec);

		fault->message = str_format(survey->arena,
				"down_revision lists '%.*s' twice, which makes a merge point of it",
				STR_ARG(down->items[i]));
		fault->suggestion = STR("List it once.");
		fault_edit(fault, SPEC_DOWN_REVISION, down->items[i], down->items[i],
				survey->arena);
	}
}

/*
 * What Alembic makes of it. With the rows of two other parents there, it merges the ancestor's as well,
 * which is not; before 1.13.1 it unmerged it too.
 */
static str consequence(const struct survey *survey, size_t independent, str ancestor)
{
	if (independent > 1) {
		return str_format(survey->arena,
				": an upgrade through it may die with KeyError '%.*s'",
				STR_ARG(ancestor));
	}
	return survey->level < 13 ? STR(": a downgrade may leave a row too many") : STR("");
}

/* Whether `ancestor` lies below `node` by down revisions, and not by a dependency alone. */
static bool is_below(struct parents_search *search, uint32_t node, uint32_t ancestor)
{
	if (!search->down.edges) {
		reach_prepare(&search->down, &search->survey->parents, search->survey->arena);
	}
	return reach_leads(&search->down, node, ancestor);
}

/* How the dependency on `node` is written: its id, or a label. */
static str dependency_name(
		const struct survey *survey, const struct revision_spec *spec, uint32_t node)
{
	size_t i = 0;

	while (survey_find_dependency(survey, spec->depends_on.items[i]) != node) {
		i++;
	}
	return spec->depends_on.items[i];
}

static void report_redundant(struct survey *survey, const struct revision_spec *spec, bool is_down,
		uint32_t ancestor, uint32_t descendant, size_t independent)
{
	struct fault *fault = survey_report(survey, FAULT_REDUNDANT_PARENT, spec);
	const str id = survey->nodes[ancestor].id;
	const str name = is_down ? id : dependency_name(survey, spec, ancestor);

	fault->message = str_format(survey->arena,
			"'%.*s' is an ancestor of '%.*s', listed beside it%.*s", STR_ARG(id),
			STR_ARG(survey->nodes[descendant].id),
			STR_ARG(consequence(survey, independent, id)));
	if (is_down && spec->down_revision.count == 1) { // the descendant is depended on
		fault->suggested_revision = survey->nodes[descendant].id;
		fault->suggestion = str_format(survey->arena, "Let '%.*s' follow '%.*s'.",
				STR_ARG(spec->revision), STR_ARG(fault->suggested_revision));
	} else {
		fault->suggestion = str_format(survey->arena,
				"Take '%.*s' out of the %s of '%.*s'.", STR_ARG(name),
				is_down ? "down_revision" : "depends_on", STR_ARG(spec->revision));
	}
	fault_edit(fault, is_down ? SPEC_DOWN_REVISION : SPEC_DEPENDS_ON, name,
			fault->suggested_revision, survey->arena);
}

static void examine_merge(struct parents_search *search, uint32_t node)
{
	struct survey *survey = search->survey;
	const struct merged merged = merged_of(search, node);
	uint32_t *above = arena_new_array(survey->arena, uint32_t, merged.count);
	size_t independent = 0;

	find_descendants(search, &merged, node, above);
	for (size_t i = 0; i < merged.count; i++) {
		independent += above[i] == NO_NODE;
	}
	for (size_t i = 0; i < merged.count && independent < merged.count; i++) {
		const bool is_down = i < merged.down_count;

		// Where no rows are merged, a dependency on an ancestor is idle; and a head that another head
		// depends on has to be listed beside it, or it stays a head.
		if (above[i] != NO_NODE &&
				(independent > 1 ||
						(is_down &&
								is_below(search, above[i],
										merged.items[i])))) {
			report_redundant(survey, survey_spec(survey, node), is_down,
					merged.items[i], above[i], independent);
		}
	}
}

void examine_parents(struct survey *survey)
{
	const uint32_t n = survey->node_count;
	struct parents_search search = {
		.survey = survey,
		.seen = arena_new_array(survey->arena, uint32_t, n),
		.stack = arena_new_array(survey->arena, uint32_t, (size_t)n * 2),
	};

	for (uint32_t i = 0; i < n; i++) {
		const struct revision_spec *spec = survey_spec(survey, i);

		if (spec->down_revision.count > 1) {
			report_twice(survey, spec);
		}
		if (spec->down_revision.count + spec->depends_on.count > 1) {
			examine_merge(&search, i);
		}
	}
}
