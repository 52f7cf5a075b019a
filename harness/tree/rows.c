/*
 * A tree as rows. Each row has lanes: a lane is a line that waits for one node, and no two lanes wait for the same
 * node, so that a thousand branches of one base need two lanes, not a thousand.
 */
#include "tree/rows.h"

#include <assert.h>
#include <string.h>

/* Lanes drawn side by side, and how many when the whole is asked for: a row of each must fit into memory. */
#define LANES_MAX      24
#define LANES_FULL_MAX 1000

/* Trees of more files are shortened; runs keep this many rows at each end. */
#define FILES_MAX 200
#define RUN_ENDS  2

/* Rows being made. */
struct laying {
	const struct tree *tree;
	struct arena *arena;
	struct tree_rows *rows;
	bool is_full;

	struct {
		uint32_t *items; /* the node that each lane waits for; NO_NODE: free */
		size_t count, capacity;
	} lanes;

	uint32_t *lane_of; /* by node; NO_NODE: none */
};

/* --- lanes ---------------------------------------------------------------------------------- */

static void free_lane(struct laying *laying, uint32_t lane)
{
	laying->lanes.items[lane] = NO_NODE;
	while (laying->lanes.count && laying->lanes.items[laying->lanes.count - 1] == NO_NODE) {
		laying->lanes.count--;
	}
}

static void use_lane(struct laying *laying, uint32_t lane, uint32_t node)
{
	while (laying->lanes.count <= lane) {
		*LIST_PUSH(&laying->lanes, laying->arena) = NO_NODE;
	}
	laying->lanes.items[lane] = node;
	laying->lane_of[node] = lane;
}

/* The first free lane, to the right of `after` if there is one. */
static uint32_t find_lane(const struct laying *laying, uint32_t after)
{
	const uint32_t count = (uint32_t)laying->lanes.count;

	for (uint32_t i = 0; i < count; i++) {
		const uint32_t lane = (after + 1 + i) % count;

		if (laying->lanes.items[lane] == NO_NODE) {
			return lane;
		}
	}
	return count;
}

static struct tree_row *add_row(struct laying *laying, enum tree_row_kind kind, size_t lane_count)
{
	struct tree_row *row = LIST_PUSH(laying->rows, laying->arena);

	*row = (struct tree_row){
		.kind = kind,
		.lanes = arena_new_array(laying->arena, unsigned char, lane_count),
		.lane_count = lane_count,
	};
	return row;
}

/*
 * Add the row between a node, in lane `from`, and its parents, to whose lanes it leads. `before` are the
 * lanes as they were in the node's own row.
 */
static void add_connections(struct laying *laying, const uint32_t *before, size_t before_count,
		uint32_t from, const bool *leads_to)
{
	const size_t after_count = laying->lanes.count;
	const size_t count = after_count > before_count ? after_count : before_count;
	size_t first = from, last = from;

	for (size_t lane = 0; lane < count; lane++) {
		if (leads_to[lane]) {
			first = lane < first ? lane : first;
			last = lane > last ? lane : last;
		}
	}
	if (first == last) {
		return;
	}
	struct tree_row *row = add_row(laying, TREE_ROW_LINES, count);

	for (size_t lane = 0; lane < count; lane++) {
		const bool is_before = lane < before_count && before[lane] != NO_NODE;
		const bool is_after = lane < after_count && laying->lanes.items[lane] != NO_NODE;
		const bool is_joined = leads_to[lane] || lane == from;
		unsigned ways = (is_before ? TREE_UP : 0u) | (is_after ? TREE_DOWN : 0u);

		if (is_joined || !ways) { // a line that is only crossed stays whole
			ways |= (lane > first && lane <= last ? TREE_LEFT : 0u) |
					(lane >= first && lane < last ? TREE_RIGHT : 0u);
		}
		ways |= lane >= first && lane < last ? TREE_BRIDGE : 0u;
		row->lanes[lane] = (unsigned char)ways;
	}
}

