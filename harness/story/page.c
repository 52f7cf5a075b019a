#include "story/page.h"

#include "story/page_medium.h"

static const struct page_medium *medium_of(const struct page *page)
{
	return page->medium ? page->medium : &page_text;
}

void page_gap(struct page *page)
{
	medium_of(page)->gap(page);
}

void page_heading(struct page *page, str text)
{
	medium_of(page)->heading(page, text);
}

void page_item(struct page *page, size_t indent, enum style lead_style, str lead, enum style style,
		str text)
{
	medium_of(page)->item(page, indent, lead_style, lead, style, text);
}

void page_code(struct page *page, const struct page_gutter *gutter, str line)
{
	medium_of(page)->code(page, gutter, line);
}

void page_remark(struct page *page, const struct page_gutter *gutter, enum style style, str sign,
		str text)
{
	medium_of(page)->remark(page, gutter, style, sign, text);
}

void page_tree(struct page *page, const struct tree *tree)
{
	medium_of(page)->tree(page, tree);
}

void page_excerpt(struct page *page, size_t indent, const struct excerpt *excerpt)
{
	medium_of(page)->excerpt(page, indent, excerpt);
}

void page_show(struct page *page, const struct outcome_show *show)
{
	medium_of(page)->show(page, show);
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
			medium_of(page)->example(page, indent, line);
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

str page_untabbed(str line, struct arena *arena)
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
