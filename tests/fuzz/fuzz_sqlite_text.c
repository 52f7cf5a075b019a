/*
 * Any text as what SQLite keeps of a CREATE statement, or is sent: its tokens, its statements, and what a
 * table, an index, a view or a trigger is made of. Tokens and statements lie in the text one behind the
 * other.
 */
#include "kit/arena.h"
#include "sqlite/definition.h"
#include "sqlite/token.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds, const char *claim)
{
	if (!holds) {
		fprintf(stderr, "does not hold: %s\n", claim);
		abort();
	}
}

static void look_at_tokens(str sql, struct arena *arena)
{
	size_t at = 0, next;

	for (;;) {
		const struct sql_token token = sql_token_next(sql, at, &next);

		expect(next >= at && next <= sql.len, "a token ends in the text");
		if (token.kind == SQL_END) {
			return;
		}
		expect(token.text.len && token.text.data >= sql.data + at &&
						token.text.data + token.text.len == sql.data + next,
				"a token is in the text");
		sql_token_name(token, arena);
		at = next;
	}
}

static void look_at_statements(str sql)
{
	struct statement statement;
	size_t at = 0, next;

	while (sql_next_statement(sql, at, &statement, &next)) {
		expect(next > at && next <= sql.len, "a statement ends in the text");
		at = next;
	}
}

static void look_at_spelling(str sql, struct arena *arena)
{
	const struct sql_tokens tokens = sql_tokenise(sql, arena);

	expect((sql_normalise(&tokens, arena).len == 0) == (tokens.count == 0),
			"what has tokens has a spelling");
	sql_normalise_expression(&tokens, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const str sql = { (const char *)data, size };
	struct arena arena = { 0 };
	struct table_definition table;
	struct index_definition index;
	str facts;

	look_at_tokens(sql, &arena);
	look_at_statements(sql);
	look_at_spelling(sql, &arena);
	table_definition_parse(sql, &arena, &table);
	index_definition_parse(sql, &arena, &index);
	view_definition_parse(sql, &arena, &facts);
	trigger_definition_parse(sql, &arena, &facts);
	arena_finish(&arena);
	return 0;
}
