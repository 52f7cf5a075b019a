/*
 * Lines of the text format, which on a terminal keep within it.
 */
#include "kit/columns.h"
#include "report/text_internal.h"

#define USUAL_WIDTH 80

size_t text_width(const struct report *report)
{
	return report->width ? report->width : USUAL_WIDTH;
}

/* Up to where text for people goes. */
static size_t end_of_line(const struct report *report)
{
	return report->width ? report->width : SIZE_MAX;
}

void text_add_words(const struct report *report, size_t column, size_t indent, str words,
		struct buf *out)
{
	const str first = str_slice(words, 0, str_find_char(words, ' '));

	if (column + 1 + columns_of(first) <= end_of_line(report)) {
		buf_add_char(out, ' ');
		column++;
	} else {
		buf_add_char(out, '\n');
		buf_add_repeated(out, ' ', indent);
		column = indent;
	}
	wrap_add(out, words, end_of_line(report), column, indent);
}

void text_add_sentence(
		const struct report *report, size_t indent, str lead, str sentence, struct buf *out)
{
	buf_add_repeated(out, ' ', indent);
	buf_add(out, lead);
	wrap_add(out, sentence, end_of_line(report), indent + columns_of(lead), indent + 2);
}

void text_line_add(struct text_line *line, const char *separator, enum style style, str part)
{
	const str between = str_from(separator);
	const size_t needed = between.len + columns_of(part) + 1; // and what ends the part

	if (line->column > line->indent && line->column + needed > end_of_line(line->report)) {
		buf_add(line->out, str_trim(between));
		buf_add_char(line->out, '\n');
		buf_add_repeated(line->out, ' ', line->indent);
		line->column = line->indent;
	} else {
		buf_add(line->out, between);
		line->column += between.len;
	}
	style_add(line->out, line->report->colour, style, part);
	line->column += columns_of(part);
}
