/*
 * Whether a test runs under valgrind, which takes its time.
 */
#ifndef TESTS_VALGRIND_H
#define TESTS_VALGRIND_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static inline bool under_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload && strstr(preload, "valgrind");
}

/* Ends a test whose point is the size of something: valgrind takes a minute for what a sanitizer does in seconds. */
static inline void leave_sizes_to_sanitizers(void)
{
	if (under_valgrind()) {
		cr_skip_test("sizes are left to the sanitizers");
	}
}

#endif
