/*
 * sqlite/capture_internal.h - a capture under way: copying the file (capture.c), and taking out of the copy the rows that
 * nobody wants (capture_rows.c).
 */
#ifndef SQLITE_CAPTURE_INTERNAL_H
#define SQLITE_CAPTURE_INTERNAL_H

#include "kit/file.h"
#include "sqlite/capture.h"

struct sqlite3;

struct capturing {
	const struct capture *capture;
	struct arena *arena;
	str path;   /* of the database */
	str folder; /* for copies */
	struct sqlite3 *source, *copy;
	struct file_mark before; /* the file, when it was opened as one that nobody changes */
	bool is_immutable;
};

struct named_table {
	str name;
	bool is_virtual, is_shadow; /* of a virtual one, which keeps its rows there */
	bool is_of_versions;        /* Alembic's */
	str missing_module; /* of a virtual one, which is not in this program; empty: it is */
};

struct named_tables {
	struct named_table *items;
	size_t count, capacity;
};

/* What SQLite's failure means: of `handle`, or by its code if that is NULL. `doing` is "read", "copy". */
struct error *capturing_error(const struct capturing *capturing, int code, const char *doing,
		struct sqlite3 *handle);

/* Run SQL on the copy. */
MUST_USE struct error *capturing_execute(const struct capturing *capturing, str sql);

/* The tables of the copy, virtual ones last, as full text may have its content in others. */
MUST_USE struct error *capturing_read_tables(
		const struct capturing *capturing, struct named_tables *tables);

/* Remove the rows that nobody wants from the copy; if asked for, so that no trace of them is left in the file. */
MUST_USE struct error *capturing_leave_rows_out(const struct capturing *capturing,
		const struct named_tables *tables, bool overwrite, struct str_list *notes);

/* Tell which virtual tables nobody here can do anything with. */
void capturing_tell_modules(const struct capturing *capturing, const struct named_tables *tables,
		struct str_list *notes);

#endif
