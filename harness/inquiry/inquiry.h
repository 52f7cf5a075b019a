/*
 * inquiry/inquiry.h - ask the laboratory the questions of an audit: carry revisions out on throwaway databases, and look
 * at what comes of it. Each inquiry walks the tree once; after a failure it goes on from the last good database, which
 * was frozen there, and does not start over.
 *
 * To add one: a file inquiry/<name>.c that exports `const struct inquiry_kind inquiry_<name>`, and a line in kinds.c.
 */
#ifndef INQUIRY_INQUIRY_H
#define INQUIRY_INQUIRY_H

#include "audit/audit.h"
#include "lab/stage.h"

/* Who asks. */
struct inquiry {
	const struct stage *like; /* engine, host, tree */
	struct arena *arena;      /* holds what is found */
	int64_t patience_us; /* what one revision, or one command, may take; 0: as long as it likes */
	const struct str_list *since; /* the revisions that findings count of; NULL: all */
	const bool *is_asked;         /* by question: of an inquiry that answers several */

	str release; /* of one, which is asked about by itself: its name */
	/* The database of the release; else the one that each walk begins with a copy of. NULL: an empty one. */
	const struct scenario_state *state;

	struct image *start;   /* such a database, built; NULL: each walk begins with an empty one */
	struct str_list start_rows; /* its version rows */

	struct audit_part *part; /* what is found is added to it */
};

struct inquiry_kind {
	const char *name;
	bool answers[AUDIT_QUESTION_COUNT];
	bool is_of_release; /* it is asked once for each */
	bool needs_python;  /* of a tree that is SQL, too: to make up rows */
	bool has_own_runner; /* Alembic's own commands, with the project's env.py, whatever else runs */
	/* Ask, from the start on. What a revision does, or does not, is a finding; an error is of the environment. */
	MUST_USE struct error *(*ask)(struct inquiry *inquiry);
};

/* Build the database that walks begin with, if there is one, and ask. */
MUST_USE struct error *inquiry_ask(struct inquiry *inquiry, const struct inquiry_kind *kind);

/* All of them; NULL behind the last. */
extern const struct inquiry_kind *const inquiry_kinds[];

#endif
