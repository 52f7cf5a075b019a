/*
 * judge/rows_internal.h - what the judges of rows share: tables whose rows are at hand (rows.c), and those that are too
 * large for that (rows_large.c).
 */
#ifndef JUDGE_ROWS_INTERNAL_H
#define JUDGE_ROWS_INTERNAL_H

#include "judge/judge.h"
#include "lab/rows.h"

/* So many lost rows, and so many changed ones, are shown. */
#define SHOWN_ROWS 5

/* Where the tables are judged. */
struct judging {
	struct judgement *judgement;
	struct connection *connection; /* NULL: not yet needed */
	struct stage before; /* a copy of the state, to look at again; no database: not yet needed */
	struct connection *before_connection;
};

/* Connect to what the steps have left, unless that is done; the time is the cell's. */
MUST_USE struct error *judging_connect(struct judging *judging);

/* Say which rows are lost, and which have changed, and how: those that are in the difference, and the number of others. */
void judge_gone(struct judgement *judgement, const struct table_rows *before,
		const struct rows_difference *difference);
void judge_changed(struct judgement *judgement, const struct table_rows *before,
		const struct table_rows *after, const struct rows_difference *difference);

/* Columns that are gone, or have another name now; whether there are any that are gone. */
bool judge_columns(struct judgement *judgement, const struct table_rows *before,
		const struct table_rows *after, const struct rows_difference *difference);

/* Judge a table that was, or is now, too large for its rows to be kept; it is there. */
MUST_USE struct error *judge_large(struct judging *judging, const struct table_rows *before);

/* Whether `table`, which has the columns that such a table had, holds the same rows as that, and no others. */
MUST_USE struct error *judge_large_find(struct judging *judging, const struct table_rows *before,
		str table, bool *ret_is_same);

#endif
