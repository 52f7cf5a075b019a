/*
 * replay/dump_roles.h - what the dumps of a scenario need of the server before a cell is played.
 */
#ifndef REPLAY_DUMP_ROLES_H
#define REPLAY_DUMP_ROLES_H

#include "lab/stage.h"

/*
 * The roles of the scenario and those that its dumps name. Those of dumps that other cells alone load may be compared
 * with: they are made where that is free. `ret_refusal`: why what this cell loads cannot be had; empty: it can.
 */
MUST_USE struct error *dump_roles_find(const struct stage *stage, const struct scenario_cell *cell,
		struct role_wants *ret_wants, str *ret_refusal);

/* Add what one dump needs, which is loaded (`is_own`) or only compared with. */
MUST_USE struct error *dump_roles_take(const struct stage *stage, const struct load_reference *load,
		bool is_own, struct role_wants *wants, str *refusal);

#endif
