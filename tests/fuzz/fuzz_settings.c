/*
 * Any bytes as an alembic.ini and as a pyproject.toml: read or refused with a place in the file.
 */
#include "kit/arena.h"
#include "project/ini.h"
#include "project/toml.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_place(const struct error *error)
{
	if (error && error->where.source && error->where.offset > error->where.source->text.len) {
		fprintf(stderr, "does not hold: an error is in the file\n");
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct source source = { .name = STR("fuzz"), .text = { (const char *)data, size } };
	const struct toml_value *table = NULL;
	struct ini ini;
	struct error *error = ini_parse(&source, STR("/here"), &arena, &ini);

	expect_place(error);
	for (size_t i = 0; !error && i < ini.count; i++) {
		for (size_t j = 0; j < ini.items[i].count; j++) {
			str value;

			expect_place(ini_get(&ini, &ini.items[i], ini.items[i].items[j].name,
					&arena, &value));
		}
	}
	expect_place(toml_parse(&source, &arena, &table));
	toml_find(toml_find(table, STR("tool")), STR("alembic"));
	arena_finish(&arena);
	return 0;
}
