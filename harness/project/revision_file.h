/*
 * project/revision_file.h - what one revision file declares, read without running it. The last assignment
 * of a module's own level wins, as in Python; what stands in strings, comments, functions, classes and
 * `if` bodies does not count. A value that is not a literal is never guessed: it is OTHER, with its place.
 */
#ifndef PROJECT_REVISION_FILE_H
#define PROJECT_REVISION_FILE_H

#include "kit/error.h"
#include "project/literal.h"

enum revision_fact {
	FACT_REVISION,
	FACT_DOWN_REVISION,
	FACT_BRANCH_LABELS,
	FACT_DEPENDS_ON,
	FACT_COUNT,
};

extern const char *const revision_fact_names[FACT_COUNT]; /* "revision", ... */

struct declared_fact {
	bool is_there;
	struct literal value;
	struct span where; /* the assigned name, so that its line is the assignment's */
	/* Assigned in an `if`, a loop or a match that may or may not run; nowhere: not so. */
	struct span perhaps;
};

struct revision_file {
	const struct source *source;
	struct declared_fact facts[FACT_COUNT];
	str docstring; /* without blanks at its ends; empty: none */
	struct span docstring_where;
	bool has_upgrade, has_downgrade;
	struct error *problem; /* why Python would refuse the file; NULL: nothing that a tokenizer sees */
};

/* Read `source` (borrowed for as long as the result). Facts before a problem are there. */
struct revision_file revision_file_read(const struct source *source, struct arena *arena);

/* What the docstring's lines "Revision ID:" and "Revises:" say. */
struct docstring_claims {
	bool has_revision, has_revises;
	str revision;
	str revises_text;                          /* as it is written */
	struct str_list revises;                   /* none for a base */
	struct span revision_where, revises_where; /* the lines */
};

struct docstring_claims revision_file_claims(const struct revision_file *file, struct arena *arena);

/* Whether it says that these are revised, in any order. */
bool docstring_claims_revise(const struct docstring_claims *claims, const struct str_list *ids);

#endif
