/*
 * `--report github`: annotations at the lines of scenario files, for GitHub Actions. What is as expected is not worth
 * one; beyond what GitHub shows the last says how many more there are.
 */
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/workflow.h"
#include "report/answer.h"
#include "report/audit.h"
#include "report/details.h"
#include "report/format.h"

/* Annotations being written. */
struct annotating {
	const struct report *report;
	struct buf *out;
	size_t left; /* so many more will be shown */
	size_t all;  /* there are */
};

/* The path as the repository has it; as it is where that is somewhere else. */
static str path_in_repository(const struct report *report, str path, struct arena *arena)
{
	if (!report->root.len || !path.len) {
		return path.len ? path_normalise(path, arena) : path;
	}
	const str whole = path_normalise(path_from_root(path, arena), arena);
	const str within = path_relative(whole, path_normalise(report->root, arena), arena);

	return str_starts_with(within, STR("..")) ? path : within;
}

static void annotate(
		struct annotating *annotating, const struct excerpt *place, str title, str message)
{
	struct arena *arena = annotating->out->arena;
	struct workflow_annotation annotation = {
		.level = "error",
		.file = path_in_repository(annotating->report, place->path, arena),
		.line = place->line,
		.column = place->column,
		.title = title,
		.message = message,
	};

	if (!annotating->left) {
		return;
	}
	if (annotating->left-- == 1 && annotating->all > WORKFLOW_ANNOTATIONS) {
		annotation = (struct workflow_annotation){
			.level = "error",
			.title = STR("rehearse"),
			.message = str_format(arena,
					"%zu more, which GitHub would not show here: see the log",
					annotating->all - WORKFLOW_ANNOTATIONS + 1),
		};
	}
	workflow_add_annotation(annotating->out, &annotation);
}

static void annotate_cell(struct annotating *annotating, const struct report_cell *cell)
{
	struct arena *arena = annotating->out->arena;
	const struct outcome *outcome = cell->outcome;
	const bool has_failed = outcome && outcome->verdict == VERDICT_FAILS &&
			outcome->error.place.path.len;

	annotate(annotating, has_failed ? &outcome->error.place : &cell->place, cell->name,
			str_trim(str_format(arena, "%.*s\n%.*s",
					STR_ARG(report_headline(cell, arena)),
					STR_ARG(report_details(cell, arena)))));
}

/* One annotation for all cells of a scenario of which nothing is claimed yet, at the first that would differ. */
static void annotate_answer(struct annotating *annotating, const struct report_scenario *scenario)
{
	struct arena *arena = annotating->out->arena;
	const struct answer answer = report_answer(scenario, arena);
	struct buf text = { .arena = arena };
	size_t first = 0;

	while (report_status(&scenario->cells.items[first]) != REPORT_DIFFERS) {
		first++;
	}
	for (size_t i = 0; i < answer.states.count; i++) {
		const struct answer_state *state = &answer.states.items[i];
		const str working = str_list_join(&state->working, STR(", "), arena);

		buf_format(&text, "from %.*s %.*s%s%.*s\n", STR_ARG(state->state),
				STR_ARG(state->words), working.len ? ": " : "", STR_ARG(working));
	}
	buf_add(&text, answer.claims.count ? STR(ANSWER_CLAIMS_LEAD "\noutcomes:\n") : STR(""));
	for (size_t i = 0; i < answer.claims.count; i++) {
		buf_format(&text, "  %.*s\n", STR_ARG(answer.claims.items[i]));
	}
	annotate(annotating, &scenario->cells.items[first].place, scenario->name,
			str_trim(buf_str(&text)));
}

static void github_finish(const struct report *report, struct buf *out)
{
	const struct report_summary *summary = &report->summary;
	const struct answer_count answers = report_count_answers(report);
	struct annotating annotating = {
		.report = report,
		.out = out,
		.left = WORKFLOW_ANNOTATIONS,
		.all = answers.differ + answers.scenarios + summary->unanswered +
				summary->stale_records.count,
	};

	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];
		const bool is_answer = report_is_answer(scenario);

		if (is_answer) {
			annotate_answer(&annotating, scenario);
		}
		for (size_t j = 0; j < scenario->cells.count; j++) {
			const struct report_cell *cell = &scenario->cells.items[j];

			if (report_needs_look(cell) && !(is_answer && cell->outcome)) {
				annotate_cell(&annotating, cell);
			}
		}
	}
	for (size_t i = 0; i < summary->stale_records.count; i++) {
		const struct excerpt place = { .path = summary->stale_records.items[i], .line = 1 };

		annotate(&annotating, &place, STR("stale record"),
				STR("This record belongs to no cell any more."));
	}
}

static void github_mistakes(
		const struct report *report, const struct error_list *mistakes, struct buf *out)
{
	struct annotating annotating = {
		.report = report,
		.out = out,
		.left = WORKFLOW_ANNOTATIONS,
		.all = mistakes->count,
	};

	for (size_t i = 0; i < mistakes->count; i++) {
		const struct error *error = mistakes->items[i];
		const struct excerpt place = excerpt_of(error->where, out->arena);

		annotate(&annotating, &place, STR("mistake in a scenario"),
				error->hint.len ? str_format(out->arena, "%.*s\n%.*s",
								  STR_ARG(error->message),
								  STR_ARG(error->hint))
						: error->message);
	}
}

static void github_audit(const struct report *report, const struct audit *audit, struct buf *out)
{
	size_t left = WORKFLOW_ANNOTATIONS, more = 0;

	for (size_t i = 0; i < audit->findings.count; i++) {
		const struct audit_finding *finding = &audit->findings.items[i];

		if (!finding->is_known && left) {
			left--;
			workflow_add_annotation(out,
					&(struct workflow_annotation){
							.level = finding->is_warning ? "warning"
										     : "error",
							.file = path_in_repository(report,
									finding->place.path,
									out->arena),
							.line = finding->place.line,
							.column = finding->place.column,
							.title = audit_finding_name(
									finding, out->arena),
							.message = str_trim(str_format(out->arena,
									"%.*s\n%.*s",
									STR_ARG(finding->message),
									STR_ARG(audit_details(finding,
											out->arena)))),
					});
		} else {
			more += !finding->is_known;
		}
	}
	if (more) {
		workflow_add_annotation(out,
				&(struct workflow_annotation){
						.level = "error",
						.title = STR("rehearse"),
						.message = str_format(out->arena,
								"%zu more, which GitHub would not show here: see the log",
								more),
				});
	}
}

const struct report_format report_github = {
	.name = "github",
	.has_no_file = true,
	.mistakes = github_mistakes,
	.finish = github_finish,
	.audit = github_audit,
};
