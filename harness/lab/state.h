/*
 * lab/state.h - build a state: a database as a scenario's words have it, by the tree that the stage has,
 * frozen so that it can be cloned. Whoever builds says what else they want to know of it.
 */
#ifndef LAB_STATE_H
#define LAB_STATE_H

#include "lab/stage.h"

/* What to read of a state before it is frozen. */
struct state_wants {
	bool schema;
	bool all_rows;          /* of every table; else of `tables`. Both want the schema, too */
	struct str_list tables; /* each once */
};

/* The rows of a table as a state has them. */
struct table_rows {
	str table;
	struct str_list columns;
	struct result rows;  /* of these columns */
	struct error *error; /* NULL: they could be read */
};

/* A state on one engine, frozen, and what was wanted of it: that was read before. */
struct built_state {
	const struct scenario_state *state;
	enum scenario_engine kind;
	struct image *image; /* what was built, however far that came; NULL: out of time */
	struct error *error; /* NULL: it could be built */
	struct sent sent;    /* with `error` */

	struct schema *schema;      /* NULL: it is not wanted, or could not be read */
	struct error *schema_error; /* why it could not */

	struct {
		struct table_rows *items;
		size_t count, capacity;
	} rows; /* of the tables that are wanted, those of them that are there */
};

/*
 * Build `state` by the tree of `like`, which also gives engine, host and deadline. That it cannot be built, or
 * not in time, stands in the result, which is in `arena`; an error is of the environment. The image is the
 * caller's to drop.
 */
MUST_USE struct error *state_build(const struct stage *like, const struct scenario_state *state,
		const struct state_wants *wants, struct arena *arena,
		struct built_state **ret_built);

/* The rows of a table that was wanted; NULL: the state has no such table. */
const struct table_rows *built_state_rows(const struct built_state *built, str table);

#endif
