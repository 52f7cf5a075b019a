/*
 * Any bytes as the report of a run: they are refused, with words, or every report can be written of the cells that they
 * tell of.
 */
#include "cli/merge_read.h"
#include "kit/arena.h"
#include "report/report.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a merge makes of a run: a scenario a cell will do. */
static void write_report(const char *format, const struct merge_run *run, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct report report = {
		.format = report_format_find(str_from(format)),
		.arena = arena,
		.program_version = "0",
	};

	report_begin(&report, &out);
	for (size_t i = 0; i < run->cells.count; i++) {
		const struct merge_cell *cell = &run->cells.items[i];
		struct report_scenario *scenario = arena_new(arena, struct report_scenario);

		scenario->name = cell->scenario;
		str_list_add(&scenario->strategies, cell->strategy, arena);
		str_list_add(&scenario->states, cell->state, arena);
		*LIST_PUSH(&scenario->cells, arena) = (struct report_cell){
			.name = cell->name,
			.strategy = cell->strategy,
			.state = cell->state,
			.engine = cell->engine,
			.place = cell->place,
			.outcome = cell->outcome,
			.failure = cell->failure,
			.about = cell->about,
		};
		report_add(&report, scenario, &out);
	}
	report_finish(&report, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const formats[] = { "text", "tap", "json", "junit", "markdown", "html", "github" };
	struct arena arena;
	struct merge_run run;

	arena_init(&arena, NULL, NULL);
	const struct error *error =
			merge_parse(STR("run.json"), (str){ (const char *)data, size }, &arena, &run);

	if (error && !error->message.len) {
		abort();
	}
	for (size_t i = 0; !error && i < COUNT_OF(formats); i++) {
		write_report(formats[i], &run, &arena);
	}
	arena_finish(&arena);
	return 0;
}
