/*
 * report/matrix.h - what stands where in the matrix of a scenario: a row a strategy, a column a state. Engines
 * that agree share a line of the cell; those that do not have a line each, with their names.
 */
#ifndef REPORT_MATRIX_H
#define REPORT_MATRIX_H

#include "report/report.h"

/* One line in one cell. */
struct matrix_entry {
	const struct report_cell *cell; /* the first of those that share it */
	bool is_differing;              /* not as expected, where anything is (report/answer.h) */
	str verdict;                    /* in few words: "fails at 2", "no answer" */
	str engines;                    /* "sqlite, postgres"; empty: all that ran */
};

struct matrix_entries {
	struct matrix_entry *items;
	size_t count, capacity;
};

struct matrix {
	const struct report_scenario
			*scenario;      /* its strategies and states are the rows and columns */
	str engines;                    /* those that ran: "sqlite, postgres" */
	struct matrix_entries *entries; /* strategy after strategy, a list for each state */
};

/* The matrix of the cells that `scenario` has; everything is in `arena`. */
struct matrix matrix_of(const struct report_scenario *scenario, struct arena *arena);

/* The lines in one cell, by index of its row and its column; none: there is no such cell. */
const struct matrix_entries *matrix_at(const struct matrix *matrix, size_t strategy, size_t state);

/* Whether the strategy has cells at all in the columns `first` up to `end`. */
bool matrix_has_row(const struct matrix *matrix, size_t strategy, size_t first, size_t end);

#endif
