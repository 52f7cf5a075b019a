#include "report/report.h"

#include "kit/arena.h"
#include "report/format.h"

enum report_status report_status(const struct report_cell *cell)
{
	if (!cell->outcome) {
		return REPORT_NO_ANSWER;
	}
	if (cell->outcome->verdict == VERDICT_SKIPPED) {
		return REPORT_SKIPPED;
	}
	return outcome_is_as_expected(cell->outcome) ? REPORT_AS_EXPECTED : REPORT_DIFFERS;
}

bool report_needs_look(const struct report_cell *cell)
{
	const enum report_status status = report_status(cell);

	return status == REPORT_DIFFERS || status == REPORT_NO_ANSWER;
}

bool report_scenario_needs_look(const struct report_scenario *scenario)
{
	for (size_t i = 0; i < scenario->cells.count; i++) {
		if (report_needs_look(&scenario->cells.items[i])) {
			return true;
		}
	}
	return false;
}

bool report_is_green(const struct report_summary *summary)
{
	return !summary->differ && !summary->unanswered && !summary->not_played &&
			!summary->stale_records.count;
}

const char *const report_grade_names[REPORT_GRADE_COUNT] = { "repaired", "wrong", "gave up", "timeout" };

static void count_grade(const struct outcome *outcome, struct report_summary *summary)
{
	for (size_t i = 0; outcome->is_graded && i < REPORT_GRADE_COUNT; i++) {
		if (str_equal(str_from(report_verdict_name(outcome)), str_from(report_grade_names[i]))) {
			summary->grades[i]++;
			summary->graded++;
		}
	}
}

static void count(struct report_summary *summary, const struct report_cell *cell)
{
	switch (report_status(cell)) {
	case REPORT_AS_EXPECTED:
		summary->as_expected++;
		summary->not_recorded += cell->outcome->record == RECORD_MISSING;
		break;
	case REPORT_DIFFERS:
		summary->differ++;
		break;
	case REPORT_SKIPPED:
		summary->skipped++;
		break;
	case REPORT_NO_ANSWER:
		summary->unanswered++;
		return;
	}
	summary->cells++;
	count_grade(cell->outcome, summary);
}

bool report_names_kept(const struct report *report)
{
	return report->format->names_kept;
}

str report_kept(const struct outcome *outcome, struct arena *arena)
{
	struct buf out = { .arena = arena };

	buf_add(&out, outcome->kept);
	if (outcome->kept_folder.len) {
		buf_add(&out, out.len ? STR("; the project: ") : STR("the project: "));
		buf_add_shell_word(&out, outcome->kept_folder);
	}
	return buf_str(&out);
}

void report_begin(struct report *report, struct buf *out)
{
	if (report->format->begin) {
		report->format->begin(report, out);
	}
}

void report_add(struct report *report, const struct report_scenario *scenario, struct buf *out)
{
	if (report->format->scenario) {
		report->format->scenario(report, scenario, out);
	}
	*LIST_PUSH(&report->scenarios, report->arena) = scenario;
	for (size_t i = 0; i < scenario->cells.count; i++) {
		count(&report->summary, &scenario->cells.items[i]);
	}
}

void report_finish(struct report *report, struct buf *out)
{
	if (report->format->finish) {
		report->format->finish(report, out);
	}
}

void report_add_audit(const struct report *report, const struct audit *audit, struct buf *out)
{
	report->format->audit(report, audit, out);
}

void report_add_mistakes(
		const struct report *report, const struct error_list *mistakes, struct buf *out)
{
	if (report->format->mistakes) {
		report->format->mistakes(report, mistakes, out);
	}
}

struct str_list report_wrong(const struct outcome *outcome, struct arena *arena)
{
	struct str_list keys = { 0 };

	for (size_t i = 0; i < outcome->reasons.count; i++) {
		if (!str_list_contains(&keys, outcome->reasons.items[i].key)) {
			str_list_add(&keys, outcome->reasons.items[i].key, arena);
		}
	}
	return keys;
}

