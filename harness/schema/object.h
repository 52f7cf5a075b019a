/*
 * schema/object.h - the making of a snapshot, for the engines that read one. A snapshot is a set of
 * objects; what is true of an object stands in its `facts`, as text that the engine has made canonical:
 * two texts are the same if and only if they mean the same to that engine. So comparing needs no
 * engine, and the canonical lines carry all of the meaning.
 */
#ifndef SCHEMA_OBJECT_H
#define SCHEMA_OBJECT_H

#include "schema/schema.h"

enum schema_kind {
	SCHEMA_TABLE,
	SCHEMA_VIRTUAL_TABLE, /* no rows of its own: never in schema_tables() */
	SCHEMA_COLUMN,        /* added in the table's order */
	SCHEMA_PRIMARY_KEY,
	SCHEMA_UNIQUE,
	SCHEMA_FOREIGN_KEY,
	SCHEMA_CHECK,
	SCHEMA_EXCLUSION,
	SCHEMA_CONSTRAINT_NAME, /* known to schema_has() alone: a name that is no part of the schema */
	SCHEMA_INDEX,
	SCHEMA_VIEW,
	SCHEMA_TRIGGER,
	SCHEMA_SEQUENCE,
	SCHEMA_TYPE,
	SCHEMA_FUNCTION,
	SCHEMA_SPACE, /* a namespace: what PostgreSQL calls a schema */
	SCHEMA_EXTENSION,
	SCHEMA_POLICY,
	SCHEMA_RULE,
	SCHEMA_STATISTICS,
	SCHEMA_COLLATION,
	SCHEMA_CONVERSION,
	SCHEMA_OPERATOR,
	SCHEMA_TEXT_SEARCH,
	SCHEMA_PUBLICATION,
	SCHEMA_PRAGMA,  /* a number of the application's own that SQLite keeps */
	SCHEMA_CAST,    /* all in its facts, as is what follows */
	SCHEMA_SETTING, /* of an object that is told elsewhere, or not at all */
	SCHEMA_COMMENT,
	SCHEMA_GRANT,
	SCHEMA_REVOKE, /* of what is so without a grant */
	SCHEMA_KIND_COUNT,
};

struct schema_object {
	enum schema_kind kind;
	str space; /* the namespace it lives in; empty: the engine's usual one */
	str table; /* whose column, constraint, index or trigger it is; else empty */
	str name;  /* as stored, unquoted; empty: a constraint whose name does not matter */
	str facts; /* what follows the name in its line, canonical; may be empty */
	struct str_list columns; /* of a primary key, in its order; its facts say so too */
	bool is_computed;        /* a column that is computed when it is read: it stores nothing */
	enum schema_presence presence; /* its facts say so too */
};

/* A schema without objects, in `arena`, which also holds what is added later. */
struct schema *schema_new(struct arena *arena);

/* A schema of its own with the same objects, all of it in `arena`. */
struct schema *schema_copy(const struct schema *schema, struct arena *arena);

/* Add a copy of `object`; its texts are borrowed and must live as long as the schema. */
void schema_add(struct schema *schema, struct schema_object object);

/* Add all objects of another in their order, borrowed in the same way. */
void schema_add_all(struct schema *schema, const struct schema *other);

/* "s.t", or "t" in the engine's usual space: what schema_tables() calls a table, or the table that an object is a part of. */
str schema_table_of(const struct schema_object *object, struct arena *arena);

/* Append a name as canonical lines have it: quoted if it is not a plain word. */
void schema_name_render(str name, struct buf *out);

#endif
