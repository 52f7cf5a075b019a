/*
 * Where statements end, by PostgreSQL's own scanner (libpg_query): quotes of every kind, nested
 * comments and dollar quotes come out as single tokens. What is left to do is what psql does: semicolons
 * inside parentheses (rules) and inside BEGIN ATOMIC ... END do not end a statement.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>
#include <string.h>

size_t postgres_byte_offset(str text, size_t characters)
{
	size_t offset = 0;

	for (; characters && offset < text.len; characters--) {
		offset++;
		while (offset < text.len && ((unsigned char)text.data[offset] & 0xC0) == 0x80) {
			offset++;
		}
	}
	return offset;
}

/* A statement that is being gathered, token by token. */
struct gathering {
	str sql;
	struct statements list;
	struct arena *arena;
	size_t start, end;
	bool has_text; /* a token that is no comment */
	unsigned parentheses;
	unsigned blocks; /* BEGIN ATOMIC, and CASE inside it */
	PgQuery__Token before;
};

static void end_statement(struct gathering *all)
{
	if (all->has_text) {
		*LIST_PUSH(&all->list, all->arena) = (struct statement){
			.text = str_slice(all->sql, all->start, all->end - all->start),
			.offset = all->start,
		};
	}
	all->has_text = false;
	all->parentheses = all->blocks = 0;
	all->before = PG_QUERY__TOKEN__NUL;
}

static void take_token(struct gathering *all, const PgQuery__ScanToken *token)
{
	const PgQuery__Token kind = token->token;

	if (kind == PG_QUERY__TOKEN__SQL_COMMENT || kind == PG_QUERY__TOKEN__C_COMMENT) {
		return;
	}
	if (kind == PG_QUERY__TOKEN__ASCII_59 && !all->parentheses && !all->blocks) {
		end_statement(all);
		return;
	}
	if (!all->has_text) {
		all->start = (size_t)token->start;
		all->has_text = true;
	}
	all->end = (size_t)token->end;
	if (kind == PG_QUERY__TOKEN__ASCII_40) {
		all->parentheses++;
	} else if (kind == PG_QUERY__TOKEN__ASCII_41 && all->parentheses) {
		all->parentheses--;
	} else if (kind == PG_QUERY__TOKEN__ATOMIC && all->before == PG_QUERY__TOKEN__BEGIN_P) {
		all->blocks++;
	} else if (kind == PG_QUERY__TOKEN__CASE && all->blocks) {
		all->blocks++;
	} else if (kind == PG_QUERY__TOKEN__END_P && all->blocks) {
		all->blocks--;
	}
	all->before = kind;
}

/* Take all tokens of `text`; false, and how many bytes can be read, where the scanner gives up. */
static bool scan(struct gathering *all, const char *text, size_t *ret_sound)
{
	const PgQueryScanResult result = pg_query_scan(text);

	if (result.error) {
		const int at = result.error->cursorpos; // in characters, from 1; 0: nowhere

		*ret_sound = postgres_byte_offset(str_from(text), at > 0 ? (size_t)at - 1 : 0);
		pg_query_free_scan_result(result);
		return false;
	}
	PgQuery__ScanResult *tokens = pg_query__scan_result__unpack(
			NULL, result.pbuf.len, (const uint8_t *)result.pbuf.data);

	for (size_t i = 0; tokens && i < tokens->n_tokens; i++) {
		take_token(all, tokens->tokens[i]);
	}
	pg_query__scan_result__free_unpacked(tokens, NULL);
	pg_query_free_scan_result(result);
	return true;
}

struct statements postgres_split(str sql, struct arena *arena)
{
	struct gathering all = { .sql = sql, .arena = arena };
	const size_t nul = str_find_char(sql, '\0');
	size_t sound = nul;

	if (!scan(&all, str_to_c(sql, arena), &sound)) {
		/* What stands before an open quote can still be sent. */
		(void)scan(&all, str_to_c(str_slice(sql, 0, sound), arena), &sound);
	}
	if (sound < sql.len) { // and the rest is one statement, for the server to refuse
		const str rest = str_trim(str_slice(sql, sound, sql.len));

		all.start = all.has_text ? all.start : sound;
		all.end = (size_t)(rest.data - sql.data) + rest.len;
		all.has_text = true;
	}
	end_statement(&all);
	return all.list;
}
