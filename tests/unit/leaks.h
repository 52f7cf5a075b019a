/*
 * Nothing tells which test leaks, so each suite's .fini asks the leak sanitizer itself. Does
 * nothing in a build without it.
 */
#ifndef TESTS_LEAKS_H
#define TESTS_LEAKS_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_LEAK_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define HAS_LEAK_SANITIZER 1
#endif

#ifdef HAS_LEAK_SANITIZER
#include <sanitizer/lsan_interface.h>
#include <stdlib.h>

static inline void check_leaks(void)
{
	if (__lsan_do_recoverable_leak_check()) {
		abort();
	}
}
#else
static inline void check_leaks(void)
{
}
#endif

#endif
