/*
 * A tree as a list of HTML: a revision an item, its lanes drawn as SVG beside it. The colours are the page's.
 */
#include "kit/markup.h"
#include "tree/rows.h"

/* Pixels, as report/page/style.css has them: a lane, a row, the lines below it, and the middle of each. */
#define LANE       14
#define ROW        24
#define LINES      14
#define LANE_X(at) (LANE / 2 + LANE * (int)(at))
#define ROW_Y      (ROW / 2)
#define LINES_Y    (ROW + LINES / 2)

struct listing {
	const struct tree *tree;
	const struct tree_rows *rows;
	struct arena *arena;
	struct buf *out;
	size_t lanes; /* of every row; 0: as many as it has */
};

/* The lanes of a row: lines up and down. */
static void add_row_path(const struct tree_row *row, struct buf *path)
{
	for (size_t i = 0; i < row->lane_count; i++) {
		const int top = row->lanes[i] & TREE_UP ? 0 : ROW_Y;
		const int bottom = row->lanes[i] & TREE_DOWN ? ROW : ROW_Y;

		if (top != bottom) {
			buf_format(path, "M%d %dV%d", LANE_X(i), top, bottom);
		}
	}
}

/* One lane of the lines below a row; `is_reached`: a line comes from the lane before. */
static void add_lane_path(unsigned ways, int x, bool is_reached, struct buf *path)
{
	const bool is_up = ways & TREE_UP, is_down = ways & TREE_DOWN;
	const bool is_left = ways & TREE_LEFT, is_right = ways & TREE_RIGHT;

	if (is_up != is_down && is_left != is_right) {
		buf_format(path, "M%d %dQ%d %d %d %d", x, is_up ? ROW : ROW + LINES, x, LINES_Y,
				is_left ? x - LANE / 2 : x + LANE / 2, LINES_Y);
		return;
	}
	if (is_up || is_down) {
		buf_format(path, "M%d %dV%d", x, is_up ? ROW : LINES_Y,
				is_down ? ROW + LINES : LINES_Y);
	}
	const int left = is_left || is_reached ? x - LANE / 2 : x;
	const int right = is_right || (ways & TREE_BRIDGE) ? x + LANE / 2 : x;

	if (left != right) {
		buf_format(path, "M%d %dH%d", left, LINES_Y, right);
	}
}

static void add_lines_path(const struct tree_row *row, struct buf *path)
{
	for (size_t i = 0; i < row->lane_count; i++) {
		const bool is_reached = i > 0 && (row->lanes[i - 1] & TREE_BRIDGE);

		add_lane_path(row->lanes[i], LANE_X(i), is_reached, path);
	}
}

static void add_mark(const struct listing *listing, const struct tree_row *row)
{
	const struct tree_node *node = &listing->tree->nodes[row->node];
	const int x = LANE_X(row->lane);

	if (!node->spec) {
		buf_format(listing->out, "<path class=\"missing\" d=\"M%d %dl8 8m0 -8l-8 8\"/>",
				x - 4, ROW_Y - 4);
		return;
	}
	buf_format(listing->out,
			"<circle class=\"%s\" cx=\"%d\"/>", // cy and r are the style sheet's
			listing->tree->has_rows && !node->is_applied ? "due" : "ran", x);
}

/* In a tree that has few lanes, what stands beside them is in a column. */
#define COLUMN_LANES 8

static size_t lanes_of(const struct tree_row *row, const struct tree_row *lines)
{
	const size_t below = lines ? lines->lane_count : 0;

	return row->lane_count > below ? row->lane_count : below;
}

static size_t widest(const struct tree_rows *rows)
{
	size_t most = 0;

	for (size_t i = 0; i < rows->count; i++) {
		most = rows->items[i].lane_count > most ? rows->items[i].lane_count : most;
	}
	return most;
}

/* The lanes of a row, and the lines below it, if there are some. */
static void add_picture(const struct listing *listing, const struct tree_row *row,
		const struct tree_row *lines)
{
	const size_t lanes = listing->lanes ? listing->lanes : lanes_of(row, lines);
	struct buf path = { .arena = listing->arena };

	add_row_path(row, &path);
	if (lines) {
		add_lines_path(lines, &path);
	}
	buf_format(listing->out, "<svg width=\"%d\"", LANE * (int)lanes);
	if (lines) {
		buf_format(listing->out, " height=\"%d\"", ROW + LINES); // else the style sheet's
	}
	buf_add_char(listing->out, '>');
	if (path.len) {
		buf_format(listing->out, "<path%s d=\"%s\"/>",
				row->kind == TREE_ROW_HIDDEN ? " class=\"run\"" : "", buf_c(&path));
	}
	if (row->kind == TREE_ROW_NODE) {
		add_mark(listing, row);
	}
	buf_add(listing->out, STR("</svg>"));
}

