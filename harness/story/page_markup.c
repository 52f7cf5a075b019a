/*
 * A page as HTML. What stands in it is said once, here; how it looks is the style sheet's.
 */
#include "kit/markup.h"
#include "story/page_medium.h"

#include <string.h>

/* Of more rows the first will do. */
#define ROWS_LISTED 40

/* The class of a style; NULL: none. */
static const char *class_of(enum style style)
{
	static const char *const classes[] = {
		[STYLE_PLAIN] = NULL,
		[STYLE_BOLD] = "bold",
		[STYLE_FAINT] = "faint",
		[STYLE_GOOD] = "good",
		[STYLE_BAD] = "bad",
		[STYLE_ODD] = "odd",
		[STYLE_NAME] = NULL,
		[STYLE_LABEL] = NULL,
		[STYLE_ALARM] = "bad",
	};

	return classes[style];
}

/* The next thing stands apart. */
static void markup_gap(struct page *page)
{
	page->has_gap = page->out->len > 0;
}

static void markup_heading(struct page *page, str text)
{
	page->has_gap = false;
	buf_add(page->out, STR("<h3>"));
	markup_add(page->out, text);
	buf_add(page->out, STR("</h3>\n"));
}

/* `<p>` with the classes that are not NULL, and that of a gap. */
static void begin_paragraph(
		struct page *page, const char *kind, const char *place, const char *style)
{
	const char *const classes[] = { kind, place, style, page->has_gap ? "gap" : NULL };
	const char *before = " class=\"";

	page->has_gap = false;
	buf_add(page->out, STR("<p"));
	for (size_t i = 0; i < COUNT_OF(classes); i++) {
		if (classes[i]) {
			buf_format(page->out, "%s%s", before, classes[i]);
			before = " ";
		}
	}
	buf_add(page->out, before[1] ? STR(">") : STR("\">"));
}

/* How far in, as a class; NULL: not at all. */
static const char *place_of(size_t indent)
{
	static const char *const places[] = { NULL, "in1", "in2", "in3", "in4" };
	const size_t deep = indent > PAGE_INDENT ? (indent - PAGE_INDENT) / 2 : 0;

	return places[deep < COUNT_OF(places) ? deep : COUNT_OF(places) - 1];
}

/* What stands before the text: a word in a column of its own, or a sign. */
static void add_lead(struct page *page, enum style style, str lead)
{
	const str text = str_trim(lead);
	const bool is_label = !text.len || (style == STYLE_FAINT && str_ends_with(lead, STR("  ")));
	const char *class = class_of(style);

	if (is_label) {
		buf_add(page->out, STR("<i>"));

	} else if (class) {
		buf_format(page->out, "<b class=\"%s\">", class);
	} else {
		buf_add(page->out, STR("<b>"));
	}
	markup_add(page->out, text);
	buf_add(page->out, is_label ? STR("</i>") : STR("</b>"));
}

/* HTML ends a paragraph where the next one begins, or a table, or what is around it: the tags would be a twentieth of a page. */
#define END_PARAGRAPH "\n"

static void markup_item(struct page *page, size_t indent, enum style lead_style, str lead,
		enum style style, str text)
{
	const bool is_lost = str_equal(lead, STR("- ")), is_new = str_equal(lead, STR("+ "));

	if (is_lost || is_new) { // a line of a difference
		begin_paragraph(page, is_lost ? "minus" : "plus", place_of(indent), NULL);
		markup_add(page->out, lead);
	} else {
		begin_paragraph(page, lead.len ? "item" : NULL, place_of(indent), class_of(style));
		if (lead.len) {
			add_lead(page, lead_style, lead);
		}
	}
	markup_add(page->out, text);
	buf_add(page->out, STR(END_PARAGRAPH));
}

static void markup_example(struct page *page, size_t indent, str line)
{
	(void)indent;
	page->has_gap = false;
	buf_add(page->out, STR("<pre>"));
	markup_add(page->out, page_untabbed(line, page->out->arena));
	buf_add(page->out, STR("</pre>\n"));
}

