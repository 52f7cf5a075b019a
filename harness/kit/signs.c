#include "kit/signs.h"

#include "kit/arena.h"

static const struct {
	const char *sign;
	char ascii;
} table[] = {
	{ "✓", '+' },
	{ "✗", 'x' },
	{ "≠", '~' },
	{ "–", '-' },
	{ "…", '.' },
	{ "⚠", '!' },
	{ "→", '>' },
	{ "●", '*' },
	{ "○", 'o' },
	{ "█", '#' },
	{ "░", '.' },
	{ "│", '|' },
	{ "─", '-' },
	{ "┆", ':' },
	{ "┌", '+' },
	{ "┐", '+' },
	{ "└", '+' },
	{ "┘", '+' },
	{ "╭", '+' },
	{ "╮", '+' },
	{ "╰", '+' },
	{ "╯", '+' },
	{ "├", '+' },
	{ "┤", '+' },
	{ "┬", '+' },
	{ "┴", '+' },
	{ "┼", '+' },
	{ "╵", '|' },
	{ "╷", '|' },
	{ "╴", '-' },
	{ "╶", '-' },
};

/* The row whose sign stands at `at`; COUNT_OF(table): none. */
static size_t find_sign(str text, size_t at)
{
	const str rest = str_slice(text, at, 4);
	size_t i = 0;

	while (i < COUNT_OF(table) && !str_starts_with(rest, str_from(table[i].sign))) {
		i++;
	}
	return i;
}

str signs_in_ascii(str text, struct arena *arena)
{
	struct buf out = { .arena = arena };
	size_t written = 0;

	for (size_t at = 0; at < text.len; at++) {
		const bool may_be = (unsigned char)text.data[at] ==
				0xE2; // with which all of them begin
		const size_t i = may_be ? find_sign(text, at) : COUNT_OF(table);

		if (i < COUNT_OF(table)) {
			buf_add(&out, str_slice(text, written, at - written));
			buf_add_char(&out, table[i].ascii);
			written = at + str_from(table[i].sign).len;
			at = written - 1;
		}
	}
	if (!written) {
		return text;
	}
	buf_add(&out, str_slice(text, written, text.len));
	return buf_str(&out);
}
