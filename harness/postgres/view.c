/*
 * The query of a view, as the server gives it, in words that do not depend on the server's release. Before
 * PostgreSQL 16 columns have the name of their table in front even where a query reads a single one.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

struct token {
	PgQuery__Token kind;
	size_t start, end; /* bytes of the text */
	unsigned depth;    /* of parentheses around it */
	bool is_inner;     /* inside a query in parentheses */
	bool is_dropped;
};

struct query {
	str text;
	struct token *tokens;
	size_t count;
	size_t from, from_end; /* tokens of what the outermost query reads; equal: nothing */
};

static bool begins_query(PgQuery__Token kind)
{
	return kind == PG_QUERY__TOKEN__SELECT || kind == PG_QUERY__TOKEN__WITH ||
			kind == PG_QUERY__TOKEN__WITH_LA || kind == PG_QUERY__TOKEN__VALUES;
}

static bool ends_from(PgQuery__Token kind)
{
	return kind == PG_QUERY__TOKEN__WHERE || kind == PG_QUERY__TOKEN__GROUP_P ||
			kind == PG_QUERY__TOKEN__HAVING || kind == PG_QUERY__TOKEN__WINDOW ||
			kind == PG_QUERY__TOKEN__ORDER || kind == PG_QUERY__TOKEN__LIMIT ||
			kind == PG_QUERY__TOKEN__OFFSET || kind == PG_QUERY__TOKEN__FETCH ||
			kind == PG_QUERY__TOKEN__FOR || kind == PG_QUERY__TOKEN__ASCII_59;
}

static bool combines_queries(PgQuery__Token kind)
{
	return kind == PG_QUERY__TOKEN__UNION || kind == PG_QUERY__TOKEN__INTERSECT ||
			kind == PG_QUERY__TOKEN__EXCEPT;
}

/* False where the scanner, which may be of an older release than the server, gives up. */
static bool scan(str text, struct arena *arena, struct query *query)
{
	const PgQueryScanResult result = pg_query_scan(str_to_c(text, arena));
	PgQuery__ScanResult *found = result.error
			? NULL
			: pg_query__scan_result__unpack(
					  NULL, result.pbuf.len, (const uint8_t *)result.pbuf.data);

	*query = (struct query){ .text = text };
	if (found) {
		query->count = found->n_tokens;
		query->tokens = arena_new_array(arena, struct token, query->count);
	}
	for (size_t i = 0; i < query->count; i++) {
		query->tokens[i].kind = found->tokens[i]->token;
		query->tokens[i].start = (size_t)found->tokens[i]->start;
		query->tokens[i].end = (size_t)found->tokens[i]->end;
	}
	pg_query__scan_result__free_unpacked(found, NULL);
	pg_query_free_scan_result(result);
	return found != NULL;
}

/* Fill in what parentheses say. */
static void nest(struct query *query)
{
	unsigned depth = 0, inner_depth = 0; // of the outermost query in parentheses; 0: in none

	for (size_t i = 0; i < query->count; i++) {
		struct token *token = &query->tokens[i];

		if (token->kind == PG_QUERY__TOKEN__ASCII_41) {
			inner_depth = depth == inner_depth ? 0 : inner_depth;
			depth--;
		}
		token->depth = depth;
		token->is_inner = inner_depth > 0;
		if (token->kind == PG_QUERY__TOKEN__ASCII_40) {
			depth++;
			if (!inner_depth && i + 1 < query->count &&
					begins_query(query->tokens[i + 1].kind)) {
				inner_depth = depth;
			}
		}
	}
}

/* Find what the outermost query reads; false if it is made of several. */
static bool find_from(struct query *query)
{
	bool is_in_select = false;

	for (size_t i = 0; i < query->count; i++) {
		const struct token *token = &query->tokens[i];

		if (token->depth) {
			continue;
		}
		if (combines_queries(token->kind)) {
			return false;
		}
		is_in_select = is_in_select || token->kind == PG_QUERY__TOKEN__SELECT;
		if (is_in_select && !query->from && token->kind == PG_QUERY__TOKEN__FROM) {
			query->from = i + 1;
			query->from_end = query->count;
		}
		if (query->from && query->from_end == query->count && ends_from(token->kind)) {
			query->from_end = i;
		}
	}
	return query->from > 0;
}

/* The name of the one thing that is read; NULL: there are several. */
static const struct token *find_name(const struct query *query)
{
	const struct token *name = NULL;
	bool is_over = false;

	for (size_t i = query->from; i < query->from_end; i++) {
		const struct token *token = &query->tokens[i];

		if (!token->is_inner && token->kind == PG_QUERY__TOKEN__JOIN) {
			return NULL;
		}
		if (token->depth) {
			continue;
		}
		if (token->kind == PG_QUERY__TOKEN__ASCII_44) {
			return NULL;
		}
		is_over = is_over || token->kind == PG_QUERY__TOKEN__TABLESAMPLE;
		if (!is_over && token->kind != PG_QUERY__TOKEN__ASCII_40 &&
				token->kind != PG_QUERY__TOKEN__ASCII_41) {
			name = token; // the last word: an alias comes behind
		}
	}
	return name;
}

static str token_text(const struct query *query, const struct token *token)
{
	return str_slice(query->text, token->start, token->end - token->start);
}

/* Drop the name and the dot in front of columns; NAME.* is the whole row, with its name in any release. */
static void drop_name(struct query *query, const struct token *name)
{
	const str text = token_text(query, name);

	for (size_t i = 0; i + 2 < query->count; i++) {
		struct token *token = &query->tokens[i];
		const bool is_read = i >= query->from && i < query->from_end;

		if (!is_read && !token->is_inner && str_equal(token_text(query, token), text) &&
				token[1].kind == PG_QUERY__TOKEN__ASCII_46 &&
				token[2].kind != PG_QUERY__TOKEN__ASCII_42) {
			token[0].is_dropped = token[1].is_dropped = true;
		}
	}
}

/* The tokens, one blank where there are any between them. */
static str join(const struct query *query, struct arena *arena)
{
	struct buf out = { .arena = arena };

	for (size_t i = 0; i < query->count; i++) {
		const struct token *token = &query->tokens[i];

		if (i && token->start > token[-1].end) {
			buf_add_char(&out, ' ');
		}
		if (!token->is_dropped) {
			buf_add(&out, token_text(query, token));
		}
	}
	return buf_str(&out);
}

str postgres_view_text(str text, int version, struct arena *arena)
{
	struct query query;

	if (!scan(text, arena, &query)) {
		return str_trim(text);
	}
	nest(&query);
	if (version < 160000 && find_from(&query)) {
		const struct token *name = find_name(&query);

		if (name) {
			drop_name(&query, name);
		}
	}
	return join(&query, arena);
}
