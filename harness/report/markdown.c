/*
 * `--report markdown:FILE`: a comment for a pull request. The answer comes first, then the matrices, then what is
 * known of each cell that is not as expected, folded. GitHub takes so many characters and no more: what does not fit
 * is counted.
 */
#include "kit/arena.h"
#include "kit/markup.h"
#include "report/answer.h"
#include "report/audit.h"
#include "report/details.h"
#include "report/format.h"
#include "report/matrix.h"

/* Characters of a comment on GitHub; bytes are never fewer. */
#define COMMENT_BYTES 65536

/* Of these, what the last words need. */
#define LAST_WORDS 200

/* Titles are cut after so many bytes. */
#define MOST_TEXT 400

/* A document that has a limit. */
struct limited {
	struct buf *out;
	size_t most; /* bytes of `out` */
};

/* Add `text` if it fits. */
static bool add_if_it_fits(struct limited *document, str text)
{
	if (document->out->len + text.len + LAST_WORDS > document->most) {
		return false;
	}
	buf_add(document->out, text);
	return true;
}

static bool is_one_of(char c, str set)
{
	return str_find_char(set, c) < set.len;
}

/* Text of a table's cell or of a line: what Markdown and HTML would read stands as it is. */
static void add_text(struct buf *out, str text)
{
	text = str_printable(str_on_one_line(text, MOST_TEXT, out->arena), out->arena);
	text = str_valid(text, out->arena);
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i];

		if (c == '<' || c == '>' || c == '&') {
			buf_add(out,
					c == '<'                   ? STR("&lt;")
							: c == '>' ? STR("&gt;")
								   : STR("&amp;"));
		} else if (is_one_of(c, STR("\\`*_[]|#~!"))) {
			buf_add_char(out, '\\');
			buf_add_char(out, c);
		} else {
			buf_add_char(out, c);
		}
	}
}

/* A name, which is nobody's to mention: in the code of HTML, where neither Markdown nor @ is read. */
static void add_name(struct buf *out, str name)
{
	const str text = str_printable(name, out->arena);
	struct buf escaped = { .arena = out->arena };

	markup_add(&escaped, text);
	buf_add(out, STR("<code>"));
	for (size_t i = 0; i < escaped.len; i++) {
		const char c = escaped.data[i];

		if (is_one_of(c, STR("\\`*_[]|#~!@"))) {
			buf_format(out, "&#%d;", c);
		} else {
			buf_add_char(out, c);
		}
	}
	buf_add(out, STR("</code>"));
}

