/*
 * lab/version_table.h - the version table of a database, read and written with the statements that
 * Alembic sends (semantics, sections 4.1 and 4.2).
 */
#ifndef LAB_VERSION_TABLE_H
#define LAB_VERSION_TABLE_H

#include "lab/stage.h"
#include "revision/version_rows.h"

/* The rows in SELECT order; none without a table. */
MUST_USE struct error *version_table_read(struct stage *stage, struct connection *connection,
		struct str_list *ret_rows, bool *ret_is_there);

/*
 * The same for whoever only looks, with no transaction left open: that the rows cannot be read, as they are
 * some other table's, is no error; `ret_failure` then says why, and is empty else.
 */
MUST_USE struct error *version_table_look(struct stage *stage, struct connection *connection,
		struct str_list *ret_rows, bool *ret_is_there, str *ret_failure);

/* Create the table, which is not there; or unless it is there. */
MUST_USE struct error *version_table_create(struct stage *stage, struct connection *connection);
MUST_USE struct error *version_table_ensure(struct stage *stage, struct connection *connection);

/* What `stamp --purge` does first: the table is there, and empty. */
MUST_USE struct error *version_table_purge(struct stage *stage, struct connection *connection);

/* Make the table anew with `rows` in this order; doubled rows give one without a primary key. */
MUST_USE struct error *version_table_write(
		struct stage *stage, struct connection *connection, const struct str_list *rows);

MUST_USE struct error *version_table_drop(struct stage *stage, struct connection *connection);

/* Where a version keeper's changes go: to the table, through `connection`. */
struct version_table {
	struct stage *stage;
	struct connection *connection;
};

struct version_store version_table_store(struct version_table *table);

#endif
