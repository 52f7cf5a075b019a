/*
 * A statement as words, by PostgreSQL's own scanner: enough to tell what a dump's statement is about.
 */
#include "postgres/dump.h"

#include "kit/arena.h"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>
#include <string.h>

/* A name in quotes, which it keeps no longer. */
static str unquoted(str name, struct arena *arena)
{
	struct buf out = { .arena = arena };

	for (size_t i = 1; i + 1 < name.len; i++) {
		buf_add_char(&out, name.data[i]);
		i += name.data[i] == '"';
	}
	return buf_str(&out);
}

static str folded(str name, struct arena *arena)
{
	struct buf out = { .arena = arena };

	for (size_t i = 0; i < name.len; i++) {
		const char c = name.data[i];

		buf_add_char(&out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
	return buf_str(&out);
}

static void add(struct words *words, str statement, const PgQuery__ScanToken *token,
		struct arena *arena)
{
	const size_t start = (size_t)token->start, end = (size_t)token->end;
	const str text = str_slice(statement, start, end - start);
	const bool is_quoted = str_starts_with(text, STR("\""));

	if (token->token == PG_QUERY__TOKEN__SQL_COMMENT ||
			token->token == PG_QUERY__TOKEN__C_COMMENT) {
		return;
	}
	*LIST_PUSH(words, arena) = (struct word){
		.text = is_quoted                                 ? unquoted(text, arena)
				: str_starts_with(text, STR("'")) ? text
								  : folded(text, arena),
		.is_quoted = is_quoted,
		.start = start,
		.end = end,
	};
}

struct words words_of(str statement, struct arena *arena)
{
	struct words words = { 0 };
	const PgQueryScanResult result = pg_query_scan(str_to_c(statement, arena));

	if (!result.error) {
		PgQuery__ScanResult *tokens = pg_query__scan_result__unpack(
				NULL, result.pbuf.len, (const uint8_t *)result.pbuf.data);

		for (size_t i = 0; tokens && i < tokens->n_tokens; i++) {
			add(&words, statement, tokens->tokens[i], arena);
		}
		pg_query__scan_result__free_unpacked(tokens, NULL);
	}
	pg_query_free_scan_result(result);
	return words;
}

bool word_is(const struct words *words, size_t at, const char *keyword)
{
	return at < words->count && !words->items[at].is_quoted &&
			str_equal(words->items[at].text, str_from(keyword));
}

bool words_begin(const struct words *words, const char *keywords)
{
	str rest = str_from(keywords), keyword;

	for (size_t i = 0; str_next_part(&rest, ' ', &keyword); i++) {
		if (i >= words->count || words->items[i].is_quoted ||
				!str_equal(words->items[i].text, keyword)) {
			return false;
		}
	}
	return true;
}

size_t words_find(const struct words *words, size_t from, const char *keyword)
{
	unsigned depth = 0;

	for (size_t i = from; i < words->count; i++) {
		if (!depth && word_is(words, i, keyword)) {
			return i;
		}
		depth += word_is(words, i, "(");
		depth -= depth && word_is(words, i, ")");
	}
	return words->count;
}
