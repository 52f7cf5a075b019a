/*
 * `--report html:FILE`: one file to look at, which asks for nothing from elsewhere and can be read without scripts. The
 * answer comes first, then the list of scenarios, then each of them. How it looks is said in report/page/.
 */
#include "kit/arena.h"
#include "kit/markup.h"
#include "report/answer.h"
#include "report/audit.h"
#include "report/details.h"
#include "report/format.h"
#include "report/html_internal.h"
#include "report/html_page.h"
#include "report/page_texts.h"

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static enum html_mood mood_of(const struct report *report, struct arena *arena)
{
	if (report_is_green(&report->summary)) {
		return HTML_GREEN;
	}
	return answer_headline(report, arena).len ? HTML_NEWS : HTML_RED;
}

static void end_page(const struct report *report, struct buf *out)
{
	buf_add(out,
			STR("<footer><p>Numbers before statements are lines of the scenario's file; statements without one "
			    "are Alembic's own. A bracket is one transaction; what stands outside of it is final at "
			    "once. A filled circle has run, if the version table is to be believed.</p><p>Rehearse "));
	markup_add(out, str_from(report->program_version));
	buf_add(out, STR("</p></footer>\n<script>\n"));
	buf_add(out, str_from(page_script));
	buf_add(out, STR("</script>\n</body>\n</html>\n"));
}

/* --- the answer ------------------------------------------------------------------------------ */

static void add_headline(const struct report *report, struct buf *out)
{
	const struct report_summary *summary = &report->summary;
	const size_t cells = summary->cells + summary->unanswered;
	const size_t differ = report_count_answers(report).differ;
	const str answer = answer_headline(report, out->arena);

	if (answer.len) {
		buf_add(out, STR("<h1>"));
		markup_add(out, answer);
		buf_add(out, STR("</h1>\n"));
	} else if (report_is_green(summary)) {
		buf_format(out, "<h1>%s%zu cell%s %s as expected</h1>\n",
				summary->as_expected == 1 ? "" : "All ", summary->as_expected,
				plural(summary->as_expected),
				summary->as_expected == 1 ? "is" : "are");
	} else if (differ) {
		buf_format(out, "<h1>%zu of %zu cell%s %s not as expected</h1>\n", differ, cells,
				plural(cells), differ == 1 ? "is" : "are");
	} else {
		buf_add(out, STR("<h1>The rehearsal is not complete</h1>\n"));
	}
}

static void add_count(struct buf *out, size_t count, const char *words)
{
	if (count) {
		buf_format(out, "<li><b>%zu</b> %s</li>", count, words);
	}
}

static void add_counts(const struct report *report, struct buf *out)
{
	const struct report_summary *summary = &report->summary;
	const long long ms = (long long)(summary->elapsed_us / 1000);
	const struct answer_count answers = report_count_answers(report);

	buf_add(out, STR("<ul class=\"counts\">"));
	add_count(out, report->scenarios.count,
			report->scenarios.count == 1 ? "scenario" : "scenarios");
	add_count(out, answers.as_expected, "as expected");
	add_count(out, answers.differ, answers.differ == 1 ? "differs" : "differ");
	add_count(out, answers.work, answers.work == 1 ? "works, unclaimed" : "work, unclaimed");
	add_count(out, answers.do_not, answers.do_not == 1 ? "does not work, unclaimed" : "do not work, unclaimed");
	add_count(out, summary->unanswered, "without an answer");
	add_count(out, summary->not_played, "not played");
	add_count(out, summary->skipped, "skipped");
	add_count(out, summary->not_recorded, "not recorded");
	add_count(out, summary->stale_records.count,
			summary->stale_records.count == 1 ? "stale record" : "stale records");
	if (ms) {
		buf_format(out, "<li class=\"time\"><b>%lld.%lld s</b></li>", ms / 1000,
				ms % 1000 / 100);
	}
	buf_add(out, STR("</ul>\n"));
}

