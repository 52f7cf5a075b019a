/*
 * `--format text`: for people. Passes are a word in a matrix, whatever differs is told in full.
 */
#include "kit/arena.h"
#include "kit/columns.h"
#include "kit/table.h"
#include "report/answer.h"
#include "report/audit.h"
#include "report/details.h"
#include "report/text_internal.h"

/* The heading; a long title goes on below itself. */
static void add_heading(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	const size_t indent = 2, used = columns_of(scenario->name) + 2;
	str title = str_printable_lines(str_trim(scenario->title), out->arena);
	str rest = title;

	style_add(out, report->colour, STYLE_BOLD, scenario->name);
	if (!title.len) {
		buf_add(out, STR("\n\n"));
		return;
	}
	const size_t width = text_width(report), room = used < width ? width - used : 0;
	const bool fits = columns_of(wrap_line(&rest, room, false)) <= room;

	buf_add(out, fits ? STR(": ") : STR(":\n  "));
	wrap_add(out, title, width, fits ? used : indent, indent);
	buf_add_char(out, '\n');
}

/* A note on cells that are as expected. */
struct note {
	str text, cell; /* the first of those cells */
	size_t others;
};

struct notes {
	struct note *items;
	size_t count, capacity;
};

/* Notes on cells that are as expected, each once. Where a failure was claimed, the claim says enough. */
static void add_notes(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	struct table seen = { .arena = out->arena };
	struct notes notes = { 0 };

	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];

		if (!cell->outcome || report_status(cell) == REPORT_DIFFERS ||
				cell->outcome->verdict == VERDICT_FAILS) {
			continue;
		}
		for (size_t j = 0; j < cell->outcome->notes.count; j++) {
			const str text = cell->outcome->notes.items[j];
			uint32_t at;

			if (table_find(&seen, text, &at)) {
				notes.items[at].others++;
				continue;
			}
			table_set(&seen, text, (uint32_t)notes.count);
			*LIST_PUSH(&notes, out->arena) =
					(struct note){ .text = text, .cell = cell->name };
		}
	}
	for (size_t i = 0; i < notes.count; i++) {
		const struct note *note = &notes.items[i];

		buf_add(out, i ? STR("") : STR("\n"));
		text_add_sentence(report, 2, STR("note: "),
				str_printable_lines(note->text, out->arena), out);
		buf_format(out, "    %.*s", STR_ARG(str_shell_word(note->cell, out->arena)));
		if (note->others) {
			buf_format(out, " and %zu more", note->others);
		}
		buf_add_char(out, '\n');
	}
}

/* All that would be told of a cell. */
static str told_of(const struct report_cell *cell, struct arena *arena)
{
	return str_format(arena, "%.*s\n%.*s", STR_ARG(report_headline(cell, arena)),
			STR_ARG(report_details(cell, arena)));
}

/* What steps have shown in cells that are as expected. */
static void add_shows(const struct report_scenario *scenario, struct buf *out)
{
	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];

		if (cell->outcome && cell->outcome->shows.count &&
				report_status(cell) != REPORT_DIFFERS) {
			buf_format(out, "\n  %.*s\n", STR_ARG(cell->name));
			text_add_shows(cell->outcome, out);
		}
	}
}

/* What --keep left of cells that are as expected. */
static void add_kept(const struct report_scenario *scenario, struct buf *out)
{
	bool is_first = true;

	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];
		const str kept = cell->outcome ? report_kept(cell->outcome, out->arena) : (str){ 0 };

		if (kept.len && report_status(cell) != REPORT_DIFFERS) {
			buf_format(out, "%s  kept %.*s: %.*s\n", is_first ? "\n" : "",
					STR_ARG(cell->name), STR_ARG(kept));
			is_first = false;
		}
	}
}

/* What differs in the same way is told once, with the cells for which it holds. */
static void add_differences(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	struct told {
		const struct report_cell **items;
		size_t count, capacity;
	} *told = arena_new_array(out->arena, struct told, scenario->cells.count);
	struct table seen = { .arena = out->arena };

	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];
		uint32_t at = (uint32_t)seen.count;

		if (report_status(cell) != REPORT_DIFFERS) {
			continue;
		}
		const str words = told_of(cell, out->arena);

		if (!table_find(&seen, words, &at)) {
			table_set(&seen, words, at);
		}
		*LIST_PUSH(&told[at], out->arena) = cell;
	}
	for (size_t i = 0; i < seen.count; i++) {
		buf_add_char(out, '\n');
		text_add_difference(report, told[i].items, told[i].count,
				report_is_answer(scenario), out);
	}
}

