#include "sqlite/token.h"

#include "kit/arena.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
			c == '$' || (unsigned char)c >= 0x80;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static char char_at(str sql, size_t at)
{
	return at < sql.len ? sql.data[at] : '\0';
}

/* --- lexing -------------------------------------------------------------------------------- */

/* Past blanks and comments; a block comment that never ends takes the rest, as in SQLite. */
static size_t skip_blanks(str sql, size_t at)
{
	for (;;) {
		if (at < sql.len && is_blank(sql.data[at])) {
			at++;
		} else if (char_at(sql, at) == '-' && char_at(sql, at + 1) == '-') {
			at += str_find_char(str_slice(sql, at, sql.len), '\n');
		} else if (char_at(sql, at) == '/' && char_at(sql, at + 1) == '*' &&
				at + 2 < sql.len) {
			const str rest = str_slice(sql, at + 2, sql.len);
			const size_t end = str_find(rest, STR("*/"));
			at = end == rest.len ? sql.len : at + 2 + end + 2;
		} else if (char_at(sql, at) == '\xef' &&
				str_starts_with(str_slice(sql, at, 3), STR("\xef\xbb\xbf"))) {
			at += 3; // a byte order mark is a blank
		} else {
			return at;
		}
	}
}

/* Past a quoted text that starts at `at`; a doubled closing quote is a part of it, save for ]. */
static size_t skip_quoted(str sql, size_t at)
{
	const char close = sql.data[at] == '[' ? ']' : sql.data[at];

	for (at++; at < sql.len; at++) {
		if (sql.data[at] != close) {
			continue;
		}
		if (close == ']' || char_at(sql, at + 1) != close) {
			return at + 1;
		}
		at++;
	}
	return sql.len;
}

static size_t skip_word(str sql, size_t at)
{
	while (at < sql.len && is_word_char(sql.data[at])) {
		at++;
	}
	return at;
}

/* Past a number, and what is stuck to it: "1abc" is one unknown token to SQLite too. */
static size_t skip_number(str sql, size_t at)
{
	const bool is_hex = sql.data[at] == '0' && lower(char_at(sql, at + 1)) == 'x';

	for (; at < sql.len; at++) {
		const char c = sql.data[at];
		const bool is_sign = (c == '+' || c == '-') && !is_hex &&
				lower(sql.data[at - 1]) == 'e' && is_digit(char_at(sql, at + 1));
		if (!is_word_char(c) && c != '.' && !is_sign) {
			break;
		}
	}
	return at;
}

static size_t operator_len(str sql, size_t at)
{
	static const char *const long_operators[] = {
		"->>",
		"||",
		"<=",
		">=",
		"<>",
		"<<",
		">>",
		"==",
		"!=",
		"->",
	};
	const str rest = str_slice(sql, at, sql.len);

	for (size_t i = 0; i < COUNT_OF(long_operators); i++) {
		if (rest.data[0] == long_operators[i][0] &&
				str_starts_with(rest, str_from(long_operators[i]))) {
			return strlen(long_operators[i]);
		}
	}
	return 1;
}

struct sql_token sql_token_next(str sql, size_t from, size_t *ret_next)
{
	const size_t start = skip_blanks(sql, from);
	const char c = char_at(sql, start);
	struct sql_token token = { .kind = SQL_END };
	size_t end = start;

	if (start >= sql.len) {
		*ret_next = sql.len;
		return token;
	}
	if (c == '\'' || c == '"' || c == '`' || c == '[') {
		token.kind = c == '\'' ? SQL_STRING : SQL_QUOTED;
		end = skip_quoted(sql, start);
	} else if (lower(c) == 'x' && char_at(sql, start + 1) == '\'') {
		token.kind = SQL_BLOB;
		end = skip_quoted(sql, start + 1);
	} else if (is_digit(c) || (c == '.' && is_digit(char_at(sql, start + 1)))) {
		token.kind = SQL_NUMBER;
		end = skip_number(sql, start);
	} else if (c == '?' ||
			((c == ':' || c == '@' || c == '$' || c == '#') &&
					is_word_char(char_at(sql, start + 1)))) {
		token.kind = SQL_VARIABLE;
		end = skip_word(sql, start + 1);
	} else if (is_word_char(c)) {
		token.kind = SQL_WORD;
		end = skip_word(sql, start);
	} else {
		token.kind = SQL_OPERATOR;
		end = start + operator_len(sql, start);
	}
	token.text = str_slice(sql, start, end - start);
	*ret_next = end;
	return token;
}

