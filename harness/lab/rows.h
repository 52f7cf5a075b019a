/*
 * lab/rows.h - how the rows of a table differ between two looks: which are gone, which are new, and which have
 * changed, that is, were found again by the primary key that the table had. A value is compared as text; a
 * column that has only another name is followed.
 */
#ifndef LAB_ROWS_H
#define LAB_ROWS_H

#include "lab/look.h"

/* A column that both have, by its places in each. */
struct shared_column {
	size_t before, after;
};

struct shared_columns {
	struct shared_column *items;
	size_t count, capacity;
};

/* A row by its places before and after. */
struct changed_row {
	size_t before, after;
};

struct row_numbers {
	size_t *items;
	size_t count, capacity;
};

struct rows_difference {
	struct shared_columns shared; /* those of one name, then those renamed */
	struct shared_columns
			renamed; /* whose values all stand in one new column; not known of columns without values */
	struct row_numbers dropped; /* columns of before that are in no way there */
	struct row_numbers gone;    /* rows of before */
	struct row_numbers added;   /* rows of after */
	size_t gone_more, changed_more; /* so many more, which are not here as the table is large */

	struct {
		struct changed_row *items;
		size_t count, capacity;
	} changed;
};

/* Compare two looks at a table, in the columns that both have. Neither has an error. */
struct rows_difference rows_compare(const struct table_rows *before, const struct table_rows *after,
		struct arena *arena);

/* A table that differs between two looks. */
struct table_difference {
	str table;
	const struct table_rows *before, *after; /* NULL: it was not looked at then, as it was not there */
	struct rows_difference rows; /* of both; nothing where one cannot be read */
};

/* How two looks differ. What could not be read in either is not compared. */
struct look_difference {
	struct str_list version_gone, version_added; /* rows */
	struct schema_difference schema; /* missing: before alone; extra: after alone */

	struct {
		struct table_difference *items;
		size_t count, capacity;
	} tables; /* by name; those alone that differ */
};

/* Compare two looks that wanted the same; the result borrows from both. */
struct look_difference look_compare(
		const struct look *before, const struct look *after, struct arena *arena);

/* Whether there is nothing in it. */
bool look_difference_is_empty(const struct look_difference *difference);

/* A copy of a value, NULL as what it is. */
str rows_keep_value(str value, struct arena *arena);

/* A value of a row; NULL has no data. */
str rows_value(const struct table_rows *table, size_t row, size_t column);

#endif
