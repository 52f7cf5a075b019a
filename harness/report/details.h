/*
 * report/details.h - what is said of one cell in formats that have no place for more than text.
 */
#ifndef REPORT_DETAILS_H
#define REPORT_DETAILS_H

#include "report/report.h"

/* How it stands to its claim: "wrong: schema; claimed: works", "no answer: its worker was killed by signal 9". */
str report_headline(const struct report_cell *cell, struct arena *arena);

/*
 * All that the outcome of a cell says beside its headline, as the text format draws it: lines of valid UTF-8, without
 * control characters but ends of lines and tabs. Long differences are cut. Empty where there is no outcome.
 */
str report_details(const struct report_cell *cell, struct arena *arena);

#endif
