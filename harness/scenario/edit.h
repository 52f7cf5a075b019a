/*
 * scenario/edit.h - edit a tree as a strategy says: replace, remove, change, add, in this order.
 */
#ifndef SCENARIO_EDIT_H
#define SCENARIO_EDIT_H

#include "scenario/scenario.h"

/*
 * Apply `edit` to the revisions `before`, which stay as they are; the result is a new list in load order
 * (added revisions come last). A name means a file name first, then an id; an id that stands twice means
 * all its files. ERROR_NOT_FOUND, at the name's place, when nothing has the name.
 */
MUST_USE struct error *scenario_edit_apply(const struct tree_edit *edit,
		const struct scenario_revisions *before, struct arena *arena,
		struct scenario_revisions *ret_after);

/* The specs alone, in the same order: what the revision engine takes. */
struct revision_specs scenario_revision_specs(
		const struct scenario_revisions *revisions, struct arena *arena);

#endif