bool sql_names_equal(str a, str b)
{
	if (a.len != b.len) {
		return false;
	}
	for (size_t i = 0; i < a.len; i++) {
		if (lower(a.data[i]) != lower(b.data[i])) {
			return false;
		}
	}
	return true;
}

bool sql_token_is_word(struct sql_token token, const char *keyword)
{
	return token.kind == SQL_WORD && sql_names_equal(token.text, str_from(keyword));
}

bool sql_token_is_operator(struct sql_token token, const char *punctuation)
{
	return token.kind == SQL_OPERATOR && str_equal(token.text, str_from(punctuation));
}

/* The inside of a quoted text, doubled quotes undone. */
static str unquote(str text, struct arena *arena)
{
	const char close = text.data[0] == '[' ? ']' : text.data[0];
	struct buf out = { .arena = arena };

	for (size_t i = 1; i < text.len; i++) {
		if (text.data[i] == close) {
			if (close == ']' || char_at(text, i + 1) != close) {
				break;
			}
			i++;
		}
		buf_add_char(&out, text.data[i]);
	}
	return buf_str(&out);
}

str sql_token_name(struct sql_token token, struct arena *arena)
{
	if (token.kind == SQL_QUOTED || token.kind == SQL_STRING) {
		return unquote(token.text, arena);
	}
	return token.text;
}

void sql_quote(str text, char mark, struct buf *out)
{
	buf_add_char(out, mark);
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == mark) {
			buf_add_char(out, mark);
		}
		buf_add_char(out, text.data[i]);
	}
	buf_add_char(out, mark);
}

/* --- statements ---------------------------------------------------------------------------- */

/* How far a statement has come towards being a trigger, whose semicolons do not end it. */
enum trigger_progress {
	TRIGGER_START,
	TRIGGER_EXPLAIN, /* EXPLAIN [QUERY PLAN] */
	TRIGGER_CREATE,  /* CREATE [TEMP] */
	TRIGGER_NOT,
	TRIGGER_BODY,      /* CREATE TRIGGER ... */
	TRIGGER_SEMICOLON, /* ... ; */
	TRIGGER_FINISHED,  /* ... ; END */
};

/* The automaton of sqlite3_complete(): a trigger ends with a semicolon, END, and a semicolon. */
static enum trigger_progress trigger_advance(enum trigger_progress progress, struct sql_token token)
{
	switch (progress) {
	case TRIGGER_START:
		if (sql_token_is_word(token, "explain")) {
			return TRIGGER_EXPLAIN;
		}
		return sql_token_is_word(token, "create") ? TRIGGER_CREATE : TRIGGER_NOT;
	case TRIGGER_EXPLAIN:
		if (sql_token_is_word(token, "query") || sql_token_is_word(token, "plan")) {
			return TRIGGER_EXPLAIN;
		}
		return sql_token_is_word(token, "create") ? TRIGGER_CREATE : TRIGGER_NOT;
	case TRIGGER_CREATE:
		if (sql_token_is_word(token, "temp") || sql_token_is_word(token, "temporary")) {
			return TRIGGER_CREATE;
		}
		return sql_token_is_word(token, "trigger") ? TRIGGER_BODY : TRIGGER_NOT;
	case TRIGGER_BODY:
	case TRIGGER_SEMICOLON:
	case TRIGGER_FINISHED:
		if (sql_token_is_operator(token, ";")) {
			return TRIGGER_SEMICOLON;
		}
		return progress == TRIGGER_SEMICOLON && sql_token_is_word(token, "end")
				? TRIGGER_FINISHED
				: TRIGGER_BODY;
	case TRIGGER_NOT:
		break;
	}
	return TRIGGER_NOT;
}

static bool is_end_of_statement(enum trigger_progress progress, struct sql_token token)
{
	const bool is_inside_trigger = progress == TRIGGER_BODY || progress == TRIGGER_SEMICOLON;

	return token.kind == SQL_END || (sql_token_is_operator(token, ";") && !is_inside_trigger);
}

bool sql_next_statement(str sql, size_t from, struct statement *ret_statement, size_t *ret_next)
{
	enum trigger_progress progress = TRIGGER_START;
	struct sql_token token = sql_token_next(sql, from, &from);

	while (sql_token_is_operator(token, ";")) {
		token = sql_token_next(sql, from, &from);
	}
	if (token.kind == SQL_END) {
		return false;
	}

	const size_t start = from - token.text.len;
	size_t end = from;
	while (!is_end_of_statement(progress, token)) {
		progress = trigger_advance(progress, token);
		end = from;
		token = sql_token_next(sql, from, &from);
	}
	*ret_statement = (struct statement){
		.text = str_slice(sql, start, end - start),
		.offset = start,
	};
	*ret_next = from;
	return true;
}
