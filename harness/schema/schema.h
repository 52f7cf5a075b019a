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

/* Lines of text, one fact each, sorted by bytes: the canonical form, as in records under expected/. Made once. */
struct str_list schema_render(const struct schema *schema, struct arena *arena);

struct schema_object;

/* Facts, borrowed from a schema, in any order but the same each time. */
struct schema_facts {
	const struct schema_object **items;
	size_t count, capacity;
};

/* The facts that only one of two schemas has; the order of columns apart. */
struct schema_changes {
	struct schema_facts missing; /* in `expected` only */
	struct schema_facts extra;   /* in `actual` only */
};

/*
 * Compare by hashed facts, which a schema sorts once, when it is compared for the first time: no text is made, and
 * another comparison costs no more than a walk.
 */
struct schema_changes schema_find_changes(
		const struct schema *expected, const struct schema *actual, struct arena *arena);

/* All facts that have a line. */
struct schema_facts schema_all_facts(const struct schema *schema, struct arena *arena);

/* The lines of facts, sorted by bytes. */
struct str_list schema_render_facts(const struct schema_facts *facts, struct arena *arena);

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
