/*
 * From tokens to words: the same for whatever Python takes for the same.
 */
#include "project/code_internal.h"
#include "project/encoding.h"

#include <string.h>

static bool is_opening(char c)
{
	return c == '(' || c == '[' || c == '{';
}

static bool is_closing(char c)
{
	return c == ')' || c == ']' || c == '}';
}

str tokens_text(const struct python_tokens *tokens, size_t index)
{
	return python_token_text(&tokens->file.reader, tokens->items[index].token);
}

static enum python_token_kind kind_at(const struct python_tokens *tokens, size_t index)
{
	return tokens->items[index].token.kind;
}

/* An operator of one letter; else 0. */
static char operator_at(const struct python_tokens *tokens, size_t index)
{
	const str text = tokens_text(tokens, index);

	return kind_at(tokens, index) == PYTHON_OPERATOR && text.len == 1 ? text.data[0] : 0;
}

bool tokens_is(const struct python_tokens *tokens, size_t index, const char *text)
{
	return python_token_is(&tokens->file.reader, tokens->items[index].token, str_from(text));
}

bool tokens_is_end(const struct python_tokens *tokens, size_t index)
{
	return kind_at(tokens, index) == PYTHON_NEWLINE || kind_at(tokens, index) == PYTHON_END ||
			operator_at(tokens, index) == ';';
}

size_t tokens_skip_idle(const struct python_tokens *tokens, size_t index)
{
	const size_t first = index;

	while (kind_at(tokens, index) == PYTHON_STRING) {
		index++;
	}
	if (index == first &&
			(tokens_is(tokens, first, "pass") || tokens_is(tokens, first, "..."))) {
		index++;
	}
	return index > first && tokens_is_end(tokens, index) ? index : 0;
}

/* ---- reading ---- */

/* What the innermost bracket, `open`, holds besides. */
static void note_in_bracket(struct python_tokens *tokens, size_t open, size_t index)
{
	struct python_word *bracket = &tokens->items[open];

	bracket->has_comma = bracket->has_comma || bracket->ends_in_comma;
	bracket->ends_in_comma = operator_at(tokens, index) == ',';
	bracket->has_for = bracket->has_for || tokens_is(tokens, index, "for");
}

struct python_tokens python_tokens_read(const struct source *source, struct arena *arena)
{
	struct python_tokens tokens = { .source = source };
	size_t open[PYTHON_MAX_BRACKETS], depth = 0;
	const struct encoding encoding = encoding_of(source->text, arena);

	python_file_init(&tokens.file, source, encoding.is_latin_1, arena);
	for (;;) {
		const struct python_token token = python_file_take(&tokens.file);
		const size_t index = tokens.count;

		*LIST_PUSH(&tokens, arena) = (struct python_word){ .token = token };
		if (token.kind == PYTHON_END || token.kind == PYTHON_ERROR) {
			tokens.is_whole = token.kind == PYTHON_END;
			return tokens;
		}
		const char c = operator_at(&tokens, index);

		if (is_closing(c)) { // the tokenizer sees to it that one is open
			depth--;
			tokens.items[index].match = open[depth];
			tokens.items[open[depth]].match = index;
		} else if (depth) {
			note_in_bracket(&tokens, open[depth - 1], index);
		}
		if (is_opening(c)) {
			open[depth++] = index;
		}
	}
}

/* ---- what makes no difference ---- */

/* Whether what stands before a bracket makes it a call, a parameter list or a subscript. */
static bool is_applied(const struct python_tokens *tokens, size_t first, size_t open)
{
	static const char *const keywords[] = { "return", "if", "elif", "while", "assert", "in",
		"not", "and", "or", "is", "else", "lambda", "yield", "await", "del", "for", "from",
		"import", "raise", "except", "with", "as" };

	if (open == first) {
		return false;
	}
	const char before = operator_at(tokens, open - 1);

	if (kind_at(tokens, open - 1) != PYTHON_NAME) {
		return is_closing(before) || kind_at(tokens, open - 1) == PYTHON_STRING;
	}
	for (size_t i = 0; i < COUNT_OF(keywords); i++) {
		if (tokens_is(tokens, open - 1, keywords[i])) {
			return false;
		}
	}
	return true;
}

/* `from x import (a, b)` */
static bool is_import_list(const struct python_tokens *tokens, size_t first, size_t open)
{
	return open > first && tokens_is(tokens, open - 1, "import");
}

