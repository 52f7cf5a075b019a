/*
 * cli/records.h - the records of a suite: where each scenario's are, how an outcome stands to its own,
 * and which belong to no cell any more.
 */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include "cli/suite.h"
#include "replay/outcome.h"

/* Whether a cell must have a record. */
enum records_need {
	RECORDS_OPTIONAL,
	RECORDS_WHERE_FOLDER, /* in a scenario that has a folder of them */
	RECORDS_REQUIRED,
};

/* Where the records of a suite are. */
struct records {
	struct arena *arena;
	const struct suite *suite;
	str *folders;      /* by scenario of the suite: the folder `expected`; empty: none */
	enum records_need need;
	bool is_elsewhere; /* the folder was named, so it may belong to scenarios that we do not know */
};

/* --expected; `check_value` may be NULL for a command that makes the folder. */
#define RECORDS_OPTION_EXPECTED(check_value)                                                        \
	{                                                                                           \
		.name = "expected", .value = "DIR", .check = check_value,                           \
		.help = "the folder of records; by default the first 'expected' in the scenario's " \
			"folder or above"                                                           \
	}

/* That there is such a folder: a misspelt one would leave nothing to compare with. */
MUST_USE struct error *records_check_folder(str value, struct arena *arena);

/* Find the folders; `expected` is the option's value, or empty. */
struct records records_find(const struct suite *suite, str expected);

/* How many scenarios of the suite's files have no folder; they need none, but a suite whose folder was lost has none either. */
size_t records_count_without(const struct records *records);

/* Decide on a folder for scenarios that have none: beside their own, never above the working folder. */
void records_place(struct records *records);

/* The record of cell `index`, as a path; empty when its scenario has no folder. */
str records_path(const struct records *records, size_t index, struct arena *arena);

/* What the record of an outcome says. */
str records_render(const struct outcome *outcome, struct arena *arena);

/*
 * Read the record of cell `index`, compare, and fill in how the outcome stands to it. A record that cannot be read is a
 * difference that says why.
 */
void records_compare(const struct records *records, size_t index, struct outcome *outcome,
		struct arena *arena);

/* Paths of records that belong to no cell of the scenarios that were read, nor to any other scenario. */
struct str_list records_orphans(const struct records *records, struct arena *arena);

#endif
