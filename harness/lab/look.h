/*
 * lab/look.h - a look at a database: version rows, schema, rows of tables, as plain values.
 */
#ifndef LAB_LOOK_H
#define LAB_LOOK_H

#include "lab/stage.h"

/* What to look at, beside the version rows. */
struct look_wants {
	bool schema;
	bool all_rows;          /* of every table; else of `tables`. Both want the schema, too */
	struct str_list tables; /* each once; those that are not there are left out */
	int64_t most_us; /* how long look_take() may take; 0: as long as reading the end of a cell may */
};

struct rows_digest;

/* The rows of a table. */
struct table_rows {
	str table;
	struct str_list columns;
	struct str_list key; /* the columns of its primary key; none: it has none, or nobody can tell */
	struct result rows;  /* of these columns; none if it is large */
	size_t total;        /* how many there are */
	struct rows_digest *digest; /* of one that is too large to be kept; NULL: it is not */
	int64_t read_us;            /* how long it took to read */
	struct error *error; /* why they cannot be read; NULL: they were */
};

struct tables_rows {
	struct table_rows *items;
	size_t count, capacity;
};

/* The database at one moment. */
struct look {
	bool has_version_table;
	struct str_list version;   /* rows in SELECT order */
	str version_failure;       /* why the rows cannot be read; empty: they were */
	struct schema *schema;     /* without the version table; empty where it cannot be read */
	str schema_failure;        /* why it cannot; empty: it was */
	struct tables_rows tables; /* those that are wanted and there, by name */
	bool is_late; /* there was no time to see all of it */
};

/*
 * Look at the stage's database over a connection of its own, whatever time the stage has left; nobody is told.
 * What cannot be read, or not in time, stands in the look; an error is of the environment. The look is in the stage's arena.
 */
MUST_USE struct error *look_take(const struct stage *stage, const struct look_wants *wants,
		struct look *ret_look);

/*
 * The same through the connection of a command, that is with what it has not committed; a transaction that it
 * has open stays so, and is hurt where something cannot be read: that is an error here.
 */
MUST_USE struct error *look_through(struct stage *stage, struct connection *connection,
		const struct look_wants *wants, struct look *ret_look);

/* So many bytes of rows a look keeps; of tables beyond that it keeps a digest. */
#define LOOK_KEPT_BYTES ((size_t)32 * 1024 * 1024)

/*
 * Read the rows that are wanted of the tables of `schema`. Rows that cannot be read stand beside them;
 * ERROR_TIMEOUT, or an error of the environment.
 */
MUST_USE struct error *look_rows(struct stage *stage, struct connection *connection,
		const struct schema *schema, const struct look_wants *wants,
		struct tables_rows *rows);

/* The rows of a table; NULL: there are none of that name. */
const struct table_rows *tables_rows_find(const struct tables_rows *rows, str table);

#endif