/* Whether a comma is layout: the last one of a call or a list, but not the one that makes a tuple. */
static bool is_idle_comma(const struct python_tokens *tokens, size_t first, size_t index)
{
	if (operator_at(tokens, index) != ',' || !is_closing(operator_at(tokens, index + 1))) {
		return false;
	}
	const size_t open = tokens->items[index + 1].match;

	if (tokens->items[open].has_comma) {
		return true;
	}
	switch (operator_at(tokens, open)) {
	case '(':
		return is_applied(tokens, first, open) || is_import_list(tokens, first, open);
	case '[':
		return !is_applied(tokens, first, open);
	default:
		return true;
	}
}

/* Whether an expression that begins at `index` is set off from what stands before it. */
static bool begins_value(const struct python_tokens *tokens, size_t first, size_t index)
{
	if (index == first) {
		return true;
	}
	switch (kind_at(tokens, index - 1)) {
	case PYTHON_NEWLINE:
	case PYTHON_INDENT:
	case PYTHON_DEDENT:
		return true;
	case PYTHON_OPERATOR: {
		const char before = operator_at(tokens, index - 1);

		return before && strchr("([{=,:;", before);
	}
	case PYTHON_NAME:
		return tokens_is(tokens, index - 1, "return") ||
				tokens_is(tokens, index - 1, "if") ||
				tokens_is(tokens, index - 1, "elif") ||
				tokens_is(tokens, index - 1, "while") ||
				tokens_is(tokens, index - 1, "assert");
	case PYTHON_NUMBER:
	case PYTHON_STRING:
	case PYTHON_END:
	case PYTHON_ERROR:
		break;
	}
	return false;
}

/* Whether a pair of parentheses holds one whole value between commas, brackets and line ends. */
static bool is_idle_parenthesis(const struct python_tokens *tokens, size_t first, size_t index)
{
	const char c = operator_at(tokens, index);
	const size_t open = c == ')' ? tokens->items[index].match : index;
	const struct python_word *bracket = &tokens->items[open];

	if (c != '(' && c != ')') {
		return false;
	}
	if (is_import_list(tokens, first, open)) {
		return true;
	}
	if (bracket->match == open + 1 || bracket->has_comma || bracket->ends_in_comma ||
			bracket->has_for || !begins_value(tokens, first, open)) {
		return false;
	}
	const char behind = operator_at(tokens, bracket->match + 1);

	return tokens_is_end(tokens, bracket->match + 1) || behind == ',' || behind == ':' ||
			is_closing(behind);
}

/* ---- words ---- */

/* Statements whose header ends in a colon. */
static bool is_header(const struct python_tokens *tokens, size_t index)
{
	static const char *const keywords[] = { "def", "class", "if", "elif", "else", "for",
		"while", "try", "except", "finally", "with", "async" };

	for (size_t i = 0; i < COUNT_OF(keywords); i++) {
		if (tokens_is(tokens, index, keywords[i])) {
			return true;
		}
	}
	return false;
}

struct writing {
	struct code *code;
	const struct python_tokens *tokens;
	size_t first;
	struct arena *arena;
	size_t depth;      /* of brackets */
	size_t lambdas;    /* whose colon is still to come */
	bool is_start;     /* of a statement */
	bool is_in_header; /* up to its colon */
	bool is_one_line;  /* the block stands behind its colon */
};

static void add_word(struct writing *writing, str text, size_t index)
{
	struct code_word *word = LIST_PUSH(writing->code, writing->arena);

	word->text = text;
	word->offset = writing->tokens->file.skipped + writing->tokens->items[index].token.offset;
}

/* Strings side by side, from `index` on; the index behind them. Plain ones are one word, whatever their quotes. */
static size_t add_strings(struct writing *writing, size_t index)
{
	const struct python_tokens *tokens = writing->tokens;
	const struct python_reader *reader = &tokens->file.reader;
	struct buf text = { .arena = writing->arena };
	const size_t first = index;

	for (; kind_at(tokens, index) == PYTHON_STRING; index++) {
		const struct python_token token = tokens->items[index].token;
		const char *ignored;
		const bool is_plain = !python_string_has(reader, token, 'f') &&
				!python_string_has(reader, token, 't') &&
				!python_string_has(reader, token, 'b');
		const size_t before = text.len;

		if (!text.len) {
			buf_add_char(&text, '\'');
		}
		if (is_plain &&
				python_string_decode(reader, token, tokens->file.is_latin_1, &text,
						&ignored)) {
			continue;
		}
		text.len = before; // as it is written, but for its quotes
		if (text.len) {
			add_word(writing, str_copy(buf_str(&text), writing->arena), first);
			text.len = 0;
		}
		for (size_t i = 0; i < token.prefix; i++) {
			buf_add_char(&text, (char)(reader->text.data[token.offset + i] | 0x20));
		}
		buf_add_char(&text, '"');
		buf_add(&text,
				str_slice(reader->text, token.offset + token.prefix + token.quote,
						token.len - token.prefix - 2 * token.quote));
		add_word(writing, str_copy(buf_str(&text), writing->arena), index);
		text.len = 0;
	}
	if (text.len) {
		add_word(writing, buf_str(&text), first);
	}
	return index;
}

