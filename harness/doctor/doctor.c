#include "doctor/doctor_internal.h"

const char *const fault_kind_names[FAULT_KIND_COUNT] = {
	[FAULT_MISSING_PARENT] = "missing-parent",
	[FAULT_MISSING_DEPENDENCY] = "missing-dependency",
	[FAULT_FILE_NAME_AS_REVISION] = "file-name-as-revision",
	[FAULT_DUPLICATE_REVISION] = "duplicate-revision",
	[FAULT_SELF_LOOP] = "self-loop",
	[FAULT_CYCLE] = "cycle",
	[FAULT_DEPENDENCY_CYCLE] = "dependency-cycle",
	[FAULT_LABEL_CLASH] = "label-clash",
	[FAULT_REDUNDANT_PARENT] = "redundant-parent",
	[FAULT_MULTIPLE_HEADS] = "multiple-heads",
	[FAULT_MULTIPLE_BASES] = "multiple-bases",
	[FAULT_PREFIX_TRAP] = "prefix-trap",
	[FAULT_LONG_REVISION] = "long-revision",
	[FAULT_ILLEGAL_REVISION] = "illegal-revision",
	[FAULT_DOCSTRING_DISAGREES] = "docstring-disagrees",
	[FAULT_NOT_LITERAL] = "not-literal",
	[FAULT_UNREADABLE] = "unreadable",
};

struct faults doctor_examine(const struct revision_specs *specs, int level, struct arena *arena)
{
	struct faults faults = { .revision_count = specs->count };
	struct survey survey = {
		.specs = specs,
		.level = level,
		.arena = arena,
		.faults = &faults,
	};

	survey_take(&survey);
	// In the order of enum fault_kind.
	examine_references(&survey);
	examine_duplicates(&survey);
	examine_cycles(&survey);
	examine_labels(&survey);
	examine_parents(&survey);
	examine_ends(&survey);
	examine_prefixes(&survey);
	examine_ids(&survey);
	return faults;
}
