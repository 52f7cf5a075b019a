/*
 * Heads and bases: how many there are, and what to do when there are too many.
 */
#include "doctor/doctor_internal.h"

/* Heads or bases that a message names. */
#define SHOWN 3

struct ends {
	uint32_t *nodes;
	uint32_t count;
};

static struct ends find_heads(const struct survey *survey)
{
	struct ends ends = { .nodes = arena_new_array(
					     survey->arena, uint32_t, survey->node_count) };

	for (uint32_t n = 0; n < survey->node_count; n++) {
		const struct revision_spec *spec = survey_spec(survey, n);

		if (edges_count(&survey->children, n) == 0 &&
				!str_list_contains(&spec->down_revision, spec->revision)) {
			ends.nodes[ends.count++] = n;
		}
	}
	return ends;
}

static struct ends find_bases(const struct survey *survey)
{
	struct ends ends = { .nodes = arena_new_array(
					     survey->arena, uint32_t, survey->node_count) };

	for (uint32_t n = 0; n < survey->node_count; n++) {
		if (spec_down_revision(survey_spec(survey, n), survey->level).count == 0) {
			ends.nodes[ends.count++] = n;
		}
	}
	return ends;
}

static void list_ids(const struct survey *survey, const struct ends *ends, struct str_list *ids)
{
	for (uint32_t i = 0; i < ends->count; i++) {
		str_list_add(ids, survey->nodes[ends->nodes[i]].id, survey->arena);
	}
}

#define MANY (NO_NODE - 1)

static uint32_t combine(uint32_t a, uint32_t b)
{
	return a == NO_NODE || a == b ? b : b == NO_NODE ? a : MANY;
}

/*
 * By node: the only one of `ends` that is reached along `edges`; NO_NODE for none, MANY. `order` has a
 * node behind those that its edges lead to.
 */
static uint32_t *only_ends(const struct survey *survey, const struct edges *edges,
		const struct ends *ends, const uint32_t *order, bool backwards)
{
	uint32_t *only = arena_new_array(survey->arena, uint32_t, survey->node_count);

	for (uint32_t n = 0; n < survey->node_count; n++) {
		only[n] = NO_NODE;
	}
	for (uint32_t i = 0; i < ends->count; i++) {
		only[ends->nodes[i]] = ends->nodes[i];
	}
	for (uint32_t i = 0; i < survey->node_count; i++) {
		const uint32_t node = order[backwards ? survey->node_count - 1 - i : i];

		for (uint32_t e = edges->start[node]; e < edges->start[node + 1]; e++) {
			only[node] = combine(only[node], only[edges->targets[e]]);
		}
	}
	return only;
}

/* Whether each end can be told by a label: one whose line leads to this end alone. */
static bool labels_separate(const struct survey *survey, const struct edges *edges,
		const struct ends *ends, bool backwards)
{
	const uint32_t *order =
			components_order(&survey->cycles, survey->node_count, survey->arena);
	const uint32_t *only = only_ends(survey, edges, ends, order, backwards);
	bool *is_told = arena_new_array(survey->arena, bool, survey->node_count);

	for (uint32_t n = 0; n < survey->node_count; n++) {
		if (survey_spec(survey, n)->branch_labels.count && only[n] < MANY) {
			is_told[only[n]] = true;
		}
	}
	for (uint32_t i = 0; i < ends->count; i++) {
		if (!is_told[ends->nodes[i]]) {
			return false;
		}
	}
	return true;
}

/* The heads that are left when every missing parent has become what was suggested for it. */
static struct ends remaining_heads(
		const struct survey *survey, const struct ends *heads, bool *ret_has_missing)
{
	struct ends left = { .nodes = arena_new_array(survey->arena, uint32_t, heads->count) };
	bool *is_parent = arena_new_array(survey->arena, bool, survey->node_count);

	*ret_has_missing = false;
	for (size_t i = 0; i < survey->faults->count; i++) {
		const struct fault *fault = &survey->faults->items[i];

		if (fault->kind == FAULT_MISSING_PARENT) {
			*ret_has_missing = true;
			if (fault->suggested_revision.len) {
				is_parent[survey_find(survey, fault->suggested_revision)] = true;
			}
		}
	}
	for (uint32_t i = 0; i < heads->count; i++) {
		if (!is_parent[heads->nodes[i]]) {
			left.nodes[left.count++] = heads->nodes[i];
		}
	}
	return left;
}