/* Hand the lane of `at` on to its parents, and add how. How many got a line, and how many did not. */
static void lead_on(struct laying *laying, uint32_t at, uint32_t lane, uint32_t *ret_led,
		uint32_t *ret_lost)
{
	const struct tree_node *node = &laying->tree->nodes[at];
	const size_t most = laying->is_full ? LANES_FULL_MAX : LANES_MAX;
	const size_t before_count = laying->lanes.count;
	uint32_t *before = arena_new_array(laying->arena, uint32_t, before_count);
	bool *leads_to =
			arena_new_array(laying->arena, bool, before_count + node->parent_count + 1);
	bool is_handed_on = false;
	uint32_t led = 0, lost = 0;

	memcpy(before, laying->lanes.items, before_count * sizeof(*before));
	free_lane(laying, lane);
	for (uint32_t i = 0; i < node->parent_count; i++) {
		const uint32_t parent = node->parents[i].to;
		uint32_t to = laying->lane_of[parent];

		if (node->parents[i].closes_cycle) {
			continue;
		}
		if (to == NO_NODE) {
			to = is_handed_on ? find_lane(laying, lane) : lane;
			if (to >= most) {
				laying->rows->lost_child[parent] = at;
				lost++;
				continue;
			}
			is_handed_on = true;
			use_lane(laying, to, parent);
		} else if (to > lane && !is_handed_on) {
			// The parent's lane moves over here, so that a drawing does not drift to the right.
			is_handed_on = true;
			leads_to[to] = true;
			free_lane(laying, to);
			use_lane(laying, lane, parent);
			to = lane;
		}
		leads_to[to] = true;
		led++;
	}
	add_connections(laying, before, before_count, lane, leads_to);
	laying->rows->lost_lines += lost;
	*ret_led = led;
	*ret_lost = lost;
}

/* A row with the lanes as they are, about `node` in lane `lane`. */
static struct tree_row *add_node_row(
		struct laying *laying, enum tree_row_kind kind, uint32_t node, uint32_t lane)
{
	struct tree_row *row = add_row(laying, kind, laying->lanes.count);

	for (size_t i = 0; i < row->lane_count; i++) {
		row->lanes[i] = laying->lanes.items[i] != NO_NODE ? TREE_UP | TREE_DOWN : 0;
	}
	row->lane = lane;
	row->node = node;
	return row;
}

/* --- rows ----------------------------------------------------------------------------------- */

/* A revision with nothing to say: one parent, one child, no names, no marks. */
static bool is_plain(const struct tree_node *node)
{
	return node->spec && node->parent_count == 1 && !node->parents[0].closes_cycle &&
			node->child_count == 1 && !node->is_current && !node->is_duplicate &&
			!node->is_merge_point && !node->need_count && !node->needed_count &&
			!node->spec->branch_labels.count;
}

/* Whether the node at `at` of the order is plain and follows the one before in a plain run. */
static bool goes_on(const struct tree *tree, const uint32_t *order, uint32_t at)
{
	return at > 0 && is_plain(&tree->nodes[order[at]]) &&
			is_plain(&tree->nodes[order[at - 1]]) &&
			tree->nodes[order[at - 1]].parents[0].to == order[at];
}

/* How many rows from `at` on are the middle of a long plain run; 0: draw the row. */
static uint32_t rows_to_hide(const struct laying *laying, const uint32_t *order, uint32_t at)
{
	const struct tree *tree = laying->tree;
	uint32_t end = at;

	if (laying->is_full || tree->file_count <= FILES_MAX || at < RUN_ENDS ||
			laying->lane_of[order[at]] == NO_NODE) {
		return 0;
	}
	for (uint32_t i = 0; i < RUN_ENDS; i++) {
		if (!goes_on(tree, order, at - i)) {
			return 0;
		}
	}
	while (end < tree->count && goes_on(tree, order, end)) {
		end++;
	}
	return end - at > RUN_ENDS + 1 ? end - at - RUN_ENDS : 0;
}

static void add_hidden(struct laying *laying, const uint32_t *order, uint32_t at, uint32_t count)
{
	const uint32_t lane = laying->lane_of[order[at]];
	struct tree_row *row = add_node_row(laying, TREE_ROW_HIDDEN, order[at], lane);

	row->last_hidden = order[at + count - 1];
	row->hidden = count;
	laying->rows->hidden += count;
	// The lane now waits for what comes behind them.
	use_lane(laying, lane, laying->tree->nodes[row->last_hidden].parents[0].to);
}

