/*
 * Names that nothing has: missing parents, missing dependencies, file names in place of ids.
 */
#include "doctor/doctor_internal.h"

#include <string.h>

/* A name in a file's declarations that nothing has. */
struct reference {
	const struct revision_spec *spec;
	str name;
	uint32_t child; /* the node of `spec` */
	bool is_dependency;
	struct match match;
};

struct references {
	struct reference *items;
	size_t count, capacity;
};

static bool means_nothing(str name)
{
	return name.len == 0 || str_equal(name, STR("None")) || str_equal(name, STR("null")) ||
			str_equal(name, STR("base"));
}

static void collect(struct survey *survey, bool dependencies, struct references *found)
{
	for (size_t i = 0; i < survey->specs->count; i++) {
		const struct revision_spec *spec = &survey->specs->items[i];
		const struct str_list names = dependencies
				? spec->depends_on
				: spec_down_revision(spec, survey->level);

		for (size_t j = 0; j < names.count; j++) {
			const str name = names.items[j];

			if ((dependencies ? survey_find_dependency(survey, name)
					  : survey_find(survey, name)) == NO_NODE) {
				struct reference *reference = LIST_PUSH(found, survey->arena);

				reference->spec = spec;
				reference->name = name;
				reference->child = survey->node_of_spec[i];
				reference->is_dependency = dependencies;
				reference->match.node = NO_NODE;
			}
		}
	}
}

/* The lineage as it would be with every match written down. */
static struct edges repaired_edges(const struct survey *survey, const struct references *references)
{
	const struct edges *old = &survey->lineage;
	struct edges edges = { .node_count = old->node_count };
	uint32_t *more = arena_new_array(survey->arena, uint32_t, old->node_count);
	uint32_t at = 0;

	edges.start = arena_new_array(survey->arena, uint32_t, old->node_count + 1);
	edges.targets = arena_new_array(
			survey->arena, uint32_t, old->start[old->node_count] + references->count);
	for (size_t i = 0; i < references->count; i++) {
		more[references->items[i].child] += references->items[i].match.node != NO_NODE;
	}
	for (uint32_t n = 0; n < old->node_count; n++) {
		edges.start[n] = at;
		for (uint32_t e = old->start[n]; e < old->start[n + 1]; e++) {
			edges.targets[at++] = old->targets[e];
		}
		at += more[n];
	}
	edges.start[old->node_count] = at;
	for (size_t i = 0; i < references->count; i++) {
		const struct reference *reference = &references->items[i];

		if (reference->match.node != NO_NODE) {
			const uint32_t child = reference->child;

			edges.targets[edges.start[child + 1] - more[child]--] =
					reference->match.node;
		}
	}
	return edges;
}

/*
 * Each match by itself closes no cycle, but two of them may together: in each cycle the weakest is taken
 * back, until none is left.
 */
static void take_back_cycles(struct survey *survey, struct references *references)
{
	bool is_found = true;

	for (int round = 0; is_found; round++) {
		const struct arena_mark mark = arena_mark(survey->arena);
		const struct edges edges = repaired_edges(survey, references);
		const struct components components = components_find(&edges, false, survey->arena);
		struct reference **weakest = arena_new_array(
				survey->arena, struct reference *, components.count);

		is_found = false;
		for (size_t i = 0; i < references->count; i++) {
			struct reference *reference = &references->items[i];
			const uint32_t component = components.of_node[reference->child];

			if (reference->match.node == NO_NODE ||
					components.of_node[reference->match.node] != component) {
				continue;
			}
			is_found = true;
			if (round >= 8) { // many cycles through each other: take back all of them
				reference->match = (struct match){ .node = NO_NODE };
			} else if (!weakest[component] ||
					weakest[component]->match.rule <= reference->match.rule) {
				weakest[component] = reference;
			}
		}
		for (uint32_t c = 0; c < components.count; c++) {
			if (weakest[c]) {
				weakest[c]->match = (struct match){ .node = NO_NODE };
			}
		}
		arena_rewind(survey->arena, mark);
	}
}

