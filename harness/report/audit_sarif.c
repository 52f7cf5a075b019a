/*
 * `audit --report sarif:FILE`: for code scanning and editors. A rule a question, a result a finding.
 */
#include "kit/arena.h"
#include "kit/file.h"
#include "report/audit.h"
#include "report/format.h"
#include "report/sarif.h"

static str path_of(const struct report *report, str path, struct arena *arena)
{
	const str root = path_normalise(
			report->root.len ? report->root : path_from_root(STR("."), arena), arena);
	const str whole = path_normalise(path_from_root(path, arena), arena);
	const str within = path_relative(whole, root, arena);

	return str_starts_with(within, STR("..")) ? whole : within;
}

/* A span in a text that has nothing but that line. */
static struct span where_of(const struct audit_finding *finding, struct arena *arena)
{
	struct source *source = arena_new(arena, struct source);

	if (!finding->place.path.len || !finding->place.line) {
		return (struct span){ 0 };
	}
	*source = (struct source){
		.name = finding->place.path,
		.text = finding->place.text,
		.lines_before = finding->place.line - 1,
	};
	return (struct span){ source, finding->place.offset, finding->place.len };
}

static void sarif_audit(const struct report *report, const struct audit *audit, struct buf *out)
{
	struct arena *arena = out->arena;
	struct sarif_rule rules[AUDIT_QUESTION_COUNT];
	struct sarif_log log = {
		.program_version = report->program_version,
		.category = "audit",
		.rules = rules,
		.rule_count = AUDIT_QUESTION_COUNT,
		.notes = audit->notes,
	};

	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		rules[i] = (struct sarif_rule){ audit_question_names[i], audit_questions[i].title,
			audit_questions[i].help };
	}
	for (size_t i = 0; i < audit->findings.count; i++) {
		const struct audit_finding *finding = &audit->findings.items[i];

		if (finding->is_known) {
			continue;
		}
		*LIST_PUSH(&log.results, arena) = (struct sarif_result){
			.rule = finding->question,
			.is_warning = finding->is_warning,
			.message = str_trim(
					str_format(arena, "%.*s.\n%.*s", STR_ARG(finding->message),
							STR_ARG(audit_details(finding, arena)))),
			.place = { .path = path_of(report,
						   finding->place.path.len ? finding->place.path
									   : audit->project,
						   arena),
					.where = where_of(finding, arena) },
			.subject = finding->revision,
			.fingerprint = str_format(arena, "%s\n%.*s\n%.*s",
					audit_question_names[finding->question],
					STR_ARG(finding->revision), STR_ARG(finding->message)),
		};
	}
	sarif_render(&log, out);
}

const struct report_format report_sarif = {
	.name = "sarif",
	.is_for_audits = true,
	.audit = sarif_audit,
};