static void text_scenario(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	const bool is_answer = report_is_answer(scenario);

	if (report->is_quiet && !report_scenario_needs_look(scenario)) {
		return;
	}
	add_heading(report, scenario, out);
	text_add_matrix(report, scenario, out);
	if (is_answer) {
		buf_add_char(out, '\n');
		text_add_answer(report, scenario, out);
	}
	add_differences(report, scenario, out);
	if (is_answer) {
		text_add_claims(report, scenario, out);
	}
	if (report->is_verbose) {
		add_shows(scenario, out);
	}
	add_notes(report, scenario, out);
	add_kept(scenario, out);
	buf_add_char(out, '\n');
}

/* Call `visit` for every cell of the run. */
static void visit_cells(const struct report *report,
		void (*visit)(const struct report_cell *cell, void *data), void *data)
{
	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];

		for (size_t j = 0; j < scenario->cells.count; j++) {
			visit(&scenario->cells.items[j], data);
		}
	}
}

/* How many cells of one engine were skipped for one reason. */
struct skips {
	struct arena *arena;

	struct skip {
		str engine, reason;
		size_t cells;
	} * items;

	size_t count, capacity;
};

static void count_skip(const struct report_cell *cell, void *data)
{
	struct skips *skips = data;

	if (!cell->outcome || cell->outcome->verdict != VERDICT_SKIPPED) {
		return;
	}
	for (size_t i = 0; i < skips->count; i++) {
		if (str_equal(skips->items[i].engine, cell->engine) &&
				str_equal(skips->items[i].reason, cell->outcome->skip_reason)) {
			skips->items[i].cells++;
			return;
		}
	}
	*LIST_PUSH(skips, skips->arena) = (struct skip){
		.engine = cell->engine,
		.reason = cell->outcome->skip_reason,
		.cells = 1,
	};
}

struct listing {
	const struct report *report;
	struct buf *out;
};

static void list_differing(const struct listing *listing, const struct report_cell *cell)
{
	struct buf *out = listing->out;

	if (report_status(cell) == REPORT_DIFFERS) {
		const str name = str_shell_word(cell->name, out->arena);
		const str words = cell->outcome->runs.count
				? report_runs(cell->outcome, out->arena)
				: report_headline(cell, out->arena);

		style_add(out, listing->report->colour, STYLE_ALARM, STR("  ! "));
		buf_format(out, "%.*s:", STR_ARG(name));
		text_add_words(listing->report, 4 + columns_of(name) + 1, 4, words, out);
	}
}

/* What differs; of scenarios that claim nothing yet the answer, so that it is on the last screen, too. */
static void add_differing(const struct listing *listing)
{
	const struct report *report = listing->report;
	struct buf *out = listing->out;
	bool has_heading = false;

	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];
		const bool is_answer = report_is_answer(scenario);

		for (size_t j = 0; j < scenario->cells.count && !is_answer; j++) {
			if (!has_heading &&
					report_status(&scenario->cells.items[j]) ==
							REPORT_DIFFERS) {
				buf_add(out, STR("not as expected:\n"));
				has_heading = true;
			}
			list_differing(listing, &scenario->cells.items[j]);
		}
	}
	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];

		if (report_is_answer(scenario)) {
			style_add(out, report->colour, STYLE_BOLD, scenario->name);
			buf_add_char(out, ',');
			text_add_words(report, columns_of(scenario->name) + 1, 2,
					STR("of which nothing is claimed yet:"), out);
			text_add_answer(report, scenario, out);
		}
	}
}

static void list_unanswered(const struct report_cell *cell, void *data)
{
	const struct listing *listing = data;

	if (!cell->outcome) {
		buf_format(listing->out, "  ? %.*s\n",
				STR_ARG(str_shell_word(cell->name, listing->out->arena)));
	}
}

/* Beyond this, cells without an answer are the rest of a run that was stopped: their number will do. */
#define UNANSWERED_LISTED 10

static void text_finish(const struct report *report, struct buf *out)
{
	const struct report_summary *summary = &report->summary;
	struct listing listing = { report, out };
	struct skips skips = { .arena = report->arena };

	visit_cells(report, count_skip, &skips);
	for (size_t i = 0; i < skips.count; i++) {
		buf_format(out, "skipped %zu cell%s on %.*s: %.*s\n", skips.items[i].cells,
				skips.items[i].cells == 1 ? "" : "s",
				STR_ARG(skips.items[i].engine),
				STR_ARG(str_printable_lines(skips.items[i].reason, out->arena)));
	}
	if (summary->unanswered && summary->unanswered <= UNANSWERED_LISTED) {
		buf_add(out, STR("without an answer:\n"));
		visit_cells(report, list_unanswered, &listing);
	}
	add_differing(&listing);
	if (report->durations) {
		text_add_durations(report, out);
	}
	text_add_exercises(report, out);
	text_add_last_line(report, out);
}

const struct report_format report_text = {
	.name = "text",
	.names_kept = true,
	.scenario = text_scenario,
	.finish = text_finish,
	.audit = audit_text,
};
