#include "doctor/doctor_internal.h"

#include <assert.h>

uint32_t survey_find(const struct survey *survey, str id)
{
	uint32_t node;

	return table_find(&survey->ids, id, &node) ? node : NO_NODE;
}

uint32_t survey_find_dependency(const struct survey *survey, str name)
{
	uint32_t node;

	if (table_find(&survey->ids, name, &node) || table_find(&survey->labels, name, &node)) {
		return node;
	}
	return NO_NODE;
}

const struct revision_spec *survey_spec(const struct survey *survey, uint32_t node)
{
	return &survey->specs->items[survey->nodes[node].last_spec];
}

uint32_t edges_count(const struct edges *edges, uint32_t node)
{
	return edges->start[node + 1] - edges->start[node];
}

static void number_nodes(struct survey *survey)
{
	const struct revision_specs *specs = survey->specs;

	assert(specs->count < NO_NODE);
	survey->nodes = arena_new_array(survey->arena, struct node, specs->count);
	survey->node_of_spec = arena_new_array(survey->arena, uint32_t, specs->count);
	survey->ids.arena = survey->arena;
	survey->labels.arena = survey->arena;
	survey->given.arena = survey->arena;
	table_reserve(&survey->ids, specs->count);
	for (size_t i = 0; i < specs->count; i++) {
		const struct revision_spec *spec = &specs->items[i];
		uint32_t node = survey_find(survey, spec->revision);

		if (node == NO_NODE) {
			node = survey->node_count++;
			survey->nodes[node].id = spec->revision;
			survey->nodes[node].first_spec = (uint32_t)i;
			table_set(&survey->ids, spec->revision, node);
		}
		survey->nodes[node].last_spec = (uint32_t)i;
		survey->node_of_spec[i] = node;
	}
	for (size_t i = 0; i < specs->count; i++) {
		const struct str_list *labels = &specs->items[i].branch_labels;
		uint32_t first;

		if (i != survey->nodes[survey->node_of_spec[i]].last_spec) {
			continue; // not in Alembic's map
		}
		for (size_t j = 0; j < labels->count; j++) {
			if (!table_find(&survey->labels, labels->items[j], &first)) {
				table_set(&survey->labels, labels->items[j],
						survey->node_of_spec[i]);
			}
		}
	}
}

/* Draw the edges that exist; with `with_dependencies` those of depends_on too. */
static struct edges draw_edges(const struct survey *survey, bool with_dependencies)
{
	struct edges edges = { .node_count = survey->node_count };
	size_t most = 0;

	for (uint32_t n = 0; n < survey->node_count; n++) {
		const struct revision_spec *spec = survey_spec(survey, n);

		most += spec->down_revision.count + spec->depends_on.count;
	}
	assert(most < UINT32_MAX);
	edges.start = arena_new_array(survey->arena, uint32_t, survey->node_count + 1);
	edges.targets = arena_new_array(survey->arena, uint32_t, most);
	uint32_t count = 0;

	for (uint32_t n = 0; n < survey->node_count; n++) {
		const struct revision_spec *spec = survey_spec(survey, n);

		edges.start[n] = count;
		for (size_t i = 0; i < spec->down_revision.count; i++) {
			const uint32_t parent = survey_find(survey, spec->down_revision.items[i]);

			if (parent != NO_NODE && parent != n) {
				edges.targets[count++] = parent;
			}
		}
		for (size_t i = 0; with_dependencies && i < spec->depends_on.count; i++) {
			const uint32_t needed =
					survey_find_dependency(survey, spec->depends_on.items[i]);

			if (needed != NO_NODE && needed != n) {
				edges.targets[count++] = needed;
			}
		}
	}
	edges.start[survey->node_count] = count;
	return edges;
}

struct edges edges_turn(const struct edges *edges, struct arena *arena)
{
	const uint32_t total = edges->start[edges->node_count];
	struct edges turned = { .node_count = edges->node_count };
	uint32_t *filled = arena_new_array(arena, uint32_t, edges->node_count);

	turned.start = arena_new_array(arena, uint32_t, edges->node_count + 1);
	turned.targets = arena_new_array(arena, uint32_t, total);
	for (uint32_t i = 0; i < total; i++) {
		turned.start[edges->targets[i] + 1]++;
	}
	for (uint32_t n = 0; n < edges->node_count; n++) {
		turned.start[n + 1] += turned.start[n];
	}
	for (uint32_t n = 0; n < edges->node_count; n++) {
		for (uint32_t i = edges->start[n]; i < edges->start[n + 1]; i++) {
			const uint32_t to = edges->targets[i];

			turned.targets[turned.start[to] + filled[to]++] = n;
		}
	}
	return turned;
}

void survey_take(struct survey *survey)
{
	number_nodes(survey);
	survey->parents = draw_edges(survey, false);
	survey->lineage = draw_edges(survey, true);
	survey->children = edges_turn(&survey->parents, survey->arena);
	survey->cycles = components_find(&survey->parents, false, survey->arena);
	reach_prepare(&survey->reach, &survey->lineage, survey->arena);
}

struct fault *survey_report(
		struct survey *survey, enum fault_kind kind, const struct revision_spec *spec)
{
	struct fault *fault = LIST_PUSH(survey->faults, survey->arena);

	fault->kind = kind;
	fault->revision = spec->revision;
	fault->file = spec->file;
	fault->where = spec->where;
	return fault;
}

str survey_file_name(const struct survey *survey, const struct revision_spec *spec)
{
	if (spec->file.len) {
		return spec->file;
	}
	if (spec->where.source) {
		return str_format(survey->arena, "line %zu", span_place(spec->where).line);
	}
	return str_format(survey->arena, "entry %zu", (size_t)(spec - survey->specs->items) + 1);
}

str survey_join(const struct survey *survey, const uint32_t *nodes, size_t count, size_t limit)
{
	struct buf text = { .arena = survey->arena };

	for (size_t i = 0; i < count && i < limit; i++) {
		buf_format(&text, "%s'%.*s'", i ? ", " : "", STR_ARG(survey->nodes[nodes[i]].id));
	}
	if (count > limit) {
		buf_format(&text, " and %zu more", count - limit);
	}
	return buf_str(&text);
}

/* Letters, digits and underscores of `wish`, the rest made into underscores, at most `limit` bytes. */
static str legal_part(str wish, size_t limit, struct arena *arena)
{
	struct buf text = { .arena = arena };

	for (size_t i = 0; i < wish.len && text.len < limit; i++) {
		const char c = wish.data[i];
		const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9');

		buf_add_char(&text, is_word ? c : '_');
	}
	while (text.len && text.data[text.len - 1] == '_') {
		text.data[--text.len] = '\0';
	}
	return text.len ? buf_str(&text) : STR("revision");
}

str survey_free_id(struct survey *survey, str wish)
{
	str id = legal_part(wish, 32, survey->arena);
	uint32_t given;

	for (unsigned i = 2; survey_find_dependency(survey, id) != NO_NODE ||
			table_find(&survey->given, id, &given);
			i++) {
		id = str_format(survey->arena, "%.*s_%u",
				STR_ARG(legal_part(wish, 24, survey->arena)), i);
	}
	table_set(&survey->given, id, 1);
	return id;
}