/* A link to a scenario of which nothing is claimed yet, and its answer. */
static void add_answer_complaint(const struct report_scenario *scenario, struct buf *out)
{
	const struct answer answer = report_answer(scenario, out->arena);

	buf_add(out, STR("<li><a"));
	html_add_link(out, scenario->name);
	buf_add_char(out, '>');
	markup_add(out, scenario->name);
	buf_add(out, STR("</a> <span>nothing is claimed yet"));
	for (size_t i = 0; i < answer.states.count; i++) {
		const struct answer_state *state = &answer.states.items[i];

		markup_add(out,
				str_format(out->arena, "; from %.*s %.*s", STR_ARG(state->state),
						STR_ARG(state->words)));
	}
	buf_add(out, STR("</span></li>\n"));
}

/* Links to what needs a look. */
static void add_complaints(const struct report *report, struct buf *out)
{
	const struct str_list *stale = &report->summary.stale_records;

	if (report_is_green(&report->summary)) {
		return;
	}
	buf_add(out, STR("<ul class=\"complaints\">\n"));
	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];
		const bool is_answer = report_is_answer(scenario);

		if (is_answer) {
			add_answer_complaint(scenario, out);
		}
		for (size_t j = 0; j < scenario->cells.count; j++) {
			const struct report_cell *cell = &scenario->cells.items[j];

			if (report_needs_look(cell) && !(is_answer && cell->outcome)) {
				buf_add(out, STR("<li><a"));
				html_add_link(out, cell->name);
				buf_add_char(out, '>');
				markup_add(out, cell->name);
				buf_add(out, STR("</a> <span>"));
				markup_add(out, report_headline(cell, out->arena));
				buf_add(out, STR("</span></li>\n"));
			}
		}
	}
	for (size_t i = 0; i < stale->count; i++) {
		buf_add(out, STR("<li><code>"));
		markup_add(out, stale->items[i]);
		buf_add(out, STR("</code> <span>a record that belongs to no cell any more</span></li>\n"));
	}
	buf_add(out, STR("</ul>\n"));
}

/* --- skips ----------------------------------------------------------------------------------- */

/* Each reason once. */
static void add_skips(const struct report *report, struct buf *out)
{
	struct str_list told = { 0 };

	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];

		for (size_t j = 0; j < scenario->cells.count; j++) {
			const struct report_cell *cell = &scenario->cells.items[j];

			if (report_status(cell) != REPORT_SKIPPED ||
					str_list_contains(&told, cell->outcome->skip_reason)) {
				continue;
			}
			str_list_add(&told, cell->outcome->skip_reason, report->arena);
			buf_add(out, STR("<p class=\"skip\">Skipped on "));
			markup_add(out, cell->engine);
			buf_add(out, STR(": "));
			markup_add(out, cell->outcome->skip_reason);
			buf_add(out, STR("</p>\n"));
		}
	}
}

/* --- the list of scenarios ------------------------------------------------------------------- */

/* A cell as one sign. */
static void add_sign(const struct report_scenario *scenario, const struct report_cell *cell,
		struct buf *out)
{
	buf_format(out, "<i class=\"%s %s\">%s</i>", html_status_class(scenario, cell),
			html_verdict_class(cell), report_sign(cell->outcome));
}

static void add_list(const struct report *report, struct buf *out)
{
	if (report->scenarios.count < 2) {
		return;
	}
	buf_add(out,
			STR("<nav aria-label=\"Scenarios\">\n"
			    "<form class=\"tools\" hidden><label>Search <input type=\"search\" name=\"words\" "
			    "placeholder=\"scenario, repair, error\"></label> <label>Show <select name=\"which\">"
			    "<option value=\"\">all cells</option><option value=\"loud\">not as expected</option>"
			    "<option value=\"works\">works</option><option value=\"fails\">fails</option>"
			    "<option value=\"wrong\">wrong</option><option value=\"skips\">skipped</option></select></label> "
			    "<output aria-live=\"polite\"></output></form>\n<ul class=\"list\">\n"));
	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];

		buf_add(out, STR("<li><a"));
		html_add_link(out, scenario->name);
		buf_add_char(out, '>');
		markup_add(out, scenario->name);
		buf_add(out, STR("</a> <span class=\"title\">"));
		markup_add(out, str_trim(scenario->title));
		buf_add(out, STR("</span> <span class=\"signs\" aria-hidden=\"true\">"));
		for (size_t j = 0; j < scenario->cells.count; j++) {
			add_sign(scenario, &scenario->cells.items[j], out);
		}
		buf_add(out, STR("</span></li>\n"));
	}
	buf_add(out, STR("</ul>\n</nav>\n"));
}

