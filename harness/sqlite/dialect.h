/*
 * sqlite/dialect.h - the functions that SQLAlchemy's dialect registers on every connection of Python's driver,
 * as 2.0 and later do: `regexp`, so that X REGEXP 'P' works, and a `floor` that gives an integer.
 */
#ifndef SQLITE_DIALECT_H
#define SQLITE_DIALECT_H

#include "kit/str.h"

struct sqlite3;

/* Register them; false: there is no memory. */
bool sqlite_dialect_register(struct sqlite3 *handle);

/* What people should know when a statement has failed with `message`; NULL: nothing of this file's. */
const char *sqlite_dialect_hint(const char *message);

/* A pattern of Python's re in the words of PCRE2; false: Python does not take it. */
bool sqlite_python_pattern(str pattern, struct buf *out);

#endif
