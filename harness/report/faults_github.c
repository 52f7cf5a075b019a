/*
 * `doctor --format github`: an annotation a fault, beside its line in a pull request.
 */
#include "kit/workflow.h"
#include "report/faults_format.h"

static void annotate(const struct fault *fault, struct buf *out)
{
	struct arena *arena = out->arena;
	const str kind = str_from(fault_kind_names[fault->kind]);
	const struct place place =
			fault->where.source ? span_place(fault->where) : (struct place){ 0 };
	const struct workflow_annotation annotation = {
		.level = fault->is_warning ? "warning" : "error",
		.file = fault->repository_path,
		.line = place.line,
		.column = place.column,
		.title = fault->revision.len ? str_format(arena, "%.*s: %.*s", STR_ARG(kind),
							       STR_ARG(fault->revision))
					     : kind,
		.message = fault->suggestion.len
				? str_format(arena, "%.*s\n%.*s", STR_ARG(fault->message),
						  STR_ARG(fault->suggestion))
				: fault->message,
	};

	workflow_add_annotation(out, &annotation);
}

static void github_render(const struct faults_report *report, struct buf *out)
{
	for (size_t i = 0; i < report->count; i++) {
		for (size_t j = 0; j < report->items[i].count; j++) {
			annotate(&report->items[i].items[j], out);
		}
	}
}

const struct faults_format faults_github = {
	.name = "github",
	.render = github_render,
};
