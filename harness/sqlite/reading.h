/*
 * sqlite/reading.h - what the files that read a SQLite schema share: the answers of PRAGMAs,
 * and a table while its parts are being read.
 */
#ifndef SQLITE_READING_H
#define SQLITE_READING_H

#include "database/engine.h"
#include "kit/table.h"
#include "schema/object.h"
#include "sqlite/definition.h"

/* Columns of what we ask, in the order of SQLite's documentation. */
enum {
	MASTER_TYPE,
	MASTER_NAME,
	MASTER_TABLE,
	MASTER_SQL,
};

enum {
	TABLE_NAME = 1,
	TABLE_TYPE = 2,
	TABLE_WITHOUT_ROWID = 4,
	TABLE_STRICT = 5,
};

enum {
	COLUMN_NAME = 1,
	COLUMN_TYPE = 2,
	COLUMN_NOT_NULL = 3,
	COLUMN_DEFAULT = 4,
	COLUMN_PRIMARY_KEY = 5, /* from 1, its place in the key; 0: not in it */
	COLUMN_HIDDEN = 6,      /* 2: virtual, 3: stored */
};

enum {
	INDEX_NAME = 1,
	INDEX_IS_UNIQUE = 2,
	INDEX_ORIGIN = 3, /* c: CREATE INDEX, u: UNIQUE, pk: PRIMARY KEY */
};

enum {
	TERM_COLUMN = 1, /* -2: an expression */
	TERM_NAME = 2,
	TERM_IS_DESCENDING = 3,
	TERM_COLLATION = 4,
	TERM_IS_KEY = 5,
};

enum {
	KEY_ID = 0,
	KEY_TABLE = 2,
	KEY_FROM = 3,
	KEY_TO = 4,
	KEY_ON_UPDATE = 5,
	KEY_ON_DELETE = 6,
};

struct reading {
	struct connection *connection;
	struct arena *arena;
	struct schema *schema;
	struct result tables;    /* PRAGMA table_list */
	struct result master;    /* sqlite_master */
	struct table index_rows; /* name of an index -> its row in `master` */
	struct table last_index; /* name of a table -> the row of the last of its indexes, from 1 */
	uint32_t *index_before;  /* by row of an index: that of the table's index before it, from 1; 0: there is none */
	struct table tables_by_name; /* and views; in lower case -> row in `master` */
	struct str_list parents;     /* the tables to which the one refers that is being read, as it names them */
};

/* A table while its parts are read. */
struct table_reading {
	str name;
	struct result columns, indexes; /* PRAGMA table_xinfo, index_list */
	struct table_definition definition;
	str *collations; /* one a column, in lower case; "binary" is the usual one */
	bool is_without_rowid;
	bool is_autoincrement;
};

/* A value of an answer, and whether it is other than 0. */
str value_at(const struct result *result, size_t row, size_t column);
bool flag_at(const struct result *result, size_t row, size_t column);

/* All of `PRAGMA main.pragma(argument)`. */
MUST_USE struct error *ask_pragma(struct reading *reading, const char *pragma, str argument,
		struct result *ret_result);

/* The error for a stored text that does not fit what the PRAGMAs tell. */
struct error *not_understood(struct reading *reading, const char *kind, str name);

/* `text` in lower case. */
str lower_text(str text, struct arena *arena);

/* Append a fact, a blank before it if it is not the first. */
void add_fact(struct buf *facts, const char *words, str value);

/* Fill in where tables and indexes are in `master`. */
void note_rows(struct reading *reading);

/* Add a table and all that belongs to it; `row` is its row in `tables`. */
MUST_USE struct error *read_table(struct reading *reading, str name, str sql, size_t row);

/* The same of row `at` of `master`; a table that was read before, as it is now, is taken from what is kept. */
MUST_USE struct error *read_table_once(struct reading *reading, size_t at, size_t row);

/* Add a table's primary key, unique constraints and indexes; and its foreign keys. */
MUST_USE struct error *read_keys(struct reading *reading, const struct table_reading *table);
MUST_USE struct error *read_foreign_keys(
		struct reading *reading, const struct table_reading *table);

/* Whether an index stands for the table's primary key. Without one, a key is the rowid's other name. */
bool has_primary_key_index(const struct table_reading *table);

#endif
