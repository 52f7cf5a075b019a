/*
 * schema/schema_internal.h - what the files of this room share.
 */
#ifndef SCHEMA_SCHEMA_INTERNAL_H
#define SCHEMA_SCHEMA_INTERNAL_H

#include "schema/object.h"

/* A fact by its hash. */
struct sorted_fact {
	uint64_t hash;
	const struct schema_object *object;
};

/* The columns of a table, in its order. */
struct sorted_order {
	uint64_t table_hash, hash;   /* of its path; of the names of its columns */
	struct schema_facts columns; /* at least one */
};

/* A schema for comparing: its facts, each once, and the orders of its columns, by hash; and what it is as lines. */
struct sorted_schema {
	bool is_done; /* else not made yet */
	struct str_list lines; /* made when they are asked for, by schema_render(); none: not yet */

	struct {
		struct sorted_fact *items;
		size_t count, capacity;
	} facts;

	struct {
		struct sorted_order *items;
		size_t count, capacity;
	} orders;
};

struct schema {
	struct arena *arena;
	struct schema_object *items; /* columns of a table in its order, the rest in any */
	size_t count, capacity;
	struct sorted_schema *sorted; /* made when it is asked for */
};

/* Made once; good until an object is added. */
struct sorted_schema *schema_sorted(const struct schema *schema);

/* Their order, by hash, and then by all that they say; 0: they are the same fact. */
int schema_compare_sorted(const struct sorted_fact *a, const struct sorted_fact *b);

/* Whether an object has a line. */
bool schema_is_visible(const struct schema_object *object);

/* "s.t" as lines have it: names that are no plain words in quotes. */
str schema_render_table_of(const struct schema_object *object, struct arena *arena);

/* The line of an object; one that is hidden has none in a schema. */
str schema_render_fact(const struct schema_object *object, struct arena *arena);

/* How a line that gives the order of a table's columns begins; the table's name follows. */
#define COLUMN_ORDER_WORDS "column order "

/* The line of the order of these columns, of one table. */
str schema_render_order(const struct schema_facts *columns, struct arena *arena);

#endif
