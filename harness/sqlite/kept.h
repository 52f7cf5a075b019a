/*
 * sqlite/kept.h - what a host keeps of the schemas that it has read. A schema is a function of the texts in sqlite_master
 * and of two numbers, and the cells of a scenario mostly end in one of a few: reading it again costs a dozen PRAGMAs a
 * table. A table by itself is one of its own texts and of those of the tables that it refers to, so where one migration comes
 * behind the other, what they leave alone is not read again.
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

/* The same of the objects of one table. */
const struct schema *kept_table_find(const struct kept_snapshots *kept, str key);
void kept_table_add(struct kept_snapshots *kept, str key, const struct schema *table);

/* The tables to which the one refers that `key` says, as it names them; NULL: that is not kept. */
const struct str_list *kept_parents_find(const struct kept_snapshots *kept, str key);
void kept_parents_add(struct kept_snapshots *kept, str key, const struct str_list *parents);

#endif