/* Code between fences that are longer than any in it. */
static void add_code(struct buf *out, const char *language, str code)
{
	size_t longest = 2, run = 0;

	for (size_t i = 0; i < code.len; i++) {
		run = code.data[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	buf_add_repeated(out, '`', longest + 1);
	buf_format(out, "%s\n%.*s\n", language, STR_ARG(code));
	buf_add_repeated(out, '`', longest + 1);
	buf_add_char(out, '\n');
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* --- the answer ------------------------------------------------------------------------------ */

static void add_headline(const struct report *report, struct buf *out)
{
	const struct report_summary *summary = &report->summary;
	const size_t cells = summary->cells + summary->unanswered;
	const size_t differ = report_count_answers(report).differ;
	const str answer = answer_headline(report, out->arena);

	if (answer.len) {
		buf_add(out, STR("### ✗ Rehearse: "));
		add_text(out, answer);
		buf_add(out, STR("\n\n"));
	} else if (report_is_green(summary)) {
		buf_format(out, "### ✓ Rehearse: all %zu cell%s as expected\n\n",
				summary->as_expected, plural(summary->as_expected));
	} else if (differ) {
		buf_format(out, "### ✗ Rehearse: %zu of %zu cell%s not as expected\n\n", differ,
				cells, plural(cells));
	} else {
		buf_add(out, STR("### ✗ Rehearse: the run is not complete\n\n"));
	}
}

static void add_counts(const struct report *report, struct buf *out)
{
	const struct report_summary *summary = &report->summary;
	const struct answer_count answers = report_count_answers(report);
	const struct str_list words = answer_counts(&answers, out->arena);
	const bool has_others = answers.as_expected || answers.differ || !answers.scenarios;

	if (has_others) {
		buf_format(out, "%zu as expected", answers.as_expected);
	}
	if (answers.differ) {
		buf_format(out, ", %zu differ%s", answers.differ, answers.differ == 1 ? "s" : "");
	}
	if (answers.scenarios) {
		buf_format(out, "%s%.*s", has_others ? "; " : "",
				STR_ARG(str_list_join(&words, STR(" "), out->arena)));
	}
	if (summary->skipped) {
		buf_format(out, ", %zu skipped", summary->skipped);
	}
	if (summary->not_recorded) {
		buf_format(out, ", %zu not recorded", summary->not_recorded);
	}
	if (summary->unanswered) {
		buf_format(out, ", %zu without an answer", summary->unanswered);
	}
	if (summary->not_played) {
		buf_format(out, ", %zu not played", summary->not_played);
	}
	if (summary->stale_records.count) {
		buf_format(out, ", %zu stale record%s", summary->stale_records.count,
				plural(summary->stale_records.count));
	}
	buf_add(out, STR("\n\n"));
}

/* --- matrices -------------------------------------------------------------------------------- */

static void add_entry(const struct matrix_entry *entry, struct buf *out)
{
	const bool is_loud = entry->is_differing || !entry->cell->outcome;

	buf_add(out, is_loud ? STR("**") : STR(""));
	buf_format(out, "%s ", report_sign(entry->cell->outcome));
	add_text(out, entry->verdict);
	buf_add(out, is_loud ? STR(" ⚠**") : STR(""));
	if (entry->engines.len) {
		buf_format(out, " (%.*s)", STR_ARG(entry->engines));
	}
}

static void add_matrix(const struct report_scenario *scenario, struct buf *out)
{
	const struct matrix matrix = matrix_of(scenario, out->arena);

	buf_format(out, "| %.*s |", STR_ARG(matrix.engines));
	for (size_t state = 0; state < scenario->states.count; state++) {
		buf_add_char(out, ' ');
		add_name(out, scenario->states.items[state]);
		buf_add(out, STR(" |"));
	}
	buf_add(out, STR("\n|---|"));
	for (size_t state = 0; state < scenario->states.count; state++) {
		buf_add(out, STR("---|"));
	}
	buf_add_char(out, '\n');
	for (size_t strategy = 0; strategy < scenario->strategies.count; strategy++) {
		if (!matrix_has_row(&matrix, strategy, 0, scenario->states.count)) {
			continue;
		}
		buf_add(out, STR("| "));
		add_name(out, scenario->strategies.items[strategy]);
		buf_add(out, STR(" |"));
		for (size_t state = 0; state < scenario->states.count; state++) {
			const struct matrix_entries *entries = matrix_at(&matrix, strategy, state);

			for (size_t i = 0; i < entries->count; i++) {
				buf_add(out, i ? STR("<br>") : STR(" "));
				add_entry(&entries->items[i], out);
			}
			buf_add(out, STR(" |"));
		}
		buf_add_char(out, '\n');
	}
	buf_add_char(out, '\n');
}

/* What works from each state, and the lines that would claim it. */
static void add_answer(const struct report_scenario *scenario, struct buf *out)
{
	const struct answer answer = report_answer(scenario, out->arena);

	for (size_t i = 0; i < answer.states.count; i++) {
		const struct answer_state *state = &answer.states.items[i];

		buf_add(out, STR("- from "));
		add_name(out, state->state);
		buf_format(out, " %.*s", STR_ARG(state->words));
		for (size_t j = 0; j < state->working.count; j++) {
			buf_add(out, j ? STR(", ") : STR(": "));
			add_name(out, state->working.items[j]);
		}
		buf_add_char(out, '\n');
	}
	buf_add_char(out, '\n');
	if (answer.claims.count) {
		const str lines = str_list_join(&answer.claims, STR("\n  "), out->arena);

		buf_add(out, STR(ANSWER_CLAIMS_LEAD "\n\n"));
		add_code(out, "yaml", str_format(out->arena, "outcomes:\n  %.*s", STR_ARG(lines)));
		buf_add_char(out, '\n');
		add_name(out, answer_command(scenario, out->arena));
		buf_add(out, STR(" writes these lines there.\n\n"));
	}
}

static void add_scenario_matrix(const struct report_scenario *scenario, struct buf *out)
{
	buf_add(out, STR("**"));
	add_text(out, scenario->name);
	buf_add(out, STR("**"));
	if (scenario->title.len) {
		buf_add(out, STR(": "));
		add_text(out, scenario->title);
	}
	buf_add(out, STR("\n\n"));
	add_matrix(scenario, out);
	if (report_is_answer(scenario)) {
		add_answer(scenario, out);
	}
}

/* The matrices of scenarios with (or without) cells that are not as expected; how many did not fit. */
static size_t add_matrices(const struct report *report, bool are_loud, struct limited *document)
{
	size_t left_out = 0;

	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];
		struct buf text = { .arena = report->arena };

		if (report_scenario_needs_look(scenario) != are_loud) {
			continue;
		}
		add_scenario_matrix(scenario, &text);
		left_out += left_out || !add_if_it_fits(document, buf_str(&text));
	}
	return left_out;
}

/* The same of those that are as expected, folded. */
static size_t add_calm_matrices(const struct report *report, struct limited *document)
{
	struct buf *out = document->out;
	const size_t before = out->len;

	buf_add(out, STR("<details><summary>Scenarios that are as expected</summary>\n\n"));
	const size_t opened = out->len, left_out = add_matrices(report, false, document);

	if (out->len == opened) {
		out->len = before; // there is none, or none fits
		out->data[before] = '\0';
	} else {
		buf_add(out, STR("</details>\n\n"));
	}
	return left_out;
}

/* --- details --------------------------------------------------------------------------------- */

static void add_cell(const struct report_cell *cell, struct buf *out)
{
	const str details = report_details(cell, out->arena);

	buf_add(out, details.len ? STR("<details><summary>") : STR(""));
	add_name(out, cell->name);
	buf_add(out, STR(": "));
	markup_add(out, report_headline(cell, out->arena));
	if (details.len) {
		buf_add(out, STR("</summary>\n\n"));
		add_code(out, "text", details);
		buf_add(out, STR("\n</details>"));
	}
	buf_add(out, STR("\n\n"));
}

/* What is known of each cell that is not as expected; of how many it did not fit. */
static size_t add_details(const struct report *report, struct limited *document)
{
	size_t left_out = 0;

	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];

		for (size_t j = 0; j < scenario->cells.count; j++) {
			const struct report_cell *cell = &scenario->cells.items[j];
			struct buf text = { .arena = report->arena };

			if (!report_needs_look(cell)) {
				continue;
			}
			add_cell(cell, &text);
			left_out += !add_if_it_fits(document, buf_str(&text));
		}
	}
	return left_out;
}

