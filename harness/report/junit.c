/*
 * `--report junit:FILE`: for servers of continuous integration. A scenario is a suite, a cell a case: a failure
 * where it is not as expected, an error where there is no answer. What is wrong beside cells (records that belong
 * to none, cells that were not played, mistakes in files) is a case too, so that no report is greener than its run.
 */
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/markup.h"
#include "report/audit.h"
#include "report/details.h"
#include "report/format.h"

/* How many cases of a suite, or of all. */
struct tally {
	size_t tests, failures, errors, skipped;
	int64_t elapsed_us;
};

static void count(struct tally *tally, const struct report_scenario *scenario)
{
	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];
		const enum report_status status = report_status(cell);

		tally->tests++;
		tally->failures += status == REPORT_DIFFERS;
		tally->errors += status == REPORT_NO_ANSWER;
		tally->skipped += status == REPORT_SKIPPED;
		tally->elapsed_us += cell->outcome ? cell->outcome->elapsed_us : 0;
	}
}

static void add_number(struct buf *out, const char *name, size_t value)
{
	buf_format(out, " %s=\"%zu\"", name, value);
}

static void add_time(struct buf *out, int64_t elapsed_us)
{
	const long long ms = (long long)(elapsed_us + 500) / 1000;

	buf_format(out, " time=\"%lld.%03lld\"", ms / 1000, ms % 1000);
}

