/*
 * project/project.h - an Alembic project, read without running it and however broken: its revisions in
 * the order in which Alembic loads them, what is wrong with its files, and where each declared value
 * stands, so that it can be written anew.
 */
#ifndef PROJECT_PROJECT_H
#define PROJECT_PROJECT_H

#include "project/env_file.h"
#include "project/revision_file.h"
#include "project/settings.h"
#include "revision/spec.h"

/* What reading a file brings to light; what the tree as a whole says is the doctor's business. */
enum finding_kind {
	FINDING_DOCSTRING_DISAGREES,
	FINDING_NOT_LITERAL,
	FINDING_UNREADABLE, /* by us, or by Alembic, which would stop at it */
};

struct finding {
	enum finding_kind kind;
	str revision; /* empty: not known */
	str file;     /* from the project's folder */
	struct span where;
	enum revision_fact fact; /* FINDING_DOCSTRING_DISAGREES: of what */
	str message;             /* one line, lower case, no full stop */
	str suggestion;          /* a sentence; may be empty */
};

struct project_revision {
	str path;                  /* of its file, from the root */
	struct revision_file file; /* what it declares, with spans */
};

struct project {
	struct settings settings;
	struct env_file env;
	struct revision_specs specs; /* in load order */

	struct {
		struct project_revision *items; /* one a spec, in the same order */
		size_t count, capacity;
	} revisions;

	struct {
		struct finding *items; /* by kind, then in load order */
		size_t count, capacity;
	} findings;
	struct str_list notes;     /* for people, a line each */
	struct str_list locations; /* the version locations that are there */
	size_t file_count;         /* files that Alembic would load */
};

/* Read the project that `settings` describe, as Alembic 1.`level` would. */
MUST_USE struct error *project_read(const struct files *files, const struct settings *settings,
		int level, struct arena *arena, struct project *ret_project);

/* Read revision files by their paths, in this order; `folder` is what their names are shown from. */
MUST_USE struct error *project_read_revisions(const struct files *files, str folder,
		const struct str_list *paths, int level, struct arena *arena,
		struct project *ret_project);

#endif