static void add_node(struct laying *laying, uint32_t at)
{
	uint32_t lane = laying->lane_of[at], led, lost;
	const bool is_awaited = lane != NO_NODE;

	if (!is_awaited) {
		lane = find_lane(laying, (uint32_t)laying->lanes.count - 1);
		use_lane(laying, lane, at);
	}
	add_node_row(laying, TREE_ROW_NODE, at, lane);
	const size_t index = laying->rows->count - 1;

	lead_on(laying, at, lane, &led, &lost);
	struct tree_row *row = &laying->rows->items[index]; // where it is by now

	row->lanes[lane] = (unsigned char)((is_awaited ? TREE_UP : 0u) | (led ? TREE_DOWN : 0u));
	row->lost = lost;
}

struct tree_rows tree_rows_of(const struct tree *tree, bool is_full, struct arena *arena)
{
	struct tree_rows rows = {
		.lost_child = arena_new_array(arena, uint32_t, tree->count),
		.most_lanes = is_full ? LANES_FULL_MAX : LANES_MAX,
	};
	struct laying laying = {
		.tree = tree,
		.arena = arena,
		.rows = &rows,
		.is_full = is_full,
		.lane_of = arena_new_array(arena, uint32_t, tree->count),
	};
	const uint32_t *order = tree_order(tree, arena);

	for (uint32_t i = 0; i < tree->count; i++) {
		laying.lane_of[i] = rows.lost_child[i] = NO_NODE;
	}
	for (uint32_t i = 0; i < tree->count;) {
		if (i > 0 && laying.lanes.count == 0) {
			add_row(&laying, TREE_ROW_GAP, 0);
		}
		const uint32_t hidden = rows_to_hide(&laying, order, i);

		if (hidden) {
			add_hidden(&laying, order, i, hidden);
			i += hidden;
		} else {
			add_node(&laying, order[i++]);
		}
	}
	return rows;
}

/* --- what stands beside the lanes ------------------------------------------------------------ */

static void add_name(const struct tree *tree, uint32_t at, struct buf *text)
{
	buf_add(text, str_printable(tree->nodes[at].id, text->arena));
}

static void add_names(struct buf *text, const char *before, const struct str_list *names,
		const char *after)
{
	if (names->count) {
		buf_format(text, "%s%.*s%s", before,
				STR_ARG(str_printable(str_list_join(names, STR(", "), text->arena),
						text->arena)),
				after);
	}
}

static str remarks_of(const struct tree *tree, const struct tree_rows *rows,
		const struct tree_row *row, struct arena *arena)
{
	const struct tree_node *node = &tree->nodes[row->node];
	struct buf text = { .arena = arena };

	if (node->spec) {
		add_names(&text, " depends on ", &node->spec->depends_on, ";");
	}
	for (uint32_t i = 0; i < node->parent_count; i++) {
		if (node->parents[i].closes_cycle) {
			buf_add(&text, STR(" follows "));
			add_name(tree, node->parents[i].to, &text);
			buf_add(&text, STR(": a cycle;"));
		}
	}
	if (row->lost) {
		buf_format(&text, " %u more parent%s below;", row->lost, row->lost == 1 ? "" : "s");
	}
	if (rows->lost_child[row->node] != NO_NODE) {
		buf_add(&text, STR(" parent of "));
		add_name(tree, rows->lost_child[row->node], &text);
		buf_add_char(&text, ';');
	}
	return str_slice(buf_str(&text), 0, text.len ? text.len - 1 : 0);
}

static str first_line(str text, struct arena *arena)
{
	return str_printable(str_slice(text, 0, str_find_char(text, '\n')), arena);
}

struct tree_words tree_row_words(const struct tree *tree, const struct tree_rows *rows,
		const struct tree_row *row, struct arena *arena)
{
	const struct tree_node *node = &tree->nodes[row->node];
	const struct revision_spec *spec = node->spec;
	struct buf labels = { .arena = arena };

	if (spec) {
		add_names(&labels, " [", &spec->branch_labels, "]");
	}
	return (struct tree_words){
		.id = str_printable(node->id, arena),
		.labels = buf_str(&labels),
		.marks = tree_node_marks(node, arena),
		.remarks = remarks_of(tree, rows, row, arena),
		.message = spec ? first_line(spec->message.len ? spec->message : spec->file, arena)
				: (str){ 0 },
	};
}