const char *report_sign(const struct outcome *outcome)
{
	static const char *const signs[] = {
		[VERDICT_WORKS] = "✓",
		[VERDICT_FAILS] = "✗",
		[VERDICT_WRONG] = "≠",
		[VERDICT_SKIPPED] = "–",
	};

	return outcome ? signs[outcome->verdict] : "?";
}

/* Of a program that was on trial: how it has ended, and what it has left. */
const char *report_verdict_name(const struct outcome *outcome)
{
	const str class_name = outcome->error.class_name;

	if (!outcome->is_graded || outcome->verdict == VERDICT_SKIPPED ||
			(outcome->verdict == VERDICT_FAILS && !outcome->failed_step)) {
		return verdict_names[outcome->verdict];
	}
	if (outcome->verdict == VERDICT_WORKS) {
		return "repaired";
	}
	if (str_equal(class_name, STR("Timeout"))) {
		return "timeout";
	}
	return str_equal(class_name, STR("Exit")) || str_equal(class_name, STR("Space")) ? "gave up" : "wrong";
}

static str grade(const struct outcome *outcome, struct arena *arena)
{
	const char *name = report_verdict_name(outcome);

	if (outcome->verdict != VERDICT_FAILS || str_equal(str_from(name), STR("timeout"))) {
		return str_from(name);
	}
	return str_format(arena, "%s (%.*s)", name, STR_ARG(outcome->error.message));
}

str report_verdict(const struct outcome *outcome, struct arena *arena)
{
	if (outcome->is_graded && outcome->verdict != VERDICT_WRONG && outcome->failed_step + (outcome->verdict == VERDICT_WORKS)) {
		return grade(outcome, arena);
	}
	switch (outcome->verdict) {
	case VERDICT_FAILS:
		if (!outcome->failed_step) {
			return STR("fails in building the state");
		}
		return str_format(arena, "fails at step %zu", outcome->failed_step);
	case VERDICT_WRONG: {
		const struct str_list keys = report_wrong(outcome, arena);
		const str all = str_list_join(&keys, STR(", "), arena);

		return str_format(arena, "wrong: %.*s", STR_ARG(all));
	}
	case VERDICT_WORKS:
	case VERDICT_SKIPPED:
		break;
	}
	return str_from(verdict_names[outcome->verdict]);
}

str report_short_verdict(const struct outcome *outcome, struct arena *arena)
{
	if (!outcome) {
		return STR("no answer");
	}
	if (outcome->verdict != VERDICT_FAILS || outcome->is_graded) {
		return report_verdict(outcome, arena);
	}
	return outcome->failed_step ? str_format(arena, "fails at %zu", outcome->failed_step)
				    : STR("state fails");
}

/* Runs of one verdict, which may have come to it in several ways. */
struct same_verdict {
	str verdict;
	size_t runs, ways;
};

static size_t count_verdicts(
		const struct outcome *outcome, struct same_verdict *same, size_t *ret_all)
{
	size_t count = 0;

	*ret_all = 0;
	for (size_t i = 0; i < outcome->runs.count; i++) {
		const struct outcome_run *run = &outcome->runs.items[i];
		size_t at = 0;

		while (at < count && !str_equal(same[at].verdict, run->verdict)) {
			at++;
		}
		same[at].verdict = run->verdict;
		same[at].runs += run->count;
		same[at].ways++;
		count = at == count ? count + 1 : count;
		*ret_all += run->count;
	}
	return count;
}

str report_runs(const struct outcome *outcome, struct arena *arena)
{
	struct buf text = { .arena = arena };
	struct same_verdict *same =
			arena_new_array(arena, struct same_verdict, outcome->runs.count + 1);
	size_t all;
	const size_t count = count_verdicts(outcome, same, &all);

	if (!count) {
		return report_verdict(outcome, arena);
	}
	for (size_t i = 0; i < count; i++) {
		buf_format(&text, i ? ", %.*s in %zu" : "%.*s in %zu", STR_ARG(same[i].verdict),
				same[i].runs);
		if (!i) {
			buf_format(&text, " of %zu runs", all);
		}
		if (same[i].ways > 1) {
			buf_format(&text, " (in %zu ways)", same[i].ways);
		}
	}
	return buf_str(&text);
}
