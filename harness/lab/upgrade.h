/*
 * lab/upgrade.h - upgrade a database to where somebody says it was once, whatever has become of the tree
 * since; or by one revision, whatever the tree says.
 */
#ifndef LAB_UPGRADE_H
#define LAB_UPGRADE_H

#include "lab/stage.h"

/*
 * Upgrade the stage's database to each of the targets in turn; of a tree that does not load, the part at
 * and below them will do.
 */
MUST_USE struct error *stage_upgrade(struct stage *stage, const struct named_places *targets);

/*
 * Run the upgrade of a revision by itself, as Alembic has run it: inside the transaction that the driver begins by its
 * habit, or outside of one. A transaction is as long as the body, as with `transaction_per_migration`; no version row
 * is written.
 */
MUST_USE struct error *upgrade_run(struct stage *stage, struct connection *connection,
		const struct scenario_revision *revision);

#endif
