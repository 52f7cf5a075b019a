/*
 * lab/check.h - a query and what it should give, in a step or in a goal.
 */
#ifndef LAB_CHECK_H
#define LAB_CHECK_H

#include "lab/stage.h"

/*
 * Run the check's SQL, and roll back what it leaves open. `ret_complaint` is empty when the check holds, else
 * one line that says what was found instead. An error is of the SQL.
 */
MUST_USE struct error *check_run(
		struct stage *stage, const struct check *check, str *ret_complaint);

#endif
