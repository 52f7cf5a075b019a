#include "tree/tree_internal.h"

#include "kit/table.h"

#include <assert.h>
#include <string.h>

struct builder {
	struct tree *tree;
	const struct revision_specs *specs;
	struct table ids;    /* id -> the last file that has it; then missing names */
	struct table labels; /* label -> the last file of an id that carries it */

	struct {
		str *items;
		size_t count, capacity;
	} missing;
};

static void note_names(struct builder *builder)
{
	const struct revision_specs *specs = builder->specs;
	uint32_t last;

	for (size_t i = 0; i < specs->count; i++) {
		table_set(&builder->ids, specs->items[i].revision, (uint32_t)i);
	}
	for (size_t i = 0; i < specs->count; i++) {
		const struct str_list *labels = &specs->items[i].branch_labels;

		table_find(&builder->ids, specs->items[i].revision, &last);
		for (size_t j = 0; j < labels->count && last == i; j++) {
			table_set(&builder->labels, labels->items[j], (uint32_t)i);
		}
	}
}

/* The node that a name stands for; a new one for what is missing. */
static uint32_t node_named(struct builder *builder, str name, bool allow_label)
{
	uint32_t node;

	if (table_find(&builder->ids, name, &node) ||
			(allow_label && table_find(&builder->labels, name, &node))) {
		return node;
	}
	node = (uint32_t)(builder->specs->count + builder->missing.count);
	*LIST_PUSH(&builder->missing, builder->tree->arena) = name;
	table_set(&builder->ids, name, node);
	return node;
}

static void connect(struct builder *builder, uint32_t at, int level)
{
	struct arena *arena = builder->tree->arena;
	struct tree_node *node = &builder->tree->nodes[at];
	const struct revision_spec *spec = &builder->specs->items[at];

	node->id = spec->revision;
	node->spec = spec;
	node->is_base = spec_down_revision(spec, level).count == 0;
	node->is_merge_point = spec->down_revision.count > 1;
	node->parents = arena_new_array(arena, struct tree_edge, spec->down_revision.count);
	for (size_t i = 0; i < spec->down_revision.count && !node->is_base; i++) {
		const uint32_t to = node_named(builder, spec->down_revision.items[i], false);
		bool is_known = false;

		for (uint32_t j = 0; j < node->parent_count; j++) {
			is_known = is_known || node->parents[j].to == to;
		}
		if (!is_known) {
			node->parents[node->parent_count++].to = to;
		}
	}
	node->needs = arena_new_array(arena, uint32_t, spec->depends_on.count);
	for (size_t i = 0; i < spec->depends_on.count; i++) {
		const uint32_t to = node_named(builder, spec->depends_on.items[i], true);
		bool is_known = false;

		for (uint32_t j = 0; j < node->need_count; j++) {
			is_known = is_known || node->needs[j] == to;
		}
		if (!is_known) {
			node->needs[node->need_count++] = to;
		}
	}
}

/* Mark each edge along which a search in depth comes back to where it is on its way from. */
static void mark_cycles(struct tree *tree)
{
	enum {
		UNSEEN,
		OPEN,
		DONE
	};
	const struct arena_mark mark = arena_mark(tree->arena);
	unsigned char *state = arena_new_array(tree->arena, unsigned char, tree->count);
	uint32_t *next = arena_new_array(tree->arena, uint32_t, tree->count);
	uint32_t *path = arena_new_array(tree->arena, uint32_t, tree->count);

	for (uint32_t i = 0; i < 2 * tree->count; i++) {
		// Heads first, so that a cycle is entered where its rows are; then what has no head, last first.
		const uint32_t root = i < tree->count ? i : 2 * tree->count - 1 - i;
		uint32_t depth = 0;

		if (state[root] != UNSEEN || (i < tree->count && tree->nodes[root].child_count)) {
			continue;
		}
		state[root] = OPEN;
		path[depth++] = root;
		while (depth) {
			struct tree_node *node = &tree->nodes[path[depth - 1]];

			if (next[path[depth - 1]] == node->parent_count) {
				state[path[--depth]] = DONE;
				continue;
			}
			struct tree_edge *edge = &node->parents[next[path[depth - 1]]++];

			edge->closes_cycle = state[edge->to] == OPEN;
			if (state[edge->to] == UNSEEN) {
				state[edge->to] = OPEN;
				path[depth++] = edge->to;
			}
		}
	}
	arena_rewind(tree->arena, mark);
}

static void mark_applied(struct tree *tree)
{
	const struct arena_mark mark = arena_mark(tree->arena);
	uint32_t *stack = arena_new_array(tree->arena, uint32_t, tree->count);
	uint32_t depth = 0;

	for (uint32_t i = 0; i < tree->count; i++) {
		if (tree->nodes[i].is_current) {
			tree->nodes[i].is_applied = true;
			stack[depth++] = i;
		}
	}
	while (depth) {
		const struct tree_node *node = &tree->nodes[stack[--depth]];

		for (uint32_t i = 0; i < node->parent_count + node->need_count; i++) {
			const uint32_t to = i < node->parent_count
					? node->parents[i].to
					: node->needs[i - node->parent_count];

			if (!tree->nodes[to].is_applied) {
				tree->nodes[to].is_applied = true;
				stack[depth++] = to;
			}
		}
	}
	arena_rewind(tree->arena, mark);
}

