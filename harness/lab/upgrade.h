/*
 * lab/upgrade.h - upgrade a database to where somebody says it was once, whatever has become of the tree
 * since.
 */
#ifndef LAB_UPGRADE_H
#define LAB_UPGRADE_H

#include "lab/stage.h"

/*
 * Upgrade the stage's database to each of the targets in turn; of a tree that does not load, the part at
 * and below them will do.
 */
MUST_USE struct error *stage_upgrade(struct stage *stage, const struct named_places *targets);

#endif
