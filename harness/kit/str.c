#include "kit/str.h"

#include "kit/arena.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

str str_from(const char *text)
{
	return text ? (str){ text, strlen(text) } : (str){ 0 };
}

bool str_equal(str a, str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

int str_compare(str a, str b)
{
	const size_t common = a.len < b.len ? a.len : b.len;
	const int order = common ? memcmp(a.data, b.data, common) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

int str_compare_items(const void *a, const void *b)
{
	return str_compare(*(const str *)a, *(const str *)b);
}

bool str_starts_with(str s, str prefix)
{
	return s.len >= prefix.len && str_equal(str_slice(s, 0, prefix.len), prefix);
}

bool str_ends_with(str s, str suffix)
{
	return s.len >= suffix.len &&
			str_equal(str_slice(s, s.len - suffix.len, suffix.len), suffix);
}

size_t str_find_char(str s, char c)
{
	const char *at = s.len ? memchr(s.data, c, s.len) : NULL;

	return at ? (size_t)(at - s.data) : s.len;
}

size_t str_find(str s, str part)
{
	for (size_t at = 0; at + part.len <= s.len; at++) {
		if (str_equal((str){ s.data + at, part.len }, part)) {
			return at;
		}
	}
	return s.len;
}

str str_quoted(str s, char quote)
{
	const size_t first = str_find_char(s, quote);
	const str rest = str_slice(s, first + 1, s.len);
	const size_t len = str_find_char(rest, quote);

	return first < s.len && len < rest.len ? str_slice(rest, 0, len) : (str){ 0 };
}

str str_replace(str s, str from, str to, struct arena *arena)
{
	struct buf out = { .arena = arena };
	size_t at = str_find(s, from);

	if (at == s.len) {
		return s;
	}
	for (; at < s.len; at = str_find(s, from)) {
		buf_add(&out, str_slice(s, 0, at));
		buf_add(&out, to);
		s = str_slice(s, at + from.len, s.len);
	}
	buf_add(&out, s);
	return buf_str(&out);
}

str str_slice(str s, size_t from, size_t len)
{
	if (from > s.len) {
		from = s.len;
	}
	if (len > s.len - from) {
		len = s.len - from;
	}
	return s.data ? (str){ s.data + from, len } : (str){ 0 };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

str str_trim(str s)
{
	while (s.len && is_blank(s.data[0])) {
		s.data++;
		s.len--;
	}
	while (s.len && is_blank(s.data[s.len - 1])) {
		s.len--;
	}
	return s;
}

bool str_next_part(str *rest, char separator, str *ret_part)
{
	if (!rest->data) {
		return false;
	}
	const size_t at = str_find_char(*rest, separator);

	*ret_part = str_slice(*rest, 0, at);
	*rest = at < rest->len ? str_slice(*rest, at + 1, rest->len) : (str){ 0 };
	return true;
}

str str_copy(str s, struct arena *arena)
{
	char *copy = arena_alloc(arena, s.len + 1);

	if (s.len) {
		memcpy(copy, s.data, s.len);
	}
	return (str){ copy, s.len };
}

const char *str_to_c(str s, struct arena *arena)
{
	return str_copy(s, arena).data;
}

str str_format(struct arena *arena, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	const str text = str_format_list(arena, format, values);
	va_end(values);
	return text;
}

str str_format_list(struct arena *arena, const char *format, va_list values)
{
	va_list again;

	va_copy(again, values);
	const int len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	assert(len >= 0);
	char *text = arena_alloc(arena, (size_t)len + 1);

	vsnprintf(text, (size_t)len + 1, format, values);
	return (str){ text, (size_t)len };
}

uint64_t str_hash(str s)
{
	uint64_t hash = 14695981039346656037u; // FNV-1a

	for (size_t i = 0; i < s.len; i++) {
		hash = (hash ^ (unsigned char)s.data[i]) * 1099511628211u;
	}
	return hash ^ (hash >> 32);
}

/* Bytes of the code point that starts at `at`; 0 if none does. The table of Unicode, section 3.9. */
static size_t utf8_size(str s, size_t at)
{
	const unsigned char *b = (const unsigned char *)s.data + at;
	const size_t left = s.len - at;
	unsigned char low = 0x80, high = 0xBF;
	size_t size;

	if (b[0] < 0x80) {
		return 1;
	} else if (b[0] >= 0xC2 && b[0] <= 0xDF) {
		size = 2;
	} else if (b[0] >= 0xE0 && b[0] <= 0xEF) {
		size = 3;
		low = b[0] == 0xE0 ? 0xA0 : low;
		high = b[0] == 0xED ? 0x9F : high;
	} else if (b[0] >= 0xF0 && b[0] <= 0xF4) {
		size = 4;
		low = b[0] == 0xF0 ? 0x90 : low;
		high = b[0] == 0xF4 ? 0x8F : high;
	} else {
		return 0;
	}
	if (left < size || b[1] < low || b[1] > high) {
		return 0;
	}
	for (size_t i = 2; i < size; i++) {
		if ((b[i] & 0xC0) != 0x80) {
			return 0;
		}
	}
	return size;
}

size_t str_utf8_error(str s)
{
	size_t at = 0;

	while (at < s.len) {
		const size_t size = utf8_size(s, at);

		if (!size) {
			return at;
		}
		at += size;
	}
	return s.len;
}

size_t str_control_len(str s, size_t at)
{
	const unsigned char c = (unsigned char)s.data[at];

	if (c < ' ' || c == 0x7F) {
		return 1;
	}
	const unsigned char next = at + 1 < s.len ? (unsigned char)s.data[at + 1] : 0;

	return c == 0xC2 && next >= 0x80 && next <= 0x9F ? 2 : 0;
}

/* Control characters but those in `kept` as escapes. */
static str escape_controls(str s, str kept, struct arena *arena)
{
	struct buf out = { .arena = arena };
	size_t clean = 0; // what is before this has been added

	for (size_t at = 0; at < s.len; at++) {
		const size_t len = str_control_len(s, at);
		const char c = s.data[at];

		if (!len || str_find_char(kept, c) < kept.len) {
			continue;
		}
		buf_add(&out, str_slice(s, clean, at - clean));
		if (len == 2) {
			buf_format(&out, "\\u%04x", (unsigned char)s.data[++at]);
		} else if (c == '\n' || c == '\r' || c == '\t') {
			buf_format(&out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
		} else {
			buf_format(&out, "\\x%02x", (unsigned char)c);
		}
		clean = at + 1;
	}
	if (!clean) {
		return s;
	}
	buf_add(&out, str_slice(s, clean, s.len));
	return buf_str(&out);
}

str str_printable(str s, struct arena *arena)
{
	return escape_controls(s, STR(""), arena);
}

str str_printable_lines(str s, struct arena *arena)
{
	return escape_controls(s, STR("\n\t"), arena);
}

/* Where the first byte is that is not UTF-8, or that begins U+FFFE or U+FFFF, which no document may hold. */
static size_t find_invalid(str s)
{
	const size_t end = str_utf8_error(s);
	const str valid = str_slice(s, 0, end);
	const size_t low = str_find(valid, STR("\xEF\xBF\xBE"));
	const size_t high = str_find(valid, STR("\xEF\xBF\xBF"));

	return low < high ? low : high;
}

str str_valid(str s, struct arena *arena)
{
	struct buf out = { .arena = arena };
	size_t at = find_invalid(s);

	if (at == s.len) {
		return s;
	}
	while (at < s.len) {
		const str rest = str_slice(s, at, s.len);
		const bool is_character = str_utf8_error(str_slice(rest, 0, 3)) == 3;

		buf_add(&out, str_slice(s, 0, at));
		buf_add(&out, STR("\xEF\xBF\xBD"));
		s = str_slice(rest, is_character ? 3 : 1, rest.len);
		at = find_invalid(s);
	}
	buf_add(&out, s);
	return buf_str(&out);
}

str str_front(str s, size_t most)
{
	size_t len = s.len < most ? s.len : most;

	while (len < s.len && len > 0 && ((unsigned char)s.data[len] & 0xC0) == 0x80) {
		len--;
	}
	return str_slice(s, 0, len);
}

size_t str_utf8_length(str s)
{
	size_t count = 0;

	for (size_t at = 0; at < s.len; count++) {
		const size_t size = utf8_size(s, at);

		at += size ? size : 1;
	}
	return count;
}

void str_list_add(struct str_list *list, str s, struct arena *arena)
{
	*LIST_PUSH(list, arena) = s;
}

void str_list_sort(struct str_list *list)
{
	if (list->count > 1) {
		qsort(list->items, list->count, sizeof(*list->items), str_compare_items);
	}
}

bool str_list_contains(const struct str_list *list, str s)
{
	for (size_t i = 0; i < list->count; i++) {
		if (str_equal(list->items[i], s)) {
			return true;
		}
	}
	return false;
}

bool str_list_equal(const struct str_list *a, const struct str_list *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		if (!str_equal(a->items[i], b->items[i])) {
			return false;
		}
	}
	return a->count == b->count;
}

str str_list_join(const struct str_list *list, str separator, struct arena *arena)
{
	struct buf text = { .arena = arena };

	for (size_t i = 0; i < list->count; i++) {
		if (i) {
			buf_add(&text, separator);
		}
		buf_add(&text, list->items[i]);
	}
	return buf_str(&text);
}

/* Room for `more` bytes and the NUL. */
static void buf_reserve(struct buf *buf, size_t more)
{
	const size_t need = buf->len + more + 1;

	if (need <= buf->capacity) {
		return;
	}
	size_t grown = buf->capacity ? buf->capacity * 2 : 64;

	if (grown < need) {
		grown = need;
	}
	char *moved = arena_alloc(buf->arena, grown);

	if (buf->len) {
		memcpy(moved, buf->data, buf->len);
	}
	buf->data = moved;
	buf->capacity = grown;
}

void buf_add(struct buf *buf, str s)
{
	buf_reserve(buf, s.len);
	if (s.len) {
		memcpy(buf->data + buf->len, s.data, s.len);
	}
	buf->len += s.len;
	buf->data[buf->len] = '\0';
}

void buf_add_char(struct buf *buf, char c)
{
	buf_add(buf, (str){ &c, 1 });
}

void buf_add_code_point(struct buf *buf, uint32_t code)
{
	if (code < 0x80) {
		buf_add_char(buf, (char)code);
	} else if (code < 0x800) {
		buf_add_char(buf, (char)(0xC0 | code >> 6));
		buf_add_char(buf, (char)(0x80 | (code & 0x3F)));
	} else if (code < 0x10000) {
		buf_add_char(buf, (char)(0xE0 | code >> 12));
		buf_add_char(buf, (char)(0x80 | (code >> 6 & 0x3F)));
		buf_add_char(buf, (char)(0x80 | (code & 0x3F)));
	} else {
		buf_add_char(buf, (char)(0xF0 | code >> 18));
		buf_add_char(buf, (char)(0x80 | (code >> 12 & 0x3F)));
		buf_add_char(buf, (char)(0x80 | (code >> 6 & 0x3F)));
		buf_add_char(buf, (char)(0x80 | (code & 0x3F)));
	}
}

void buf_add_repeated(struct buf *buf, char c, size_t count)
{
	buf_reserve(buf, count);
	memset(buf->data + buf->len, c, count);
	buf->len += count;
	buf->data[buf->len] = '\0';
}

void buf_format(struct buf *buf, const char *format, ...)
{
	va_list values, again;

	va_start(values, format);
	va_copy(again, values);
	const int len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	assert(len >= 0);
	buf_reserve(buf, (size_t)len);
	vsnprintf(buf->data + buf->len, (size_t)len + 1, format, values);
	va_end(values);
	buf->len += (size_t)len;
}

static bool is_plain_in_shell(char c)
{
	return (unsigned char)c >= 0x80 || isalnum((unsigned char)c) ||
			(c && strchr("_-./:@%+,=", c));
}

void buf_add_shell_word(struct buf *buf, str word)
{
	size_t plain = 0;

	while (plain < word.len && is_plain_in_shell(word.data[plain])) {
		plain++;
	}
	if (word.len && plain == word.len) {
		buf_add(buf, word);
		return;
	}
	buf_add_char(buf, '\'');
	for (size_t i = 0; i < word.len; i++) {
		if (word.data[i] == '\'') {
			buf_add(buf, STR("'\\''"));
		} else {
			buf_add_char(buf, word.data[i]);
		}
	}
	buf_add_char(buf, '\'');
}

str str_shell_word(str word, struct arena *arena)
{
	struct buf text = { .arena = arena };

	buf_add_shell_word(&text, word);
	return buf_str(&text);
}

str buf_str(const struct buf *buf)
{
	return (str){ buf->data, buf->len };
}

const char *buf_c(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}

str str_on_one_line(str s, size_t most, struct arena *arena)
{
	struct buf line = { .arena = arena };
	str rest = str_trim(s);
	bool is_blank = false;

	for (size_t i = 0; i < rest.len; i++) {
		if (str_find_char(STR(" \t\n\v\f\r"), rest.data[i]) < 6) {
			is_blank = true;
			continue;
		}
		if (is_blank) {
			buf_add_char(&line, ' ');
			is_blank = false;
		}
		buf_add_char(&line, rest.data[i]);
	}
	str shown = buf_str(&line);

	if (shown.len <= most) {
		return shown;
	}
	while (most && ((unsigned char)shown.data[most] & 0xC0) == 0x80) {
		most--;
	}
	return str_format(arena, "%.*s...", STR_ARG(str_slice(shown, 0, most)));
}
