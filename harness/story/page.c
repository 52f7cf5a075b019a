#include "story/page.h"

#include "kit/columns.h"

/* Code is not broken into less than this, however narrow the page. */
#define LEAST_TEXT 16

void page_gap(struct page *page)
{
	const str text = buf_str(page->out);

	if (text.len && !str_equal(text, STR("\n")) && !str_ends_with(text, STR("\n\n"))) {
		buf_add_char(page->out, '\n');
	}
}

void page_heading(struct page *page, str text)
{
	text = str_printable_lines(text, page->out->arena);
	const size_t used = 3 + columns_of(text) + 1;

	page_gap(page);
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

void page_item(struct page *page, size_t indent, enum style lead_style, str lead,
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
				style_add(page->out, page->colour && lead.len, lead_style,
						lead);
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

void page_line(struct page *page, size_t indent, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	const str text = str_format_list(page->out->arena, format, values);
	va_end(values);
	page_item(page, indent, STYLE_PLAIN, STR(""), STYLE_PLAIN, text);
}

void page_prose(struct page *page, size_t indent, str text)
{
	struct buf paragraph = { .arena = page->out->arena };
	str line;

	text = str_trim(text);
	while (text.len && str_next_part(&text, '\n', &line)) {
		const bool is_example = line.len && (line.data[0] == ' ' || line.data[0] == '\t');

		line = is_example ? line : str_trim(line);
		if (paragraph.len && (is_example || !line.len)) {
			page_line(page, indent, "%.*s", STR_ARG(buf_str(&paragraph)));
			paragraph.len = 0;
		}
		if (is_example) {
			page_code(page, str_format(paragraph.arena, "%*s", (int)indent, ""),
					str_format(paragraph.arena, "%*s", (int)indent, ""), indent,
					line);
		} else if (!line.len) {
			page_gap(page);
		} else {
			buf_format(&paragraph, "%s%.*s", paragraph.len ? " " : "", STR_ARG(line));
		}
	}
	if (paragraph.len) {
		page_line(page, indent, "%.*s", STR_ARG(buf_str(&paragraph)));
	}
}

/* Without what would move the cursor; tabs become blanks. */
static str untabbed(str line, struct arena *arena)
{
	struct buf text = { .arena = arena };

	for (size_t i = 0; i < line.len; i++) {
		if (line.data[i] == '\t') {
			buf_add(&text, STR("    "));
		} else if (line.data[i] != '\r') {
			buf_add_char(&text, line.data[i]);
		}
	}
	return str_printable(buf_str(&text), arena);
}

void page_code(struct page *page, str lead, str next_lead, size_t lead_width, str line)
{
	str rest = untabbed(line, page->out->arena);
	size_t indent = 0;
	bool is_first = true;

	while (indent < rest.len && rest.data[indent] == ' ') {
		indent++;
	}
	rest = str_slice(rest, indent, rest.len);
	indent = indent > room_behind(page, lead_width) / 2 ? 0 : indent; // far in on a narrow page
	do {
		const size_t further = indent + (is_first ? 0 : 4);
		const str part = wrap_line(
				&rest, room_behind(page, lead_width + further), true);

		buf_add(page->out, is_first ? lead : next_lead);
		if (part.len) {
			buf_add_repeated(page->out, ' ', further);
		}
		buf_add(page->out, part);
		buf_add_char(page->out, '\n');
		is_first = false;
	} while (rest.len);
}

void page_drawing(struct page *page, size_t indent, str text)
{
	str line;

	while (text.len && str_next_part(&text, '\n', &line)) {
		if (line.len) {
			buf_add_repeated(page->out, ' ', indent);
		}
		buf_add(page->out, line);
		buf_add_char(page->out, '\n');
	}
}
