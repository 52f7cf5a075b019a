/*
 * A tree as rows of text. Each row has lanes: a lane is a line that waits for one node, and no two lanes
 * wait for the same node, so that a thousand branches of one base need two lanes, not a thousand.
 */
#include "kit/columns.h"
#include "kit/style.h"
#include "tree/tree_internal.h"

#include <assert.h>
#include <string.h>

/* Lanes drawn side by side, and how many when the whole is asked for: a row of each must fit into memory. */
#define LANES_MAX      24
#define LANES_FULL_MAX 1000

/* Trees of more files are shortened; runs keep this many rows at each end. */
#define FILES_MAX 200
#define RUN_ENDS  2

/* Messages are not cut shorter than this, but left out. */
#define MESSAGE_LEAST 8

/* Which ways a connecting character leads. */
enum way {
	UP = 1,
	DOWN = 2,
	LEFT = 4,
	RIGHT = 8,
};

struct drawing {
	const struct tree *tree;
	const struct tree_style *style;
	struct arena *arena;
	struct buf *out;

	struct {
		uint32_t *items; /* the node that each lane waits for; NO_NODE: free */
		size_t count, capacity;
	} lanes;

	uint32_t *lane_of;    /* by node; NO_NODE: none */
	uint32_t *lost_child; /* by node: whose line to it was not drawn; NO_NODE: none's */
	uint32_t lost_lines;  /* lines not drawn for want of room */
	uint32_t hidden;      /* rows left out */
};

static const char *connector(const struct drawing *drawing, unsigned ways)
{
	static const char *const unicode[16] = { " ", "╵", "╷", "│", "╴", "╯", "╮", "┤", "╶", "╰",
		"╭", "├", "─", "┴", "┬", "┼" };
	static const char *const ascii[16] = { " ", "|", "|", "|", "-", "+", "+", "+", "-", "+",
		"+", "+", "-", "+", "+", "+" };

	return drawing->style->unicode ? unicode[ways] : ascii[ways];
}

static const char *symbol(const struct drawing *drawing, const struct tree_node *node)
{
	const bool is_empty = drawing->tree->has_rows && !node->is_applied;

	if (!node->spec) {
		return drawing->style->unicode ? "✗" : "x";
	}
	if (drawing->style->unicode) {
		return is_empty ? "○" : "●";
	}
	return is_empty ? "o" : "*";
}

/* --- lanes ---------------------------------------------------------------------------------- */

static void free_lane(struct drawing *drawing, uint32_t lane)
{
	drawing->lanes.items[lane] = NO_NODE;
	while (drawing->lanes.count && drawing->lanes.items[drawing->lanes.count - 1] == NO_NODE) {
		drawing->lanes.count--;
	}
}

static void use_lane(struct drawing *drawing, uint32_t lane, uint32_t node)
{
	while (drawing->lanes.count <= lane) {
		*LIST_PUSH(&drawing->lanes, drawing->arena) = NO_NODE;
	}
	drawing->lanes.items[lane] = node;
	drawing->lane_of[node] = lane;
}

/* The first free lane, to the right of `after` if there is one. */
static uint32_t find_lane(const struct drawing *drawing, uint32_t after)
{
	const uint32_t count = (uint32_t)drawing->lanes.count;

	for (uint32_t i = 0; i < count; i++) {
		const uint32_t lane = (after + 1 + i) % count;

		if (drawing->lanes.items[lane] == NO_NODE) {
			return lane;
		}
	}
	return count;
}

/*
 * Draw the row between a node, in lane `from`, and its parents, to whose lanes it leads. `before` are the
 * lanes as they were in the node's own row.
 */
static void draw_connections(const struct drawing *drawing, const uint32_t *before,
		size_t before_count, uint32_t from, const bool *leads_to, struct buf *out)
{
	const size_t after_count = drawing->lanes.count;
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
	struct buf row = { .arena = drawing->arena };
	size_t end = 0;

	for (size_t lane = 0; lane < count; lane++) {
		const bool is_before = lane < before_count && before[lane] != NO_NODE;
		const bool is_after = lane < after_count && drawing->lanes.items[lane] != NO_NODE;
		const bool is_joined = leads_to[lane] || lane == from;
		unsigned ways = (is_before ? UP : 0u) | (is_after ? DOWN : 0u);

		if (is_joined || !ways) { // a line that is only crossed stays whole
			ways |= (lane > first && lane <= last ? LEFT : 0u) |
					(lane >= first && lane < last ? RIGHT : 0u);
		}
		buf_add(&row, str_from(connector(drawing, ways)));
		end = ways ? row.len : end;
		buf_add(&row,
				str_from(lane >= first && lane < last
								? connector(drawing, LEFT | RIGHT)
								: " "));
	}
	buf_add(out, str_slice(buf_str(&row), 0, end));
	buf_add_char(out, '\n');
}

