#include "revision/load.h"

#include "revision/revision_internal.h"

#include <assert.h>
#include <string.h>

/* ---- the files one by one ---- */

static bool is_illegal_char(char c, int level)
{
	return c == '@' || c == '-' || c == '+' || (c == ':' && level >= 17);
}

/* What the constructor of a revision checks, in its order. */
static struct raised *check_spec(
		const struct revision_history *history, const struct revision_spec *spec)
{
	const struct str_list down = spec_down_revision(spec, history->level);
	struct arena *arena = history->arena;

	if (!spec_down_is_empty_text(spec) && str_list_contains(&down, spec->revision)) {
		return raised_new(arena, RAISED_REVISION, "LoopDetected",
				"Self-loop is detected in revisions (%.*s)",
				STR_ARG(spec->revision));
	}
	if (str_list_contains(&spec->depends_on, spec->revision)) {
		return raised_new(arena, RAISED_REVISION, "DependencyLoopDetected",
				"Dependency self-loop is detected in revisions (%.*s)",
				STR_ARG(spec->revision));
	}
	static const char illegal[] = "+-:@"; // in the order of Python's sorted()
	struct buf found = { .arena = arena };

	for (size_t i = 0; i + 1 < sizeof(illegal); i++) {
		if (is_illegal_char(illegal[i], history->level) &&
				str_find_char(spec->revision, illegal[i]) < spec->revision.len) {
			buf_format(&found, "%s%c", found.len ? ", " : "", illegal[i]);
		}
	}
	if (found.len) {
		return raised_new(arena, RAISED_REVISION, "RevisionError",
				"Character(s) '%.*s' not allowed in revision identifier '%.*s'",
				STR_ARG(buf_str(&found)), STR_ARG(spec->revision));
	}
	return NULL;
}

/*
 * Number the files: the last one of an id takes the place of the first. `node_of` is the node of each
 * spec.
 */
static struct raised *number_files(
		struct revision_history *history, uint32_t *node_of, struct arena *scratch)
{
	const size_t count = history->specs->count;
	uint32_t *spec_of = arena_new_array(history->arena, uint32_t, count);
	struct nodes stale = { 0 }, stale_entry = { 0 };

	history->keys.arena = history->arena;
	table_reserve(&history->keys, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct revision_spec *spec = &history->specs->items[i];
		struct raised *raised = check_spec(history, spec);
		uint32_t entry;

		if (raised) {
			return raised;
		}
		if (table_find(&history->keys, spec->revision, &entry)) {
			str_list_add(&history->warnings,
					str_format(history->arena,
							"Revision %.*s is present more than once",
							STR_ARG(spec->revision)),
					history->arena);
			nodes_add(&stale, spec_of[entry], scratch);
			nodes_add(&stale_entry, entry, history->arena);
		} else {
			entry = history->entry_count++;
			table_set(&history->keys, spec->revision, entry);
		}
		spec_of[entry] = i;
	}
	for (size_t i = 0; i < stale.count; i++) {
		spec_of[history->entry_count + i] = stale.items[i];
	}
	history->node_count = history->entry_count + (uint32_t)stale.count;
	history->spec_of = spec_of;
	history->stale_entry = stale_entry.items;
	for (uint32_t node = 0; node < history->node_count; node++) {
		node_of[spec_of[node]] = node;
	}
	return NULL;
}

static struct raised *add_labels(struct revision_history *history, const uint32_t *node_of)
{
	size_t count = 0;

