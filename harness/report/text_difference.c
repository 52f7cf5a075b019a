/*
 * All that is known about a cell that is not as expected.
 */
#include "kit/arena.h"
#include "report/details.h"
#include "report/failure.h"
#include "report/show.h"
#include "report/text_internal.h"

/* More lines than this of one difference say no more. */
#define DIFFERENCE_LINES 80

static void add_line(const struct report *report, size_t indent, str line, struct buf *out)
{
	enum style style = STYLE_PLAIN;

	if (str_starts_with(line, STR("-"))) {
		style = STYLE_BAD;
	} else if (str_starts_with(line, STR("+"))) {
		style = STYLE_GOOD;
	}
	if (line.len) {
		buf_add_repeated(out, ' ', indent);
		style_add(out, report->colour, style, line);
	}
	buf_add_char(out, '\n');
}

/* How many of `count` lines were not shown. */
static void add_more(size_t indent, size_t count, struct buf *out)
{
	if (count > DIFFERENCE_LINES) {
		buf_add_repeated(out, ' ', indent);
		buf_format(out, "... and %zu more lines\n", count - DIFFERENCE_LINES);
	}
}

/* At most DIFFERENCE_LINES lines of `text`, and how many there are more. */
static void add_lines(const struct report *report, size_t indent, str text, struct buf *out)
{
	size_t count = 0;
	str line;

	while (text.len && text.data[text.len - 1] == '\n') {
		text.len--;
	}
	text = str_printable_lines(text, out->arena);
	while (text.len && str_next_part(&text, '\n', &line)) {
		if (++count <= DIFFERENCE_LINES) {
			add_line(report, indent, line, out);
		}
	}
	add_more(indent, count, out);
}

static void add_error(
		const struct report *report, const struct outcome_error *error, struct buf *out)
{
	struct buf text = { .arena = out->arena };
	size_t count = 0;
	str rest, line;

	failure_render(error, 4, report->width, report->colour, &text);
	rest = buf_str(&text);
	while (rest.len && str_next_part(&rest, '\n', &line)) {
		if (++count <= DIFFERENCE_LINES) {
			buf_add(out, line);
			buf_add_char(out, '\n');
		}
	}
	add_more(4, count, out);
}

/* Each reason opens with a sentence, which stands beside its key. */
static void add_reasons(const struct report *report, const struct outcome *outcome, struct buf *out)
{
	for (size_t i = 0; i < outcome->reasons.count; i++) {
		const struct outcome_reason *reason = &outcome->reasons.items[i];
		const size_t end = str_find_char(reason->text, '\n');

		text_add_sentence(report, 4, str_format(out->arena, "%.*s: ", STR_ARG(reason->key)),
				str_printable_lines(str_slice(reason->text, 0, end), out->arena),
				out);
		add_lines(report, 6, str_slice(reason->text, end + 1, reason->text.len), out);
	}
}

void text_add_shows(const struct outcome *outcome, struct buf *out)
{
	for (size_t i = 0; i < outcome->shows.count; i++) {
		const struct outcome_show *show = &outcome->shows.items[i];
		const struct str_list lines = report_show_lines(show, out->arena);

		buf_format(out, "    step %zu shows\n", show->step);
		for (size_t j = 0; j < lines.count; j++) {
			buf_format(out, "      %.*s\n", STR_ARG(lines.items[j]));
		}
	}
}

/* What so many have in common more would not show. */
#define SHOWN_RUNS 4

static void add_runs(const struct report *report, const struct outcome *outcome, struct buf *out)
{
	const size_t count = outcome->runs.count;
	size_t all = 0, others = 0;

	for (size_t i = 0; i < outcome->runs.count; i++) {
		all += outcome->runs.items[i].count;
	}
	if (all) {
		buf_add(out, STR("    it differs from run to run (- the first, + others)\n"));
	}
	for (size_t i = 0; i < count; i++) {
		const struct outcome_run *run = &outcome->runs.items[i];

		if (i >= SHOWN_RUNS && count > SHOWN_RUNS + 1) {
			others += run->count;
			continue;
		}
		buf_format(out, "      %zu of %zu: %.*s\n", run->count, all, STR_ARG(run->verdict));
		add_lines(report, 8, str_list_join(&run->difference, STR("\n"), out->arena), out);
	}
	if (others) {
		buf_format(out, "      %zu of %zu: in %zu ways more\n", others, all,
				count - SHOWN_RUNS);
	}
}

