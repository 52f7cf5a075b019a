/*
 * `doctor --format sarif`: a rule a kind of fault, a result a fault.
 */
#include "report/faults_format.h"
#include "report/sarif.h"

/* "0003: message. Suggestion." */
static str sentences(const struct fault *fault, struct arena *arena)
{
	struct buf text = { .arena = arena };

	if (fault->revision.len) {
		buf_format(&text, "%.*s: ", STR_ARG(fault->revision));
	}
	buf_format(&text, "%.*s.", STR_ARG(fault->message));
	if (fault->suggestion.len) {
		buf_format(&text, " %.*s", STR_ARG(fault->suggestion));
	}
	return buf_str(&text);
}

static struct sarif_result result_of(
		const struct faults *faults, const struct fault *fault, struct arena *arena)
{
	struct sarif_result result = {
		.rule = fault->kind,
		.is_warning = fault->is_warning,
		.message = sentences(fault, arena),
		.place = { .path = fault->repository_path, .where = fault->where },
		.subject = fault->revision,
		.fingerprint = str_format(arena, "%s\n%.*s\n%.*s\n%.*s",
				fault_kind_names[fault->kind], STR_ARG(fault->repository_path),
				STR_ARG(fault->revision), STR_ARG(fault->missing)),
	};

	if (!result.place.path.len) { // readers want a place
		result.place = (struct sarif_place){ .path = faults->source_repository_path };
	}
	for (size_t i = 0; i < fault->relations.count; i++) {
		const struct fault_relation *relation = &fault->relations.items[i];

		*LIST_PUSH(&result.related, arena) = (struct sarif_place){
			.path = relation->repository_path,
			.where = relation->where,
			.message = relation->message,
		};
	}
	return result;
}

static void sarif_format_render(const struct faults_report *report, struct buf *out)
{
	struct arena *arena = out->arena;
	struct sarif_rule rules[FAULT_KIND_COUNT];
	struct sarif_log log = {
		.program_version = report->program_version,
		.category = "doctor",
		.rules = rules,
		.rule_count = FAULT_KIND_COUNT,
	};

	for (size_t i = 0; i < FAULT_KIND_COUNT; i++) {
		rules[i] = (struct sarif_rule){ fault_kind_names[i], fault_kind_titles[i],
			fault_kind_notes[i] };
	}
	for (size_t i = 0; i < report->count; i++) {
		const struct faults *faults = &report->items[i];

		for (size_t j = 0; j < faults->count; j++) {
			*LIST_PUSH(&log.results, arena) =
					result_of(faults, &faults->items[j], arena);
		}
		for (size_t j = 0; j < faults->notes.count; j++) {
			str_list_add(&log.notes, faults->notes.items[j], arena);
		}
	}
	sarif_render(&log, out);
}

const struct faults_format faults_sarif = {
	.name = "sarif",
	.has_notes = true,
	.render = sarif_format_render,
};
