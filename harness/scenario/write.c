#include "scenario/write.h"

#include "kit/columns.h"

/* How wide lines of values and comments are. */
#define WIDTH 100

static bool is_one_of(char c, const char *set)
{
	return str_find_char(str_from(set), c) < str_from(set).len;
}

/* Words that YAML, or an older reader of it, takes for something else than text. */
static bool is_word_of_yaml(str text)
{
	static const char *const known[] = { "null", "true", "false", "yes", "no", "on", "off", "y",
		"n", "none" };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const str word = str_from(known[i]);
		bool is_same = word.len == text.len;

		for (size_t j = 0; is_same && j < word.len; j++) {
			is_same = (text.data[j] | 0x20) == word.data[j];
		}
		if (is_same) {
			return true;
		}
	}
	return false;
}

/* Numbers, dates and the like: nothing but digits and what may stand between them. */
static bool looks_like_number(str text)
{
	bool has_digit = false;

	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i];

		has_digit = has_digit || (c >= '0' && c <= '9');
		if (!(c >= '0' && c <= '9') && !is_one_of(c, "+-_.:eExXoO") &&
				!(i && is_one_of(c, "abcdfABCDF") &&
						str_starts_with(text, STR("0x")))) {
			return false;
		}
	}
	return has_digit;
}

/* How many bytes a character has that no file may hold as it is (scenario/yaml_characters.c); 0: it may. */
static size_t unwritten_len(str text, size_t at)
{
	const str rest = str_slice(text, at, text.len);

	return str_starts_with(rest, STR("\xE2\x80\xA8")) ||
					str_starts_with(rest, STR("\xE2\x80\xA9")) ||
					str_starts_with(rest, STR("\xEF\xBF\xBE")) ||
					str_starts_with(rest, STR("\xEF\xBF\xBF"))
			? 3
			: str_control_len(text, at);
}

static bool has_unwritten(str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (unwritten_len(text, i)) {
			return true;
		}
	}
	return false;
}

static bool is_plain(str text, bool is_in_flow)
{
	if (!text.len || is_word_of_yaml(text) || looks_like_number(text) || has_unwritten(text) ||
			is_one_of(text.data[0], " -?:,[]{}#&*!|>'\"%@`~=") ||
			is_one_of(text.data[text.len - 1], " :")) {
		return false;
	}
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i], next = i + 1 < text.len ? text.data[i + 1] : ' ';

		if ((c == ':' && next == ' ') || (c == ' ' && next == '#') ||
				(is_in_flow &&
						(is_one_of(c, ",[]{}") ||
								(c == ':' && is_one_of(next, "\"'"))))) {
			return false;
		}
	}
	return true;
}

/* The number of a character of two or three bytes. */
static unsigned code_of(str character)
{
	unsigned code = (unsigned char)character.data[0] & (character.len == 3 ? 0x0F : 0x1F);

	for (size_t i = 1; i < character.len; i++) {
		code = code << 6 | ((unsigned char)character.data[i] & 0x3F);
	}
	return code;
}

static void write_double_quoted(struct buf *out, str text)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i];
		const size_t unwritten = unwritten_len(text, i);

		if (c == '"' || c == '\\') {
			buf_format(out, "\\%c", c);
		} else if (c == '\n' || c == '\t') {
			buf_add(out, c == '\n' ? STR("\\n") : STR("\\t"));
		} else if (unwritten == 1) {
			buf_format(out, "\\x%02x", (unsigned char)c);
		} else if (unwritten) {
			buf_format(out, "\\u%04x", code_of(str_slice(text, i, unwritten)));
			i += unwritten - 1;
		} else {
			buf_add_char(out, c);
		}
	}
	buf_add_char(out, '"');
}

void write_text(struct buf *out, str text, bool is_in_flow)
{
	if (is_plain(text, is_in_flow)) {
		buf_add(out, text);
	} else if (str_find_char(text, '\'') == text.len && str_find_char(text, '\\') < text.len &&
			!has_unwritten(text)) {
		buf_format(out, "'%.*s'", STR_ARG(text)); // where a backslash stands for itself
	} else {
		write_double_quoted(out, text);
	}
}

void write_texts(struct buf *out, const struct str_list *texts, bool is_list, bool is_in_flow)
{
	if (!texts->count && !is_list) {
		buf_add(out, STR("null"));
		return;
	}
	if (texts->count == 1 && !is_list) {
		write_text(out, texts->items[0], is_in_flow);
		return;
	}
	buf_add_char(out, '[');
	for (size_t i = 0; i < texts->count; i++) {
		buf_add(out, i ? STR(", ") : STR(""));
		write_text(out, texts->items[i], true);
	}
	buf_add_char(out, ']');
}

/* Whether it can be a block: no line is told from the indentation, and nothing is lost at the end of it. */
static bool can_be_block(str text)
{
	if (str_find_char(text, '\n') == text.len || !str_ends_with(text, STR("\n")) ||
			str_ends_with(text, STR("\n\n")) || is_one_of(text.data[0], " \t\n")) {
		return false;
	}
	for (size_t i = 0; i < text.len; i++) {
		if (!is_one_of(text.data[i], "\n\t") && unwritten_len(text, i)) {
			return false;
		}
	}
	return true;
}

void write_value(struct buf *out, str text, size_t indent)
{
	str line,
			rest = str_slice(text, 0,
					text.len - (text.len > 0)); // the last line's end is no line

	if (!can_be_block(text)) {
		buf_add_char(out, ' ');
		write_text(out, text, false);
		buf_add_char(out, '\n');
		return;
	}
	buf_add(out, STR(" |\n"));
	while (str_next_part(&rest, '\n', &line)) {
		buf_add_repeated(out, ' ', line.len ? indent + 2 : 0);
		buf_add(out, line);
		buf_add_char(out, '\n');
	}
}

void write_comment(struct buf *out, str text, size_t indent)
{
	str line, word;

	while (str_next_part(&text, '\n', &line)) {
		size_t at = 0;

		while (str_next_part(&line, ' ', &word)) {
			if (at && at + 1 + columns_of(word) > WIDTH) {
				buf_add_char(out, '\n');
				at = 0;
			}
			if (!at) {
				buf_add_repeated(out, ' ', indent);
				buf_add_char(out, '#');
				at = indent + 1;
			}
			buf_add_char(out, ' ');
			buf_add(out, word);
			at += 1 + columns_of(word);
		}
		buf_add_char(out, '\n');
	}
}