/* What the record says otherwise: "the schema is", "the version and the schema are". */
static str unlike_record(const struct outcome *outcome, struct arena *arena)
{
	static const char *const keys[] = { "verdict: ", "error: ", "wrong: ", "version: " };
	static const char *const names[] = { "the verdict", "the error", "the verdict",
		"the version" };
	const struct str_list *lines = &outcome->record_difference;
	struct str_list parts = { 0 };

	for (size_t i = 0; i < lines->count; i++) {
		const str line = str_slice(lines->items[i], 1, lines->items[i].len);
		str name = STR("the schema");

		if (str_starts_with(lines->items[i], STR(" "))) {
			continue;
		}
		for (size_t j = 0; j < COUNT_OF(keys); j++) {
			if (str_starts_with(line, str_from(keys[j]))) {
				name = str_from(names[j]);
			}
		}
		if (!str_list_contains(&parts, name)) {
			str_list_add(&parts, name, arena);
		}
	}
	return str_format(arena, "%.*s %s", STR_ARG(str_list_join(&parts, STR(" and "), arena)),
			parts.count > 1 ? "are" : "is");
}

str report_headline(const struct report_cell *cell, struct arena *arena)
{
	const struct outcome *outcome = cell->outcome;

	if (!outcome) {
		return cell->failure.len
				? str_format(arena, "no answer: %.*s",
						  STR_ARG(str_printable(cell->failure, arena)))
				: STR("not played");
	}
	const str verdict = report_verdict(outcome, arena);

	if (outcome->verdict == VERDICT_SKIPPED) {
		return str_format(arena, "%.*s: %.*s", STR_ARG(verdict),
				STR_ARG(str_printable_lines(outcome->skip_reason, arena)));
	}
	if (outcome->is_graded || (!outcome->is_as_claimed && cell->is_unclaimed)) {
		return verdict;
	}
	if (!outcome->is_as_claimed) {
		return str_format(arena, "%s%.*s; claimed: %.*s",
				outcome->verdict == VERDICT_WORKS ? "now " : "", STR_ARG(verdict),
				STR_ARG(str_printable_lines(outcome->claim, arena)));
	}
	if (outcome->record == RECORD_DIFFERS) {
		return str_format(arena, "%.*s; as claimed, but %.*s not as recorded",
				STR_ARG(verdict), STR_ARG(unlike_record(outcome, arena)));
	}
	if (outcome->record == RECORD_WANTED) {
		return str_format(arena, "%.*s; as claimed, but there is no record of it",
				STR_ARG(verdict));
	}
	if (outcome->runs.count) {
		return str_format(
				arena, "%.*s; as claimed, but not in every run", STR_ARG(verdict));
	}
	return verdict;
}

/* What stands below the headline. */
static void add_body(const struct report *report, const struct outcome *outcome, struct buf *out)
{
	if (outcome->verdict == VERDICT_FAILS) {
		add_error(report, &outcome->error, out);
	}
	add_reasons(report, outcome, out);
	text_add_shows(outcome, out);
	for (size_t i = 0; i < outcome->notes.count; i++) {
		text_add_sentence(report, 4, STR("note: "),
				str_printable_lines(outcome->notes.items[i], out->arena), out);
	}
	add_runs(report, outcome, out);
	if (outcome->record == RECORD_DIFFERS) {
		buf_add(out, STR("    the record differs (- recorded, + now)\n"));
		add_lines(report, 6,
				str_list_join(&outcome->record_difference, STR("\n"), out->arena),
				out);
	}
	const str kept = report_kept(outcome, out->arena);

	if (kept.len) {
		buf_format(out, "    kept: %.*s\n", STR_ARG(kept));
	}
}

void text_add_difference(const struct report *report, const struct report_cell *const *cells,
		size_t count, bool is_answer, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		buf_add(out, STR("  "));
		if (is_answer) {
			buf_format(out, "%s ", report_sign(cells[i]->outcome));
		} else {
			style_add(out, report->colour, STYLE_ALARM, STR("! "));
		}
		style_add(out, report->colour, STYLE_BOLD,
				str_shell_word(cells[i]->name, out->arena));
		buf_add_char(out, '\n');
	}
	text_add_sentence(report, 4, STR(""), report_headline(cells[0], out->arena), out);
	add_body(report, cells[0]->outcome, out);
}

str report_details(const struct report_cell *cell, struct arena *arena)
{
	const struct report plain = { .arena = arena };
	struct buf text = { .arena = arena }, details = { .arena = arena };
	str rest, line;

	if (cell->outcome) {
		add_body(&plain, cell->outcome, &text);
	}
	rest = buf_str(&text);
	while (rest.len && str_next_part(&rest, '\n', &line)) {
		const bool is_indented = str_starts_with(line, STR("    "));

		buf_add(&details, str_slice(line, is_indented ? 4 : 0, line.len));
		buf_add_char(&details, '\n');
	}
	return str_trim(str_valid(buf_str(&details), arena));
}
