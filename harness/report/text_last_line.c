/*
 * The last line of a run: how many cells came to what, of how many scenarios and on which engines.
 */
#include "kit/arena.h"
#include "report/answer.h"
#include "report/text_internal.h"

/* "3 skipped", if there are any. */
static void add_count(struct text_line *line, const char *separator, size_t count, const char *words)
{
	if (count) {
		text_line_add(line, separator, STYLE_PLAIN,
				str_format(line->out->arena, "%zu %s", count, words));
	}
}

/* The same of things that have a plural. */
static void add_things(struct text_line *line, enum style style, size_t count, const char *thing,
		const char *more)
{
	if (count) {
		text_line_add(line, "; ", style,
				str_format(line->out->arena, "%zu %s%s%s", count, thing,
						count == 1 ? "" : "s", more));
	}
}

static void add_cells(struct text_line *line)
{
	const struct report_summary *summary = &line->report->summary;
	const struct answer_count count = report_count_answers(line->report);
	const struct str_list words = answer_counts(&count, line->out->arena);
	const char *separator = ": ";

	if (count.as_expected || count.differ || !count.scenarios) {
		text_line_add(line, separator, count.as_expected ? STYLE_GOOD : STYLE_PLAIN,
				str_format(line->out->arena, "%zu as expected", count.as_expected));
		separator = "; ";
	}
	if (count.differ) {
		text_line_add(line, ", ", STYLE_ALARM,
				str_format(line->out->arena, "%zu differ%s", count.differ,
						count.differ == 1 ? "s" : ""));
	}
	for (size_t i = 0; i < words.count; i++) {
		text_line_add(line, i ? " " : separator, STYLE_PLAIN, words.items[i]);
	}
	add_count(line, ", ", summary->skipped, "skipped");
	add_count(line, "; ", summary->not_recorded, "not recorded");
	add_count(line, "; ", summary->unanswered, "without an answer");
}

static void add_scope(struct text_line *line)
{
	const struct report *report = line->report;
	struct str_list engines = { 0 };
	str on = { 0 };

	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];

		for (size_t j = 0; j < scenario->cells.count; j++) {
			const struct report_cell *cell = &scenario->cells.items[j];

			if (report_status(cell) != REPORT_SKIPPED &&
					!str_list_contains(&engines, cell->engine)) {
				str_list_add(&engines, cell->engine, line->out->arena);
			}
		}
	}
	if (engines.count) {
		on = str_format(line->out->arena, " on %.*s",
				STR_ARG(str_list_join(&engines, STR(", "), line->out->arena)));
	}
	text_line_add(line, "; ", STYLE_PLAIN,
			str_format(line->out->arena, "%zu scenario%s%.*s", report->scenarios.count,
					report->scenarios.count == 1 ? "" : "s", STR_ARG(on)));
}

void text_add_last_line(const struct report *report, struct buf *out)
{
	const struct report_summary *summary = &report->summary;
	struct text_line line = { .report = report, .out = out, .indent = 2 };

	text_line_add(&line, "", STYLE_PLAIN,
			str_format(out->arena, "%zu cell%s", summary->cells,
					summary->cells == 1 ? "" : "s"));
	add_cells(&line);
	add_things(&line, STYLE_BAD, summary->stale_records.count, "stale record", "");
	add_things(&line, STYLE_PLAIN, summary->passed_over, "file", " passed over");
	add_scope(&line);
	if (report->is_timed) {
		text_line_add(&line, "; ", STYLE_PLAIN, text_seconds(summary->elapsed_us, out->arena));
	}
	buf_add_char(out, '\n');
}
