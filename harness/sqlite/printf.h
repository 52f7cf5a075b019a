/*
 * sqlite/printf.h - SQLite's printf() and format() with an end: "%.*c" repeats its character as often as it is told, in a
 * loop that no progress handler interrupts, even once the text is longer than a value may be.
 */
#ifndef SQLITE_PRINTF_H
#define SQLITE_PRINTF_H

#include <stdbool.h>

struct sqlite3;

/* Put ours before SQLite's own, whose results they give; false: there is no memory. */
bool sqlite_printf_register(struct sqlite3 *handle);

#endif
