/*
 * Any text as a plain dump. Its statements and data are the same whether it comes byte by byte or at once; they
 * stand in it in this order, at the places that are told; and each can be judged.
 */
#include "kit/arena.h"
#include "postgres/dump.h"

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

struct trickle {
	str text;
	size_t step;
};

static struct error *read_trickle(void *data, char *space, size_t size, size_t *ret_len)
{
	struct trickle *trickle = data;
	const str part = str_slice(trickle->text, 0, size < trickle->step ? size : trickle->step);

	if (part.len) {
		memcpy(space, part.data, part.len);
	}
	trickle->text = str_slice(trickle->text, part.len, trickle->text.len);
	*ret_len = part.len;
	return NULL;
}

static void judge(struct dump_reading *reading, const struct script_item *item, struct arena *arena)
{
	const struct dump_section section = { .name = STR_INIT("shop") };
	const struct dump_survey survey = { .is_of_pg_dump = true, .section = &section };
	const struct dump_places places = { &survey, STR("me"), STR("mine") };

	dump_reading_follow(reading, item);
	if (item->kind == SCRIPT_STATEMENT) {
		reading->is_of_pg_dump = true;
		(void)dump_roles_in(item, arena);
		(void)dump_judge(reading, item, &places, arena);
	}
}

/* All that is read, in turn. */
static str read_all(str text, size_t step, struct arena *arena)
{
	struct trickle trickle = { text, step };
	struct script *script = script_new(read_trickle, &trickle, STR("dump.sql"), arena);
	struct dump_reading reading = { .arena = arena };
	struct buf out = { .arena = arena };
	struct script_item item;
	str part;
	struct error *error;

	while (!(error = script_next(script, &item)) && item.kind != SCRIPT_END) {
		buf_format(&out, "%d:%zu:", (int)item.kind, item.line);
		buf_add(&out, item.text);
		expect(item.kind == SCRIPT_CONNECT || str_find(text, item.text) < text.len,
				"a statement stands in the text");
		judge(&reading, &item, arena);
		while (item.takes_data && !(error = script_data(script, &part)) && part.len) {
			buf_add(&out, part);
		}
		if (error) {
			break;
		}
	}
	if (error) {
		error_render(error, false, &out);
	}
	return buf_str(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const str text = { (const char *)data, size };
	struct arena arena = { 0 };

	expect(str_equal(read_all(text, 1, &arena), read_all(text, size + 1, &arena)),
			"parts do not show");
	arena_finish(&arena);
	return 0;
}
