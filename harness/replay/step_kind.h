/*
 * replay/step_kind.h - what each kind of step does, and what is said of it. To add one: a file
 * replay/step_<name>.c that exports its row, and a line in replay/step_kinds.c; what it holds is read by the
 * scenario room (scenario/steps.c).
 */
#ifndef REPLAY_STEP_KIND_H
#define REPLAY_STEP_KIND_H

#include "lab/stage.h"

struct step_kind_row {
	/* Carry out the step. An error without a place is put at the step's. */
	MUST_USE struct error *(*run)(struct stage *stage, const struct step *step);
	bool is_command;       /* a run of `alembic` on the database */
	bool changes_database; /* else it leaves it as it is, which need not be said */
	bool changes_tree;     /* the revisions that are there for the steps behind it */
	bool keeps_backup;     /* for steps behind it */
	const char *words;     /* what happens: "SQL by hand"; NULL: ask `describe` */
	/* What a person would type, or what else happens: "alembic upgrade head". In `arena`. */
	str (*describe)(const struct step *step, struct arena *arena);
	/* What came of it where nothing failed: a sentence. NULL: what it leaves says enough. */
	const char *(*remark)(const struct step *step);
	/* The SQL that it is about. NULL: none. */
	const struct sql_body *(*sql)(const struct step *step);
};

/* The row of a kind. */
const struct step_kind_row *step_kind_get(enum step_kind kind);

/* What happens in a step, for people. */
str step_words(const struct step *step, struct arena *arena);

/* An error of class "Expectation": a step did not find what the scenario expects. */
struct error *expectation_failed(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
