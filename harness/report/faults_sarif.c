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

/* "@@ -12,7 +12,7 @@": the first line of the old file. */
static bool read_hunk(str line, size_t *ret_line)
{
	size_t at = 4;

	if (!str_starts_with(line, STR("@@ -"))) {
		return false;
	}
	for (*ret_line = 0; at < line.len && line.data[at] >= '0' && line.data[at] <= '9'; at++) {
		*ret_line = *ret_line * 10 + (size_t)(line.data[at] - '0');
	}
	return true;
}

/* A line of a hunk that goes or comes; those that follow each other are one replacement. */
static void add_line(struct sarif_change *change, bool goes, str text, size_t at, bool *is_open,
		struct arena *arena)
{
	struct sarif_replacement *replacement = *is_open
			? &change->replacements.items[change->replacements.count - 1]
			: LIST_PUSH(&change->replacements, arena);

	if (!*is_open) {
		*replacement = (struct sarif_replacement){ .line = at };
		*is_open = true;
	}
	replacement->count += goes;
	if (!goes) {
		replacement->text = str_format(
				arena, "%.*s%.*s\n", STR_ARG(replacement->text), STR_ARG(text));
	}
}

/*
 * The patch of a fault, which is a unified diff, as changes of files. None of a new file, of one whose name git writes in
 * quotes, and of a last line without an end: nothing that SARIF's readers would take as it is meant.
 */
static void add_changes(str patch, struct sarif_result *result, struct arena *arena)
{
	struct sarif_change *change = NULL;
	bool is_open = false;
	size_t at = 0;
	str line;

	while (str_next_part(&patch, '\n', &line)) {
		if (str_starts_with(line, STR("new file mode")) ||
				str_starts_with(line, STR("+++ \"")) ||
				str_starts_with(line, STR("\\ "))) {
			result->changes.count = 0;
			return;
		}
		if (str_starts_with(line, STR("diff --git ")) ||
				(!at && str_starts_with(line, STR("--- ")))) {
			at = 0;
		} else if (!at && str_starts_with(line, STR("+++ b/"))) {
			change = LIST_PUSH(&result->changes, arena);
			*change = (struct sarif_change){ .path = str_slice(line, 6, line.len) };
			if (str_ends_with(line, STR("\t"))) { // behind a name with blanks
				change->path.len--;
			}
		} else if (read_hunk(line, &at)) {
			is_open = false;
		} else if (line.len && change && line.data[0] != ' ') {
			const bool goes = line.data[0] == '-';

			add_line(change, goes, str_slice(line, 1, line.len), at, &is_open, arena);
			at += goes;
		} else if (line.len) {
			is_open = false;
			at++;
		}
	}
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

	add_changes(fault->patch, &result, arena);
	result.change_text = fault->suggestion;
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
	.has_patches = true,
	.render = sarif_format_render,
};
