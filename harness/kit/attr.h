/*
 * kit/attr.h - the few compiler attributes this code wants, by name. Strict C17 allows them, and
 * both gcc and clang know them.
 */
#ifndef KIT_ATTR_H
#define KIT_ATTR_H

/* The caller must look at the result: every function that can fail is marked so. */
#define MUST_USE __attribute__((warn_unused_result))

/* Argument `at` is a printf format whose values start at argument `first`. */
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))

/* Number of elements of an array (not of a pointer). */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