static void mark_rows(struct builder *builder, const struct str_list *rows)
{
	struct tree *tree = builder->tree;

	tree->has_rows = true;
	for (size_t i = 0; i < rows->count; i++) {
		uint32_t node;

		if (table_find(&builder->ids, rows->items[i], &node) && node < tree->file_count) {
			tree->nodes[node].is_current = true;
		} else {
			str_list_add(&tree->unknown_rows, rows->items[i], tree->arena);
		}
	}
	mark_applied(tree);
}

static void add_missing(struct builder *builder)
{
	struct tree *tree = builder->tree;
	struct tree_node *nodes = arena_new_array(
			tree->arena, struct tree_node, tree->file_count + builder->missing.count);

	if (tree->file_count) {
		memcpy(nodes, tree->nodes, tree->file_count * sizeof(*nodes));
	}
	for (size_t i = 0; i < builder->missing.count; i++) {
		nodes[tree->file_count + i].id = builder->missing.items[i];
	}
	tree->nodes = nodes;
	tree->count = (uint32_t)(tree->file_count + builder->missing.count);
}

struct tree *tree_new(const struct revision_specs *specs, int level, const struct str_list *rows,
		struct arena *arena)
{
	struct tree *tree = arena_new(arena, struct tree);
	struct builder builder = { .tree = tree, .specs = specs };

	assert(specs->count < NO_NODE / 4);
	tree->arena = arena;
	tree->file_count = (uint32_t)specs->count;
	tree->nodes = arena_new_array(arena, struct tree_node, specs->count);
	builder.ids.arena = builder.labels.arena = arena;
	note_names(&builder);
	for (uint32_t i = 0; i < tree->file_count; i++) {
		connect(&builder, i, level);
	}
	add_missing(&builder);
	for (uint32_t i = 0; i < tree->file_count; i++) {
		struct tree_node *node = &tree->nodes[i];
		uint32_t last = i;

		for (uint32_t j = 0; j < node->parent_count; j++) {
			tree->nodes[node->parents[j].to].child_count++;
		}
		for (uint32_t j = 0; j < node->need_count; j++) {
			tree->nodes[node->needs[j]].needed_count++;
		}
		table_find(&builder.ids, node->id, &last);
		if (last != i) {
			node->is_duplicate = node->is_replaced = true;
			tree->nodes[last].is_duplicate = true;
		}
	}
	mark_cycles(tree);
	if (rows) {
		mark_rows(&builder, rows);
	}
	return tree;
}

bool tree_node_is_head(const struct tree_node *node)
{
	return node->spec && node->child_count == 0;
}

bool tree_node_is_branch_point(const struct tree_node *node)
{
	return node->spec && node->child_count > 1;
}

uint32_t *tree_order(const struct tree *tree, struct arena *arena)
{
	uint32_t *order = arena_new_array(arena, uint32_t, tree->count);
	uint32_t *waits = arena_new_array(arena, uint32_t, tree->count); // for so many children
	uint32_t *stack = arena_new_array(arena, uint32_t, tree->count);
	uint32_t depth = 0, count = 0;

	for (uint32_t i = 0; i < tree->count; i++) {
		for (uint32_t j = 0; j < tree->nodes[i].parent_count; j++) {
			const struct tree_edge *edge = &tree->nodes[i].parents[j];

			waits[edge->to] += !edge->closes_cycle;
		}
	}
	for (uint32_t i = tree->file_count; i < tree->count; i++) {
		if (waits[i] == 0) {
			stack[depth++] = i; // missing dependencies come last
		}
	}
	for (uint32_t i = 0; i < tree->file_count; i++) {
		if (waits[i] == 0) {
			stack[depth++] = i; // the head that was loaded last is on top
		}
	}
	while (depth) {
		const uint32_t at = stack[--depth];
		const struct tree_node *node = &tree->nodes[at];

		order[count++] = at;
		for (uint32_t j = node->parent_count; j-- > 0;) { // the first one is next
			const struct tree_edge *edge = &node->parents[j];

			if (!edge->closes_cycle && --waits[edge->to] == 0) {
				stack[depth++] = edge->to;
			}
		}
	}
	assert(count == tree->count);
	return order;
}

str tree_node_marks(const struct tree_node *node, struct arena *arena)
{
	struct buf text = { .arena = arena };

	if (!node->spec) {
		buf_add(&text, STR(" (missing)"));
	}
	if (tree_node_is_head(node)) {
		buf_add(&text, node->needed_count ? STR(" (effective head)") : STR(" (head)"));
	}
	if (node->is_current) {
		buf_add(&text, STR(" (current)"));
	}
	if (node->is_base) {
		buf_add(&text, STR(" (base)"));
	}
	if (tree_node_is_branch_point(node)) {
		buf_add(&text, STR(" (branchpoint)"));
	}
	if (node->is_merge_point) {
		buf_add(&text, STR(" (mergepoint)"));
	}
	if (node->is_duplicate) {
		buf_add(&text,
				node->is_replaced ? STR(" (duplicate, replaced)")
						  : STR(" (duplicate)"));
	}
	return buf_str(&text);
}
