/*
 * sqlite/kept.h - snapshots that a host keeps. A schema is a function of the texts in sqlite_master and of two
 * numbers, and the cells of a scenario mostly end in one of a few: reading it again costs a dozen PRAGMAs a table.
 */
#ifndef SQLITE_KEPT_H
#define SQLITE_KEPT_H

#include "schema/schema.h"

struct kept_snapshots;

/* Nothing kept yet; `arena` holds the struct alone. */
struct kept_snapshots *kept_new(struct arena *arena);
void kept_end(struct kept_snapshots *kept); /* NULL is fine */

/* The schema that was read of what `key` says, good until kept_end(), and not to be changed; NULL: none is kept. */
struct schema *kept_find(const struct kept_snapshots *kept, str key);

/* Keep a copy, unless so many are kept already that memory matters more. */
void kept_add(struct kept_snapshots *kept, str key, const struct schema *schema);

#endif