/* Hand the lane of `at` on to its parents, and draw how. Returns how many parents got no line. */
static uint32_t lead_on(struct drawing *drawing, uint32_t at, uint32_t lane, struct buf *out)
{
	const struct tree_node *node = &drawing->tree->nodes[at];
	const size_t most = drawing->style->full ? LANES_FULL_MAX : LANES_MAX;
	const size_t before_count = drawing->lanes.count;
	uint32_t *before = arena_new_array(drawing->arena, uint32_t, before_count);
	bool *leads_to = arena_new_array(
			drawing->arena, bool, before_count + node->parent_count + 1);
	bool is_handed_on = false;
	uint32_t lost = 0;

	memcpy(before, drawing->lanes.items, before_count * sizeof(*before));
	free_lane(drawing, lane);
	for (uint32_t i = 0; i < node->parent_count; i++) {
		const uint32_t parent = node->parents[i].to;
		uint32_t to = drawing->lane_of[parent];

		if (node->parents[i].closes_cycle) {
			continue;
		}
		if (to == NO_NODE) {
			to = is_handed_on ? find_lane(drawing, lane) : lane;
			if (to >= most) {
				drawing->lost_child[parent] = at;
				lost++;
				continue;
			}
			is_handed_on = true;
			use_lane(drawing, to, parent);
		} else if (to > lane && !is_handed_on) {
			// The parent's lane moves over here, so that a drawing does not drift to the right.
			is_handed_on = true;
			leads_to[to] = true;
			free_lane(drawing, to);
			use_lane(drawing, lane, parent);
			to = lane;
		}
		leads_to[to] = true;
	}
	draw_connections(drawing, before, before_count, lane, leads_to, out);
	drawing->lost_lines += lost;
	return lost;
}

/* The lanes of a row as they are, with `mark` (NULL: none) in lane `at`. */
static void draw_lanes(
		const struct drawing *drawing, uint32_t at, const char *mark, struct buf *row)
{
	for (uint32_t lane = 0; lane < drawing->lanes.count; lane++) {
		const bool is_used = drawing->lanes.items[lane] != NO_NODE;

		buf_add(row,
				str_from(lane == at && mark ? mark
							    : connector(drawing,
									      is_used ? UP | DOWN
										      : 0)));
		buf_add_char(row, ' ');
	}
}

/* --- what stands beside the lanes ------------------------------------------------------------ */

