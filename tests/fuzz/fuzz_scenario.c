/*
 * Reads bytes as a scenario. Besides that nothing crashes: every mistake has a place in the file and can
 * be drawn, every stretch of SQL lies in the file, and a scenario without mistakes has cells with names.
 */
#include "kit/arena.h"
#include "scenario/load.h"

#include <assert.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A claim that holds in release builds too. */
static void expect(bool holds, const char *claim)
{
	if (!holds) {
		fprintf(stderr, "does not hold: %s\n", claim);
		abort();
	}
}

/* Mistakes drawn: each costs a walk through the file. */
#define DRAWN 20

static void look_at_mistakes(const struct error_list *mistakes, struct arena *arena)
{
	struct buf drawn = { .arena = arena };
	const struct error *before = NULL;

	for (size_t i = 0; i < mistakes->count; i++) {
		const struct error *error = mistakes->items[i];

		expect(error->message.len > 0, "a mistake has a message");
		expect(error->where.source != NULL, "a mistake has a place");
		expect(error->where.offset + error->where.len <= error->where.source->text.len,
				"the place is in the file");
		expect(!before || before->where.source != error->where.source ||
						before->where.offset <= error->where.offset,
				"mistakes are in the order of the file");
		if (i < DRAWN) {
			error_render(error, false, &drawn);
		}
		before = error;
	}
}

/* Bytes stand in the file as in the text, save line ends and escapes. */
static void look_at_sql(const struct sql_body *body)
{
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		const struct located_text *sql = &body->by_engine[i];

		for (size_t j = 0; j < sql->stretch_count; j++) {
			const struct text_stretch *stretch = &sql->stretches[j];
			const size_t end = j + 1 < sql->stretch_count
					? sql->stretches[j + 1].text_offset
					: sql->text.len;

			expect(stretch->text_offset <= sql->text.len, "a stretch is in the text");
			expect(stretch->source_offset <= sql->source->text.len,
					"a stretch is in the file");
			expect(!j || stretch->text_offset > stretch[-1].text_offset,
					"stretches are sorted");
			for (size_t k = stretch->text_offset + 1; k < end; k++) {
				const size_t at = stretch->source_offset + k - stretch->text_offset;
				const char c = at < sql->source->text.len
						? sql->source->text.data[at]
						: '\n';

				const char t = sql->text.data[k];

				expect(c == t || t == '\n' || strchr("\n\r\\", c) ||
								((unsigned char)t & 0xC0) == 0x80,
						"a stretch goes on byte by byte");
			}
		}
	}
}

static void look_at_scenario(const struct scenario *scenario, struct arena *arena)
{
	struct scenario_cells cells = { 0 };

	for (size_t i = 0; i < scenario->revisions.count; i++) {
		look_at_sql(&scenario->revisions.items[i].upgrade);
		look_at_sql(&scenario->revisions.items[i].downgrade);
	}
	for (size_t i = 0; i < scenario->states.count; i++) {
		const struct scenario_sessions *sessions = &scenario->states.items[i].sessions;

		look_at_sql(&scenario->states.items[i].sql);
		look_at_sql(&scenario->states.items[i].seed);
		for (size_t j = 0; j < sessions->count; j++) {
			look_at_sql(&sessions->items[j].sql);
		}
	}
	for (size_t i = 0; i < scenario->strategies.count; i++) {
		const struct steps *steps = &scenario->strategies.items[i].steps;

		for (size_t j = 0; j < steps->count; j++) {
			look_at_sql(&steps->items[j].sql);
			for (size_t k = 0; k < steps->items[j].checks.count; k++) {
				look_at_sql(&steps->items[j].checks.items[k].sql);
			}
		}
	}
	scenario_add_cells(scenario, arena, &cells);
	for (size_t i = 0; i < cells.count; i++) {
		expect(cells.items[i].name.len > 0, "a cell has a name");
	}
}

static void leave(void *data)
{
	longjmp(*(jmp_buf *)data, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static jmp_buf full;
	static struct arena arena;
	struct error_list mistakes = { 0 };

	arena_init(&arena, leave, &full);
	if (setjmp(full) == 0) {
		/* A folder that is not there: no file that the bytes name is one. */
		const struct scenario *scenario = scenario_parse(STR("/nonexistent/fuzz.yaml"),
				(str){ (const char *)data, size }, NULL, &arena, &mistakes);

		expect((scenario == NULL) == (mistakes.count > 0),
				"NULL is returned for mistakes alone");
		look_at_mistakes(&mistakes, &arena);
		if (scenario) {
			look_at_scenario(scenario, &arena);
		}
		scenario_unload(scenario);
	}
	arena_finish(&arena);
	return 0;
}
