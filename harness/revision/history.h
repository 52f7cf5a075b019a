/*
 * revision/history.h - the revisions of one tree as Alembic's ScriptDirectory holds them: declared
 * first, and made into a map only by the first use, because some commands report their own mistakes
 * before a broken map can (semantics, sections 1.3 and 2.4). Pure: no files, no SQL.
 */
#ifndef REVISION_HISTORY_H
#define REVISION_HISTORY_H

#include "kit/error.h"
#include "revision/spec.h"

struct revision_history;

/*
 * A history of `specs` (borrowed, and so are their texts; they must outlive the history), read as
 * Alembic 1.`level` would. Cannot fail: nothing is looked at yet.
 */
struct revision_history *revision_history_new(
		const struct revision_specs *specs, int level, struct arena *arena);

/*
 * Build the map if that has not been done. Errors are those of a command that loads it outside of the
 * code that translates RevisionErrors (`alembic heads`): raw classes, exit status 1. The plan functions
 * (revision/plan.h) do this themselves and give the translated ones.
 */
MUST_USE struct error *revision_history_load(struct revision_history *history, struct arena *arena);

/* Ids in load order, as `alembic heads` and `--resolve-dependencies` list them, and the bases. Load first. */
MUST_USE struct error *revision_history_heads(
		struct revision_history *history, struct arena *arena, struct str_list *ret_ids);
MUST_USE struct error *revision_history_real_heads(
		struct revision_history *history, struct arena *arena, struct str_list *ret_ids);

MUST_USE struct error *revision_history_bases(
		struct revision_history *history, struct arena *arena, struct str_list *ret_ids);

/* Warnings that Alembic prints while it builds the map ("Revision a is present more than once"). */
const struct str_list *revision_history_warnings(const struct revision_history *history);

/* The exit status of the `alembic` program for an error of this room: 255 translated (CommandError), 1 raw. */
int revision_error_exit_status(const struct error *error);

#endif
