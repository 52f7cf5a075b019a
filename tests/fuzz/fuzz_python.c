/*
 * Any bytes as a revision file, and as an env.py: tokens stand in the text one behind the other, every place that is
 * kept lies in it, what was read as a literal reads the same again where it stands, and a comment makes no other file.
 */
#include "kit/arena.h"
#include "project/code.h"
#include "project/env_file.h"
#include "project/revision_file.h"

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

static void look_at_tokens(str text)
{
	struct python_reader reader;
	size_t at = 0;

	python_reader_init(&reader, text);
	for (;;) {
		const struct python_token token = python_next(&reader);

		if (token.kind == PYTHON_ERROR || token.kind == PYTHON_END) {
			return;
		}
		expect(token.offset >= at && token.offset + token.len <= text.len,
				"tokens stand one behind the other");
		at = token.offset + token.len;
	}
}

static void expect_inside(const struct source *source, struct span span)
{
	expect(!span.source ||
					(span.source == source && span.offset <= source->text.len &&
							span.len <= source->text.len - span.offset),
			"a place is in the file");
}

static void look_at_value(
		const struct source *source, const struct literal *value, struct arena *arena)
{
	expect_inside(source, value->where);
	for (size_t i = 0; i < value->count; i++) {
		expect_inside(source, value->items[i].where);
	}
	if (value->kind != LITERAL_TEXT || !value->where.len) {
		return;
	}
	struct buf text = { .arena = arena };

	buf_add(&text, STR("revision = (")); // the value may stand in brackets over several lines
	buf_add(&text, str_slice(source->text, value->where.offset, value->where.len));
	buf_add(&text, STR("\n)\n"));
	const struct source again = { .name = STR("again"), .text = buf_str(&text) };
	const struct revision_file file = revision_file_read(&again, arena);
	const struct declared_fact *fact = &file.facts[FACT_REVISION];

	expect(fact->is_there && fact->value.kind == LITERAL_TEXT, "a literal is one again");
}

static void look_at_code(const struct source *source, struct arena *arena)
{
	const struct code code = code_read(source, arena);
	const bool is_refused = code.count == 1 && code.items[0].text.data == source->text.data;
	struct buf text = { .arena = arena };
	struct span ignored;

	for (size_t i = 0; i < code.count; i++) {
		expect(code.items[i].offset <= source->text.len, "a word is in the file");
	}
	buf_add(&text, source->text);
	buf_add(&text, STR("\n# The end.\n"));
	const struct source commented = { .name = STR("commented"), .text = buf_str(&text) };
	const struct code again = code_read(&commented, arena);

	expect(is_refused || code_equal(&code, &again, &ignored), "a comment changes nothing");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct source source = { .name = STR("fuzz.py"), .text = { (const char *)data, size } };

	look_at_tokens(source.text);
	const struct revision_file file = revision_file_read(&source, &arena);

	for (size_t i = 0; i < FACT_COUNT; i++) {
		expect_inside(&source, file.facts[i].where);
		expect_inside(&source, file.facts[i].perhaps);
		look_at_value(&source, &file.facts[i].value, &arena);
	}
	expect_inside(&source, file.docstring_where);
	if (file.problem) {
		expect_inside(&source, file.problem->where);
	}
	revision_file_claims(&file, &arena);
	env_file_read(&source, &arena);
	look_at_code(&source, &arena);
	arena_finish(&arena);
	return 0;
}
