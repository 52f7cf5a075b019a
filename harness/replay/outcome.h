/*
 * replay/outcome.h - what became of one cell, as plain values: all that reports, records and the parent
 * process of a worker need to know.
 */
#ifndef REPLAY_OUTCOME_H
#define REPLAY_OUTCOME_H

#include "doctor/doctor.h"
#include "kit/excerpt.h"
#include "scenario/verdict.h"

/* What failed in a cell, in its parts; report/failure.h draws them. All texts may be empty. */
struct outcome_error {
	str class_name; /* "KeyError", "CommandError", "DatabaseError", "Expectation", "Irreversible", ... */
	str message;    /* verbatim */
	str where;      /* "state", or "FILE:LINE:COLUMN" of the statement or the step */
	struct excerpt place; /* of the statement, the step or the state's part; may be nowhere */
	str attempt;          /* "playing step 2 of strategy 'up': upgrade head" */
	str revision;         /* whose body it was, or whose version row; empty: no revision's */
	str statement;        /* the SQL that was sent, verbatim */
	str sqlstate;         /* PostgreSQL's */
	str detail, context;  /* what the engine says beside the message */
	str hint;             /* the engine's, or ours */
	struct faults faults; /* the doctor's, of a tree that does not load; else no revisions */
	struct str_list diagnosis; /* the lines that tell of them, where they were read from a report of a run */
};

/* A goal key that is not met, for people. */
struct outcome_reason {
	str key; /* "version", "schema", "rows", "check", "round_trip", "heads" */
	str text; /* several lines; schema differences are lines that start with - and + */
};

struct outcome_reasons {
	struct outcome_reason *items;
	size_t count, capacity;
};

/* What a `show` step's query returned. */
struct outcome_show {
	size_t step;             /* from 1 */
	struct str_list columns; /* their names */
	struct str_list values;  /* row after row, of the first rows; NULL has data == NULL */
	size_t row_count;        /* of all rows */
};

struct outcome_shows {
	struct outcome_show *items;
	size_t count, capacity;
};

/* What some of several runs of the cell came to. */
struct outcome_run {
	size_t count;
	str verdict; /* in words: "fails at step 1" */
	struct str_list difference; /* from the first run: lines that start with - or + */
};

struct outcome_runs {
	struct outcome_run *items;
	size_t count, capacity;
};

/* How the cell stands to what is claimed of it. */
enum outcome_record {
	RECORD_NONE,    /* there is no folder of records */
	RECORD_MISSING, /* a folder, but no record of this cell: "not recorded" */
	RECORD_WANTED,  /* none, where one is required */
	RECORD_SAME,
	RECORD_DIFFERS,
};

struct outcome {
	str name, scenario, strategy, state, engine;
	str scenario_path;
	enum verdict verdict;
	size_t failed_step; /* VERDICT_FAILS: from 1; 0: the state could not be built */
	struct outcome_error error; /* VERDICT_FAILS */
	unsigned wrong;             /* VERDICT_WRONG: set of enum wrong (scenario/scenario.h) */
	struct outcome_reasons reasons; /* VERDICT_WRONG: one or more a key */
	struct str_list version;    /* rows at the very end, sorted; none without a table */
	bool has_version_table;
	struct str_list schema;     /* canonical lines at the very end */
	struct outcome_shows shows; /* in the order of the steps, up to one that failed */
	struct str_list notes;      /* what people should know: column order, warnings of Alembic */
	struct str_list stubs;      /* modules that something stood in for */
	bool is_graded; /* a program was on trial: it has repaired, or what else */
	str skip_reason;            /* VERDICT_SKIPPED */
	str keep_failure;           /* why what was to be left behind was not; may be empty */
	str kept;                   /* command that opens the database left behind; may be empty */
	str kept_folder;            /* the project that a program has left, left behind too; may be empty */
	struct str_list story;      /* told to people who asked for it, in parts, as text or as HTML; else none */
	int64_t elapsed_us;

	/* Filled in once the claim and the record were looked at. */
	bool is_as_claimed;         /* the verdict is what the scenario's outcomes say */
	str claim;                  /* what they say, for people: "fails at step 2 with 'wallets'" */
	enum outcome_record record;
	struct str_list record_difference; /* RECORD_DIFFERS: lines that start with " ", "-" or "+" */

	/* Filled in where the cell was played several times; never packed. The rest is of the first run. */
	struct outcome_runs runs; /* none: all came to the same */
};

/* Whether a run is green with it: as claimed, as recorded, and so every time. Skipped cells are not. */
bool outcome_is_as_expected(const struct outcome *outcome);

/* Turn an outcome into bytes for a pipe, and back (texts are then in `arena`). Reading asserts: only our own bytes. */
void outcome_pack(const struct outcome *outcome, struct buf *out);
void outcome_unpack(str bytes, struct arena *arena, struct outcome *ret_outcome);

#endif
