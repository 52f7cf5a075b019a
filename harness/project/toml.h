/*
 * project/toml.h - TOML 1.0 as far as a pyproject.toml needs it: every document is read to its end and what
 * is no TOML refused with its place, but of the values only texts, truth values, whole numbers, lists and
 * tables are kept; floats and dates are kept as they are written.
 */
#ifndef PROJECT_TOML_H
#define PROJECT_TOML_H

#include "kit/arena.h"
#include "kit/error.h"

/* Lists and inline tables in each other. */
#define TOML_MAX_DEPTH 64

enum toml_kind {
	TOML_TEXT,
	TOML_BOOLEAN,
	TOML_NUMBER, /* whole numbers, floats, dates: `text` as written */
	TOML_LIST,
	TOML_TABLE,
};

struct toml_value {
	enum toml_kind kind;
	str key; /* in its table */
	struct span where;
	str text;
	bool boolean;
	bool is_closed; /* an inline table, or a list of values: nothing may be added later */
	bool is_header; /* named by a [header] of its own */
	bool is_tables; /* a list made by [[headers]] */
	struct toml_value *first, *last, *next; /* elements of a list or table; the next sibling */
};

/* Read `source` (borrowed) into a table. */
MUST_USE struct error *toml_parse(const struct source *source, struct arena *arena,
		const struct toml_value **ret_table);

/* What stands in a table under `key`; NULL: nothing, or `table` is NULL or no table. */
const struct toml_value *toml_find(const struct toml_value *table, str key);

#endif
