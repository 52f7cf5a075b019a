/*
 * The matrix of a scenario: a row a strategy, a column a state. Engines that agree share a line of the
 * cell; those that do not have a line each, with their names.
 */
#include "kit/arena.h"
#include "kit/columns.h"
#include "report/text_internal.h"

#define INDENT 2
#define GAP    3

/* One line in one cell. */
struct entry {
	const struct report_cell *cell; /* the first of those that share it */
	bool is_differing;
	str verdict, engines; /* no engines: all that ran */
	size_t width;
};

struct entries {
	struct entry *items;
	size_t count, capacity;
};

struct matrix {
	const struct report *report;
	const struct report_scenario *scenario;
	struct arena *arena;
	struct str_list engines; /* those that ran */
	struct entries *entries; /* strategy after strategy, a list for each state */
	size_t name_width;
	size_t *widths; /* of the states' columns */
};

static bool is_skipped(const struct report_cell *cell)
{
	return cell->outcome && cell->outcome->verdict == VERDICT_SKIPPED;
}

static str short_verdict(const struct outcome *outcome, struct arena *arena)
{
	if (!outcome) {
		return STR("no answer");
	}
	if (outcome->verdict != VERDICT_FAILS) {
		return report_verdict(outcome, arena);
	}
	return outcome->failed_step ? str_format(arena, "fails at %zu", outcome->failed_step)
				    : STR("state fails");
}

static size_t index_of(const struct str_list *names, str name)
{
	size_t i = 0;

	while (i < names->count && !str_equal(names->items[i], name)) {
		i++;
	}
	return i;
}

static struct entries *entries_at(const struct matrix *matrix, size_t strategy, size_t state)
{
	return &matrix->entries[strategy * matrix->scenario->states.count + state];
}

static void add_cell(struct matrix *matrix, const struct report_cell *cell)
{
	struct entries *entries =
			entries_at(matrix, index_of(&matrix->scenario->strategies, cell->strategy),
					index_of(&matrix->scenario->states, cell->state));
	const str verdict = short_verdict(cell->outcome, matrix->arena);
	const bool is_differing = text_is_differing(cell);

	for (size_t i = 0; i < entries->count; i++) {
		struct entry *entry = &entries->items[i];

		if (str_equal(entry->verdict, verdict) && entry->is_differing == is_differing) {
			entry->engines = str_format(matrix->arena, "%.*s, %.*s",
					STR_ARG(entry->engines), STR_ARG(cell->engine));
			return;
		}
	}
	*LIST_PUSH(entries, matrix->arena) = (struct entry){
		.cell = cell,
		.is_differing = is_differing,
		.verdict = verdict,
		.engines = cell->engine,
	};
}

/* An engine that was skipped everywhere is named once, at the end of the report. */
static void collect(struct matrix *matrix)
{
	const struct report_scenario *scenario = matrix->scenario;

	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];

		if (!is_skipped(cell) && !str_list_contains(&matrix->engines, cell->engine)) {
			str_list_add(&matrix->engines, cell->engine, matrix->arena);
		}
	}
	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];

		if (!matrix->engines.count || str_list_contains(&matrix->engines, cell->engine)) {
			add_cell(matrix, cell);
		}
	}
}

static void measure(struct matrix *matrix)
{
	const struct report_scenario *scenario = matrix->scenario;
	const str all = str_list_join(&matrix->engines, STR(", "), matrix->arena);

	matrix->name_width = columns_of(all);
	for (size_t i = 0; i < scenario->strategies.count; i++) {
		const size_t len = columns_of(scenario->strategies.items[i]);

		matrix->name_width = len > matrix->name_width ? len : matrix->name_width;
	}
	for (size_t state = 0; state < scenario->states.count; state++) {
		matrix->widths[state] = columns_of(scenario->states.items[state]);
	}
	for (size_t i = 0; i < scenario->strategies.count * scenario->states.count; i++) {
		struct entries *entries = &matrix->entries[i];
		size_t *width = &matrix->widths[i % scenario->states.count];

		for (size_t j = 0; j < entries->count; j++) {
			struct entry *entry = &entries->items[j];

			if (str_equal(entry->engines, all) || is_skipped(entry->cell)) {
				entry->engines = STR("");
			}
			entry->width = 2 + columns_of(entry->verdict) +
					(entry->engines.len ? 3 + entry->engines.len : 0) +
					(entry->is_differing ? 2 : 0);
			*width = entry->width > *width ? entry->width : *width;
		}
	}
}

