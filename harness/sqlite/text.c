/*
 * One spelling for SQL texts that mean the same to SQLite. Only the text is looked at, never what its
 * names stand for, so that the spelling of a view does not depend on its tables.
 */
#include "sqlite/token.h"

#include "kit/arena.h"

#include <sqlite3.h>

struct sql_tokens sql_tokenise(str sql, struct arena *arena)
{
	struct sql_tokens tokens = { 0 };
	size_t at = 0;

	for (;;) {
		const struct sql_token token = sql_token_next(sql, at, &at);
		if (token.kind == SQL_END) {
			return tokens;
		}
		*LIST_PUSH(&tokens, arena) = token;
	}
}

struct sql_tokens sql_tokens_slice(const struct sql_tokens *tokens, size_t from, size_t end)
{
	struct sql_tokens slice = { 0 };

	if (from < end && end <= tokens->count) {
		slice.items = tokens->items + from;
		slice.count = end - from;
	}
	return slice;
}

/*
 * Keywords, without those that can only be names where expressions and queries are: people call columns
 * so, with and without quotes.
 */
static bool is_keyword(str word)
{
	static const char *const names[] = { "action", "always", "column", "database", "generated",
		"key", "plan", "query", "release", "temp", "trigger", "view" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (sql_names_equal(word, str_from(names[i]))) {
			return false;
		}
	}
	return sqlite3_keyword_check(word.data, (int)word.len) != 0;
}

static void add_lower(str text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i];
		buf_add_char(out, c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c);
	}
}

/* Whether SQLite reads it bare as the identifier it is (true and false are none, bare). */
static bool is_bare_name(str name)
{
	size_t end = 0;
	const struct sql_token token = sql_token_next(name, 0, &end);

	return token.kind == SQL_WORD && token.text.len == name.len && !is_keyword(name) &&
			!sql_token_is_word(token, "true") && !sql_token_is_word(token, "false");
}

static void add_name(str name, struct buf *out)
{
	if (is_bare_name(name)) {
		buf_add(out, name);
	} else {
		sql_quote(name, '"', out);
	}
}

/* --- the spelling of one token ---------------------------------------------------------------- */

static bool is_function_word(struct sql_token token)
{
	return sql_token_is_word(token, "cast") || sql_token_is_word(token, "raise") ||
			sql_token_is_word(token, "replace");
}

/* Names of functions and types are the same in any case, and nobody sees which was written. */
static bool is_any_case(struct sql_token token, bool is_type, bool is_before_parenthesis)
{
	return is_type || is_before_parenthesis || is_keyword(token.text) ||
			sql_token_is_word(token, "true") || sql_token_is_word(token, "false");
}

static void add_token(
		struct sql_token token, bool is_type, bool is_before_parenthesis, struct buf *out)
{
	switch (token.kind) {
	case SQL_WORD:
		if (is_any_case(token, is_type, is_before_parenthesis)) {
			add_lower(token.text, out);
		} else {
			buf_add(out, token.text);
		}
		break;
	case SQL_QUOTED: {
		struct buf name = { .arena = out->arena };
		if (is_before_parenthesis) {
			add_lower(sql_token_name(token, out->arena), &name);
		} else {
			buf_add(&name, sql_token_name(token, out->arena));
		}
		add_name(buf_str(&name), out);
		break;
	}
	case SQL_BLOB:
	case SQL_NUMBER:
		add_lower(token.text, out);
		break;
	case SQL_OPERATOR:
		if (sql_token_is_operator(token, "==")) {
			buf_add(out, STR("="));
		} else if (sql_token_is_operator(token, "!=")) {
			buf_add(out, STR("<>"));
		} else {
			buf_add(out, token.text);
		}
		break;
	case SQL_STRING:
	case SQL_VARIABLE:
	case SQL_END:
		buf_add(out, token.text);
		break;
	}
}

/* --- the blanks between them ------------------------------------------------------------------- */

static bool is_sign(struct sql_token token)
{
	return sql_token_is_operator(token, "-") || sql_token_is_operator(token, "+") ||
			sql_token_is_operator(token, "~");
}

