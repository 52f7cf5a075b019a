/*
 * Any two texts, split at the first NUL: their diff, carried out line by line, makes the second of the first.
 */
#include "kit/arena.h"
#include "kit/diff.h"

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

/* Take a line with its end off the front of `text`. */
static str take_line(str *text)
{
	const size_t end = str_find_char(*text, '\n');
	const str line = str_slice(*text, 0, end < text->len ? end + 1 : end);

	*text = str_slice(*text, line.len, text->len);
	return line;
}

/* Carry a diff of one file out on `before`. */
static str apply(str diff, str before, struct arena *arena)
{
	struct buf out = { .arena = arena };
	size_t taken = 0; // lines of `before`

	for (int i = 0; i < 3; i++) {
		take_line(&diff);
	}
	while (diff.len) {
		str line = take_line(&diff);
		const char sign = line.data[0];
		size_t first, count = 1;

		if (sign == '@') {
			expect(sscanf(str_to_c(line, arena), "@@ -%zu,%zu", &first, &count) >= 1,
					"a hunk says where it is");
			for (first -= count > 0; taken < first; taken++) {
				buf_add(&out, take_line(&before));
			}
			continue;
		}
		line = str_slice(line, 1, line.len);
		if (str_starts_with(diff, STR("\\"))) {
			take_line(&diff);
			line.len--;
		}
		if (sign != '+') {
			expect(str_equal(take_line(&before), line), "what is changed is there");
			taken++;
		}
		buf_add(&out, sign == '-' ? STR("") : line);
	}
	buf_add(&out, before);
	return buf_str(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct buf out = { .arena = &arena };
	const char *end = size ? memchr(data, 0, size) : NULL;
	const size_t len = end ? (size_t)(end - (const char *)data) : size;
	const str before = { (const char *)data, len };
	const str after = { (const char *)data + len + (end != NULL), size - len - (end != NULL) };

	diff_add_change(&out, STR("x"), before, after);
	expect(str_equal(before, after) == (out.len == 0), "equal texts have no diff");
	if (out.len) {
		expect(str_equal(apply(buf_str(&out), before, &arena), after),
				"the diff makes one of the other");
	}
	arena_finish(&arena);
	return 0;
}