	for (size_t i = 0; i < history->specs->count; i++) {
		count += history->specs->items[i].branch_labels.count;
	}
	history->labels = arena_new_array(history->arena, struct label, count);
	table_reserve(&history->keys, history->entry_count + count);
	for (size_t i = 0; i < history->specs->count; i++) {
		const struct revision_spec *spec = &history->specs->items[i];

		for (size_t j = 0; j < spec->branch_labels.count; j++) {
			const str name = spec->branch_labels.items[j];
			uint32_t holder;

			if (table_find(&history->keys, name, &holder)) {
				const str id = node_id(history, holder);

				return raised_new(history->arena, RAISED_REVISION, "RevisionError",
						"Branch name '%.*s' in revision %.*s already used by "
						"revision %.*s",
						STR_ARG(name), STR_ARG(spec->revision),
						STR_ARG(id));
			}
			table_set(&history->keys, name, node_of[i]);
			history->labels[history->label_count++] =
					(struct label){ name, node_of[i] };
			history->has_stale_labels |= node_of[i] >= history->entry_count;
		}
	}
	return NULL;
}

/* ---- edges ---- */

/* The members of depends_on that Alembic looks at: an empty text by itself is none. */
static struct str_list spec_depends_on(const struct revision_spec *spec)
{
	if (spec->depends_on.count == 1 && spec->depends_on.items[0].len == 0) {
		return (struct str_list){ 0 };
	}
	return spec->depends_on;
}

static uint32_t down_edge(const struct revision_history *history, str name)
{
	uint32_t node;

	if (!table_find(&history->keys, name, &node)) {
		return EDGE_MISSING;
	}
	// only where there are labels may a key be one
	return !history->label_count || str_equal(node_id(history, node), name) ? node : EDGE_LABEL;
}

static void count_edges(struct revision_history *history)
{
	const size_t nodes = (size_t)history->node_count + 1;
	size_t down_count = 0, dep_count = 0;

	for (size_t i = 0; i < history->specs->count; i++) {
		const struct revision_spec *spec = &history->specs->items[i];

		down_count += spec_down_revision(spec, history->level).count;
		dep_count += spec_depends_on(spec).count;
	}
	assert(history->specs->count < EDGE_MISSING && down_count < UINT32_MAX &&
			dep_count < UINT32_MAX);
	history->down.start = arena_new_array(history->arena, uint32_t, nodes);
	history->down.items = arena_new_array(history->arena, uint32_t, down_count);
	history->dep.start = arena_new_array(history->arena, uint32_t, nodes);
	history->dep.items = arena_new_array(history->arena, uint32_t, dep_count);
}

/* The first dependency, in load order, that nothing is called. */
static struct raised *missing_dependency(const struct revision_history *history)
{
	for (size_t i = 0; i < history->specs->count; i++) {
		const struct str_list deps = spec_depends_on(&history->specs->items[i]);
		uint32_t node;

		for (size_t j = 0; j < deps.count; j++) {
			if (!table_find(&history->keys, deps.items[j], &node)) {
				return raised_key(history->arena, deps.items[j]);
			}
		}
	}
	return NULL;
}

/* An edge to `target`, which is flagged if the node of this number met it before. */
static uint32_t new_edge(uint32_t *met_by, uint32_t node, uint32_t target)
{
	const bool repeats = met_by[target] == node + 1;

	met_by[target] = node + 1;
	return target | (repeats ? EDGE_REPEATED : 0);
}

/* Look up what down_revision and depends_on name. Names of nothing stay in `down` as EDGE_MISSING. */
static struct raised *resolve_edges(struct revision_history *history, struct arena *scratch)
{
	uint32_t *met_by = arena_new_array(scratch, uint32_t, history->entry_count); // node + 1
	uint32_t down_at = 0, dep_at = 0, target;

	count_edges(history);
	for (uint32_t node = 0; node < history->node_count; node++) {
		const struct revision_spec *spec = node_spec(history, node);
		const struct str_list down = spec_down_revision(spec, history->level);
		const struct str_list deps = spec_depends_on(spec);

		history->down.start[node] = down_at;
		for (size_t j = 0; j < down.count; j++) {
			target = down_edge(history, down.items[j]);
			if (target < history->entry_count) {
				target = new_edge(met_by, node, target);
			}
			history->down.items[down_at++] = target;
		}
		history->dep.start[node] = dep_at;
		for (size_t j = 0; j < deps.count; j++) {
			if (!table_find(&history->keys, deps.items[j], &target)) {
				return missing_dependency(history);
			}
			target = node_entry(history, target);
			history->dep.items[dep_at++] = new_edge(met_by, node, target);
		}
	}
	history->down.start[history->node_count] = down_at;
	history->dep.start[history->node_count] = dep_at;
	return NULL;
}

