#include "kit/source.h"

#include "kit/arena.h"

struct place span_place(struct span span)
{
	const str text = span.source->text;
	const size_t bom = str_starts_with(text, STR("\xEF\xBB\xBF")) ? 3 : 0;
	const size_t end = span.offset < text.len ? span.offset : text.len;
	struct place place = { .line = 1 };
	size_t start = bom;

	for (size_t i = bom; i < end; i++) {
		if (text.data[i] == '\n') {
			place.line++;
			start = i + 1;
		}
	}
	const str rest = str_slice(text, start, text.len);

	place.text = str_slice(rest, 0, str_find_char(rest, '\n'));
	if (str_ends_with(place.text, STR("\r"))) {
		place.text.len--;
	}
	place.column = 1 + (end > start ? str_utf8_length(str_slice(text, start, end - start)) : 0);
	return place;
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