static void add_stale_records(const struct str_list *records, struct limited *document)
{
	struct buf text = { .arena = document->out->arena };

	for (size_t i = 0; i < records->count; i++) {
		buf_add(&text, STR("- "));
		add_name(&text, records->items[i]);
		buf_add(&text, STR(" belongs to no cell any more\n"));
	}
	buf_add(&text, records->count ? STR("\n") : STR(""));
	(void)add_if_it_fits(document, buf_str(&text)); // their number was said
}

/* --- the whole ------------------------------------------------------------------------------- */

static struct limited begin_document(const struct report *report, struct buf *out)
{
	return (struct limited){ out, report->most_bytes ? report->most_bytes : COMMENT_BYTES };
}

static void markdown_finish(const struct report *report, struct buf *out)
{
	struct limited document = begin_document(report, out);
	size_t matrices, details;

	add_headline(report, out);
	add_counts(report, out);
	matrices = add_matrices(report, true, &document);
	details = add_details(report, &document);
	add_stale_records(&report->summary.stale_records, &document);
	matrices += add_calm_matrices(report, &document);
	if (matrices || details) {
		buf_format(out, "%zu more matri%s and the details of %zu more cell%s did not fit here.\n",
				matrices, matrices == 1 ? "x" : "ces", details, plural(details));
	}
}