/* Whether `target` is a parent of `node`. */
static bool has_parent(const struct revision_history *history, uint32_t node, uint32_t target)
{
	for (size_t i = history->down.start[node]; i < history->down.start[node + 1]; i++) {
		if ((history->down.items[i] & EDGE_TARGET) == target) {
			return true;
		}
	}
	return false;
}

/* How a revision prints in the warning about a missing parent, given the children found so far. */
static struct raised *missing_parent(struct revision_history *history, uint32_t node, str missing)
{
	const struct revision_spec *spec = node_spec(history, node);
	const struct str_list down = spec_down_revision(spec, history->level);
	const str below = down.count ? str_list_join(&down, STR(", "), history->arena)
				     : STR("<base>");
	size_t children = 0;

	for (uint32_t i = 0; i < node; i++) {
		children += has_parent(history, i, node);
	}
	str_list_add(&history->warnings,
			str_format(history->arena,
					"Revision %.*s referenced from %.*s -> %.*s%s%s%s, %.*s is not present",
					STR_ARG(missing), STR_ARG(below), STR_ARG(spec->revision),
					children == 0 ? " (head)" : "",
					children > 1 ? " (branchpoint)" : "",
					down.count > 1 ? " (mergepoint)" : "",
					STR_ARG(spec->message)),
			history->arena);
	return raised_key(history->arena, missing);
}

/* Whether the map holds `node` under some key, so that its parents get to know it. */
static bool is_mapped(const struct revision_history *history, uint32_t node)
{
	return node < history->entry_count || node_spec(history, node)->branch_labels.count;
}

/* The first missing parent of what the map holds: entries, then stale nodes that have a label. */
static struct raised *check_parents(struct revision_history *history)
{
	for (uint32_t node = 0; node < history->node_count; node++) {
		const uint32_t start = history->down.start[node];

		for (size_t i = start;
				i < history->down.start[node + 1] && is_mapped(history, node);
				i++) {
			if ((history->down.items[i] & EDGE_TARGET) == EDGE_MISSING) {
				const struct str_list down = spec_down_revision(
						node_spec(history, node), history->level);

				return missing_parent(history, node, down.items[i - start]);
			}
		}
	}
	return NULL;
}

/* ---- children ---- */

/* Record `child` with its parent, once. Only stale nodes can have been recorded before. */
static void add_child(struct revision_history *history, uint32_t *filled, uint32_t parent,
		uint32_t node, uint32_t flags)
{
	const uint32_t child = node_entry(history, node);
	uint32_t *items = &history->child.items[history->child.start[parent]];

	if (node >= history->entry_count) {
		for (uint32_t i = 0; i < filled[parent]; i++) {
			if ((items[i] & EDGE_TARGET) == child) {
				items[i] |= flags;
				return;
			}
		}
	}
	items[filled[parent]++] = child | flags;
}

/* Visit all up edges of what the map holds, each parent once: count them, or record them. */
static void each_parent(struct revision_history *history, uint32_t *count, uint32_t *filled)
{
	for (uint32_t node = 0; node < history->node_count; node++) {
		if (!is_mapped(history, node)) {
			continue;
		}
		for (size_t side = 0; side < 2; side++) {
			const struct edges *edges = side == 0 ? &history->down : &history->dep;

			for (size_t i = edges->start[node]; i < edges->start[node + 1]; i++) {
				const uint32_t parent = edges->items[i] & EDGE_TARGET;

				if (parent >= history->entry_count ||
						edges->items[i] & EDGE_REPEATED) {
					continue;
				}
				if (filled) {
					add_child(history, filled, parent, node,
							side == 0 ? EDGE_DOWN : 0);
				} else {
					count[parent]++;
				}
			}
		}
	}
}

