/*
 * The matrix of a scenario in columns of a terminal; wide ones in several blocks.
 */
#include "kit/arena.h"
#include "kit/columns.h"
#include "report/matrix.h"
#include "report/text_internal.h"

#define INDENT 2
#define GAP    3

/* A matrix being drawn. */
struct drawing {
	const struct report *report;
	const struct report_scenario *scenario;
	struct matrix matrix;
	struct arena *arena;
	size_t name_width;
	size_t *widths; /* of the states' columns */
	bool is_narrow; /* a column beside the names does not fit: names stand on lines of their own */
};

static size_t width_of(const struct matrix_entry *entry)
{
	return 2 + columns_of(entry->verdict) + (entry->engines.len ? 3 + entry->engines.len : 0) +
			(entry->is_differing ? 2 : 0);
}

static void measure(struct drawing *drawing)
{
	const struct report_scenario *scenario = drawing->scenario;

	drawing->name_width = columns_of(drawing->matrix.engines);
	for (size_t i = 0; i < scenario->strategies.count; i++) {
		const size_t len = columns_of(scenario->strategies.items[i]);

		drawing->name_width = len > drawing->name_width ? len : drawing->name_width;
	}
	for (size_t state = 0; state < scenario->states.count; state++) {
		drawing->widths[state] = columns_of(scenario->states.items[state]);
	}
	for (size_t i = 0; i < scenario->strategies.count * scenario->states.count; i++) {
		const struct matrix_entries *entries = &drawing->matrix.entries[i];
		size_t *width = &drawing->widths[i % scenario->states.count];

		for (size_t j = 0; j < entries->count; j++) {
			const size_t needed = width_of(&entries->items[j]);

			*width = needed > *width ? needed : *width;
		}
	}
	for (size_t state = 0; state < scenario->states.count; state++) {
		drawing->is_narrow = drawing->is_narrow ||
				INDENT + drawing->name_width + GAP + drawing->widths[state] >
						text_width(drawing->report);
	}
	if (drawing->is_narrow) {
		drawing->name_width = 0;
	}
}

/* What would differ, were it claimed, is part of an answer (report/answer.h) and calm there. */
static enum style style_of(const struct matrix_entry *entry)
{
	const struct outcome *outcome = entry->cell->outcome;
	const bool is_news = outcome && outcome->verdict != VERDICT_SKIPPED &&
			!outcome_is_as_expected(outcome) && !entry->is_differing;

	return is_news ? STYLE_PLAIN : text_verdict_style(outcome);
}

static void add_entry(
		const struct drawing *drawing, const struct matrix_entry *entry, struct buf *out)
{
	const bool colour = drawing->report->colour;
	const str text = str_format(drawing->arena, "%s %.*s", report_sign(entry->cell->outcome),
			STR_ARG(entry->verdict));

	style_add(out, colour, style_of(entry), text);
	if (entry->engines.len) {
		buf_format(out, " (%.*s)", STR_ARG(entry->engines));
	}
	if (entry->is_differing) {
		buf_add_char(out, ' ');
		style_add(out, colour, STYLE_ALARM, STR("!"));
	}
}

/* The row of a strategy, its states `first` up to `end`: as many lines as its fullest cell has. */
static void add_row(const struct drawing *drawing, size_t strategy, size_t first, size_t end,
		struct buf *out)
{
	const str name = drawing->scenario->strategies.items[strategy];
	size_t lines = 1;

	for (size_t state = first; state < end; state++) {
		const size_t count = matrix_at(&drawing->matrix, strategy, state)->count;

		lines = count > lines ? count : lines;
	}
	if (drawing->is_narrow) {
		buf_add_repeated(out, ' ', INDENT);
		buf_add(out, name);
		buf_add_char(out, '\n');
	}
	for (size_t line = 0; line < lines; line++) {
		size_t pending = INDENT; // blanks that are due once something follows them
		const size_t shown = line || drawing->is_narrow ? 0 : columns_of(name);

		if (shown) {
			buf_add_repeated(out, ' ', pending);
			buf_add(out, name);
			pending = 0;
		}
		pending += drawing->name_width - shown;
		for (size_t state = first; state < end; state++) {
			const struct matrix_entries *entries =
					matrix_at(&drawing->matrix, strategy, state);
			size_t used = 0;

			pending += GAP;
			if (line < entries->count) {
				buf_add_repeated(out, ' ', pending);
				add_entry(drawing, &entries->items[line], out);
				used = width_of(&entries->items[line]);
				pending = 0;
			}
			pending += drawing->widths[state] - used;
		}
		buf_add_char(out, '\n');
	}
}

static void add_header(const struct drawing *drawing, size_t first, size_t end, struct buf *out)
{
	const str engines = drawing->matrix.engines;
	size_t pending = INDENT;

	buf_add_repeated(out, ' ', INDENT);
	style_add(out, drawing->report->colour, STYLE_FAINT, engines);
	if (drawing->is_narrow) {
		buf_add_char(out, '\n');
	} else {
		pending = drawing->name_width - columns_of(engines);
	}
	for (size_t state = first; state < end; state++) {
		const str name = drawing->scenario->states.items[state];

		buf_add_repeated(out, ' ', pending + GAP);
		style_add(out, drawing->report->colour, STYLE_BOLD, name);
		pending = drawing->widths[state] - columns_of(name);
	}
	buf_add_char(out, '\n');
}

/* How many states fit beside each other from `first` on; at least one. */
static size_t block_end(const struct drawing *drawing, size_t first)
{
	size_t used = INDENT + drawing->name_width + GAP + drawing->widths[first];
	size_t end = first + 1;

	while (end < drawing->scenario->states.count &&
			used + GAP + drawing->widths[end] <= text_width(drawing->report)) {
		used += GAP + drawing->widths[end++];
	}
	return end;
}

void text_add_matrix(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	const size_t columns = scenario->states.count;
	struct drawing drawing = {
		.report = report,
		.scenario = scenario,
		.matrix = matrix_of(scenario, out->arena),
		.arena = out->arena,
		.widths = arena_new_array(out->arena, size_t, columns),
	};

	measure(&drawing);
	for (size_t first = 0, end; first < columns; first = end) {
		end = block_end(&drawing, first);
		if (first) {
			buf_add_char(out, '\n');
		}
		add_header(&drawing, first, end, out);
		for (size_t strategy = 0; strategy < scenario->strategies.count; strategy++) {
			if (matrix_has_row(&drawing.matrix, strategy, first, end)) {
				add_row(&drawing, strategy, first, end, out);
			}
		}
	}
}
