/*
 * `--format tap`: the Test Anything Protocol. A cell is a test point, and what is known of one that is not as expected
 * its YAML diagnostic. Cells are written as they are complete; the plan is the last line. All of it is version 14, but
 * the first line says 13: `prove` refuses what is newer than itself, and 14 takes what was written as 13. Of YAML
 * there is only what prove reads.
 */
#include "kit/arena.h"
#include "kit/json.h"
#include "report/audit.h"
#include "report/details.h"
#include "report/format.h"

/* Text of a line: what would begin a directive is escaped. */
static void add_text(struct buf *out, str text)
{
	text = str_valid(str_printable(text, out->arena), out->arena);
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '#' || text.data[i] == '\\') {
			buf_add_char(out, '\\');
		}
		buf_add_char(out, text.data[i]);
	}
}

/* `key: "text"`, as JSON has it, which YAML reads too. */
static void add_value(struct buf *out, const char *key, str text)
{
	struct json_writer json = { .out = out };

	buf_format(out, "  %s: ", key);
	json_add_text(&json, NULL, text);
	buf_add_char(out, '\n');
}

static void add_place(struct buf *out, const struct excerpt *place)
{
	if (!place->path.len) {
		return;
	}
	buf_add(out, STR("  at:\n"));
	add_value(out, "  file", place->path);
	buf_format(out, "    line: %zu\n    column: %zu\n", place->line, place->column);
}

/* Lines of text as a block; the first is not further in than any other. */
static void add_block(struct buf *out, const char *key, str text)
{
	str line;

	if (!text.len) {
		return;
	}
	buf_format(out, "  %s: |\n", key);
	while (text.len && str_next_part(&text, '\n', &line)) {
		buf_add(out, line.len ? STR("    ") : STR(""));
		buf_add(out, line);
		buf_add_char(out, '\n');
	}
}

static void add_diagnostic(const struct report_cell *cell, struct buf *out)
{
	const struct outcome *outcome = cell->outcome;
	const bool is_error = outcome && outcome->verdict == VERDICT_FAILS;

	buf_add(out, STR("  ---\n"));
	add_value(out, "message", report_headline(cell, out->arena));
	add_value(out, "severity", outcome ? STR("fail") : STR("error"));
	if (outcome) {
		add_value(out, "verdict", report_verdict(outcome, out->arena));
		add_value(out, "claim", outcome->claim);
	}
	add_place(out,
			is_error && outcome->error.place.path.len ? &outcome->error.place
								  : &cell->place);
	add_block(out, "details", report_details(cell, out->arena));
	buf_add(out, STR("  ...\n"));
}

/* How many test points there are by now. */
static size_t points_of(const struct report_summary *summary)
{
	return summary->cells + summary->unanswered;
}

static void tap_begin(const struct report *report, struct buf *out)
{
	(void)report;
	buf_add(out, STR("TAP version 13\n"));
}

static void add_cell(size_t number, const struct report_cell *cell, struct buf *out)
{
	const enum report_status status = report_status(cell);
	const bool is_ok = status == REPORT_AS_EXPECTED || status == REPORT_SKIPPED;

	buf_format(out, "%sok %zu - ", is_ok ? "" : "not ", number);
	add_text(out, cell->name);
	if (status == REPORT_SKIPPED) {
		buf_add(out, STR(" # SKIP "));
		add_text(out, cell->outcome->skip_reason);
	}
	buf_add_char(out, '\n');
	if (!is_ok) {
		add_diagnostic(cell, out);
	}
}

static void tap_scenario(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	for (size_t i = 0; i < scenario->cells.count; i++) {
		add_cell(points_of(&report->summary) + i + 1, &scenario->cells.items[i], out);
	}
}

static void tap_finish(const struct report *report, struct buf *out)
{
	const struct report_summary *summary = &report->summary;
	const size_t points = points_of(summary), stale = summary->stale_records.count;

	for (size_t i = 0; i < stale; i++) {
		buf_format(out, "not ok %zu - record ", points + i + 1);
		add_text(out, summary->stale_records.items[i]);
		buf_add(out, STR(" belongs to no cell any more\n"));
	}
	if (summary->not_played) {
		buf_format(out, "Bail out! %zu cell%s not played\n", summary->not_played,
				summary->not_played == 1 ? " was" : "s were");
	}
	buf_format(out, "1..%zu\n", points + stale);
}

static void tap_mistakes(
		const struct report *report, const struct error_list *mistakes, struct buf *out)
{
	tap_begin(report, out);
	for (size_t i = 0; i < mistakes->count; i++) {
		const struct excerpt place = excerpt_of(mistakes->items[i]->where, out->arena);

		buf_add(out, STR("# "));
		if (place.path.len) {
			buf_format(out, "%.*s: ", STR_ARG(excerpt_place(&place, out->arena)));
		}
		add_text(out, mistakes->items[i]->message);
		buf_add_char(out, '\n');
	}
	buf_format(out, "Bail out! %zu mistake%s, nothing was played\n", mistakes->count,
			mistakes->count == 1 ? "" : "s");
}

static void add_finding(size_t number, const struct audit_finding *finding, struct buf *out)
{
	const bool is_ok = finding->is_known || finding->is_warning;

	buf_format(out, "%sok %zu - ", is_ok ? "" : "not ", number);
	add_text(out, str_format(out->arena, "%.*s: %.*s",
				      STR_ARG(audit_finding_name(finding, out->arena)),
				      STR_ARG(finding->message)));
	buf_add(out, finding->is_known ? STR(" # TODO known\n") : STR("\n"));
	buf_add(out, STR("  ---\n"));
	add_value(out, "message", finding->message);
	add_value(out, "severity", is_ok ? STR("comment") : STR("fail"));
	add_place(out, &finding->place);
	add_block(out, "details", audit_details(finding, out->arena));
	buf_add(out, STR("  ...\n"));
}

/* A question is a test point, and each of its findings is one before it. */
static void tap_audit(const struct report *report, const struct audit *audit, struct buf *out)
{
	size_t number = 0;

	tap_begin(report, out);
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		const struct audit_answer *answer = &audit->answers[i];
		bool has_failed = answer->kind == AUDIT_UNKNOWN;

		for (size_t j = 0; j < audit->findings.count; j++) {
			const struct audit_finding *finding = &audit->findings.items[j];

			if (finding->question == i) {
				add_finding(++number, finding, out);
				has_failed |= !finding->is_known && !finding->is_warning;
			}
		}
		buf_format(out, "%sok %zu - ", has_failed ? "not " : "", ++number);
		add_text(out, str_from(audit_asks(audit, (enum audit_question)i)));
		if (answer->kind == AUDIT_SKIPPED) {
			buf_add(out, STR(" # SKIP "));
			add_text(out, answer->reason);
		}
		buf_add_char(out, '\n');
		if (answer->kind == AUDIT_UNKNOWN) {
			buf_add(out, STR("  ---\n"));
			add_value(out, "message", answer->reason);
			add_value(out, "severity", STR("error"));
			buf_add(out, STR("  ...\n"));
		}
	}
	buf_format(out, "1..%zu\n", number);
}

const struct report_format report_tap = {
	.name = "tap",
	.mistakes = tap_mistakes,
	.begin = tap_begin,
	.scenario = tap_scenario,
	.finish = tap_finish,
	.audit = tap_audit,
};