static void markdown_mistakes(
		const struct report *report, const struct error_list *mistakes, struct buf *out)
{
	struct limited document = begin_document(report, out);
	size_t left_out = 0;

	buf_format(out, "### ✗ Rehearse: %zu mistake%s, nothing was played\n\n", mistakes->count,
			plural(mistakes->count));
	for (size_t i = 0; i < mistakes->count; i++) {
		struct buf text = { .arena = report->arena }, code = { .arena = report->arena };

		error_render(mistakes->items[i], false, &code);
		add_code(&text, "text", str_valid(str_trim(buf_str(&code)), report->arena));
		buf_add_char(&text, '\n');
		left_out += !add_if_it_fits(&document, buf_str(&text));
	}
	if (left_out) {
		buf_format(out, "%zu more did not fit here.\n", left_out);
	}
}

/* --- audits ---------------------------------------------------------------------------------- */

static void add_questions(const struct audit *audit, struct buf *out)
{
	static const char *const signs[] = {
		[AUDIT_YES] = "✓",
		[AUDIT_NO] = "✗",
		[AUDIT_UNKNOWN] = "?",
		[AUDIT_SKIPPED] = "–",
	};

	buf_add(out, STR("| | question | |\n|---|---|---|\n"));
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		const struct audit_answer *answer = &audit->answers[i];
		const size_t count = audit_count(audit, (enum audit_question)i);

		buf_format(out, "| %s | ", signs[answer->kind]);
		add_name(out, str_from(audit_question_names[i]));
		buf_add(out, STR(" | "));
		if (answer->kind == AUDIT_NO) {
			buf_format(out, "**%zu finding%s**", count, plural(count));
		} else if (answer->kind == AUDIT_YES) {
			add_text(out, str_from(audit_yes(audit, (enum audit_question)i)));
		}
		if (answer->reason.len) {
			buf_add(out, answer->kind == AUDIT_YES || answer->kind == AUDIT_NO ? STR("; ") : STR(""));
			add_text(out, answer->reason);
		}
		buf_add(out, STR(" |\n"));
	}
	buf_add_char(out, '\n');
}

static void add_finding(const struct audit_finding *finding, struct buf *out)
{
	const str details = audit_details(finding, out->arena);

	buf_add(out, details.len ? STR("<details><summary>") : STR(""));
	add_name(out, audit_finding_name(finding, out->arena));
	buf_add(out, finding->is_known ? STR(" (known): ") : finding->is_warning ? STR(" (warning): ") : STR(": "));
	markup_add(out, finding->message);
	if (finding->place.path.len) {
		buf_add_char(out, ' ');
		add_name(out, str_format(out->arena, "%.*s:%zu", STR_ARG(finding->place.path),
					      finding->place.line));
	}
	if (details.len) {
		buf_add(out, STR("</summary>\n\n"));
		add_code(out, "text", details);
		buf_add(out, STR("\n</details>"));
	}
	buf_add(out, STR("\n\n"));
}

static void markdown_audit(const struct report *report, const struct audit *audit, struct buf *out)
{
	struct limited document = begin_document(report, out);
	size_t left_out = 0;

	buf_format(out, "### %s Rehearse: ", audit_is_green(audit) ? "✓" : "✗");
	add_text(out, audit_headline(audit, out->arena));
	buf_add(out, STR("\n\n"));
	add_questions(audit, out);
	for (size_t i = 0; i < audit->findings.count; i++) {
		struct buf text = { .arena = report->arena };

		add_finding(&audit->findings.items[i], &text);
		left_out += !add_if_it_fits(&document, buf_str(&text));
	}
	if (left_out) {
		buf_format(out, "%zu more finding%s did not fit here.\n", left_out, plural(left_out));
	}
}

const struct report_format report_markdown = {
	.name = "markdown",
	.mistakes = markdown_mistakes,
	.finish = markdown_finish,
	.audit = markdown_audit,
};
