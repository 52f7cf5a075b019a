/*
 * One spelling for arrays that are cast. What was written as (ARRAY[a, b])::text[] PostgreSQL reads, from a dump, as
 * ARRAY[(a)::text, (b)::text]: the same to it, and so a restored database is in other words than its original.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

/* The place behind what is quoted from `at` on, or `at` itself. */
static size_t skip_quoted(str text, size_t at)
{
	const char quote = text.data[at];

	if (quote != '\'' && quote != '"') {
		return at;
	}
	for (at++; at < text.len; at++) {
		if (text.data[at] == quote && (at + 1 == text.len || text.data[at + 1] != quote)) {
			return at + 1;
		}
		at += text.data[at] == quote;
	}
	return text.len;
}

/* The bracket or parenthesis that closes the one at `at`; the end: there is none. `commas`: those directly inside. */
static size_t find_close(str text, size_t at, struct arena *arena, struct str_list *parts)
{
	size_t depth = 0, start = at + 1;

	while (at < text.len) {
		const size_t quoted = skip_quoted(text, at);
		const char c = text.data[at];

		if (quoted > at) {
			at = quoted;
			continue;
		}
		depth += c == '(' || c == '[';
		depth -= c == ')' || c == ']';
		if (!depth || (c == ',' && depth == 1)) {
			str_list_add(parts, str_trim(str_slice(text, start, at - start)), arena);
			start = at + 1;
		}
		if (!depth) {
			return at;
		}
		at++;
	}
	return text.len;
}

static bool is_type_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_' || c == '.' || c == ' ' || c == '"';
}

/* "(ARRAY[" stands at `at`. If that goes on as "...])::TYPE[]": what it is in other words, and how long it is; else 0. */
static size_t rewrite(str text, size_t at, struct buf *out)
{
	const str start = STR("(ARRAY["), middle = STR(")::");
	struct str_list parts = { 0 };
	const size_t close = find_close(text, at + start.len - 1, out->arena, &parts);

	if (close >= text.len || !str_starts_with(str_slice(text, close + 1, text.len), middle)) {
		return 0;
	}
	const size_t type = close + 1 + middle.len;
	size_t end = type;

	while (end < text.len && is_type_char(text.data[end])) {
		end++;
	}
	if (end == type || !str_starts_with(str_slice(text, end, text.len), STR("[]"))) {
		return 0;
	}
	buf_add(out, STR("ARRAY["));
	for (size_t i = 0; i < parts.count; i++) {
		buf_format(out, "%s(%.*s)::%.*s", i ? ", " : "", STR_ARG(parts.items[i]),
				STR_ARG(str_slice(text, type, end - type)));
	}
	buf_add_char(out, ']');
	return end + 2 - at;
}

str postgres_array_text(str text, struct arena *arena)
{
	const str sign = STR("(ARRAY[");
	struct buf out = { .arena = arena };
	size_t from = 0, at = 0;

	if (str_find(text, sign) == text.len) {
		return text;
	}
	while (at < text.len) {
		const size_t quoted = skip_quoted(text, at);
		struct buf other = { .arena = arena };
		size_t len = 0;

		if (quoted == at && str_starts_with(str_slice(text, at, text.len), sign)) {
			len = rewrite(text, at, &other);
		}
		if (len) {
			buf_add(&out, str_slice(text, from, at - from));
			buf_add(&out, buf_str(&other));
			from = at + len;
		}
		at = len ? from : quoted > at ? quoted : at + 1;
	}
	buf_add(&out, str_slice(text, from, text.len));
	return buf_str(&out);
}
