/*
 * How far somebody has come with exercises: scenarios with the tag 'exercise', which ask for steps that are not there
 * yet. One is solved when all of its cells that were played end as claimed.
 */
#include "kit/arena.h"
#include "report/text_internal.h"

static bool is_solved(const struct report_scenario *scenario)
{
	bool works = false;

	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];

		if (!cell->outcome || report_status(cell) == REPORT_DIFFERS) {
			return false;
		}
		works = works || cell->outcome->verdict == VERDICT_WORKS;
	}
	return works;
}

void text_add_exercises(const struct report *report, struct buf *out)
{
	size_t count = 0, solved = 0;
	str next = STR("");

	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];

		if (!scenario->is_exercise) {
			continue;
		}
		count++;
		if (is_solved(scenario)) {
			solved++;
		} else if (!next.len) {
			next = scenario->name;
		}
	}
	if (!count) {
		return;
	}
	buf_add(out, STR("exercises: "));
	style_add(out, report->colour, solved ? STYLE_GOOD : STYLE_PLAIN,
			str_format(out->arena, "%zu of %zu solved", solved, count));
	if (next.len) {
		buf_format(out, "; next: %.*s", STR_ARG(next));
	}
	buf_add_char(out, '\n');
}