static void find_children(struct revision_history *history, struct arena *scratch)
{
	const uint32_t entries = history->entry_count;
	uint32_t *start = arena_new_array(history->arena, uint32_t, (size_t)entries + 1);
	uint32_t *filled = arena_new_array(scratch, uint32_t, entries);
	uint32_t total = 0;

	each_parent(history, start, NULL);
	for (uint32_t entry = 0; entry < entries; entry++) {
		const uint32_t count = start[entry];

		start[entry] = total;
		total += count;
	}
	start[entries] = total;
	history->child = (struct edges){ start, arena_new_array(history->arena, uint32_t, total) };
	each_parent(history, NULL, filled);

	// a child recorded twice leaves a gap behind: close it
	if (history->has_stale_labels) {
		uint32_t to = 0;

		for (uint32_t entry = 0; entry < entries; entry++) {
			const uint32_t from = start[entry];

			memmove(&history->child.items[to], &history->child.items[from],
					filled[entry] * sizeof(uint32_t));
			start[entry] = to;
			to += filled[entry];
		}
		start[entries] = to;
	}
}

/*
 * Heads and bases, in load order. A file whose id was taken over stays a head, as its children have met
 * its successor only; unless a label that leads to it stands as somebody's parent.
 */
static void find_ends(
		struct revision_history *history, const uint32_t *node_of, struct arena *scratch)
{
	uint8_t *has_child = arena_new_array(scratch, uint8_t, history->node_count);
	uint8_t *has_down_child = arena_new_array(scratch, uint8_t, history->node_count);

	for (uint32_t entry = 0; entry < history->entry_count; entry++) {
		has_child[entry] = node_child_count(history, entry) > 0;
		has_down_child[entry] =
				has_child[entry] && node_down_child_count(history, entry) > 0;
	}
	for (uint32_t node = 0; node < history->node_count; node++) {
		const struct str_list down =
				spec_down_revision(node_spec(history, node), history->level);

		for (size_t i = 0; is_mapped(history, node) && i < down.count; i++) {
			uint32_t parent;

			if (history->down.items[history->down.start[node] + i] == EDGE_LABEL &&
					table_find(&history->keys, down.items[i], &parent)) {
				has_child[parent] = has_down_child[parent] = true;
			}
		}
	}
	for (size_t i = 0; i < history->specs->count; i++) {
		const uint32_t node = node_of[i];
		const bool is_base = history->down.start[node + 1] == history->down.start[node];

		if (!has_down_child[node]) {
			nodes_add(&history->heads, node, history->arena);
		}
		if (!has_child[node]) {
			nodes_add(&history->real_heads, node, history->arena);
		}
		if (is_base) {
			nodes_add(&history->bases, node, history->arena);
			if (!history->specs->items[i].depends_on.count) {
				nodes_add(&history->real_bases, node, history->arena);
			}
		}
	}
}

struct raised *history_load(struct work *work)
{
	struct revision_history *history = work->history;
	uint32_t *node_of = arena_new_array(work->scratch, uint32_t, history->specs->count);
	struct raised *raised = number_files(history, node_of, work->scratch);

	if (!raised) {
		raised = add_labels(history, node_of);
	}
	if (!raised) {
		raised = resolve_edges(history, work->scratch);
	}
	if (!raised) {
		raised = check_parents(history);
	}
	if (raised) {
		return raised;
	}
	find_children(history, work->scratch);
	find_ends(history, node_of, work->scratch);
	raised = history_check_cycles(work);
	if (raised) {
		return raised;
	}
	history_order(work);
	history_normalise(work);
	return NULL;
}
