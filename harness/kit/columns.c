#include "kit/columns.h"

#include <utf8proc.h>

/* Asks for the picture of the character before it, which is two columns wide. */
#define EMOJI_SELECTOR 0xFE0F

static bool is_flag_letter(utf8proc_int32_t point)
{
	return point >= 0x1F1E6 && point <= 0x1F1FF;
}

/* The code point at `at` and how many bytes it has; a byte that begins none stands for itself. */
static size_t take_point(str text, size_t at, utf8proc_int32_t *ret_point)
{
	const size_t left = text.len - at < 4 ? text.len - at : 4;
	const utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)text.data + at,
			(utf8proc_ssize_t)left, ret_point);

	if (len > 0) {
		return (size_t)len;
	}
	*ret_point = 0xFFFD;
	return 1;
}

static size_t width_of(utf8proc_int32_t point)
{
	const bool is_control = point < 0x20 || (point >= 0x7F && point < 0xA0);

	return is_control ? 1 : (size_t)utf8proc_charwidth(point);
}

/* Take what people see as one character, from `at` on: its bytes, and its columns. */
static size_t take_character(str text, size_t at, size_t *ret_columns)
{
	utf8proc_int32_t before, point, state = 0;
	size_t end = at + take_point(text, at, &before);

	*ret_columns = width_of(before);
	while (end < text.len) {
		const size_t len = take_point(text, end, &point);

		if (before < 0x80 && point < 0x80) { // always two characters, but for CR and LF
			break;
		}
		if (utf8proc_grapheme_break_stateful(before, point, &state)) {
			break;
		}
		const size_t columns = width_of(point);

		*ret_columns = columns > *ret_columns ? columns : *ret_columns;
		if (point == EMOJI_SELECTOR || is_flag_letter(point)) {
			*ret_columns = 2;
		}
		before = point;
		end += len;
	}
	return end - at;
}

size_t columns_of(str text)
{
	size_t columns = 0;

	for (size_t at = 0; at < text.len;) {
		size_t more;

		at += take_character(text, at, &more);
		columns += more;
	}
	return columns;
}

size_t columns_fit(str text, size_t columns)
{
	size_t at = 0;

	while (at < text.len) {
		size_t more;
		const size_t len = take_character(text, at, &more);

		if (more > columns) {
			break;
		}
		columns -= more;
		at += len;
	}
	return at;
}

void columns_pad(struct buf *out, str text, size_t columns)
{
	const size_t used = columns_of(text);

	buf_add_repeated(out, ' ', used < columns ? columns - used : 0);
}

str wrap_line(str *rest, size_t columns, bool breaks_words)
{
	const size_t fitting = columns_fit(*rest, columns);
	str line = str_slice(*rest, 0, fitting);

	if (fitting < rest->len && rest->data[fitting] != ' ') {
		size_t at = fitting;

		while (at && rest->data[at - 1] != ' ') {
			at--;
		}
		if (str_trim(str_slice(*rest, 0, at)).len) {
			line.len = at;
		} else if (!breaks_words) {
			line.len = at + str_find_char(str_slice(*rest, at, rest->len), ' ');
		} else if (!fitting) { // a character that is wider than the room
			line.len = take_character(*rest, 0, &at);
		}
	}
	line = str_slice(*rest, 0, line.len);
	*rest = str_slice(*rest, line.len, rest->len);
	while (line.len && line.data[line.len - 1] == ' ') {
		line.len--;
	}
	while (rest->len && rest->data[0] == ' ') {
		*rest = str_slice(*rest, 1, rest->len);
	}
	return line;
}

void wrap_add(struct buf *out, str text, size_t width, size_t column, size_t indent)
{
	do {
		buf_add(out, wrap_line(&text, width > column ? width - column : 0, false));
		buf_add_char(out, '\n');
		if (text.len) {
			buf_add_repeated(out, ' ', indent);
		}
		column = indent;
	} while (text.len);
}

/* Stands for a blank that does not end a line; texts that are printed have none of it. */
#define FIRM_BLANK '\x01'

/* The quote that ends what one at `at` begins; `text.len`: it begins nothing ("don't"). */
static size_t closing_quote(str text, size_t at)
{
	const bool opens = !at || text.data[at - 1] == ' ' || text.data[at - 1] == '(';

	for (size_t i = at + 1; opens && i < text.len; i++) {
		const char next = i + 1 < text.len ? text.data[i + 1] : ' ';

		if (text.data[i] == '\'' && str_find_char(STR(" .,;:)?!"), next) < 8) {
			return i;
		}
	}
	return text.len;
}

void wrap_add_quoting(struct buf *out, str text, size_t width, size_t column, size_t indent)
{
	struct buf firm = { .arena = out->arena };
	struct buf lines = { .arena = out->arena };

	for (size_t i = 0; i < text.len; i++) {
		const size_t end = text.data[i] == '\'' ? closing_quote(text, i) : text.len;

		buf_add_char(&firm, text.data[i]);
		for (; end < text.len && i < end; i++) {
			const char next = text.data[i + 1];

			buf_add_char(&firm, next == ' ' ? FIRM_BLANK : next);
		}
	}
	wrap_add(&lines, buf_str(&firm), width, column, indent);
	for (size_t i = 0; i < lines.len; i++) {
		buf_add_char(out, lines.data[i] == FIRM_BLANK ? ' ' : lines.data[i]);
	}
}
