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

	/* Of a release, which is asked about by itself: its name, and its database. */
	str release;
	const struct scenario_state *state;

	struct audit_part *part; /* what is found is added to it */
};

struct inquiry_kind {
	const char *name;
	bool answers[AUDIT_QUESTION_COUNT];
	bool is_of_release; /* it is asked once for each */
	bool needs_python;  /* of a tree that is SQL, too: to make up rows */
	bool has_own_runner; /* Alembic's own commands, with the project's env.py, whatever else runs */
	/* Ask. What a revision does, or does not, is a finding; an error is of the environment. */
	MUST_USE struct error *(*ask)(struct inquiry *inquiry);
};

/* All of them; NULL behind the last. */
extern const struct inquiry_kind *const inquiry_kinds[];

#endif