/* Over `-> ...` up to the colon of the header. */
static size_t skip_annotation(const struct writing *writing, size_t index)
{
	const struct python_tokens *tokens = writing->tokens;

	while (operator_at(tokens, index) != ':' && !tokens_is_end(tokens, index)) {
		index = is_opening(operator_at(tokens, index)) ? tokens->items[index].match + 1
							       : index + 1;
	}
	return index;
}

static void end_line(struct writing *writing, size_t index)
{
	add_word(writing, STR("\n"), index);
	writing->is_start = true;
}

static void end_block(struct writing *writing, size_t index)
{
	if (writing->is_one_line) {
		add_word(writing, STR("<dedent>"), index);
		writing->is_one_line = false;
	}
}

/* Behind the colon of a header: a block on the same line is like one below it. */
static void begin_block(struct writing *writing, size_t index)
{
	writing->is_in_header = false;
	if (kind_at(writing->tokens, index + 1) != PYTHON_NEWLINE) {
		add_word(writing, STR("\n"), index);
		add_word(writing, STR("<indent>"), index);
		writing->is_one_line = true;
		writing->is_start = true;
	}
}

static str lower_case(str text, struct arena *arena)
{
	struct buf lower = { .arena = arena };

	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i];

		buf_add_char(&lower, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
	}
	return buf_str(&lower);
}

/* A name, a number or an operator that counts. */
static void add_token(struct writing *writing, size_t index)
{
	const struct python_tokens *tokens = writing->tokens;
	const str text = tokens_text(tokens, index);
	const char c = operator_at(tokens, index);

	writing->depth += is_opening(c);
	writing->depth -= is_closing(c);
	if (is_idle_comma(tokens, writing->first, index) ||
			is_idle_parenthesis(tokens, writing->first, index)) {
		return;
	}
	add_word(writing,
			kind_at(tokens, index) == PYTHON_NUMBER ? lower_case(text, writing->arena)
								: text,
			index);
	if (!writing->is_in_header || writing->depth) {
		return;
	}
	writing->lambdas += tokens_is(tokens, index, "lambda");
	if (c == ':' && writing->lambdas) {
		writing->lambdas--;
	} else if (c == ':') {
		begin_block(writing, index);
	}
}

/* The token at `index`; the index of what is next. */
static size_t add_next(struct writing *writing, size_t index)
{
	const struct python_tokens *tokens = writing->tokens;

	switch (kind_at(tokens, index)) {
	case PYTHON_STRING:
		return add_strings(writing, index);
	case PYTHON_NEWLINE:
		end_line(writing, index);
		end_block(writing, index);
		return index + 1;
	case PYTHON_INDENT:
		add_word(writing, STR("<indent>"), index);
		writing->is_start = true;
		return index + 1;
	case PYTHON_DEDENT:
		add_word(writing, STR("<dedent>"), index);
		writing->is_start = true;
		return index + 1;
	case PYTHON_NAME:
	case PYTHON_NUMBER:
	case PYTHON_OPERATOR:
	case PYTHON_END:
	case PYTHON_ERROR:
		break;
	}
	if (operator_at(tokens, index) == ';' && !writing->depth) {
		if (kind_at(tokens, index + 1) != PYTHON_NEWLINE) {
			end_line(writing, index);
		}
		return index + 1;
	}
	if (writing->is_in_header && !writing->depth && tokens_is(tokens, index, "->")) {
		return skip_annotation(writing, index);
	}
	add_token(writing, index);
	return index + 1;
}

void code_add_words(struct code *code, const struct python_tokens *tokens, size_t first, size_t end,
		struct arena *arena)
{
	struct writing writing = {
		.code = code,
		.tokens = tokens,
		.first = first,
		.arena = arena,
		.is_start = true,
	};

	for (size_t i = first; i < end;) {
		const size_t idle = writing.is_start ? tokens_skip_idle(tokens, i) : 0;

		if (idle) {
			if (kind_at(tokens, idle) == PYTHON_NEWLINE) {
				end_block(&writing, idle);
			}
			i = idle + 1;
			continue;
		}
		writing.is_in_header =
				writing.is_start ? is_header(tokens, i) : writing.is_in_header;
		writing.is_start = false;
		i = add_next(&writing, i);
	}
}