static void begin_document(const struct tally *all, struct buf *out)
{
	buf_add(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"));
	markup_add_attribute(out, "name", STR("rehearse"));
	add_number(out, "tests", all->tests);
	add_number(out, "failures", all->failures);
	add_number(out, "errors", all->errors);
	add_time(out, all->elapsed_us);
	buf_add(out, STR(">\n"));
}

static void begin_suite(str name, str file, const struct tally *tally, struct buf *out)
{
	buf_add(out, STR("\t<testsuite"));
	markup_add_attribute(out, "name", name);
	add_number(out, "tests", tally->tests);
	add_number(out, "failures", tally->failures);
	add_number(out, "errors", tally->errors);
	add_number(out, "skipped", tally->skipped);
	add_time(out, tally->elapsed_us);
	if (file.len) {
		markup_add_attribute(out, "file", path_normalise(file, out->arena));
	}
	buf_add(out, STR(">\n"));
}

static void begin_case(str suite, str name, int64_t elapsed_us, struct buf *out)
{
	buf_add(out, STR("\t\t<testcase"));
	markup_add_attribute(out, "name", name);
	markup_add_attribute(out, "classname", suite);
	add_time(out, elapsed_us);
	buf_add(out, STR(">"));
}

/* <failure>, <error> or <skipped>. */
static void add_result(const char *element, str type, str message, str text, struct buf *out)
{
	buf_format(out, "<%s", element);
	if (type.len) {
		markup_add_attribute(out, "type", type);
	}
	markup_add_attribute(out, "message", message);
	buf_add(out, STR(">"));
	markup_add(out, text);
	buf_format(out, "</%s>", element);
}

/* What people should know of a cell that is as expected. */
static void add_remarks(const struct outcome *outcome, struct buf *out)
{
	if (outcome->record != RECORD_MISSING && !outcome->notes.count) {
		return;
	}
	buf_add(out, STR("<system-out>"));
	if (outcome->record == RECORD_MISSING) {
		buf_add(out, STR("not recorded\n"));
	}
	for (size_t i = 0; i < outcome->notes.count; i++) {
		buf_add(out, STR("note: "));
		markup_add(out, outcome->notes.items[i]);
		buf_add_char(out, '\n');
	}
	buf_add(out, STR("</system-out>"));
}

static void add_cell(const struct report_scenario *scenario, const struct report_cell *cell,
		struct buf *out)
{
	const struct outcome *outcome = cell->outcome;
	struct arena *arena = out->arena;
	const str headline = report_headline(cell, arena);

	begin_case(scenario->name,
			str_format(arena, "%.*s@%.*s:%.*s", STR_ARG(cell->strategy),
					STR_ARG(cell->state), STR_ARG(cell->engine)),
			outcome ? outcome->elapsed_us : 0, out);
	switch (report_status(cell)) {
	case REPORT_AS_EXPECTED:
		add_remarks(outcome, out);
		break;
	case REPORT_DIFFERS:
		add_result("failure",
				outcome->verdict == VERDICT_FAILS
						? outcome->error.class_name
						: str_from(report_verdict_name(outcome)),
				headline, report_details(cell, arena), out);
		break;
	case REPORT_SKIPPED:
		add_result("skipped", STR(""), outcome->skip_reason, STR(""), out);
		break;
	case REPORT_NO_ANSWER:
		add_result("error", STR("no answer"), headline, STR(""), out);
		break;
	}
	buf_add(out, STR("</testcase>\n"));
}

static void add_scenario(const struct report_scenario *scenario, struct buf *out)
{
	struct tally tally = { 0 };

	count(&tally, scenario);
	begin_suite(scenario->name, scenario->path, &tally, out);
	for (size_t i = 0; i < scenario->cells.count; i++) {
		add_cell(scenario, &scenario->cells.items[i], out);
	}
	buf_add(out, STR("\t</testsuite>\n"));
}

static const char records_suite[] = "records", run_suite[] = "run", files_suite[] = "files";

static void add_stale_records(const struct str_list *records, struct buf *out)
{
	const struct tally tally = { .tests = records->count, .failures = records->count };

	if (!records->count) {
		return;
	}
	begin_suite(str_from(records_suite), STR(""), &tally, out);
	for (size_t i = 0; i < records->count; i++) {
		begin_case(str_from(records_suite), records->items[i], 0, out);
		add_result("failure", STR("stale record"), STR("belongs to no cell any more"),
				STR("'rehearse accept' shows and removes such records."), out);
		buf_add(out, STR("</testcase>\n"));
	}
	buf_add(out, STR("\t</testsuite>\n"));
}

static void add_not_played(size_t cells, struct buf *out)
{
	const struct tally tally = { .tests = 1, .errors = 1 };

	if (!cells) {
		return;
	}
	begin_suite(str_from(run_suite), STR(""), &tally, out);
	begin_case(str_from(run_suite), STR("plays all cells"), 0, out);
	add_result("error", STR("stopped"),
			str_format(out->arena, "%zu cell%s not played", cells,
					cells == 1 ? " was" : "s were"),
			STR(""), out);
	buf_add(out, STR("</testcase>\n\t</testsuite>\n"));
}

static void junit_finish(const struct report *report, struct buf *out)
{
	const struct report_summary *summary = &report->summary;
	struct tally all = {
		.tests = summary->stale_records.count + (summary->not_played > 0),
		.failures = summary->stale_records.count,
		.errors = summary->not_played > 0,
	};

	for (size_t i = 0; i < report->scenarios.count; i++) {
		count(&all, report->scenarios.items[i]);
	}
	begin_document(&all, out);
	for (size_t i = 0; i < report->scenarios.count; i++) {
		add_scenario(report->scenarios.items[i], out);
	}
	add_stale_records(&summary->stale_records, out);
	add_not_played(summary->not_played, out);
	buf_add(out, STR("</testsuites>\n"));
}

static void junit_mistakes(
		const struct report *report, const struct error_list *mistakes, struct buf *out)
{
	const struct tally tally = { .tests = mistakes->count, .errors = mistakes->count };

	(void)report;
	begin_document(&tally, out);
	begin_suite(str_from(files_suite), STR(""), &tally, out);
	for (size_t i = 0; i < mistakes->count; i++) {
		const struct error *error = mistakes->items[i];
		const struct excerpt place = excerpt_of(error->where, out->arena);
		struct buf text = { .arena = out->arena };

		error_render(error, false, &text);
		begin_case(str_from(files_suite),
				place.path.len ? excerpt_place(&place, out->arena)
					       : STR("arguments"),
				0, out);
		add_result("error", STR("mistake"), error->message, buf_str(&text), out);
		buf_add(out, STR("</testcase>\n"));
	}
	buf_add(out, STR("\t</testsuite>\n</testsuites>\n"));
}

/* A question is a case; what it has found are its failures, each in a case of its own. */
static void add_question(const struct audit *audit, enum audit_question question, struct buf *out)
{
	const struct audit_answer *answer = &audit->answers[question];
	const str suite = str_from(audit_question_names[question]);

	for (size_t i = 0; i < audit->findings.count; i++) {
		const struct audit_finding *finding = &audit->findings.items[i];

		if (finding->question != question) {
			continue;
		}
		begin_case(suite,
				str_format(out->arena, "%.*s: %.*s",
						STR_ARG(audit_finding_name(finding, out->arena)),
						STR_ARG(finding->message)),
				0, out);
		if (!finding->is_known && !finding->is_warning) {
			add_result("failure", finding->class_name, finding->message,
					str_format(out->arena, "%.*s\n%.*s",
							STR_ARG(excerpt_place(&finding->place, out->arena)),
							STR_ARG(audit_details(finding, out->arena))),
					out);
		} else {
			buf_add(out, STR("<system-out>"));
			buf_add(out, finding->is_known ? STR("known\n") : STR("warning\n"));
			markup_add(out, audit_details(finding, out->arena));
			buf_add(out, STR("</system-out>"));
		}
		buf_add(out, STR("</testcase>\n"));
	}
	begin_case(suite, str_from(audit_asks(audit, question)), answer->elapsed_us, out);
	if (answer->kind == AUDIT_UNKNOWN) {
		add_result("error", STR("no answer"), answer->reason, STR(""), out);
	} else if (answer->kind == AUDIT_SKIPPED) {
		add_result("skipped", STR(""), answer->reason, STR(""), out);
	}
	buf_add(out, STR("</testcase>\n"));
}

static struct tally tally_of(const struct audit *audit, enum audit_question question)
{
	const struct audit_answer *answer = &audit->answers[question];
	struct tally tally = {
		.tests = 1,
		.errors = answer->kind == AUDIT_UNKNOWN,
		.skipped = answer->kind == AUDIT_SKIPPED,
		.elapsed_us = answer->elapsed_us,
	};

	for (size_t i = 0; i < audit->findings.count; i++) {
		const struct audit_finding *finding = &audit->findings.items[i];

		if (finding->question == question) {
			tally.tests++;
			tally.failures += !finding->is_known && !finding->is_warning;
		}
	}
	return tally;
}

static void junit_audit(const struct report *report, const struct audit *audit, struct buf *out)
{
	struct tally all = { 0 };

	(void)report;
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		const struct tally tally = tally_of(audit, (enum audit_question)i);

		all.tests += tally.tests;
		all.failures += tally.failures;
		all.errors += tally.errors;
		all.elapsed_us += tally.elapsed_us;
	}
	begin_document(&all, out);
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		const struct tally tally = tally_of(audit, (enum audit_question)i);

		begin_suite(str_from(audit_question_names[i]), audit->project, &tally, out);
		add_question(audit, (enum audit_question)i, out);
		buf_add(out, STR("\t</testsuite>\n"));
	}
	buf_add(out, STR("</testsuites>\n"));
}

const struct report_format report_junit = {
	.name = "junit",
	.mistakes = junit_mistakes,
	.finish = junit_finish,
	.audit = junit_audit,
};