/* " (head) (current)", each in an element of its own. */
static void add_marks(const struct listing *listing, str marks)
{
	str mark;

	while (marks.len && str_next_part(&marks, '(', &mark)) {
		mark = str_slice(mark, 0, str_find_char(mark, ')'));
		if (mark.len && !str_equal(mark, STR(" "))) {
			buf_format(listing->out, " <b%s>",
					str_equal(mark, STR("current")) ? " class=\"current\""
									: "");
			markup_add(listing->out, mark);
			buf_add(listing->out, STR("</b>"));
		}
	}
}

static void add_text(const struct listing *listing, const char *element, str text)
{
	if (text.len) {
		buf_format(listing->out, " <%s>", element);
		markup_add(listing->out, str_trim(text));
		buf_format(listing->out, "</%s>", element);
	}
}

static void add_node(const struct listing *listing, const struct tree_row *row)
{
	const struct tree_node *node = &listing->tree->nodes[row->node];
	const struct tree_words words =
			tree_row_words(listing->tree, listing->rows, row, listing->arena);

	buf_add(listing->out, STR("<code>"));
	markup_add(listing->out, words.id);
	buf_add(listing->out, STR("</code>"));
	add_text(listing, "em", words.labels);
	add_marks(listing, words.marks);
	add_text(listing, "strong", words.remarks);
	add_text(listing, "i", words.message);
	if (node->is_duplicate && !str_equal(words.message, node->spec->file)) {
		add_text(listing, "i", node->spec->file);
	}
}

static void add_hidden(const struct listing *listing, const struct tree_row *row)
{
	const struct tree_node *nodes = listing->tree->nodes;

	buf_format(listing->out, "<i>%u revisions, ", row->hidden);
	markup_add(listing->out, nodes[row->node].id);
	buf_add(listing->out, STR(" down to "));
	markup_add(listing->out, nodes[row->last_hidden].id);
	buf_add(listing->out, STR("</i>"));
}

static void add_notes(const struct listing *listing)
{
	const struct str_list *unknown = &listing->tree->unknown_rows;

	if (listing->rows->lost_lines) {
		buf_format(listing->out, "<p>%u lines are not drawn.</p>",
				listing->rows->lost_lines);
	}
	for (size_t i = 0; i < unknown->count; i++) {
		buf_add(listing->out, STR("<p class=\"unknown\">The row <code>"));
		markup_add(listing->out, unknown->items[i]);
		buf_add(listing->out, STR("</code> names no revision.</p>"));
	}
}

void tree_render_list(const struct tree *tree, struct buf *out)
{
	const struct tree_rows rows = tree_rows_of(tree, false, out->arena);
	const size_t lanes = widest(&rows);
	const struct listing listing = { tree, &rows, out->arena, out,
		lanes <= COLUMN_LANES ? lanes : 0 };

	buf_add(out, STR("<ol class=\"tree\">"));
	for (size_t i = 0; i < rows.count; i++) {
		const struct tree_row *row = &rows.items[i];
		const bool has_lines =
				i + 1 < rows.count && rows.items[i + 1].kind == TREE_ROW_LINES;
		const bool is_apart = i > 0 && rows.items[i - 1].kind == TREE_ROW_GAP;

		if (row->kind == TREE_ROW_LINES || row->kind == TREE_ROW_GAP) {
			continue; // it stands in the item before, or is the space between two
		}
		buf_add(out, is_apart ? STR("<li class=\"apart\">") : STR("<li>"));
		add_picture(&listing, row, has_lines ? row + 1 : NULL);
		if (row->kind == TREE_ROW_HIDDEN) {
			add_hidden(&listing, row);
		} else {
			add_node(&listing, row);
		}
		buf_add(out, STR("</li>"));
	}
	buf_add(out, STR("</ol>"));
	add_notes(&listing);
}
