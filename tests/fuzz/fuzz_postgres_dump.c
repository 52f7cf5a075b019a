/*
 * Any text as a plain dump that psql is to read. What is let through is the text, but for blanks where commands and
 * owners were; read again it is let through as it is; and what a strict reader takes, the other takes.
 */
#include "kit/arena.h"
#include "postgres/postgres_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds, const char *claim)
{
	if (!holds) {
		fprintf(stderr, "does not hold: %s\n", claim);
		abort();
	}
}

static bool disarm(str text, bool is_strict, struct arena *arena, str *ret_clean)
{
	const struct source dump = { .name = STR_INIT("dump.sql"), .text = text };
	struct error *error = postgres_dump_disarm(&dump, is_strict, arena, ret_clean);
	struct buf drawn = { .arena = arena };

	if (error) {
		expect(error->where.source == &dump, "a mistake has a place");
		expect(error->where.offset + error->where.len <= text.len,
				"the place is in the dump");
		error->where.source = source_new(dump.name, dump.text, arena); // outlives this call
		error_render(error, false, &drawn);
	}
	return !error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const str text = { (const char *)data, size };
	struct arena arena = { 0 };
	str clean, again, strict;

	if (disarm(text, false, &arena, &clean)) {
		expect(clean.len == text.len, "nothing moves");
		for (size_t i = 0; i < text.len; i++) {
			expect(clean.data[i] == text.data[i] ||
							(clean.data[i] == ' ' &&
									text.data[i] != '\n'),
					"there are blanks in the place of what went");
		}
		expect(disarm(clean, false, &arena, &again), "what was let through is let through");
		expect(str_equal(clean, again), "as it is");
	}
	if (disarm(text, true, &arena, &strict)) {
		expect(disarm(text, false, &arena, &clean), "who is strict refuses more");
		expect(str_equal(strict, clean), "and reads the same");
	}
	arena_finish(&arena);
	return 0;
}