/* --- the whole ------------------------------------------------------------------------------- */

static void html_finish(const struct report *report, struct buf *out)
{
	html_page_begin("Rehearsal", mood_of(report, out->arena), out);
	buf_add(out, STR("<header>\n<p class=\"name\">Rehearsal</p>\n"));
	add_headline(report, out);
	add_counts(report, out);
	add_complaints(report, out);
	add_skips(report, out);
	buf_add(out, STR("</header>\n"));
	add_list(report, out);
	buf_add(out, STR("<main>\n"));
	for (size_t i = 0; i < report->scenarios.count; i++) {
		html_add_scenario(report->scenarios.items[i], report->scenarios.count == 1, out);
	}
	buf_add(out, STR("</main>\n"));
	end_page(report, out);
}

static void html_mistakes(
		const struct report *report, const struct error_list *mistakes, struct buf *out)
{
	html_page_begin("Rehearsal", HTML_RED, out);
	buf_format(out,
			"<header>\n<p class=\"name\">Rehearsal</p>\n<h1>%zu mistake%s: nothing was played</h1>\n</header>\n"
			"<main>\n",
			mistakes->count, plural(mistakes->count));
	for (size_t i = 0; i < mistakes->count; i++) {
		struct buf text = { .arena = out->arena };

		error_render(mistakes->items[i], false, &text);
		buf_add(out, STR("<pre class=\"mistake\" tabindex=\"0\">"));
		markup_add(out, str_trim(buf_str(&text)));
		buf_add(out, STR("</pre>\n"));
	}
	buf_add(out, STR("</main>\n"));
	end_page(report, out);
}

/* --- audits ---------------------------------------------------------------------------------- */

static void add_audit_counts(const struct audit *audit, struct buf *out)
{
	const size_t warnings = audit_count_new(audit, true) - audit_count_new(audit, false);
	const long long ms = (long long)(audit->elapsed_us / 1000);

	buf_add(out, STR("<ul class=\"counts\">"));
	add_count(out, audit->revision_count, audit->revision_count == 1 ? "revision" : "revisions");
	add_count(out, audit_count_new(audit, false), "to mend");
	add_count(out, warnings, warnings == 1 ? "warning" : "warnings");
	add_count(out, audit->findings.count - audit_count_new(audit, true), "known");
	add_count(out, audit->gone.count, "gone");
	add_count(out, audit_count_unknown(audit), "without an answer");
	buf_format(out, "<li class=\"time\"><b>%lld.%lld s</b></li></ul>\n", ms / 1000, ms % 1000 / 100);
}

static void add_questions(const struct audit *audit, struct buf *out)
{
	buf_add(out,
			STR("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Questions\"><table class=\"audit\">\n"
			    "<thead><tr><th scope=\"col\">question</th><th scope=\"col\">answer</th><th scope=\"col\">in words</th></tr></thead>\n<tbody>\n"));
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		const struct audit_answer *answer = &audit->answers[i];
		const size_t count = audit_count(audit, (enum audit_question)i);

		buf_add(out, STR("<tr><th scope=\"row\">"));
		if (count) {
			buf_format(out, "<a href=\"#%s\">%s</a>", audit_question_names[i],
					audit_question_names[i]);
		} else {
			buf_add(out, str_from(audit_question_names[i]));
		}
		buf_format(out, "</th><td class=\"%s\">%s</td><td>",
				audit_answer_names[answer->kind], audit_answer_names[answer->kind]);
		if (answer->kind == AUDIT_NO) {
			buf_format(out, "%zu finding%s", count, plural(count));
		} else if (answer->kind == AUDIT_YES) {
			markup_add(out, str_from(audit_yes(audit, (enum audit_question)i)));
		}
		if (answer->reason.len) {
			buf_add(out, answer->kind == AUDIT_YES || answer->kind == AUDIT_NO ? STR("; ")
											   : STR(""));
			markup_add(out, answer->reason);
		}
		buf_add(out, STR("</td></tr>\n"));
	}
	buf_add(out, STR("</tbody></table></div>\n"));
}

