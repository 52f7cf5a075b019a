/*
 * revision/raised.h - what Alembic raises inside, before a command turns it into text for people. Private
 * to this room: the public functions hand out the struct error that it holds, raw or translated.
 */
#ifndef REVISION_RAISED_H
#define REVISION_RAISED_H

#include "kit/error.h"

enum raised_kind {
	RAISED_PYTHON,         /* KeyError, AssertionError: never translated */
	RAISED_COMMAND,        /* a CommandError from the start, or one already translated */
	RAISED_REVISION,       /* RevisionError and its cycles: the text stays */
	RAISED_RESOLUTION,     /* a name that nothing has, or several things */
	RAISED_MULTIPLE_HEADS, /* one head was asked for, and there are more */
	RAISED_RANGE,          /* not ancestor and descendant */
};

struct raised {
	struct error error;
	enum raised_kind kind;
	str argument; /* what could not be resolved, or has several heads */
};

/* What is raised of a Python class (borrowed, a literal) with the text that str() gives. */
struct raised *raised_new(struct arena *arena, enum raised_kind kind, const char *class_name,
		const char *format, ...) PRINTF_LIKE(4, 5);

/* Frequent ones: a failed `assert`, and a key that a dict or a set lacks. */
struct raised *raised_assertion(struct arena *arena);
struct raised *raised_key(struct arena *arena, str key);

/* Alembic would never come back. */
struct raised *raised_endless(struct arena *arena);

/* How a command words what is raised in what it does. */
struct wording {
	const char *multiple_heads; /* the whole text; NULL: the usual one */
	const char *range;          /* the text around `end`, "" for a range of history */
	str start, end;             /* the ends of a range as given; data NULL: not known */
};

/* Translate to a CommandError where Alembic does; NULL stays NULL. */
struct raised *raised_translate(
		struct raised *raised, const struct wording *wording, struct arena *arena);

/* A text as Python's repr() writes it. */
str text_repr(str text, struct arena *arena);

#endif
