/*
 * replay/fresh.h - what trees make of an empty database, kept beyond the scenario: many files are about one tree, and
 * all of them compare with it. A tree is the same if every word of it is that has a say in what is sent.
 */
#ifndef REPLAY_FRESH_H
#define REPLAY_FRESH_H

#include "kit/arena.h"
#include "kit/table.h"
#include "lab/stage.h"

struct fresh_schema {
	struct schema *schema; /* NULL: the replay failed */
	str failure;           /* why, on one line */
};

/* In an arena of its own; zeroed but for `arena`, which was begun, it is empty. */
struct fresh_schemas {
	struct arena arena;
	struct table index; /* by key */

	struct {
		struct fresh_schema *items;
		size_t count, capacity;
	} kept;
};

/*
 * What the schema depends on, as text in `arena`; empty: on more than the tree, so that it is not kept: Python has the
 * bodies, or there may be roles that the scenario, or a dump of its, has made.
 */
str fresh_key(const struct stage *stage, const struct scenario *scenario, struct arena *arena);

/* Whether it is known by that key. What is found is borrowed until fresh_trim(). */
bool fresh_find(const struct fresh_schemas *all, str key, struct fresh_schema *ret_found);

/* Keep it; the schema and the failure are in all->arena already. */
void fresh_add(struct fresh_schemas *all, str key, const struct fresh_schema *made);

/* Forget all, if they have become many: a run of ten thousand trees has no use for them. */
void fresh_trim(struct fresh_schemas *all);

#endif
