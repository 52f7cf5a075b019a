/*
 * sqlite/snapshot.h - read the schema of a SQLite database as plain values. PRAGMAs are
 * believed where they tell; the rest (checks, generated columns, conflict clauses, deferred keys, names
 * of constraints, predicates) is read from the stored text of each object.
 */
#ifndef SQLITE_SNAPSHOT_H
#define SQLITE_SNAPSHOT_H

#include "database/engine.h"

/* The member of struct engine of the same name. */
MUST_USE struct error *sqlite_snapshot(struct connection *connection, str version_schema,
		str version_table, struct arena *arena, struct schema **ret_schema);

#endif