/* Whether the sign at `at` belongs to what follows it: nothing stands before it to be added to. */
static bool is_unary(const struct sql_tokens *tokens, size_t at)
{
	if (!is_sign(tokens->items[at])) {
		return false;
	}
	if (at == 0) {
		return true;
	}
	const struct sql_token before = tokens->items[at - 1];
	return (before.kind == SQL_OPERATOR && !sql_token_is_operator(before, ")")) ||
			(before.kind == SQL_WORD && is_keyword(before.text));
}

static bool has_blank_before(const struct sql_tokens *tokens, size_t at)
{
	const struct sql_token token = tokens->items[at];

	if (at == 0) {
		return false;
	}
	const struct sql_token before = tokens->items[at - 1];
	if (sql_token_is_operator(before, "(") || sql_token_is_operator(before, ".") ||
			sql_token_is_operator(token, ")") || sql_token_is_operator(token, ",") ||
			sql_token_is_operator(token, ";") || sql_token_is_operator(token, ".")) {
		return false;
	}
	if (sql_token_is_operator(token, "(")) {
		const bool is_call = before.kind == SQL_QUOTED || is_function_word(before) ||
				(before.kind == SQL_WORD && !is_keyword(before.text));
		return !is_call;
	}
	return !is_unary(tokens, at - 1) || is_sign(token);
}

/* --- the whole --------------------------------------------------------------------------------- */

/* Depths of parentheses at which a CAST is open, innermost last: after AS stands a type. */
struct cast_depths {
	size_t *items;
	size_t count, capacity;
};

str sql_normalise(const struct sql_tokens *tokens, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct cast_depths casts = { 0 };
	size_t depth = 0;
	bool is_type = false;

	for (size_t i = 0; i < tokens->count; i++) {
		const struct sql_token token = tokens->items[i];
		const bool is_in_cast = casts.count > 0 && casts.items[casts.count - 1] == depth;
		const bool is_before_parenthesis = i + 1 < tokens->count &&
				sql_token_is_operator(tokens->items[i + 1], "(");

		if (has_blank_before(tokens, i)) {
			buf_add_char(&out, ' ');
		}
		if (sql_token_is_operator(token, "(")) {
			depth++;
			if (i > 0 && sql_token_is_word(tokens->items[i - 1], "cast")) {
				*LIST_PUSH(&casts, arena) = depth;
			}
		} else if (sql_token_is_operator(token, ")") && depth > 0) {
			depth--;
			if (is_in_cast) {
				casts.count--;
				is_type = false;
			}
		}
		add_token(token, is_type, is_before_parenthesis, &out);
		if (is_in_cast && sql_token_is_word(token, "as")) {
			is_type = true;
		}
	}
	return buf_str(&out);
}

/* Whether the first parenthesis is closed by the last token. */
static bool is_wrapped(const struct sql_tokens *tokens)
{
	size_t depth = 0;

	if (tokens->count < 2 || !sql_token_is_operator(tokens->items[0], "(")) {
		return false;
	}
	for (size_t i = 0; i < tokens->count; i++) {
		if (sql_token_is_operator(tokens->items[i], "(")) {
			depth++;
		} else if (sql_token_is_operator(tokens->items[i], ")")) {
			depth--;
			if (depth == 0) {
				return i + 1 == tokens->count;
			}
		}
	}
	return false;
}

struct sql_tokens sql_unwrap(struct sql_tokens tokens)
{
	/* A query in parentheses is not the same without them. */
	while (is_wrapped(&tokens) && tokens.count > 2 &&
			!sql_token_is_word(tokens.items[1], "select")) {
		tokens = sql_tokens_slice(&tokens, 1, tokens.count - 1);
	}
	return tokens;
}

str sql_normalise_expression(const struct sql_tokens *tokens, struct arena *arena)
{
	const struct sql_tokens inner = sql_unwrap(*tokens);

	return sql_normalise(&inner, arena);
}
