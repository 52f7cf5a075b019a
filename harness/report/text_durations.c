/*
 * `--durations N`: the cells that took longest.
 */
#include "kit/arena.h"
#include "report/text_internal.h"

#include <stdlib.h>

static int compare_durations(const void *a, const void *b)
{
	const struct report_cell *one = *(const struct report_cell *const *)a;
	const struct report_cell *other = *(const struct report_cell *const *)b;
	const int64_t first = one->outcome->elapsed_us, second = other->outcome->elapsed_us;

	return first < second ? 1 : first > second ? -1 : str_compare(one->name, other->name);
}

str text_seconds(int64_t elapsed_us, struct arena *arena)
{
	const long long hundredths = (long long)(elapsed_us + 5000) / 10000;

	return str_format(arena, "%lld.%02lld s", hundredths / 100, hundredths % 100);
}

void text_add_durations(const struct report *report, struct buf *out)
{
	struct {
		const struct report_cell **items;
		size_t count, capacity;
	} cells = { 0 };

	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];

		for (size_t j = 0; j < scenario->cells.count; j++) {
			const struct report_cell *cell = &scenario->cells.items[j];

			if (cell->outcome && cell->outcome->verdict != VERDICT_SKIPPED) {
				*LIST_PUSH(&cells, out->arena) = cell;
			}
		}
	}
	if (!cells.count) {
		return;
	}
	qsort(cells.items, cells.count, sizeof(*cells.items), compare_durations);
	buf_add(out, STR("slowest:\n"));
	for (size_t i = 0; i < cells.count && i < report->durations; i++) {
		buf_format(out, "  %9.*s  %.*s\n",
				STR_ARG(text_seconds(
						cells.items[i]->outcome->elapsed_us, out->arena)),
				STR_ARG(str_shell_word(cells.items[i]->name, out->arena)));
	}
}
