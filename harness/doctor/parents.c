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

static void add_once(struct survey *survey, struct merged *merged, uint32_t node)
{
	for (size_t i = 0; i < merged->count; i++) {
		if (merged->items[i] == node) {
			return;
		}
	}
	*LIST_PUSH(merged, survey->arena) = node;
}

static struct merged merged_of(struct survey *survey, uint32_t node)
{
	const struct revision_spec *spec = survey_spec(survey, node);
	struct merged merged = { 0 };

	for (size_t i = 0; i < spec->down_revision.count; i++) {
		const uint32_t parent = survey_find(survey, spec->down_revision.items[i]);

		if (parent != NO_NODE && parent != node) {
			add_once(survey, &merged, parent);
		}
	}
	merged.down_count = merged.count;
	for (size_t i = 0; i < spec->depends_on.count; i++) {
		const uint32_t needed = survey_find_dependency(survey, spec->depends_on.items[i]);

		if (needed != NO_NODE && needed != node) {
			add_once(survey, &merged, needed);
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

static void report_twice(struct survey *survey, const struct revision_spec *spec)
{
	const struct str_list *down = &spec->down_revision;

	for (size_t i = 1; i < down->count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (!str_equal(down->items[i], down->items[j])) {
				continue;
			}
			struct fault *fault = survey_report(survey, FAULT_REDUNDANT_PARENT, spec);

			fault->message = str_format(survey->arena,
					"down_revision lists '%.*s' twice, which makes a merge point of it",
					STR_ARG(down->items[i]));
			fault->suggestion = STR("List it once.");
			break;
		}
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

static void examine_merge(struct survey *survey, uint32_t node)
{
	const struct arena_mark mark = arena_mark(survey->arena);
	const struct revision_spec *spec = survey_spec(survey, node);
	const struct merged merged = merged_of(survey, node);
	uint32_t *above = arena_new_array(survey->arena, uint32_t, merged.count);
	size_t independent = 0, redundant = 0;

	for (size_t i = 0; i < merged.count; i++) {
		above[i] = descendant_among(survey, &merged, i, node);
		independent += above[i] == NO_NODE;
		// A dependency on an ancestor is idle, but it does harm only where rows are merged.
		redundant += above[i] != NO_NODE && i < merged.down_count;
	}
	if (!redundant && (independent < 2 || independent == merged.count)) {
		arena_rewind(survey->arena, mark);
		return;
	}
	for (size_t i = 0; i < merged.count; i++) {
		const bool is_down = i < merged.down_count;

		if (above[i] == NO_NODE || (!is_down && independent < 2)) {
			continue;
		}
		struct fault *fault = survey_report(survey, FAULT_REDUNDANT_PARENT, spec);
		const str ancestor = survey->nodes[merged.items[i]].id;

		fault->message = str_format(survey->arena,
				"'%.*s' is an ancestor of '%.*s', listed beside it%.*s",
				STR_ARG(ancestor), STR_ARG(survey->nodes[above[i]].id),
				STR_ARG(consequence(survey, independent, ancestor)));
		fault->suggestion = str_format(survey->arena,
				"Take '%.*s' out of the %s of '%.*s'.", STR_ARG(ancestor),
				is_down ? "down_revision" : "depends_on", STR_ARG(spec->revision));
	}
}

void examine_parents(struct survey *survey)
{
	for (uint32_t n = 0; n < survey->node_count; n++) {
		const struct revision_spec *spec = survey_spec(survey, n);

		if (spec->down_revision.count > 1) {
			report_twice(survey, spec);
		}
		if (spec->down_revision.count + spec->depends_on.count > 1) {
			examine_merge(survey, n);
		}
	}
}
