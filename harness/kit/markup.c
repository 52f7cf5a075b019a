#include "kit/markup.h"

#include "kit/arena.h"

static void add_escaped(struct buf *out, str text, bool is_attribute)
{
	size_t clean = 0; // what is before this has been added

	text = str_valid(str_printable_lines(text, out->arena), out->arena);
	for (size_t at = 0; at < text.len; at++) {
		const char *entity = NULL;

		switch (text.data[at]) {
		case '&':
			entity = "&amp;";
			break;
		case '<':
			entity = "&lt;";
			break;
		case '>':
			entity = "&gt;";
			break;
		case '"':
			entity = "&quot;";
			break;
		case '\n':
			entity = is_attribute ? "&#10;" : NULL;
			break;
		case '\t':
			entity = is_attribute ? "&#9;" : NULL;
			break;
		}
		if (entity) {
			buf_add(out, str_slice(text, clean, at - clean));
			buf_add(out, str_from(entity));
			clean = at + 1;
		}
	}
	buf_add(out, str_slice(text, clean, text.len));
}

void markup_add(struct buf *out, str text)
{
	add_escaped(out, text, false);
}

void markup_add_attribute(struct buf *out, const char *name, str text)
{
	buf_format(out, " %s=\"", name);
	add_escaped(out, text, true);
	buf_add_char(out, '"');
}
