/*
 * repair/repair_internal.h - what the files of this room share.
 */
#ifndef REPAIR_REPAIR_INTERNAL_H
#define REPAIR_REPAIR_INTERNAL_H

#include "repair/repair.h"

/* Write into `tree` how `before` becomes what `edits` make of it. */
void repair_edit_tree(const struct repair_wish *wish, const struct spec_edits *edits,
		struct arena *arena, struct repair_tree *tree);

#endif
