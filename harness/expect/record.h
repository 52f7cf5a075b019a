/*
 * expect/record.h - the files under expected/ that pin what a cell leaves behind: one fact a line,
 * sorted, the same from run to run. Where they lie, what they say, and how one differs from what
 * happened.
 *
 *     expected/<scenario>/<strategy>@<state>.<engine>.txt
 *
 *     verdict: fails at step 2
 *     error: DatabaseError: table wallets already exists
 *     version: 3d91640ec9e0
 *     ... the schema, as schema_render() gives it
 */
#ifndef EXPECT_RECORD_H
#define EXPECT_RECORD_H

#include "kit/error.h"

/* What a record says. */
struct record {
	str verdict;           /* "works", "fails at step 2", "wrong" */
	str error;             /* "CLASS: MESSAGE"; only its first line is recorded; may be empty */
	struct str_list wrong; /* goal keys that are not met */
	bool has_version_table;
	struct str_list version; /* sorted */
	struct str_list schema;  /* sorted lines */
};

/* The record as the text of its file. */
str record_render(const struct record *record, struct arena *arena);

/*
 * How `actual` differs from `expected`, both texts of records: lines that begin with "-" (only
 * expected) or "+" (only actual), in the order of the files. None when they say the same; ends of lines
 * do not count.
 */
struct str_list record_difference(str expected, str actual, struct arena *arena);

/*
 * The folder of records for a scenario file in `folder`: the first `expected` in it or above it. Empty
 * when there is none. Relative where it lies below the working folder.
 */
str record_folder_find(str folder, struct arena *arena);

/* The folder of a scenario's records under `folder`, and the name of a cell's file in it. */
str record_folder_of(str folder, str scenario, struct arena *arena);
str record_file_name(str strategy, str state, str engine, struct arena *arena);

/* Read a record; ERROR_NOT_FOUND when there is none. */
MUST_USE struct error *record_read(str path, struct arena *arena, str *ret_text);

/* Write a record, and make the folders above it. */
MUST_USE struct error *record_write(str path, str text, struct arena *arena);

/* Take a record away, and its scenario's folder when it was the last one there. */
MUST_USE struct error *record_remove(str path, struct arena *arena);

#endif
