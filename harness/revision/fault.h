/*
 * revision/fault.h - what Alembic raises inside, before a command turns it into text for people. Private
 * to this room: the public functions hand out the struct error that a fault holds, raw or translated.
 */
#ifndef REVISION_FAULT_H
#define REVISION_FAULT_H

#include "kit/error.h"

enum fault_kind {
	FAULT_PYTHON,         /* KeyError, AssertionError: never translated */
	FAULT_COMMAND,        /* a CommandError from the start, or one already translated */
	FAULT_REVISION,       /* RevisionError and its cycles: the text stays */
	FAULT_RESOLUTION,     /* a name that nothing has, or several things */
	FAULT_MULTIPLE_HEADS, /* one head was asked for, and there are more */
	FAULT_RANGE,          /* not ancestor and descendant */
};

struct fault {
	struct error error;
	enum fault_kind kind;
	str argument; /* what could not be resolved, or has several heads */
};

/* A fault of a Python class (borrowed, a literal) with the text that str() gives. */
struct fault *fault_new(struct arena *arena, enum fault_kind kind, const char *class_name,
		const char *format, ...) PRINTF_LIKE(4, 5);

/* Frequent ones: a failed `assert`, and a key that a dict or a set lacks. */
struct fault *fault_assertion(struct arena *arena);
struct fault *fault_key(struct arena *arena, str key);

/* Alembic would never come back. */
struct fault *fault_endless(struct arena *arena);

/* How a command words the faults of what it does. */
struct wording {
	const char *multiple_heads; /* the whole text; NULL: the usual one */
	const char *range;          /* the text around `end`, "" for a range of history */
	str start, end;             /* the ends of a range as given; data NULL: not known */
};

/* Translate to a CommandError where Alembic does; NULL stays NULL. */
struct fault *fault_translate(
		struct fault *fault, const struct wording *wording, struct arena *arena);

/* A text as Python's repr() writes it. */
str text_repr(str text, struct arena *arena);

#endif
