/*
 * report/report.h - write the outcomes of a run for people or for tools, scenario after scenario as they
 * are complete, into a buf that the caller prints.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "kit/error.h"
#include "replay/outcome.h"

struct audit;
struct report_format;

/* One cell that was selected. */
struct report_cell {
	str name, strategy, state, engine;
	struct excerpt place; /* where the scenario claims what the cell comes to, else of its strategy */
	const struct outcome *outcome; /* NULL: the run gave no answer, being stopped or broken */
	bool is_unclaimed; /* its scenario claims nothing of any cell */
	str failure; /* without an outcome: what broke; empty: the run was stopped before */
	str about; /* its strategy, told in HTML; may be empty */
};

/* What was selected of one scenario. */
struct report_scenario {
	str name, path, title;              /* the title may be empty */
	str about, lesson;                  /* told in HTML; may be empty */
	bool is_unclaimed; /* the scenario says of no cell how it ends */
	bool is_exercise;  /* somebody is asked to make it work: it has the tag 'exercise' */
	struct str_list strategies, states; /* of the cells, in the order of the file */

	struct {
		struct report_cell *items; /* in the order in which the scenario has them */
		size_t count, capacity;
	} cells;
};

/* That a run is part of a larger one, whose cells are dealt out. */
struct report_shard {
	size_t part, parts;       /* from 1; `parts` 0: it is not */
	struct str_list all_cells; /* names, of this part and of the others, in the order of the whole */
};

/* How often programs on trial ended as each of report_grade_names. */
enum { REPORT_GRADE_COUNT = 4 };
extern const char *const report_grade_names[REPORT_GRADE_COUNT];

/* How many cells. */
struct report_summary {
	size_t cells; /* with an outcome: as expected, differing and skipped ones */
	size_t as_expected, differ, skipped;
	size_t not_recorded; /* of those as expected */
	size_t unanswered;   /* selected, and without an outcome */
	size_t grades[REPORT_GRADE_COUNT], graded; /* of programs on trial, and in all */
	/* Set these before the report is finished. */
	struct str_list stale_records; /* that belong to no cell any more */
	size_t passed_over;            /* files that are no scenarios */
	size_t not_played;             /* selected cells that a stopped run did not come to */
	int64_t elapsed_us;            /* of the run */
};

/* A report being written. Set the members above the scenarios. */
struct report {
	const struct report_format *format;
	struct arena *arena;
	const char *program_version;
	bool colour; /* terminal escapes, for formats that have them */
	bool is_verbose; /* for people: also what steps have shown in cells that are as expected */
	size_t width;      /* for people: columns; 0: as many as usual */
	bool is_quiet;     /* for people: nothing of scenarios that are as expected */
	bool is_timed;     /* for people: how long it took */
	size_t durations;  /* for people: so many of the slowest cells */
	size_t most_bytes; /* for a format that has a limit: another one; 0: its own */
	str root; /* for a format that wants paths from the root of a repository: which that is; may be empty */

	struct report_shard shard; /* for formats that other programs join */

	struct {
		const struct report_scenario **items;
		size_t count, capacity;
	} scenarios; /* borrowed */
	struct report_summary summary;
};

/* The format of that name; NULL if there is none. */
const struct report_format *report_format_find(str name);

/* Those that standard output may have, NULL behind the last: the choices of an option. */
extern const char *const report_format_names[];

/* "json, junit, ...": those that a file may have, of a run or of an audit. */
str report_file_formats(bool of_audits, struct arena *arena);

/* Whether runs, or audits, can be written in it. */
bool report_format_takes(const struct report_format *format, bool audits);

/* Whether it shows outcomes as they are told in HTML, by story_tell_markup() and its like, and what else is. */
bool report_format_is_told(const struct report_format *format);

/* Whether a file may have it; else it goes where its readers look. */
bool report_format_has_file(const struct report_format *format);

/* Whether the report tells how to open the databases that were left behind; else the caller should. */
bool report_names_kept(const struct report *report);

/* What was left behind of a cell: a command that opens the database, a program's project. Empty: nothing. */
str report_kept(const struct outcome *outcome, struct arena *arena);

/* Add to `out` what stands before, for, and after all scenarios. `scenario` must outlive the report. */
void report_begin(struct report *report, struct buf *out);
void report_add(struct report *report, const struct report_scenario *scenario, struct buf *out);
void report_finish(struct report *report, struct buf *out);

/* Add what stands in the place of all that, where files have mistakes; may add nothing. */
void report_add_mistakes(const struct report *report, const struct error_list *mistakes,
		struct buf *out);

/* Add an audit, whole. */
void report_add_audit(const struct report *report, const struct audit *audit, struct buf *out);

/* How a cell ended, for formats that have few words. */
enum report_status {
	REPORT_AS_EXPECTED,
	REPORT_DIFFERS,
	REPORT_SKIPPED,
	REPORT_NO_ANSWER,
};

enum report_status report_status(const struct report_cell *cell);

/* Whether somebody has to look at a cell: it differs, or has no answer. Whether so of any cell of a scenario. */
bool report_needs_look(const struct report_cell *cell);
bool report_scenario_needs_look(const struct report_scenario *scenario);

/* Whether nobody has to look at anything: cells, records, the run itself. */
bool report_is_green(const struct report_summary *summary);

/* The sign of a verdict, one column wide; NULL: a cell without an answer. */
const char *report_sign(const struct outcome *outcome);

/* The verdict as tools read it: "works"; of a program on trial "repaired", "wrong", "gave up", "timeout". */
const char *report_verdict_name(const struct outcome *outcome);

/* The verdict in words: "works", "fails at step 2", "wrong: schema, rows". */
str report_verdict(const struct outcome *outcome, struct arena *arena);

/* The same in fewer: "fails at 2"; NULL: "no answer". */
str report_short_verdict(const struct outcome *outcome, struct arena *arena);

/* The same of a cell that differs from run to run: "works in 3 of 5 runs, fails at step 1 in 2". */
str report_runs(const struct outcome *outcome, struct arena *arena);

/* The goal keys that are not met, each once, in the order in which they were judged. */
struct str_list report_wrong(const struct outcome *outcome, struct arena *arena);

#endif
