/*
 * scenario/verdict.h - what can become of a cell: claimed of it by a scenario, found by its replay.
 */
#ifndef SCENARIO_VERDICT_H
#define SCENARIO_VERDICT_H

enum verdict {
	VERDICT_WORKS,
	VERDICT_FAILS,
	VERDICT_WRONG,
	VERDICT_SKIPPED, /* never claimed */
};

extern const char *const verdict_names[]; /* "works", "fails", "wrong", "skipped" */

#endif
