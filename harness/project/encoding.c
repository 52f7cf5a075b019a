#include "project/encoding.h"

#include "kit/arena.h"
#include "project/codecs.h"

#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\f';
}

static bool is_encoding_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '-' || c == '_' || c == '.';
}

/* The name in a comment such as "# -*- coding: latin-1 -*-"; empty: none. `ret_is_comment`: the next line may say it. */
static str cookie_of(str line, bool *ret_may_go_on)
{
	size_t at = 0;

	while (at < line.len && is_blank(line.data[at])) {
		at++;
	}
	*ret_may_go_on = at == line.len || line.data[at] == '#';
	if (at == line.len || line.data[at] != '#') {
		return STR("");
	}
	for (;;) {
		const str rest = str_slice(line, at, line.len);
		const size_t found = str_find(rest, STR("coding"));

		if (found == rest.len) {
			return STR("");
		}
		at += found + strlen("coding");
		if (at < line.len && (line.data[at] == ':' || line.data[at] == '=')) {
			size_t start = at + 1, end;

			while (start < line.len &&
					(line.data[start] == ' ' || line.data[start] == '\t')) {
				start++;
			}
			for (end = start; end < line.len && is_encoding_letter(line.data[end]);) {
				end++;
			}
			if (end > start) {
				return str_slice(line, start, end - start);
			}
		}
	}
}

/* The first line without its end; `rest` is what follows. */
static str first_line(str *rest)
{
	size_t end = 0;

	while (end < rest->len && rest->data[end] != '\n' && rest->data[end] != '\r') {
		end++;
	}
	const str line = str_slice(*rest, 0, end);
	const bool is_crlf = end + 1 < rest->len && rest->data[end] == '\r' &&
			rest->data[end + 1] == '\n';

	*rest = str_slice(*rest, end + 1 + is_crlf, rest->len);
	return line;
}

/* Lower case, "-" for "_". */
static str normalise(str name, struct arena *arena)
{
	struct buf plain = { .arena = arena };

	for (size_t i = 0; i < name.len; i++) {
		const char c = name.data[i];

		buf_add_char(&plain, c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
	}
	return buf_str(&plain);
}

static size_t first_high_byte(str text)
{
	size_t at = 0;

	while (at < text.len && !(text.data[at] & 0x80)) {
		at++;
	}
	return at;
}

/* The first byte of `text` that is among those of a set, two digits each. */
static size_t first_undefined(str text, const char *undefined)
{
	bool is_undefined[256] = { false };

	for (const char *at = undefined; *at; at += 2) {
		const char digits[3] = { at[0], at[1], 0 };

		is_undefined[strtoul(digits, NULL, 16)] = true;
	}
	for (size_t i = 0; i < text.len; i++) {
		if (is_undefined[(unsigned char)text.data[i]]) {
			return i;
		}
	}
	return text.len;
}

/* Whether Python would get anywhere with the encoding that a file names. */
static void check_codec(struct encoding *encoding, str text, str name, struct arena *arena)
{
	const char *undefined;

	encoding->at = (size_t)(name.data - text.data);
	switch (codec_find(name, &undefined, arena)) {
	case CODEC_UNKNOWN:
		encoding->problem = str_format(arena, "unknown encoding: %.*s", STR_ARG(name));
		return;
	case CODEC_OTHER:
		encoding->problem = str_format(arena,
				"it is not written in the encoding that it names, %.*s",
				STR_ARG(name));
		return;
	case CODEC_NO_TEXT:
		encoding->problem =
				str_format(arena, "'%.*s' is not a text encoding", STR_ARG(name));
		return;
	case CODEC_ASCII:
		break;
	}
	encoding->at = first_undefined(text, undefined);
	if (encoding->at < text.len) {
		encoding->problem = str_format(arena, "'%.*s' codec can't decode byte 0x%02x",
				STR_ARG(name), (unsigned char)text.data[encoding->at]);
	}
}

struct encoding encoding_of(str text, struct arena *arena)
{
	const bool has_mark = str_starts_with(text, STR(BYTE_ORDER_MARK));
	str rest = str_slice(text, has_mark ? strlen(BYTE_ORDER_MARK) : 0, text.len);
	struct encoding encoding = { .at = 0 };
	bool may_go_on, ignored;

	if (str_starts_with(text, STR("\xFF\xFE")) || str_starts_with(text, STR("\xFE\xFF"))) {
		encoding.problem = STR("it is UTF-16, which Python does not read");
		return encoding;
	}
	str cookie = cookie_of(first_line(&rest), &may_go_on);

	if (!cookie.len && may_go_on) {
		cookie = cookie_of(first_line(&rest), &ignored);
	}
	const str name = normalise(cookie, arena);
	const bool is_utf_8 = !name.len || str_equal(name, STR("utf-8")) ||
			str_equal(name, STR("utf8")) || str_starts_with(name, STR("utf-8-"));

	if (has_mark && !is_utf_8) {
		encoding.problem =
				str_format(arena, "encoding problem: %.*s with BOM", STR_ARG(name));
	} else if (is_utf_8) {
		encoding.at = str_utf8_error(text);
		if (encoding.at < text.len) {
			encoding.problem = str_format(arena,
					"Non-UTF-8 code starting with '\\x%02x'%s",
					(unsigned char)text.data[encoding.at],
					name.len ? "" : ", but no encoding declared");
		}
	} else if (str_equal(name, STR("ascii")) || str_equal(name, STR("us-ascii"))) {
		encoding.at = first_high_byte(text);
		if (encoding.at < text.len) {
			encoding.problem =
					str_format(arena, "'ascii' codec can't decode byte 0x%02x",
							(unsigned char)text.data[encoding.at]);
		}
	} else {
		encoding.is_latin_1 = true; // of other encodings the ASCII half is read right
		check_codec(&encoding, text, cookie, arena);
	}
	return encoding;
}
