/*
 * sqlite/capture.h - a SQLite database of others, copied into a file of its own. The members of struct engine of the
 * same names.
 */
#ifndef SQLITE_CAPTURE_H
#define SQLITE_CAPTURE_H

#include "database/capture.h"

/* SQLAlchemy's sqlite:///PATH, or a "file:" URI. */
bool sqlite_is_address(str text);
str sqlite_address_public(str address, struct arena *arena);

/* The address may be a path, too. */
MUST_USE struct error *sqlite_capture(const struct capture *capture, int fd, struct arena *arena,
		struct str_list *ret_notes);

#endif
