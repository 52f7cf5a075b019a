#include "kit/workflow.h"

#include "kit/arena.h"

#define MOST_MESSAGE 4096

/* What would end the command, or one of its properties, stands as its number. */
static void add_escaped(struct buf *out, str text, bool is_property)
{
	text = str_valid(str_printable_lines(text, out->arena), out->arena);
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i];
		const bool is_special = c == '%' || c == '\r' || c == '\n' ||
				(is_property && (c == ':' || c == ','));

		if (is_special) {
			buf_format(out, "%%%02X", (unsigned char)c);
		} else {
			buf_add_char(out, c);
		}
	}
}

static void add_property(struct buf *out, bool *is_first, const char *name, str value)
{
	if (!value.len) {
		return;
	}
	buf_format(out, "%c%s=", *is_first ? ' ' : ',', name);
	add_escaped(out, value, true);
	*is_first = false;
}

static str number(size_t value, struct arena *arena)
{
	return value ? str_format(arena, "%zu", value) : (str){ 0 };
}

void workflow_add_annotation(struct buf *out, const struct workflow_annotation *annotation)
{
	const str message = str_front(annotation->message, MOST_MESSAGE);
	bool is_first = true;

	buf_format(out, "::%s", annotation->level);
	add_property(out, &is_first, "file", annotation->file);
	if (annotation->file.len) {
		add_property(out, &is_first, "line", number(annotation->line, out->arena));
		add_property(out, &is_first, "col", number(annotation->column, out->arena));
	}
	add_property(out, &is_first, "title", annotation->title);
	buf_add(out, STR("::"));
	add_escaped(out, message, false);
	if (message.len < annotation->message.len) {
		buf_add(out, STR(" ..."));
	}
	buf_add_char(out, '\n');
}
