#include "kit/excerpt.h"

#include "kit/arena.h"
#include "kit/columns.h"
#include "kit/style.h"

/* Longer lines are cut around what is meant. */
#define KEPT_LINE 100

/* The columns before a line's text: "   12 | ". */
#define GUTTER 8

static bool is_inside_character(str text, size_t at)
{
	return at < text.len && ((unsigned char)text.data[at] & 0xC0) == 0x80;
}

/* At most KEPT_LINE bytes of the line, with half of them before what is meant; no character is cut. */
static void cut(struct excerpt *excerpt)
{
	size_t start = excerpt->offset > KEPT_LINE / 2 ? excerpt->offset - KEPT_LINE / 2 : 0;
	size_t end;

	if (excerpt->text.len <= KEPT_LINE) {
		return;
	}
	while (start && is_inside_character(excerpt->text, start)) {
		start--;
	}
	end = start + KEPT_LINE < excerpt->text.len ? start + KEPT_LINE : excerpt->text.len;
	while (end > start && is_inside_character(excerpt->text, end)) {
		end--;
	}
	excerpt->text = str_slice(excerpt->text, start, end - start);
	excerpt->offset -= start;
	if (excerpt->len > excerpt->text.len - excerpt->offset) {
		excerpt->len = excerpt->text.len - excerpt->offset;
	}
}

struct excerpt excerpt_of(struct span span, struct arena *arena)
{
	if (!span.source) {
		return (struct excerpt){ 0 };
	}
	const struct place place = span_place(span);
	const size_t start = (size_t)(place.text.data - span.source->text.data);
	struct excerpt excerpt = {
		.path = str_copy(span.source->name, arena),
		.line = place.line,
		.column = place.column,
		.text = place.text,
		.offset = span.offset > start ? span.offset - start : 0,
		.len = span.len,
	};

	if (excerpt.offset > excerpt.text.len) {
		excerpt.offset = excerpt.text.len;
	}
	if (excerpt.len > excerpt.text.len - excerpt.offset) {
		excerpt.len = excerpt.text.len - excerpt.offset;
	}
	cut(&excerpt);
	excerpt.text = str_copy(excerpt.text, arena);
	return excerpt;
}

str excerpt_place(const struct excerpt *excerpt, struct arena *arena)
{
	if (!excerpt->path.len) {
		return (str){ 0 };
	}
	return str_format(arena, "%.*s:%zu:%zu", STR_ARG(excerpt->path), excerpt->line,
			excerpt->column);
}

/* The part of the excerpt that has room in `room` columns. */
static struct excerpt fit(const struct excerpt *excerpt, size_t room)
{
	struct excerpt shown = *excerpt;
	const size_t before = columns_of(str_slice(shown.text, 0, shown.offset));

	if (columns_of(shown.text) > room && before > room / 2) {
		const size_t start = columns_fit(shown.text, before - room / 2);

		shown.text = str_slice(shown.text, start, shown.text.len);
		shown.offset -= start;
	}
	shown.text.len = columns_fit(shown.text, room);
	shown.offset = shown.offset < shown.text.len ? shown.offset : shown.text.len;
	if (shown.len > shown.text.len - shown.offset) {
		shown.len = shown.text.len - shown.offset;
	}
	return shown;
}

/* A control character would misplace the caret. */
static void add_text(str text, struct buf *out)
{
	while (text.len && text.data[text.len - 1] == ' ') {
		text.len--;
	}
	for (size_t i = 0; i < text.len; i++) {
		const size_t control = str_control_len(text, i);

		buf_add_char(out, control ? ' ' : text.data[i]);
		i += control ? control - 1 : 0;
	}
}

void excerpt_render(const struct excerpt *excerpt, size_t indent, size_t width, bool colour,
		struct buf *out)
{
	const size_t used = indent + GUTTER;
	const struct excerpt shown = fit(excerpt, width > used ? width - used : 1);
	const size_t before = columns_of(str_slice(shown.text, 0, shown.offset));
	const size_t under = columns_of(str_slice(shown.text, shown.offset, shown.len));
	struct buf mark = { .arena = out->arena };

	buf_add_repeated(out, ' ', indent);
	buf_format(out, "%5zu | ", shown.line);
	add_text(shown.text, out);
	buf_add_char(out, '\n');
	buf_add_repeated(out, ' ', indent);
	buf_add(out, STR("      | "));
	buf_add_repeated(out, ' ', before);
	buf_add_char(&mark, '^');
	buf_add_repeated(&mark, '~', under > 1 ? under - 1 : 0);
	style_add(out, colour, STYLE_ALARM, buf_str(&mark));
	buf_add_char(out, '\n');
}