static void add_entry(const struct matrix *matrix, const struct entry *entry, struct buf *out)
{
	const bool colour = matrix->report->colour;
	const struct outcome *outcome = entry->cell->outcome;
	const str text = str_format(matrix->arena, "%s %.*s", text_verdict_sign(outcome),
			STR_ARG(entry->verdict));

	style_add(out, colour, text_verdict_style(outcome), text);
	if (entry->engines.len) {
		buf_format(out, " (%.*s)", STR_ARG(entry->engines));
	}
	if (entry->is_differing) {
		buf_add_char(out, ' ');
		style_add(out, colour, STYLE_BAD, STR("!"));
	}
}

/* The row of a strategy, its states `first` up to `end`: as many lines as its fullest cell has. */
static void add_row(const struct matrix *matrix, size_t strategy, size_t first, size_t end,
		struct buf *out)
{
	const str name = matrix->scenario->strategies.items[strategy];
	size_t lines = 1;

	for (size_t state = first; state < end; state++) {
		const size_t count = entries_at(matrix, strategy, state)->count;

		lines = count > lines ? count : lines;
	}
	for (size_t line = 0; line < lines; line++) {
		size_t pending = INDENT; // blanks that are due once something follows them
		const size_t shown = line ? 0 : columns_of(name);

		if (shown) {
			buf_add_repeated(out, ' ', pending);
			buf_add(out, name);
			pending = 0;
		}
		pending += matrix->name_width - shown;
		for (size_t state = first; state < end; state++) {
			const struct entries *entries = entries_at(matrix, strategy, state);
			size_t used = 0;

			pending += GAP;
			if (line < entries->count) {
				buf_add_repeated(out, ' ', pending);
				add_entry(matrix, &entries->items[line], out);
				used = entries->items[line].width;
				pending = 0;
			}
			pending += matrix->widths[state] - used;
		}
		buf_add_char(out, '\n');
	}
}

static void add_header(const struct matrix *matrix, size_t first, size_t end, struct buf *out)
{
	const str engines = str_list_join(&matrix->engines, STR(", "), matrix->arena);
	size_t pending = matrix->name_width - columns_of(engines);

	buf_add_repeated(out, ' ', INDENT);
	style_add(out, matrix->report->colour, STYLE_FAINT, engines);
	for (size_t state = first; state < end; state++) {
		const str name = matrix->scenario->states.items[state];

		buf_add_repeated(out, ' ', pending + GAP);
		style_add(out, matrix->report->colour, STYLE_BOLD, name);
		pending = matrix->widths[state] - columns_of(name);
	}
	buf_add_char(out, '\n');
}

/* How many states fit beside each other from `first` on; at least one. */
static size_t block_end(const struct matrix *matrix, size_t first)
{
	size_t used = INDENT + matrix->name_width + GAP + matrix->widths[first];
	size_t end = first + 1;

	while (end < matrix->scenario->states.count &&
			used + GAP + matrix->widths[end] <= TEXT_WIDTH) {
		used += GAP + matrix->widths[end++];
	}
	return end;
}

static bool has_entries(const struct matrix *matrix, size_t strategy, size_t first, size_t end)
{
	for (size_t state = first; state < end; state++) {
		if (entries_at(matrix, strategy, state)->count) {
			return true;
		}
	}
	return false;
}

void text_add_matrix(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	const size_t rows = scenario->strategies.count, columns = scenario->states.count;
	struct matrix matrix = {
		.report = report,
		.scenario = scenario,
		.arena = out->arena,
		.entries = arena_new_array(out->arena, struct entries, rows * columns),
		.widths = arena_new_array(out->arena, size_t, columns),
	};

	collect(&matrix);
	measure(&matrix);
	for (size_t first = 0, end; first < columns; first = end) {
		end = block_end(&matrix, first);
		if (first) {
			buf_add_char(out, '\n');
		}
		add_header(&matrix, first, end, out);
		for (size_t strategy = 0; strategy < rows; strategy++) {
			if (has_entries(&matrix, strategy, first, end)) {
				add_row(&matrix, strategy, first, end, out);
			}
		}
	}
}
