/*
 * report/show.h - what a `show` step has found, as a table for people.
 */
#ifndef REPORT_SHOW_H
#define REPORT_SHOW_H

#include "replay/outcome.h"

/* The names of the columns, a line for each of the first rows, and how many there are; nothing of it controls a terminal. */
struct str_list report_show_lines(const struct outcome_show *show, struct arena *arena);

#endif
