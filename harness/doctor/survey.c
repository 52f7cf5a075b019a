#include "doctor/doctor_internal.h"

#include <assert.h>
#include <stdlib.h>

uint32_t survey_find(const struct survey *survey, str id)
{
	uint32_t node;

	return table_find(&survey->ids, id, &node) ? node : NO_NODE;
}

uint32_t survey_find_dependency(const struct survey *survey, str name)
{
	uint32_t node;

	// An empty text depends on nothing, whatever is called so.
	if (name.len &&
			(table_find(&survey->ids, name, &node) ||
					table_find(&survey->labels, name, &node))) {
		return node;
	}
	return NO_NODE;
}

const struct revision_spec *survey_spec(const struct survey *survey, uint32_t node)
{
	return &survey->specs->items[survey->nodes[node].last_spec];
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
	survey->given_starts.arena = survey->arena;
	survey->new_ids = arena_new_array(survey->arena, str, specs->count);
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

uint32_t survey_place(const struct survey *survey, const struct revision_spec *spec)
{
	return (uint32_t)(spec - survey->specs->items);
}

uint32_t survey_heads(const struct survey *survey, uint32_t *ret_nodes)
{
	uint32_t count = 0;

	for (uint32_t n = 0; n < survey->node_count; n++) {
		const struct revision_spec *spec = survey_spec(survey, n);

		if (edges_count(&survey->children, n) == 0 &&
				!str_list_contains(&spec->down_revision, spec->revision)) {
			ret_nodes[count++] = n;
		}
	}
	return count;
}

/* Where the value stands that is at fault. */
static struct span place_of(enum fault_kind kind, const struct revision_spec *spec)
{
	struct span where = spec->where;

	switch (kind) {
	case FAULT_MISSING_PARENT:
	case FAULT_FILE_NAME_AS_REVISION:
	case FAULT_SELF_LOOP:
	case FAULT_CYCLE:
	case FAULT_REDUNDANT_PARENT:
	case FAULT_MULTIPLE_BASES:
	case FAULT_REPARENTED_REVISION:
		where = spec->down_where;
		break;
	case FAULT_MISSING_DEPENDENCY:
	case FAULT_DEPENDENCY_CYCLE:
		where = spec->depends_where;
		break;
	case FAULT_LABEL_CLASH:
		where = spec->labels_where;
		break;
	case FAULT_DUPLICATE_REVISION:
	case FAULT_MULTIPLE_HEADS:
	case FAULT_PREFIX_TRAP:
	case FAULT_LONG_REVISION:
	case FAULT_ILLEGAL_REVISION:
	case FAULT_DOCSTRING_DISAGREES:
	case FAULT_NOT_LITERAL:
	case FAULT_UNREADABLE:
	case FAULT_REMOVED_REVISION:
	case FAULT_INSERTED_BELOW:
	case FAULT_EDITED_REVISION:
	case FAULT_KIND_COUNT:
		break;
	}
	return where.source ? where : spec->where;
}

struct fault *survey_report(
		struct survey *survey, enum fault_kind kind, const struct revision_spec *spec)
{
	struct fault *fault = LIST_PUSH(survey->faults, survey->arena);

	fault->kind = kind;
	fault->spec = survey_place(survey, spec);
	fault->round = survey->round;
	fault->revision = spec->revision;
	fault->file = spec->file;
	fault->where = place_of(kind, spec);
	if (fault->where.source) {
		fault->path = fault->where.source->name;
		fault->line = span_place(fault->where).line;
	}
	return fault;
}

void survey_relate(const struct survey *survey, struct fault *fault,
		const struct revision_spec *spec, str message)
{
	if (spec->where.source) {
		*LIST_PUSH(&fault->relations, survey->arena) = (struct fault_relation){
			.message = message,
			.where = spec->where,
		};
	}
}

static bool is_of_python(const struct revision_spec *spec)
{
	return spec->where.source && str_ends_with(spec->where.source->name, STR(".py"));
}

str survey_file_name(const struct survey *survey, const struct revision_spec *spec)
{
	if (is_of_python(spec)) {
		return spec->where.source
				->name; // as the rest of the report has it, from the working folder
	}
	if (spec->file.len) {
		return spec->file;
	}
	if (spec->where.source) {
		return str_format(survey->arena, "line %zu", span_place(spec->where).line);
	}
	return str_format(survey->arena, "entry %zu", (size_t)(spec - survey->specs->items) + 1);
}

const char *survey_nothing(const struct revision_spec *spec)
{
	return is_of_python(spec) ? "None" : "null (None)";
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

/* --- free ids ------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
	return str_compare(*(const str *)a, *(const str *)b);
}

static void sort_names(struct survey *survey)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < survey->specs->count; i++) {
		const struct revision_spec *spec = &survey->specs->items[i];

		str_list_add(&names, spec->revision, survey->arena);
		for (size_t j = 0; j < spec->branch_labels.count; j++) {
			str_list_add(&names, spec->branch_labels.items[j], survey->arena);
		}
	}
	qsort(names.items, names.count, sizeof(*names.items), compare_names);
	survey->names = names.items;
	survey->name_count = names.count;
}

/* Whether a name of the tree, `old` apart, is `id` or begins with it. */
static bool begins_a_name(struct survey *survey, str id, str old)
{
	size_t low = 0, high;

	if (!survey->names) {
		sort_names(survey);
	}
	for (high = survey->name_count; low < high;) {
		const size_t middle = low + (high - low) / 2;

		if (str_compare(survey->names[middle], id) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	for (; low < survey->name_count && str_starts_with(survey->names[low], id); low++) {
		if (!str_equal(survey->names[low], old)) {
			return true;
		}
	}
	return false;
}

/* Whether `id` begins with a name with which `old` did not. */
static bool begins_with_a_name(const struct survey *survey, str id, str old)
{
	uint32_t given;

	for (size_t len = 1; len < id.len; len++) {
		const str start = str_slice(id, 0, len);

		if (is_likely_part(start, id) &&
				(table_find(&survey->given, start, &given) ||
						(survey_find_dependency(survey, start) != NO_NODE &&
								!str_starts_with(old, start)))) {
			return true;
		}
	}
	return false;
}

static bool is_free(struct survey *survey, str id, str old)
{
	uint32_t given;

	return !is_word_of_alembic(id) && !table_find(&survey->given, id, &given) &&
			!table_find(&survey->given_starts, id, &given) &&
			!begins_a_name(survey, id, old) && !begins_with_a_name(survey, id, old);
}

static str give(struct survey *survey, str id)
{
	table_set(&survey->given, id, 1);
	for (size_t len = 1; len < id.len; len++) {
		table_set(&survey->given_starts, str_slice(id, 0, len), 1);
	}
	return id;
}

str survey_id_as_wished(struct survey *survey, str wish, str old)
{
	const str id = legal_part(wish, 32, survey->arena);

	return is_free(survey, id, old) ? give(survey, id) : (str){ 0 };
}

str survey_digits_id(struct survey *survey, str seed)
{
	const unsigned most = 1000; // then any id that nobody has will do
	uint32_t given;

	for (unsigned i = 0;; i++) {
		const uint64_t hash = str_hash(str_format(
				survey->arena, "%.*s %zu", STR_ARG(seed), survey->given.count + i));
		const str id = str_format(survey->arena, "%012llx",
				(unsigned long long)(hash & 0xffffffffffffu));

		if (is_free(survey, id, (str){ 0 }) ||
				(i > most && survey_find_dependency(survey, id) == NO_NODE &&
						!table_find(&survey->given, id, &given))) {
			return give(survey, id);
		}
	}
}

str survey_free_id(struct survey *survey, str wish, str old)
{
	str id = survey_id_as_wished(survey, wish, old);

	for (unsigned i = 2; !id.len && i < 10; i++) {
		id = survey_id_as_wished(survey,
				str_format(survey->arena, "%.*s_%u",
						STR_ARG(legal_part(wish, 24, survey->arena)), i),
				old);
	}
	return id.len ? id : survey_digits_id(survey, wish);
}

void fault_edit(struct fault *fault, enum spec_edit_kind kind, str from, str to,
		struct arena *arena)
{
	struct spec_edit *edit = LIST_PUSH(&fault->edits, arena);

	edit->kind = kind;
	edit->spec = (uint32_t)fault->spec;
	edit->from = from;
	if (to.len) {
		str_list_add(&edit->to, to, arena);
	}
}
