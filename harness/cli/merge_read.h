/*
 * cli/merge_read.h - read what `rehearse run --format json` has written, as outcomes that a report can be made of.
 */
#ifndef CLI_MERGE_READ_H
#define CLI_MERGE_READ_H

#include "kit/error.h"
#include "report/report.h"

struct merge_scenario {
	str name, path, title, about, lesson;
	bool is_unclaimed;
};

struct merge_cell {
	const struct outcome *outcome; /* NULL: there is none */
	str name, scenario, strategy, state, engine;
	struct excerpt place;
	str about, failure;
};

/* One run. All texts are in the arena that it was read into. */
struct merge_run {
	str path; /* of its file */
	struct report_shard shard;

	struct {
		struct merge_scenario *items;
		size_t count, capacity;
	} scenarios;

	struct {
		struct merge_cell *items;
		size_t count, capacity;
	} cells; /* those without an outcome last */

	struct str_list stale_records;
	size_t not_played;
};

/* ERROR_INVALID: the file is not such a report, or one of files with mistakes; says what is wrong with it. */
MUST_USE struct error *merge_read(str path, struct arena *arena, struct merge_run *ret_run);

/* The same of text that is in memory, as if it stood in the file `path`. */
MUST_USE struct error *merge_parse(
		str path, str text, struct arena *arena, struct merge_run *ret_run);

/* The parts of a cell's name; false: it is none. */
bool merge_split_name(str name, struct merge_cell *ret_cell);

#endif