/* The id of a node, as it can stand in a line. */
static str id_of(const struct drawing *drawing, uint32_t at)
{
	return str_printable(drawing->tree->nodes[at].id, drawing->arena);
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

/* What the lines do not show: dependencies, cycles, parents for which there was no room. */
static str remarks_of(const struct drawing *drawing, uint32_t at, uint32_t lost)
{
	const struct tree_node *node = &drawing->tree->nodes[at];
	struct buf text = { .arena = drawing->arena };

	if (node->spec) {
		add_names(&text, " depends on ", &node->spec->depends_on, ";");
	}
	for (uint32_t i = 0; i < node->parent_count; i++) {
		if (node->parents[i].closes_cycle) {
			buf_format(&text, " follows %.*s: a cycle;",
					STR_ARG(id_of(drawing, node->parents[i].to)));
		}
	}
	if (lost) {
		buf_format(&text, " %u more parent%s below;", lost, lost == 1 ? "" : "s");
	}
	if (drawing->lost_child[at] != NO_NODE) {
		buf_format(&text, " parent of %.*s;",
				STR_ARG(id_of(drawing, drawing->lost_child[at])));
	}
	return str_slice(buf_str(&text), 0, text.len ? text.len - 1 : 0);
}

static str first_line(str text, struct arena *arena)
{
	return str_printable(str_slice(text, 0, str_find_char(text, '\n')), arena);
}

/* Cut `text` so that it is at most `width` columns wide, with dots where it was cut. */
static str cut(const struct drawing *drawing, str text, size_t width)
{
	const char *dots = drawing->style->unicode ? "…" : "...";
	const size_t dots_width = drawing->style->unicode ? 1 : 3;

	if (columns_of(text) <= width) {
		return text;
	}
	text.len = columns_fit(text, width > dots_width ? width - dots_width : 0);
	return str_format(drawing->arena, "%.*s%s", STR_ARG(str_trim(text)), dots);
}

/* What stands to the right of the lanes; `row` holds these. */
static void add_description(struct drawing *drawing, uint32_t at, str remarks, struct buf *row)
{
	const struct tree_node *node = &drawing->tree->nodes[at];
	const struct revision_spec *spec = node->spec;
	const size_t width = drawing->style->width;
	const bool colour = drawing->style->colour;
	struct buf labels = { .arena = drawing->arena };

	buf_add_char(row, ' ');
	if (spec) {
		add_names(&labels, " [", &spec->branch_labels, "]");
	}
	const str marks = tree_node_marks(node, drawing->arena);
	const str id = id_of(drawing, at);
	const str message = spec
			? first_line(spec->message.len ? spec->message : spec->file, drawing->arena)
			: (str){ 0 };
	const size_t used = columns_of(buf_str(row)) + columns_of(id) +
			columns_of(buf_str(&labels)) + marks.len + columns_of(remarks) + 2;

	style_add(row, colour, spec ? STYLE_NAME : STYLE_BAD, id);
	style_add(row, colour, STYLE_LABEL, buf_str(&labels));
	style_add(row, colour, spec ? STYLE_GOOD : STYLE_BAD, marks);
	style_add(row, colour, STYLE_ODD, remarks);
	if (message.len && (!width || used + MESSAGE_LEAST <= width)) {
		buf_add(row, STR("  "));
		buf_add(row, width ? cut(drawing, message, width - used) : message);
	}
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
static uint32_t rows_to_hide(const struct drawing *drawing, const uint32_t *order, uint32_t at)
{
	const struct tree *tree = drawing->tree;
	uint32_t end = at;

	if (drawing->style->full || tree->file_count <= FILES_MAX || at < RUN_ENDS ||
			drawing->lane_of[order[at]] == NO_NODE) {
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

static void draw_hidden(struct drawing *drawing, const uint32_t *order, uint32_t at, uint32_t count)
{
	const struct tree_node *nodes = drawing->tree->nodes;
	const uint32_t lane = drawing->lane_of[order[at]];

	draw_lanes(drawing, lane, drawing->style->unicode ? "┆" : ":", drawing->out);
	buf_format(drawing->out, " (%u revisions, %.*s down to %.*s)\n", count,
			STR_ARG(id_of(drawing, order[at])),
			STR_ARG(id_of(drawing, order[at + count - 1])));
	drawing->hidden += count;
	// The lane now waits for what comes behind them.
	use_lane(drawing, lane, nodes[order[at + count - 1]].parents[0].to);
}

static void draw_row(struct drawing *drawing, uint32_t at)
{
	uint32_t lane = drawing->lane_of[at];
	struct buf row = { .arena = drawing->arena };
	struct buf connections = { .arena = drawing->arena };

	if (lane == NO_NODE) {
		lane = find_lane(drawing, (uint32_t)drawing->lanes.count - 1);
		use_lane(drawing, lane, at);
	}
	draw_lanes(drawing, lane, symbol(drawing, &drawing->tree->nodes[at]), &row);
	// The row has to say for which of its parents there was no room.
	const uint32_t lost = lead_on(drawing, at, lane, &connections);

	add_description(drawing, at, remarks_of(drawing, at, lost), &row);
	buf_add(drawing->out, buf_str(&row));
	buf_add_char(drawing->out, '\n');
	buf_add(drawing->out, buf_str(&connections));
}

static void add_notes(struct drawing *drawing)
{
	const struct str_list *unknown = &drawing->tree->unknown_rows;

	if (drawing->hidden || drawing->lost_lines) {
		buf_add_char(drawing->out, '\n');
	}
	if (drawing->hidden) {
		buf_format(drawing->out, "not drawn: %u revisions of long runs\n", drawing->hidden);
	}
	if (drawing->lost_lines) {
		buf_format(drawing->out, "not drawn: %u lines, with %d side by side already\n",
				drawing->lost_lines,
				drawing->style->full ? LANES_FULL_MAX : LANES_MAX);
	}
	for (size_t i = 0; i < unknown->count; i++) {
		buf_format(drawing->out, "%srow '%.*s' names no revision\n", i ? "" : "\n",
				STR_ARG(str_printable(unknown->items[i], drawing->arena)));
	}
}

void tree_render_text(const struct tree *tree, const struct tree_style *style, struct buf *out)
{
	struct drawing drawing = {
		.tree = tree,
		.style = style,
		.arena = out->arena,
		.out = out,
		.lane_of = arena_new_array(out->arena, uint32_t, tree->count),
		.lost_child = arena_new_array(out->arena, uint32_t, tree->count),
	};
	const uint32_t *order = tree_order(tree, out->arena);

	for (uint32_t i = 0; i < tree->count; i++) {
		drawing.lane_of[i] = drawing.lost_child[i] = NO_NODE;
	}
	for (uint32_t i = 0; i < tree->count;) {
		if (i > 0 && drawing.lanes.count == 0) {
			buf_add_char(out, '\n'); // another history begins
		}
		const uint32_t hidden = rows_to_hide(&drawing, order, i);

		if (hidden) {
			draw_hidden(&drawing, order, i, hidden);
			i += hidden;
		} else {
			draw_row(&drawing, order[i++]);
		}
	}
	add_notes(&drawing);
}
