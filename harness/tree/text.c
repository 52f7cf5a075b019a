/*
 * A tree as rows of text.
 */
#include "kit/columns.h"
#include "kit/style.h"
#include "tree/rows.h"

/* Messages are not cut shorter than this, but left out. */
#define MESSAGE_LEAST 8

struct drawing {
	const struct tree *tree;
	const struct tree_style *style;
	struct arena *arena;
	struct buf *out;
};

static const char *connector(unsigned ways)
{
	static const char *const lines[16] = { " ", "╵", "╷", "│", "╴", "╯", "╮", "┤", "╶", "╰",
		"╭", "├", "─", "┴", "┬", "┼" };

	return lines[ways];
}

static const char *symbol(const struct drawing *drawing, const struct tree_node *node)
{
	const bool is_empty = drawing->tree->has_rows && !node->is_applied;

	if (!node->spec) {
		return "✗";
	}
	return is_empty ? "○" : "●";
}

/* The lanes of a row, with `mark` in the one that it is about. */
static void draw_lanes(const struct tree_row *row, const char *mark, struct buf *out)
{
	for (size_t lane = 0; lane < row->lane_count; lane++) {
		buf_add(out, str_from(lane == row->lane ? mark : connector(row->lanes[lane])));
		buf_add_char(out, ' ');
	}
}

static void draw_lines(const struct drawing *drawing, const struct tree_row *row)
{
	const unsigned all = TREE_UP | TREE_DOWN | TREE_LEFT | TREE_RIGHT;
	struct buf line = { .arena = drawing->arena };
	size_t end = 0;

	for (size_t lane = 0; lane < row->lane_count; lane++) {
		const unsigned ways = row->lanes[lane] & all;

		buf_add(&line, str_from(connector(ways)));
		end = ways ? line.len : end;
		buf_add(&line,
				str_from(row->lanes[lane] & TREE_BRIDGE
								? connector(TREE_LEFT | TREE_RIGHT)
								: " "));
	}
	buf_add(drawing->out, str_slice(buf_str(&line), 0, end));
	buf_add_char(drawing->out, '\n');
}

/* Cut `text` so that it is at most `width` columns wide, with a sign of one column where it was cut. */
static str cut(const struct drawing *drawing, str text, size_t width)
{
	if (columns_of(text) <= width) {
		return text;
	}
	text.len = columns_fit(text, width ? width - 1 : 0);
	return str_format(drawing->arena, "%.*s…", STR_ARG(str_trim(text)));
}

/* What stands to the right of the lanes; `line` holds these. */
static void add_description(const struct drawing *drawing, const struct tree_words *words,
		bool is_missing, struct buf *line)
{
	const size_t width = drawing->style->width;
	const bool colour = drawing->style->colour;

	buf_add_char(line, ' ');
	const size_t used = columns_of(buf_str(line)) + columns_of(words->id) +
			columns_of(words->labels) + words->marks.len + columns_of(words->remarks) +
			2;

	style_add(line, colour, is_missing ? STYLE_BAD : STYLE_NAME, words->id);
	style_add(line, colour, STYLE_LABEL, words->labels);
	style_add(line, colour, is_missing ? STYLE_BAD : STYLE_GOOD, words->marks);
	style_add(line, colour, STYLE_ODD, words->remarks);
	if (words->message.len && (!width || used + MESSAGE_LEAST <= width)) {
		buf_add(line, STR("  "));
		buf_add(line, width ? cut(drawing, words->message, width - used) : words->message);
	}
}

static void draw_node(const struct drawing *drawing, const struct tree_rows *rows,
		const struct tree_row *row)
{
	const struct tree_node *node = &drawing->tree->nodes[row->node];
	const struct tree_words words = tree_row_words(drawing->tree, rows, row, drawing->arena);
	struct buf line = { .arena = drawing->arena };

	draw_lanes(row, symbol(drawing, node), &line);
	add_description(drawing, &words, !node->spec, &line);
	buf_add(drawing->out, buf_str(&line));
	buf_add_char(drawing->out, '\n');
}

/* The id of a node, as it can stand in a line. */
static str id_of(const struct drawing *drawing, uint32_t at)
{
	return str_printable(drawing->tree->nodes[at].id, drawing->arena);
}

static void draw_hidden(const struct drawing *drawing, const struct tree_row *row)
{
	draw_lanes(row, "┆", drawing->out);
	buf_format(drawing->out, " (%u revisions, %.*s down to %.*s)\n", row->hidden,
			STR_ARG(id_of(drawing, row->node)),
			STR_ARG(id_of(drawing, row->last_hidden)));
}

static void add_notes(const struct drawing *drawing, const struct tree_rows *rows)
{
	const struct str_list *unknown = &drawing->tree->unknown_rows;

	if (rows->hidden || rows->lost_lines) {
		buf_add_char(drawing->out, '\n');
	}
	if (rows->hidden) {
		buf_format(drawing->out, "not drawn: %u revisions of long runs\n", rows->hidden);
	}
	if (rows->lost_lines) {
		buf_format(drawing->out, "not drawn: %u lines, with %zu side by side already\n",
				rows->lost_lines, rows->most_lanes);
	}
	for (size_t i = 0; i < unknown->count; i++) {
		buf_format(drawing->out, "%srow '%.*s' names no revision\n", i ? "" : "\n",
				STR_ARG(str_printable(unknown->items[i], drawing->arena)));
	}
}

void tree_render_text(const struct tree *tree, const struct tree_style *style, struct buf *out)
{
	const struct drawing drawing = {
		.tree = tree,
		.style = style,
		.arena = out->arena,
		.out = out,
	};
	const struct tree_rows rows = tree_rows_of(tree, style->full, out->arena);

	for (size_t i = 0; i < rows.count; i++) {
		const struct tree_row *row = &rows.items[i];

		switch (row->kind) {
		case TREE_ROW_NODE:
			draw_node(&drawing, &rows, row);
			break;
		case TREE_ROW_LINES:
			draw_lines(&drawing, row);
			break;
		case TREE_ROW_HIDDEN:
			draw_hidden(&drawing, row);
			break;
		case TREE_ROW_GAP:
			buf_add_char(out, '\n');
			break;
		}
	}
	add_notes(&drawing, &rows);
}
