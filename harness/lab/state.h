/*
 * lab/state.h - build a state: a database as a scenario's words have it, by the tree that the stage has,
 * frozen so that it can be cloned. Whoever builds says what else they want to know of it.
 */
#ifndef LAB_STATE_H
#define LAB_STATE_H

#include "lab/look.h"

/* A state on one engine, frozen, and what was wanted of it: that was read before. */
struct built_state {
	const struct scenario_state *state;
	const struct engine *engine;
	enum scenario_engine kind;
	struct image *image; /* what was built, however far that came; NULL: out of time */
	struct error *error; /* NULL: it could be built */
	struct sent sent;    /* with `error` */
	struct str_list notes, stubs; /* of each cell that begins with it */

	struct schema *schema;      /* NULL: it is not wanted, or could not be read */
	struct error *schema_error; /* why it could not */

	struct tables_rows rows; /* of the tables that are wanted, those of them that are there */
};

/*
 * Build `state` by the tree of `like`, which also gives engine, host and deadline. That it cannot be built, or
 * not in time, stands in the result, which is in `arena`; an error is of the environment. The image is the
 * caller's to drop.
 */
MUST_USE struct error *state_build(const struct stage *like, const struct scenario_state *state,
		const struct look_wants *wants, struct arena *arena, struct built_state **ret_built);

#endif
