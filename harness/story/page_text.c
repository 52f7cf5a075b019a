/*
 * A page as lines of text that fit a width.
 */
#include "kit/columns.h"
#include "report/show.h"
#include "story/page_medium.h"

/* Code is not broken into less than this, however narrow the page. */
#define LEAST_TEXT 16

/* Columns before a line of code. */
#define GUTTER_WIDTH 9

static void text_gap(struct page *page)
{
	const str text = buf_str(page->out);

	if (text.len && !str_equal(text, STR("\n")) && !str_ends_with(text, STR("\n\n"))) {
		buf_add_char(page->out, '\n');
	}
}

static void text_heading(struct page *page, str text)
{
	text = str_printable_lines(text, page->out->arena);
	const size_t used = 3 + columns_of(text) + 1;

	text_gap(page);
	style_add(page->out, page->colour, STYLE_FAINT, STR("── "));
	style_add(page->out, page->colour, STYLE_BOLD, text);
	buf_add_char(page->out, ' ');
	struct buf line = { .arena = page->out->arena };

	for (size_t i = used; i < page->width; i++) {
		buf_add(&line, STR("─"));
	}
	style_add(page->out, page->colour, STYLE_FAINT, buf_str(&line));
	buf_add(page->out, STR("\n\n"));
}

static size_t room_behind(const struct page *page, size_t column)
{
	return page->width > column + LEAST_TEXT ? page->width - column : LEAST_TEXT;
}

static void text_item(struct page *page, size_t indent, enum style lead_style, str lead,
		enum style style, str text)
{
	lead = str_printable_lines(lead, page->out->arena);
	text = str_printable_lines(text, page->out->arena);
	const size_t column = indent + columns_of(lead);
	bool is_first = true;
	str line;

	while (str_next_part(&text, '\n', &line)) {
		do {
			const str part = wrap_line(&line, room_behind(page, column), true);

			if (is_first) {
				buf_add_repeated(page->out, ' ', indent);
				style_add(page->out, page->colour && lead.len, lead_style, lead);
			} else if (part.len) {
				buf_add_repeated(page->out, ' ', column);
			}
			style_add(page->out, page->colour && part.len, style, part);
			buf_add_char(page->out, '\n');
			is_first = false;
		} while (line.len);
	}
	if (is_first) {
		buf_add_repeated(page->out, ' ', indent);
		style_add(page->out, page->colour && lead.len, lead_style, lead);
		buf_add_char(page->out, '\n');
	}
}

/*
 * A line behind `lead` (without escapes, `lead_width` columns), broken at blanks where it must be; its further lines
 * stand behind `next_lead`, further in.
 */
static void add_broken(struct page *page, str lead, str next_lead, size_t lead_width, str line)
{
	str rest = page_untabbed(line, page->out->arena);
	size_t indent = 0;
	bool is_first = true;

	while (indent < rest.len && rest.data[indent] == ' ') {
		indent++;
	}
	rest = str_slice(rest, indent, rest.len);
	indent = indent > room_behind(page, lead_width) / 2 ? 0 : indent; // far in on a narrow page
	do {
		const size_t further = indent + (is_first ? 0 : 4);
		const str part = wrap_line(&rest, room_behind(page, lead_width + further), true);

		buf_add(page->out, is_first ? lead : next_lead);
		if (part.len) {
			buf_add_repeated(page->out, ' ', further);
		}
		buf_add(page->out, part);
		buf_add_char(page->out, '\n');
		is_first = false;
	} while (rest.len);
}

static void text_example(struct page *page, size_t indent, str line)
{
	const str lead = str_format(page->out->arena, "%*s", (int)indent, "");

	add_broken(page, lead, lead, indent, line);
}

/* The lead of a line: the number (0: none) and the mark of the bracket. */
static str lead_of(const struct page *page, size_t number, const char *mark)
{
	struct arena *arena = page->out->arena;
	struct buf text = { .arena = arena };

	style_add(&text, page->colour, STYLE_FAINT,
			number ? str_format(arena, "%6zu %s", number, mark)
			       : str_format(arena, "       %s", mark));
	buf_add_char(&text, ' ');
	return buf_str(&text);
}

static void text_code(struct page *page, const struct page_gutter *gutter, str line)
{
	add_broken(page, lead_of(page, gutter->number, gutter->mark),
			lead_of(page, 0, gutter->further), GUTTER_WIDTH, line);
}

static void text_remark(struct page *page, const struct page_gutter *gutter, enum style style,
		str sign, str text)
{
	struct page column = *page;
	struct buf lines = { .arena = page->out->arena };
	str rest, line;

	column.out = &lines;
	column.width = page->width > GUTTER_WIDTH ? page->width - GUTTER_WIDTH : 0;
	text_item(&column, 0, style, sign, style, text);
	rest = buf_str(&lines);
	while (rest.len && str_next_part(&rest, '\n', &line)) {
		buf_format(page->out, "%.*s%.*s\n", STR_ARG(lead_of(page, 0, gutter->mark)),
				STR_ARG(line));
	}
}

/* Lines that were drawn elsewhere, further in. */
static void add_drawing(struct page *page, str text)
{
	str line;

	while (text.len && str_next_part(&text, '\n', &line)) {
		if (line.len) {
			buf_add_repeated(page->out, ' ', PAGE_INDENT);
		}
		buf_add(page->out, line);
		buf_add_char(page->out, '\n');
	}
}

static void text_tree(struct page *page, const struct tree *tree)
{
	const struct tree_style style = {
		.colour = page->colour,
		.width = page->width - PAGE_INDENT,
	};
	struct buf drawing = { .arena = page->out->arena };

	tree_render_text(tree, &style, &drawing);
	add_drawing(page, buf_str(&drawing));
}

static void text_excerpt(struct page *page, size_t indent, const struct excerpt *excerpt)
{
	excerpt_render(excerpt, indent, page->width, page->colour, page->out);
}

/* A table may be wider than the page. */
static void text_show(struct page *page, const struct outcome_show *show)
{
	const struct str_list lines = report_show_lines(show, page->out->arena);

	add_drawing(page, str_list_join(&lines, STR("\n"), page->out->arena));
}

const struct page_medium page_text = {
	.gap = text_gap,
	.heading = text_heading,
	.item = text_item,
	.example = text_example,
	.code = text_code,
	.remark = text_remark,
	.tree = text_tree,
	.excerpt = text_excerpt,
	.show = text_show,
};