static void describe(struct survey *survey, const struct reference *reference, struct fault *fault)
{
	struct arena *arena = survey->arena;
	const struct match *match = &reference->match;
	const char *field = reference->is_dependency ? "depends_on" : "down_revision";
	struct buf message = { .arena = arena };

	buf_format(&message, "%s '%.*s' is %s", field, STR_ARG(reference->name),
			match->rule == MATCH_LABEL ? "a branch label, not a revision"
						   : "no revision");
	if (means_nothing(reference->name)) {
		fault->message = buf_str(&message);
		fault->suggestion = str_format(arena, "Write null (None) if '%.*s' %s.",
				STR_ARG(fault->revision),
				reference->is_dependency ? "depends on nothing" : "is a base");
		return;
	}
	if (match->node == NO_NODE) {
		fault->message = buf_str(&message);
		fault->suggestion = str_format(arena,
				"Restore the file of '%.*s', or write the id that '%.*s' really follows.",
				STR_ARG(reference->name), STR_ARG(fault->revision));
		return;
	}
	if (match->equal_count) {
		uint32_t nodes[1 + COUNT_OF(match->equals)] = { match->node };

		memcpy(nodes + 1, match->equals, sizeof(match->equals));
		buf_format(&message, "; %zu are equally near: %.*s", match->equal_count + 1,
				STR_ARG(survey_join(survey, nodes, match->equal_count + 1,
						match->equal_count < COUNT_OF(nodes)
								? match->equal_count + 1
								: COUNT_OF(nodes))));
	}
	fault->message = buf_str(&message);
	fault->suggested_revision = survey->nodes[match->node].id;
	fault->suggestion = str_format(arena, "%s '%.*s': %s.",
			match->equal_count ? "Perhaps write" : "Write",
			STR_ARG(fault->suggested_revision), match_rule_reason(match->rule));
}

static void report_missing(
		struct survey *survey, const struct references *references, bool dependencies)
{
	for (size_t i = 0; i < references->count; i++) {
		const struct reference *reference = &references->items[i];

		if (reference->is_dependency == dependencies) {
			describe(survey, reference,
					survey_report(survey,
							dependencies ? FAULT_MISSING_DEPENDENCY
								     : FAULT_MISSING_PARENT,
							reference->spec));
		}
	}
}

/* One fault a name, however many files use it. */
static void report_file_names(struct survey *survey, const struct references *references)
{
	struct table uses = { .arena = survey->arena }; // name -> files that use it
	struct table reported = { .arena = survey->arena };
	uint32_t count = 0;

	for (size_t i = 0; i < references->count; i++) {
		if (references->items[i].match.rule == MATCH_FILE) {
			count = 0;
			table_find(&uses, references->items[i].name, &count);
			table_set(&uses, references->items[i].name, count + 1);
		}
	}
	for (size_t i = 0; i < references->count; i++) {
		const struct reference *reference = &references->items[i];

		if (reference->match.rule != MATCH_FILE ||
				table_find(&reported, reference->name, &count)) {
			continue;
		}
		table_set(&reported, reference->name, 1);
		table_find(&uses, reference->name, &count);
		struct fault *fault =
				survey_report(survey, FAULT_FILE_NAME_AS_REVISION, reference->spec);
		const struct revision_spec *named = survey_spec(survey, reference->match.node);

		fault->message = str_format(survey->arena,
				"'%.*s' is the name of a file, whose id is '%.*s'",
				STR_ARG(reference->name), STR_ARG(named->revision));
		if (count > 1) {
			fault->message = str_format(survey->arena, "%.*s (%u files refer to it so)",
					STR_ARG(fault->message), count);
		}
		fault->suggested_revision = named->revision;
		fault->suggestion = str_format(
				survey->arena, "Write the id: '%.*s'.", STR_ARG(named->revision));
	}
}

void examine_references(struct survey *survey)
{
	struct references references = { 0 };

	collect(survey, false, &references);
	collect(survey, true, &references);
	if (!references.count) {
		return;
	}
	struct matcher *matcher = matcher_new(survey);

	for (size_t i = 0; i < references.count; i++) {
		struct reference *reference = &references.items[i];

		if (!means_nothing(reference->name)) {
			reference->match = matcher_find(matcher, reference->name, reference->child,
					reference->is_dependency);
		}
	}
	take_back_cycles(survey, &references);
	report_missing(survey, &references, false);
	report_missing(survey, &references, true);
	report_file_names(survey, &references);
}
