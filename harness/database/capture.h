/*
 * database/capture.h - what a real database is asked for, so that it can be rehearsed on: its schema, the rows of
 * Alembic's version tables (those whose only column is version_num), and no others unless they are wanted. It is only read. The engines' tools for backups do the work, and what comes
 * of it is a dump as database_load() takes it.
 */
#ifndef DATABASE_CAPTURE_H
#define DATABASE_CAPTURE_H

#include "kit/error.h"

struct capture {
	str address;          /* of the database, which an engine's is_address() knows */
	bool all_rows;        /* of every table */
	struct str_list rows; /* else of these tables: NAME or SCHEMA.NAME */
	str bindir;           /* where programs may be, too; may be empty */
	bool has_no_home; /* it will be loaded into a database of another name and owner: it makes none, and gives nobody what its own role has */
	bool is_passing; /* to be looked at and removed again: rows that nobody wants are not spoken of */
	bool (*is_stopped)(void); /* asked once in a while: whether to end; NULL: never */
};

#endif
