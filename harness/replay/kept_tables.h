/*
 * replay/kept_tables.h - tables that a goal keeps the rows of, and that nobody has: a name that is spelt otherwise
 * in the database would be kept whatever happens.
 */
#ifndef REPLAY_KEPT_TABLES_H
#define REPLAY_KEPT_TABLES_H

#include "replay/model.h"

/*
 * A note for each table that the goal names, no state of the scenario has, and that is not there at the end: an absent
 * table is kept, whoever misspelt it. A state that cannot be built may have it. Errors are of the environment, or
 * ERROR_TIMEOUT.
 */
MUST_USE struct error *kept_tables_look(
		const struct model_wish *wish, struct judgement *judgement);

#endif
