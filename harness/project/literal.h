/*
 * project/literal.h - literal values of a Python file: None, texts, tuples and lists of texts, numbers and
 * truth values as they are written. What only running the file would tell is OTHER, with a word for it.
 * Spans are kept, so that a value can be written anew where it stands.
 */
#ifndef PROJECT_LITERAL_H
#define PROJECT_LITERAL_H

#include "kit/arena.h"
#include "kit/source.h"
#include "project/python.h"

/* A Python file being read: tokens with one of them looked at in advance. */
struct python_file {
	struct python_reader reader;
	struct python_token token; /* the next one */
	struct python_token last;  /* the one taken last */
	const struct source *source;
	size_t skipped;  /* bytes of source->text before reader.text: a byte order mark */
	bool is_latin_1; /* else UTF-8 */
	struct arena *arena;
};

/* No revision has more parents, dependencies or labels. */
#define LITERAL_TEXTS_MAX 10000

enum literal_kind {
	LITERAL_OTHER, /* no literal of these */
	LITERAL_NONE,
	LITERAL_TEXT,
	LITERAL_LIST,    /* a tuple or a list of texts */
	LITERAL_BOOLEAN, /* items[0] is "True" or "False" */
	LITERAL_NUMBER,  /* items[0] as it is written */
};

struct literal_text {
	str value;
	struct span where; /* with the quotes; of all parts where several stand side by side */
};

struct literal {
	enum literal_kind kind;
	struct literal_text *items; /* LITERAL_LIST: `count`; TEXT, BOOLEAN, NUMBER: one */
	size_t count, capacity;
	struct span where;  /* the whole value as it stands in the file, parentheses included */
	const char *reason; /* LITERAL_OTHER: what stands there instead, "a call" */
};

/* Begin to read `source` (borrowed), after its byte order mark. */
void python_file_init(struct python_file *file, const struct source *source, bool is_latin_1,
		struct arena *arena);

/* Take the next token. */
struct python_token python_file_take(struct python_file *file);

bool python_file_is_at(const struct python_file *file, const char *text);

/* The next token, if it is an operator of one letter; else 0. */
char python_file_operator(const struct python_file *file);

struct span python_file_span(const struct python_file *file, size_t offset, size_t len);

/*
 * Read one value: up to `=`, `:` or `;` outside of brackets, or the end of the logical line; with
 * `is_argument`, up to the `,` or `)` that ends an argument of a call. The token behind it is not taken.
 */
struct literal literal_read(struct python_file *file, bool is_argument);

#endif
