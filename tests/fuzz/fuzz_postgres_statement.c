/*
 * Any text as a body for PostgreSQL: its statements lie in it, one behind the other, and none is empty; what is between
 * them is not lost but for blanks, comments and semicolons.
 */
#include "kit/arena.h"
#include "postgres/postgres_internal.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const str sql = { (const char *)data, size };
	struct arena arena = { 0 };
	const struct statements statements = postgres_split(sql, &arena);
	size_t end = 0;

	for (size_t i = 0; i < statements.count; i++) {
		const struct statement *statement = &statements.items[i];

		expect(statement->text.len > 0, "a statement has text");
		expect(statement->offset >= end, "statements are one behind the other");
		expect(statement->text.data == sql.data + statement->offset,
				"a statement is in the body");
		end = statement->offset + statement->text.len;
		expect(end <= sql.len, "and ends in it");
	}
	for (size_t characters = 0; characters < 4; characters++) {
		expect(postgres_byte_offset(sql, characters) <= sql.len, "a place is in the body");
	}
	arena_finish(&arena);
	return 0;
}
