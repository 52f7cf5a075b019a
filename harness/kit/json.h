/*
 * kit/json.h - write JSON, a value at a time, into a buffer. Nothing is kept but how deep the writer is: a
 * value of any size costs its text alone, and a caller who takes the text away between two values can write
 * without end. Reading JSON is left to jansson.
 *
 * Every function takes the key under which the value stands, which must be plain (no quotes, no
 * backslashes); inside an array, and for the outermost value, it is NULL. The caller closes what it opens.
 */
#ifndef KIT_JSON_H
#define KIT_JSON_H

#include "kit/str.h"

/* Set `out` and the two flags and leave the rest zero. */
struct json_writer {
	struct buf *out;  /* borrowed */
	bool is_indented; /* a value a line, two blanks a level; else all on one line */
	bool is_ascii;    /* all other characters as \u escapes */
	unsigned depth;   /* objects and arrays that are open */
	bool has_items;   /* whether the innermost of them has any value yet */
};

void json_open_object(struct json_writer *json, const char *key);
void json_close_object(struct json_writer *json);

void json_open_array(struct json_writer *json, const char *key);
void json_close_array(struct json_writer *json);

/* A text; bytes that are not UTF-8 become U+FFFD, as JSON has no others. */
void json_add_text(struct json_writer *json, const char *key, str text);

/* The same, or null for the empty text. */
void json_add_text_or_null(struct json_writer *json, const char *key, str text);

/* An array of texts. */
void json_add_texts(struct json_writer *json, const char *key, const struct str_list *texts);

void json_add_integer(struct json_writer *json, const char *key, int64_t value);
void json_add_bool(struct json_writer *json, const char *key, bool value);
void json_add_null(struct json_writer *json, const char *key);

/* A value that is JSON already, and valid: its text, with blanks and line ends as this writer has them. */
void json_add_copy(struct json_writer *json, const char *key, str text);

#endif
