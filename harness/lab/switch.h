/*
 * lab/switch.h - an observer that, before a statement of a given number, switches to another deployer of the same
 * database, lets it come to its end, and then lets the first go on. The other meets the locks that the first
 * holds: as the first stands still meanwhile, it would wait for ever, and is told at once (PostgreSQL: class
 * "Blocked"; SQLite: "database is locked").
 */
#ifndef LAB_SWITCH_H
#define LAB_SWITCH_H

#include "lab/stage.h"

struct deployer_switch {
	size_t at; /* before this statement of the first, from 1; 0: never */
	/* What the other does, on a stage of its own: the same database and tree, the same deadline. */
	struct error *(*run)(void *data, struct stage *other);
	void *data;

	size_t seen;         /* statements of the first that were sent so far */
	bool is_done;        /* the other has run; else the first had not so many statements */
	struct error *error; /* that the other ended with; NULL: none */

	struct connection *keeper; /* keeps the database open for several */
};

/*
 * From now on `stage`, which has a database that nothing is connected to, is watched; both must stay where they
 * are until the end, by which the connections to the database are closed again. What the other fails with is its
 * own affair, unless it is of the environment: that ends the first, too.
 */
MUST_USE struct error *switch_begin(struct deployer_switch *deployers, struct stage *stage);
void switch_end(struct deployer_switch *deployers, struct stage *stage);

#endif
