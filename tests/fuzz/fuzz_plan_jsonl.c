/*
 * Any line as a case for `plan --jsonl`: it is answered with one line, which is a JSON object that says whether all
 * went well; and a second time with the same.
 */
#include "cli/plan_jsonl.h"
#include "kit/arena.h"

#include <jansson.h>
#include <setjmp.h>
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

static void look_at_answer(str answer)
{
	expect(answer.len && str_find_char(answer, '\n') == answer.len - 1, "an answer is a line");
	json_t *value = json_loadb(answer.data, answer.len, 0, NULL);

	expect(json_is_object(value), "it is an object");
	expect(json_is_boolean(json_object_get(value, "ok")), "and says whether all went well");
	json_decref(value);
}

static void take(str part, void *data)
{
	buf_add(data, part);
}

static void leave(void *data)
{
	longjmp(*(jmp_buf *)data, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static jmp_buf full;
	static struct arena arena;
	/* The first byte is a release; a line has no newline in it. */
	const str all = { (const char *)data, size };
	const int level = 8 + (size ? data[0] % 12 : 0);
	const str rest = str_slice(all, 1, all.len);
	const str line = str_slice(rest, 0, str_find_char(rest, '\n'));

	arena_init(&arena, leave, &full);
	if (setjmp(full) == 0) {
		struct buf first = { .arena = &arena }, second = { .arena = &arena };

		plan_jsonl_answer(line, level, &arena, &(struct jsonl_out){ take, &first });
		look_at_answer(buf_str(&first));
		plan_jsonl_answer(line, level, &arena, &(struct jsonl_out){ take, &second });
		expect(str_equal(buf_str(&first), buf_str(&second)),
				"the answer is the same each time");
	}
	arena_finish(&arena);
	return 0;
}
