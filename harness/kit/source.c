#include "kit/source.h"

#include "kit/arena.h"

/* Where the first line begins: behind a byte order mark. */
static size_t text_start(str text)
{
	return str_starts_with(text, STR("\xEF\xBB\xBF")) ? 3 : 0;
}

struct source *source_new(str name, str text, struct arena *arena)
{
	struct source *source = arena_new(arena, struct source);

	struct {
		size_t *items;
		size_t count, capacity;
	} lines = { 0 };

	*LIST_PUSH(&lines, arena) = text_start(text);
	for (size_t at = text_start(text); at < text.len;) {
		at += str_find_char(str_slice(text, at, text.len), '\n') + 1;
		if (at <= text.len) {
			*LIST_PUSH(&lines, arena) = at;
		}
	}
	*source = (struct source){ name, text, lines.items, lines.count, 0 };
	return source;
}

/* The line that `offset` is in, from 0, of a source that knows its lines. */
static size_t find_line(const struct source *source, size_t offset)
{
	size_t first = 0, end = source->line_count;

	while (end - first > 1) {
		const size_t middle = first + (end - first) / 2;

		if (source->lines[middle] <= offset) {
			first = middle;
		} else {
			end = middle;
		}
	}
	return first;
}

static size_t count_lines(str text, size_t end, size_t *ret_start)
{
	size_t start = text_start(text), line = 0;

	for (size_t i = start; i < end; i++) {
		if (text.data[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	*ret_start = start;
	return line;
}

struct place span_place(struct span span)
{
	const struct source *source = span.source;
	const str text = source->text;
	const size_t end = span.offset < text.len ? span.offset : text.len;
	struct place place = { 0 };
	size_t start;

	if (source->lines) {
		const size_t line = find_line(source, end);

		place.line = line + 1;
		start = source->lines[line];
	} else {
		place.line = count_lines(text, end, &start) + 1;
	}
	place.line += source->lines_before;
	const str rest = str_slice(text, start, text.len);

	place.text = str_slice(rest, 0, str_find_char(rest, '\n'));
	if (str_ends_with(place.text, STR("\r"))) {
		place.text.len--;
	}
	place.column = 1 + (end > start ? str_utf8_length(str_slice(text, start, end - start)) : 0);
	return place;
}

size_t word_length(str sql, size_t offset)
{
	const str rest = str_slice(sql, offset, sql.len);
	size_t len = 0;

	while (len < rest.len && rest.data[len] > ' ' && rest.data[len] != ',' &&
			rest.data[len] != '(' && rest.data[len] != ')') {
		len++;
	}
	return len ? len : 1;
}

str span_render(struct span span, struct arena *arena)
{
	if (!span.source) {
		return (str){ 0 };
	}
	const struct place place = span_place(span);

	return str_format(arena, "%.*s:%zu:%zu", STR_ARG(span.source->name), place.line,
			place.column);
}

struct span located_text_span(const struct located_text *text, size_t offset, size_t len)
{
	size_t at = offset;

	for (size_t i = text->stretch_count; i > 0; i--) {
		const struct text_stretch *stretch = &text->stretches[i - 1];

		if (stretch->text_offset <= offset) {
			at = stretch->source_offset + (offset - stretch->text_offset);
			break;
		}
	}
	return (struct span){ .source = text->source, .offset = at, .len = len };
}
