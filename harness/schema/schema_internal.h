/*
 * schema/schema_internal.h - what the files of this room share.
 */
#ifndef SCHEMA_SCHEMA_INTERNAL_H
#define SCHEMA_SCHEMA_INTERNAL_H

#include "schema/object.h"

struct schema {
	struct arena *arena;
	struct schema_object *items; /* columns of a table in its order, the rest in any */
	size_t count, capacity;
};

/* How a line that gives the order of a table's columns begins; the table's name follows. */
#define COLUMN_ORDER_WORDS "column order "

#endif
