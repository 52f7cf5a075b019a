/*
 * sqlite/definition.h - what only the text of a CREATE statement says, as SQLite keeps it in
 * sqlite_master. Understands whatever SQLite accepted; text that it cannot follow is reported, never
 * guessed at.
 */
#ifndef SQLITE_DEFINITION_H
#define SQLITE_DEFINITION_H

#include "kit/str.h"

struct column_definition {
	str name;
	str generated;         /* the expression, normalised; empty: not generated */
	str not_null_conflict; /* "on conflict ..." of NOT NULL; empty: none, or the usual abort */
};

/* A primary key or a unique constraint. */
struct key_definition {
	bool is_primary;
	str name;                /* that was given to it; empty: none */
	struct str_list columns; /* as written */
	str conflict;
};

struct foreign_key_definition {
	str name;
	bool is_deferred; /* DEFERRABLE INITIALLY DEFERRED */
};

struct check_definition {
	str name;
	str expression; /* normalised */
};

struct table_definition {
	struct {
		struct column_definition *items;
		size_t count, capacity;
	} columns;

	struct {
		struct key_definition *items;
		size_t count, capacity;
	} keys;

	struct {
		struct foreign_key_definition *items;
		size_t count, capacity;
	} foreign_keys; /* in the order they were written */

	struct {
		struct check_definition *items;
		size_t count, capacity;
	} checks;

	struct str_list other_names; /* given to NOT NULL, DEFAULT and the like */
};

struct index_definition {
	struct str_list terms; /* normalised, without COLLATE and direction */
	str predicate;         /* normalised; empty: none */
};

/* False: the text is not understood. Results are in `arena`. */
bool table_definition_parse(str sql, struct arena *arena, struct table_definition *ret_definition);
bool index_definition_parse(str sql, struct arena *arena, struct index_definition *ret_definition);

/* What follows the name of a view or a virtual table: "as select 1", "using fts5(a, b)". */
bool view_definition_parse(str sql, struct arena *arena, str *ret_facts);

/* What a trigger does, without its name, its table and the words that change nothing. */
bool trigger_definition_parse(str sql, struct arena *arena, str *ret_facts);

#endif
