/*
 * project/python.h - the tokens of a Python file, one at a time, as CPython's own tokenizer finds them:
 * logical lines, indentation, brackets, strings with their prefixes. Nothing is run and no grammar is
 * checked; what the tokenizer itself would refuse (an endless string, a bracket of the wrong kind) ends the
 * tokens with an error in CPython's words. Time is linear in the text, memory bounded: blocks and brackets
 * nest only so deep, as in CPython. Bytes above 127 are letters; the caller knows their encoding.
 */
#ifndef PROJECT_PYTHON_H
#define PROJECT_PYTHON_H

#include "kit/str.h"

/* CPython's limits. */
#define PYTHON_MAX_BLOCKS   100
#define PYTHON_MAX_BRACKETS 200

enum python_token_kind {
	PYTHON_NAME, /* keywords too */
	PYTHON_NUMBER,
	PYTHON_STRING,
	PYTHON_OPERATOR, /* brackets too; two- and three-letter ones are one token */
	PYTHON_NEWLINE,  /* the end of a logical line */
	PYTHON_INDENT,
	PYTHON_DEDENT,
	PYTHON_END,
	PYTHON_ERROR, /* comes again for ever; python_reader.error says why */
};

struct python_token {
	enum python_token_kind kind;
	size_t offset, len; /* in the text */
	size_t prefix, quote; /* of a string: bytes before the quotes, and of them on each side: 1 or 3 */
};

struct python_reader {
	str text;
	size_t at;
	size_t block_count;

	struct python_block {
		size_t column, column_of_tabs_as_one;
	} blocks[PYTHON_MAX_BLOCKS];

	size_t bracket_count;
	char brackets[PYTHON_MAX_BRACKETS];
	size_t dedents;          /* still to be given out */
	bool is_line_start;      /* of a logical line */
	bool has_token;          /* in this logical line */
	bool has_plain_f_string; /* one ends at its first quote, as before Python 3.12 */
	const char *error;       /* NULL: none */
	size_t error_at;
};

/* Begin with `text` (borrowed), a byte order mark left out. */
void python_reader_init(struct python_reader *reader, str text);

struct python_token python_next(struct python_reader *reader);

str python_token_text(const struct python_reader *reader, struct python_token token);
bool python_token_is(const struct python_reader *reader, struct python_token token, str text);

/* Whether a string's prefix has this letter, in either case. */
bool python_string_has(const struct python_reader *reader, struct python_token token, char letter);

/*
 * What a string that is neither bytes nor formatted stands for is added to `out`, as UTF-8. False when that
 * is no text of ours: `\N{...}`, a surrogate, a bad escape, which `ret_reason` names. `is_latin_1`: bytes
 * above 127 are code points.
 */
bool python_string_decode(const struct python_reader *reader, struct python_token token,
		bool is_latin_1, struct buf *out, const char **ret_reason);

#endif
