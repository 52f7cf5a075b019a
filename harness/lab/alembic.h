/*
 * lab/alembic.h - one run of the `alembic` program: one connection, the version rows read, the plan
 * made, then step for step bodies and version rows, in the transactions that Alembic and the driver make
 * of it (semantics, section 5). What a failure leaves behind stays in the database.
 */
#ifndef LAB_ALEMBIC_H
#define LAB_ALEMBIC_H

#include "lab/stage.h"
#include "revision/plan.h"

struct alembic_command {
	enum plan_op op;
	const struct str_list *targets; /* upgrade, downgrade: one */
	bool purge;                     /* stamp */
};

/* Run `command` on the stage's database and tree. */
MUST_USE struct error *alembic_run(struct stage *stage, const struct alembic_command *command);

/* The same for `upgrade TARGET` and `downgrade TARGET`. */
MUST_USE struct error *alembic_upgrade(struct stage *stage, str target);
MUST_USE struct error *alembic_downgrade(struct stage *stage, str target);

#endif
