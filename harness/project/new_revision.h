/*
 * project/new_revision.h - a revision file that is not there yet, as `alembic merge` would write it: named by the
 * project's file_template, and with what its script.py.mako makes of it. Of Mako's language only what such templates
 * use is known; what another one becomes looks like Alembic's own. Values in, text out.
 */
#ifndef PROJECT_NEW_REVISION_H
#define PROJECT_NEW_REVISION_H

#include "kit/str.h"

/* A time of the calendar, as a file says when it was made. */
struct moment {
	int year, month, day, hour, minute, second, microsecond;
	int64_t epoch; /* seconds since 1970 */
	str offset;    /* "+02:00"; empty: local time, of which Alembic says no offset */
};

/* What it does: lines of Python, each behind four blanks, that want Alembic's `op`. Empty: nothing. */
struct new_bodies {
	str upgrade, downgrade;
};

struct new_revision {
	str id, message;
	struct str_list down_revision;
	struct moment created;
	struct new_bodies bodies;
};

/* The text that `script_template` (borrowed; empty: there is none) makes of it. */
str new_revision_text(
		const struct new_revision *revision, str script_template, struct arena *arena);

/*
 * Its name by `file_template`, ".py" included; folders too, if the template has any. A template that Python would not
 * fill in is Alembic's usual one. `slug_len`: characters that the words of the message may take; 0: as many as usual.
 */
str new_revision_name(const struct new_revision *revision, str file_template, size_t slug_len,
		struct arena *arena);

#endif
