/*
 * project/code_internal.h - the tokens of a whole Python file, and how a stretch of them becomes words.
 */
#ifndef PROJECT_CODE_INTERNAL_H
#define PROJECT_CODE_INTERNAL_H

#include "project/code.h"
#include "project/literal.h"

struct python_tokens {
	const struct source *source;
	struct python_file file; /* what the tokens are offsets into */

	struct python_word {
		struct python_token token;
		size_t match; /* of a bracket: its other one, by index */
		bool has_comma; /* an opening one with a comma directly in it, not counting one at its end */
		bool has_for; /* one with a `for` directly in it */
		bool ends_in_comma;
	} * items;

	size_t count, capacity;
	bool is_whole; /* no error before the end */
};

struct python_tokens python_tokens_read(const struct source *source, struct arena *arena);

str tokens_text(const struct python_tokens *tokens, size_t index);
bool tokens_is(const struct python_tokens *tokens, size_t index, const char *text);

/* Whether a statement's end stands there: a line end, `;`, or the end of all. */
bool tokens_is_end(const struct python_tokens *tokens, size_t index);

/* If what begins there is a statement that does nothing (`pass`, `...`, a string), the index of its end; else 0. */
size_t tokens_skip_idle(const struct python_tokens *tokens, size_t index);

/* Add the words of the tokens from `first` up to `end`, whole statements. */
void code_add_words(struct code *code, const struct python_tokens *tokens, size_t first, size_t end,
		struct arena *arena);

#endif