static void add_finding(const struct audit_finding *finding, size_t number, struct buf *out)
{
	const str details = audit_details(finding, out->arena);

	buf_format(out, "<article class=\"finding%s\" id=\"finding-%zu\"><h3>",
			finding->is_known || finding->is_warning ? " calm" : "", number);
	markup_add(out, finding->revision.len ? finding->revision : STR("the tree"));
	buf_add(out, STR("</h3>\n<p>"));
	buf_add(out, finding->is_known ? STR("<b>Known:</b> ") : finding->is_warning ? STR("<b>Warning:</b> ") : STR(""));
	markup_add(out, finding->message);
	if (finding->engines.len) {
		buf_add(out, STR(" ("));
		markup_add(out, finding->engines);
		buf_add_char(out, ')');
	}
	buf_add(out, STR("</p>\n"));
	if (finding->place.path.len) {
		buf_add(out, STR("<p><code>"));
		markup_add(out, excerpt_place(&finding->place, out->arena));
		buf_add(out, STR("</code></p>\n"));
	}
	if (details.len) {
		html_add_difference(str_trim(details), out);
	}
	buf_add(out, STR("</article>\n"));
}

static void add_findings_of(const struct audit *audit, enum audit_question question, struct buf *out)
{
	if (!audit_count(audit, question)) {
		return;
	}
	buf_format(out, "<section class=\"question\" id=\"%s\"><h2>%s</h2>\n<p>", audit_question_names[question],
			audit_question_names[question]);
	markup_add(out, str_from(audit_asks(audit, question)));
	buf_add(out, STR("</p>\n"));
	for (size_t i = 0; i < audit->findings.count; i++) {
		if (audit->findings.items[i].question == question) {
			add_finding(&audit->findings.items[i], i + 1, out);
		}
	}
	buf_add(out, STR("</section>\n"));
}

static void add_lines(const char *title, const struct str_list *lines, struct buf *out)
{
	if (!lines->count) {
		return;
	}
	buf_format(out, "<section><h2>%s</h2>\n<ul>\n", title);
	for (size_t i = 0; i < lines->count; i++) {
		buf_add(out, STR("<li>"));
		markup_add(out, lines->items[i]);
		buf_add(out, STR("</li>\n"));
	}
	buf_add(out, STR("</ul></section>\n"));
}

static void html_audit(const struct report *report, const struct audit *audit, struct buf *out)
{
	html_page_begin("Audit", audit_is_green(audit) ? HTML_GREEN : HTML_RED, out);
	buf_add(out, STR("<header>\n<p class=\"name\">Audit of "));
	markup_add(out, audit->project);
	buf_add(out, STR("</p>\n<h1>"));
	markup_add(out, audit_headline(audit, out->arena));
	buf_add(out, STR("</h1>\n"));
	add_audit_counts(audit, out);
	buf_add(out, STR("<p>"));
	markup_add(out, audit->why);
	if (audit->alembic.len) {
		markup_add(out, str_format(out->arena, " Alembic %.*s, SQLAlchemy %.*s, Python %.*s.",
						STR_ARG(audit->alembic), STR_ARG(audit->sqlalchemy),
						STR_ARG(audit->python)));
	}
	buf_add(out, STR("</p>\n</header>\n<main>\n"));
	add_questions(audit, out);
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		add_findings_of(audit, (enum audit_question)i, out);
	}
	add_lines("No longer found", &audit->gone, out);
	add_lines("Notes", &audit->notes, out);
	html_page_end(report->program_version, out);
}

const struct report_format report_html = {
	.name = "html",
	.is_told = true,
	.mistakes = html_mistakes,
	.finish = html_finish,
	.audit = html_audit,
};