/* The first revision of the branch that ends in `head`; NO_NODE if it begins at a base or a merge point. */
static uint32_t branch_start(const struct survey *survey, uint32_t head)
{
	uint32_t node = head;

	for (uint32_t i = 0; i < survey->node_count; i++) { // a cycle ends it
		if (edges_count(&survey->parents, node) != 1) {
			return NO_NODE;
		}
		const uint32_t parent = survey->parents.targets[survey->parents.start[node]];

		if (edges_count(&survey->children, parent) > 1) {
			return node;
		}
		node = parent;
	}
	return NO_NODE;
}

static str merge_command(const struct survey *survey, const struct ends *heads)
{
	struct buf text = { .arena = survey->arena };

	buf_add(&text, STR("alembic merge -m \"merge heads\""));
	for (uint32_t i = 0; i < heads->count && heads->count <= SHOWN; i++) {
		buf_format(&text, " %.*s", STR_ARG(survey->nodes[heads->nodes[i]].id));
	}
	if (heads->count > SHOWN) {
		buf_add(&text, STR(" heads"));
	}
	return buf_str(&text);
}

/* Two heads: the younger branch may be moved on top of the older one, if nobody has run it. */
static void suggest_moving(struct survey *survey, const struct ends *heads, struct fault *fault)
{
	const uint32_t older = heads->nodes[0];
	const uint32_t start = branch_start(survey, heads->nodes[1]);

	fault->suggestion = str_format(
			survey->arena, "Merge them: %.*s.", STR_ARG(merge_command(survey, heads)));
	if (start == NO_NODE || reach_leads(&survey->reach, older, start)) {
		return;
	}
	fault->suggested_revision = survey->nodes[older].id;
	fault->suggestion = str_format(survey->arena,
			"%.*s Or, if '%.*s' has not been run anywhere yet, let it follow '%.*s'.",
			STR_ARG(fault->suggestion), STR_ARG(survey->nodes[start].id),
			STR_ARG(fault->suggested_revision));
}

static void report_heads(struct survey *survey, const struct ends *heads)
{
	struct fault *fault = survey_report(survey, FAULT_MULTIPLE_HEADS,
			survey_spec(survey, heads->nodes[heads->count - 1]));
	bool has_missing;
	const struct ends left = remaining_heads(survey, heads, &has_missing);

	fault->message = str_format(survey->arena, "%u heads, so 'head' names none: %.*s",
			heads->count,
			STR_ARG(survey_join(survey, heads->nodes, heads->count, SHOWN)));
	if (has_missing && left.count > 1) {
		fault->suggestion = str_format(survey->arena,
				"Repair the missing parents first; as suggested, %u heads remain to be merged: %.*s.",
				left.count, STR_ARG(merge_command(survey, &left)));
	} else if (has_missing && left.count == 1) {
		fault->suggestion = str_format(survey->arena,
				"Repair the missing parents first; as suggested, one head remains: '%.*s'.",
				STR_ARG(survey->nodes[left.nodes[0]].id));
	} else if (heads->count == 2) {
		suggest_moving(survey, heads, fault);
	} else {
		fault->suggestion = str_format(survey->arena, "Merge them: %.*s.",
				STR_ARG(merge_command(survey, heads)));
	}
}

void examine_ends(struct survey *survey)
{
	const struct ends heads = find_heads(survey);
	const struct ends bases = find_bases(survey);

	list_ids(survey, &heads, &survey->faults->heads);
	list_ids(survey, &bases, &survey->faults->bases);
	if (heads.count > 1 && !labels_separate(survey, &survey->children, &heads, true)) {
		report_heads(survey, &heads);
	}
	if (bases.count > 1 && !labels_separate(survey, &survey->parents, &bases, false)) {
		struct fault *fault = survey_report(survey, FAULT_MULTIPLE_BASES,
				survey_spec(survey, bases.nodes[bases.count - 1]));

		fault->message = str_format(survey->arena,
				"%u bases that no branch labels tell apart: %.*s", bases.count,
				STR_ARG(survey_join(survey, bases.nodes, bases.count, SHOWN)));
		fault->suggestion = str_format(survey->arena,
				"Give each a branch label if they are meant, else let '%.*s' follow what it builds on.",
				STR_ARG(fault->revision));
	}
}
