/*
 * expect/record.h - the files under expected/ that pin what a cell leaves behind: one fact a line,
 * sorted, the same from run to run. Compare one with what happened, or write it.
 */
#ifndef EXPECT_RECORD_H
#define EXPECT_RECORD_H

#include "kit/error.h"

#endif
