/*
 * What is said of each kind of fault, wherever it is.
 */
#include "doctor/doctor.h"

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
	[FAULT_REMOVED_REVISION] = "removed-revision",
	[FAULT_REPARENTED_REVISION] = "reparented-revision",
	[FAULT_INSERTED_BELOW] = "inserted-below",
	[FAULT_EDITED_REVISION] = "edited-revision",
};

const char *const fault_kind_titles[FAULT_KIND_COUNT] = {
	[FAULT_MISSING_PARENT] = "a down revision that no file has",
	[FAULT_MISSING_DEPENDENCY] = "a dependency that no file has",
	[FAULT_FILE_NAME_AS_REVISION] = "a file is referred to by its name, not by its id",
	[FAULT_DUPLICATE_REVISION] = "an id that several files have",
	[FAULT_SELF_LOOP] = "a revision that follows itself",
	[FAULT_CYCLE] = "revisions that follow each other in a circle",
	[FAULT_DEPENDENCY_CYCLE] = "revisions that need each other in a circle",
	[FAULT_LABEL_CLASH] = "a branch label that something else has",
	[FAULT_REDUNDANT_PARENT] = "a parent that another parent comes after",
	[FAULT_MULTIPLE_HEADS] = "several heads that no branch labels tell apart",
	[FAULT_MULTIPLE_BASES] = "several bases that no branch labels tell apart",
	[FAULT_PREFIX_TRAP] = "an id or label with which another one begins",
	[FAULT_LONG_REVISION] = "an id that is too long for the version table",
	[FAULT_ILLEGAL_REVISION] =
			"an id of characters or words that mean something else to Alembic",
	[FAULT_DOCSTRING_DISAGREES] = "a docstring that says another id than the code",
	[FAULT_NOT_LITERAL] = "a value that only running the file would tell",
	[FAULT_UNREADABLE] = "a file that Python or Alembic would stop at",
	[FAULT_REMOVED_REVISION] = "a revision that the other branch has, and this one has not",
	[FAULT_REPARENTED_REVISION] =
			"a revision that follows another one than in the other branch",
	[FAULT_INSERTED_BELOW] = "a new revision below one that the other branch has",
	[FAULT_EDITED_REVISION] = "a revision that does something else than in the other branch",
};

const char *const fault_kind_notes[FAULT_KIND_COUNT] = {
	[FAULT_MISSING_PARENT] =
			"Every command that reads the tree dies with a KeyError at the first of these.",
	[FAULT_MISSING_DEPENDENCY] =
			"Every command that reads the tree dies with a KeyError at the first of these.",
	[FAULT_FILE_NAME_AS_REVISION] =
			"Revisions refer to each other by id; what a file is called does not matter.",
	[FAULT_DUPLICATE_REVISION] =
			"Alembic warns, keeps the file loaded last, and may still list the others as heads.",
	[FAULT_SELF_LOOP] = "Every command that reads the tree stops with LoopDetected.",
	[FAULT_CYCLE] = "Every command that reads the tree stops with CycleDetected, if Alembic notices.",
	[FAULT_DEPENDENCY_CYCLE] =
			"Every command that reads the tree stops with DependencyCycleDetected, if Alembic notices.",
	[FAULT_LABEL_CLASH] =
			"Every command that reads the tree stops: ids and labels share one set of names.",
	[FAULT_REDUNDANT_PARENT] = "The version table's rows are merged by what a revision lists.",
	[FAULT_MULTIPLE_HEADS] = "'alembic upgrade head' stops; 'heads' works.",
	[FAULT_MULTIPLE_BASES] = "Nothing stops; but is it one history?",
	[FAULT_PREFIX_TRAP] = "An exact name wins over a partial one.",
	[FAULT_LONG_REVISION] =
			"PostgreSQL refuses the version row once the revision has run; SQLite does not.",
	[FAULT_ILLEGAL_REVISION] = "No command can name such a revision.",
	[FAULT_DOCSTRING_DISAGREES] = "Alembic goes by the variables; people read the docstring.",
	[FAULT_NOT_LITERAL] = "Only running the file would tell.",
	[FAULT_UNREADABLE] = "",
	[FAULT_REMOVED_REVISION] = "A version row that no file has stops every command.",
	[FAULT_REPARENTED_REVISION] =
			"What is below a revision counts as run wherever the revision did.",
	[FAULT_INSERTED_BELOW] =
			"What is below a revision counts as run wherever the revision did.",
	[FAULT_EDITED_REVISION] = "No database runs a revision a second time.",
};