/* The class of a mark of a bracket; NULL: none. */
static const char *bracket_of(const char *mark)
{
	static const char *const marks[][2] = {
		{ "┌", "begins" },
		{ "│", "inside" },
		{ "└", "ends" },
	};

	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		if (strcmp(mark, marks[i][0]) == 0) {
			return marks[i][1];
		}
	}
	return NULL;
}

static void begin_code(struct page *page, const struct page_gutter *gutter, const char *style)
{
	begin_paragraph(page, "code", bracket_of(gutter->mark), style);
	if (gutter->number) {
		buf_format(page->out, "<i>%zu</i>", gutter->number);
	}
}

static void markup_code(struct page *page, const struct page_gutter *gutter, str line)
{
	begin_code(page, gutter, NULL);
	markup_add(page->out, page_untabbed(line, page->out->arena));
	buf_add(page->out, STR(END_PARAGRAPH));
}

static void markup_remark(struct page *page, const struct page_gutter *gutter, enum style style,
		str sign, str text)
{
	begin_code(page, gutter, class_of(style));
	markup_add(page->out, sign);
	markup_add(page->out, text);
	buf_add(page->out, STR(END_PARAGRAPH));
}

static void markup_tree(struct page *page, const struct tree *tree)
{
	page->has_gap = false;
	tree_render_list(tree, page->out);
	buf_add_char(page->out, '\n');
}

static void markup_excerpt(struct page *page, size_t indent, const struct excerpt *excerpt)
{
	(void)indent;
	if (!excerpt->path.len) {
		return;
	}
	begin_code(page, &(struct page_gutter){ excerpt->line, "", "" }, "excerpt");
	markup_add(page->out, str_slice(excerpt->text, 0, excerpt->offset));
	buf_add(page->out, STR("<mark>"));
	markup_add(page->out, str_slice(excerpt->text, excerpt->offset, excerpt->len));
	buf_add(page->out, STR("</mark>"));
	markup_add(page->out,
			str_slice(excerpt->text, excerpt->offset + excerpt->len,
					excerpt->text.len));
	buf_add(page->out, STR(END_PARAGRAPH));
}

static void add_row(struct page *page, const char *element, const str *values, size_t count)
{
	buf_add(page->out, STR("<tr>"));
	for (size_t i = 0; i < count; i++) {
		if (values[i].data) {
			buf_format(page->out, "<%s>", element);
			markup_add(page->out, values[i]);
		} else {
			buf_format(page->out, "<%s class=\"null\">NULL", element);
		}
		buf_format(page->out, "</%s>", element);
	}
	buf_add(page->out, STR("</tr>"));
}

static void markup_show(struct page *page, const struct outcome_show *show)
{
	const size_t columns = show->columns.count, kept = show->values.count / columns;
	const size_t rows = kept < ROWS_LISTED ? kept : ROWS_LISTED;

	page->has_gap = false;
	buf_add(page->out,
			STR("<div class=\"scroll\" tabindex=\"0\"><table class=\"rows\"><thead>"));
	add_row(page, "th", show->columns.items, columns);
	buf_add(page->out, STR("</thead><tbody>"));
	for (size_t i = 0; i < rows; i++) {
		add_row(page, "td", show->values.items + i * columns, columns);
	}
	buf_add(page->out, STR("</tbody></table></div>\n"));
	if (rows < show->row_count) {
		page_line(page, PAGE_INDENT, "... and %zu more rows", show->row_count - rows);
	}
}

const struct page_medium page_markup = {
	.gap = markup_gap,
	.heading = markup_heading,
	.item = markup_item,
	.example = markup_example,
	.code = markup_code,
	.remark = markup_remark,
	.tree = markup_tree,
	.excerpt = markup_excerpt,
	.show = markup_show,
};
