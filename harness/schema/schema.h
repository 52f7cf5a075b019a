/*
 * schema/schema.h - a snapshot of a database's schema as plain values, the same for every engine: a
 * sorted set of objects, each with a kind, a name and what is true of it. Engines fill it in
 * (database/), everybody else compares and renders. Never contains the version table, owners, rows or
 * sequence values.
 */
#ifndef SCHEMA_SCHEMA_H
#define SCHEMA_SCHEMA_H

#include "kit/str.h"

struct schema;

/* Lines of text, one fact each, sorted by bytes: the canonical form, as in records under expected/. */
struct str_list schema_render(const struct schema *schema, struct arena *arena);

/* How two schemas differ, in lines of the canonical form. */
struct schema_difference {
	struct str_list missing; /* in `expected` only: shown as - */
	struct str_list extra;   /* in `actual` only: shown as + */
	struct str_list notes; /* "columns of table t are in another order: a, b (expected b, a)" */
};

/*
 * Compare by meaning. `is_column_order_strict`: another order of a table's columns is a difference; else
 * it is a note. The schemas are equal when `missing` and `extra` are empty.
 */
struct schema_difference schema_compare(const struct schema *expected, const struct schema *actual,
		bool is_column_order_strict, struct arena *arena);

/* The same with the expectation as lines that schema_render() once gave (a file). */
struct schema_difference schema_compare_lines(const struct str_list *expected,
		const struct schema *actual, bool is_column_order_strict, struct arena *arena);

/* Kinds that `has` and `lacks` know: table, column (T.C), index, view, constraint, sequence, type, trigger, function. */
extern const char *const schema_item_kinds[];
extern const size_t schema_item_kind_count;

/* How far an object counts, the best first. */
enum schema_presence {
	SCHEMA_PRESENT,
	SCHEMA_UNPROVEN, /* a constraint that new rows obey, and nobody has asked the old ones */
	SCHEMA_NOT_ENFORCED, /* a constraint that no row need obey */
	SCHEMA_DISABLED,     /* a trigger that never fires */
	SCHEMA_INVALID,      /* an index that no query uses, and that keeps nothing unique */
	SCHEMA_ABSENT,
};

/*
 * Look for an object of that kind and exact name; a column's name is TABLE.COLUMN. Of several that share a
 * name the best one counts.
 */
enum schema_presence schema_find(const struct schema *schema, str kind, str name);

/* Whether it is there at all. */
bool schema_has(const struct schema *schema, str kind, str name);

/* Names of the ordinary tables, sorted; and of a table's stored columns in their order. Borrowed from the schema. */
struct str_list schema_tables(const struct schema *schema, struct arena *arena);
struct str_list schema_columns(const struct schema *schema, str table, struct arena *arena);

/* The columns of a table's primary key, in its order; none: it has no key. Borrowed from the schema. */
struct str_list schema_key(const struct schema *schema, str table);

#endif
