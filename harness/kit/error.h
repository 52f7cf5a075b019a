/*
 * kit/error.h - errors as values: what failed, where in the user's file, and why. A function that can
 * fail returns a struct error *, NULL for success. Errors live in the arena of whoever asked and are
 * passed up untouched, or wrapped to add what was being attempted. Only the command line prints them.
 *
 * Wording: one line, lower case, no full stop; name the thing and its kind, then the reason. "could
 * not" if it might work next time, "cannot" if it never will. A hint is a sentence that says what to do.
 */
#ifndef KIT_ERROR_H
#define KIT_ERROR_H

#include "kit/attr.h"
#include "kit/source.h"
#include "kit/str.h"

/* What a caller may decide by. */
enum error_code {
	ERROR_INVALID,     /* the user's file or option is wrong */
	ERROR_NOT_FOUND,   /* a name that nothing has */
	ERROR_AMBIGUOUS,   /* a name that several things have */
	ERROR_ALEMBIC,     /* what Alembic would raise; its class is in class_name */
	ERROR_DATABASE,    /* the engine refused a statement */
	ERROR_EXPECTATION, /* a step did not find what the scenario expects */
	ERROR_TIMEOUT,
	ERROR_ENVIRONMENT, /* no space, no server, a file that cannot be read */
	ERROR_CROWDED, /* others have what there was too little of: alone it may do */
	ERROR_INTERRUPTED,
};

struct error {
	enum error_code code;
	str class_name; /* the class that tools see: "KeyError", "DatabaseError"; may be empty */
	str message; /* for people: one line, lower case, no full stop (foreign texts verbatim) */
	str name;                  /* what was looked for and not found; may be empty */
	bool is_ambiguous;         /* several things fit where one is wanted */
	str state;                 /* SQLSTATE, where an engine has them; else empty */
	str detail, hint, context; /* sentences, of the engine where it says some; may be empty */
	struct span where;         /* drawn with a caret; or nowhere */
	const struct error *cause; /* the next link down, or NULL */
};

/* A new error in `arena`. Members beyond these two are set by the caller. */
struct error *error_new(struct arena *arena, enum error_code code, const char *format, ...)
		PRINTF_LIKE(3, 4);

/* The same, at a place in the user's file. */
struct error *error_at(struct arena *arena, enum error_code code, struct span where,
		const char *format, ...) PRINTF_LIKE(4, 5);

/* An error of class `class_name` (borrowed, usually a literal) with ERROR_ALEMBIC. */
struct error *error_alembic(struct arena *arena, const char *class_name, const char *format, ...)
		PRINTF_LIKE(3, 4);

/* Say what was being attempted when `cause` came up; the code and place of the cause are kept. */
struct error *error_wrap(struct arena *arena, const struct error *cause, const char *format, ...)
		PRINTF_LIKE(3, 4);

/* An ERROR_ENVIRONMENT from the current errno: "could not <what>: <reason>". */
struct error *error_from_errno(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

/* The mistakes of a parser that goes on after each. */
struct error_list {
	struct error **items;
	size_t count, capacity;
};

void error_list_add(struct error_list *list, struct error *error, struct arena *arena);

/*
 * Order by file, as the list first names them, and by place in it; those of one place in the order they were
 * found. Those nowhere are last.
 */
void error_list_sort(struct error_list *list, struct arena *arena);

/*
 * Draw an error as text: place, message, source line and caret, SQLSTATE, detail, context, what was being
 * done, hint.
 * `colour` adds terminal escapes. Ends with a newline.
 */
void error_render(const struct error *error, bool colour, struct buf *out);

/*
 * The same in lines of `width` columns: sentences are broken between words, never within a quoted command; the source
 * line is cut with its caret in sight. 0: lines are as long as they are.
 */
void error_render_within(const struct error *error, size_t width, bool colour, struct buf *out);

#endif
