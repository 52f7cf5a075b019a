#include "project/python.h"

#include <string.h>

void python_reader_init(struct python_reader *reader, str text)
{
	*reader = (struct python_reader){
		.text = text,
		.block_count = 1, // column 0
		.is_line_start = true,
	};
}

str python_token_text(const struct python_reader *reader, struct python_token token)
{
	return str_slice(reader->text, token.offset, token.len);
}

bool python_token_is(const struct python_reader *reader, struct python_token token, str text)
{
	return token.len == text.len &&
			(token.kind == PYTHON_NAME || token.kind == PYTHON_OPERATOR) &&
			str_equal(python_token_text(reader, token), text);
}

bool python_string_has(const struct python_reader *reader, struct python_token token, char letter)
{
	for (size_t i = 0; i < token.prefix; i++) {
		if ((reader->text.data[token.offset + i] | 0x20) == letter) {
			return true;
		}
	}
	return false;
}

/* The byte at `at`; 0 behind the end (a NUL in the text is no token either way). */
static char byte_at(const struct python_reader *reader, size_t at)
{
	return at < reader->text.len ? reader->text.data[at] : 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool is_name_part(char c)
{
	return is_name_start(c) || is_digit(c);
}

static struct python_token fail(struct python_reader *reader, const char *why, size_t at)
{
	reader->error = why;
	reader->error_at = at;
	return (struct python_token){ .kind = PYTHON_ERROR, .offset = at };
}

/* Bytes of the line end at `at`: CRLF is one; 0: there is none. */
static size_t line_end_len(const struct python_reader *reader, size_t at)
{
	const char c = byte_at(reader, at);

	if (c == '\r') {
		return byte_at(reader, at + 1) == '\n' ? 2 : 1;
	}
	return c == '\n' ? 1 : 0;
}

static void skip_comment(struct python_reader *reader)
{
	if (byte_at(reader, reader->at) == '#') {
		while (reader->at < reader->text.len && !line_end_len(reader, reader->at)) {
			reader->at++;
		}
	}
}

/* ---- indentation ---- */

/* Move to the first token of the next logical line that has one, over blank lines and comments. */
static struct python_block measure_line(struct python_reader *reader)
{
	struct python_block found = { 0 };

	while (reader->at < reader->text.len) {
		const char c = byte_at(reader, reader->at);

		if (c == ' ') {
			found.column++;
			found.column_of_tabs_as_one++;
		} else if (c == '\t') {
			found.column = (found.column / 8 + 1) * 8;
			found.column_of_tabs_as_one++;
		} else if (c == '\f') {
			found = (struct python_block){ 0 };
		} else if (c == '#') {
			skip_comment(reader);
			continue;
		} else if (c == '\\' && line_end_len(reader, reader->at + 1)) {
			reader->at += line_end_len(reader, reader->at + 1); // the column goes on
		} else if (line_end_len(reader, reader->at)) {
			found = (struct python_block){ 0 };
			reader->at += line_end_len(reader, reader->at) - 1;
		} else {
			break;
		}
		reader->at++;
	}
	return found;
}

/* Compare a line's indentation with the open blocks; false: nothing to give out, or an error. */
static bool begin_line(struct python_reader *reader, struct python_token *ret_token)
{
	const struct python_block line = measure_line(reader);
	const struct python_block *top = &reader->blocks[reader->block_count - 1];

	reader->is_line_start = false;
	*ret_token = (struct python_token){ .kind = PYTHON_INDENT, .offset = reader->at };
	if (reader->at >= reader->text.len) {
		return false; // the end closes all blocks
	}
	if (line.column == top->column) {
		if (line.column_of_tabs_as_one == top->column_of_tabs_as_one) {
			return false;
		}
		*ret_token = fail(reader, "inconsistent use of tabs and spaces in indentation",
				reader->at);
		return true;
	}
	if (line.column > top->column) {
		if (line.column_of_tabs_as_one <= top->column_of_tabs_as_one) {
			*ret_token = fail(reader,
					"inconsistent use of tabs and spaces in indentation",
					reader->at);
		} else if (reader->block_count == PYTHON_MAX_BLOCKS) {
			*ret_token = fail(reader, "too many levels of indentation", reader->at);
		} else {
			reader->blocks[reader->block_count++] = line;
		}
		return true;
	}
	while (reader->block_count > 1 &&
			reader->blocks[reader->block_count - 1].column > line.column) {
		reader->block_count--;
		reader->dedents++;
	}
	top = &reader->blocks[reader->block_count - 1];
	if (top->column != line.column) {
		*ret_token = fail(reader, "unindent does not match any outer indentation level",
				reader->at);
		return true;
	}
	if (top->column_of_tabs_as_one != line.column_of_tabs_as_one) {
		*ret_token = fail(reader, "inconsistent use of tabs and spaces in indentation",
				reader->at);
		return true;
	}
	return false;
}

/* ---- strings ---- */

/* The length of a string's prefix at `at`, if a quote follows it; SIZE_MAX: this is no string. */
static size_t string_prefix(const struct python_reader *reader, size_t at)
{
	static const char *const prefixes[] = { "", "r", "u", "b", "f", "t", "br", "rb", "fr", "rf",
		"tr", "rt" };
	char prefix[3] = { 0 };
	size_t len = 0;

	while (len < 2 && is_name_start(byte_at(reader, at + len))) {
		prefix[len] = (char)(byte_at(reader, at + len) | 0x20);
		len++;
	}
	const char quote = byte_at(reader, at + len);

	if (quote != '"' && quote != '\'') {
		return SIZE_MAX;
	}
	for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
		if (strcmp(prefixes[i], prefix) == 0) {
			return len;
		}
	}
	return SIZE_MAX;
}

/* Whether the quotes that end a string stand at `at`. */
static bool are_quotes(const struct python_reader *reader, size_t at, char quote, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (byte_at(reader, at + i) != quote) {
			return false;
		}
	}
	return true;
}

/* How many quotes begin the string at `at`, where one stands: 1 or 3. */
static size_t quote_count(const struct python_reader *reader, size_t at)
{
	return are_quotes(reader, at, byte_at(reader, at), 3) ? 3 : 1;
}

/* From behind the opening quotes to behind the closing ones; 0: there are none. */
static size_t plain_string_end(
		const struct python_reader *reader, size_t at, char quote, size_t count)
{
	for (; at < reader->text.len; at++) {
		const char c = reader->text.data[at];

		if (c == '\\') {
			at += line_end_len(reader, at + 1) == 2 ? 2 : 1;
		} else if (c == quote && are_quotes(reader, at, quote, count)) {
			return at + count;
		} else if (count == 1 && line_end_len(reader, at)) {
			return 0;
		}
	}
	return 0;
}

/* Strings within the braces of a formatted string, within another's, ... */
#define F_STRING_DEPTH 32

enum f_part {
	F_TEXT, /* between the quotes */
	F_CODE, /* between braces */
	F_SPEC, /* behind the colon of a replacement field */
};

struct f_level {
	enum f_part part;
	bool is_raw, is_formatted;
	char quote;
	size_t quotes;   /* of F_TEXT, and those that F_SPEC stands in */
	size_t brackets; /* open in F_CODE */
};

struct f_stack {
	struct f_level levels[F_STRING_DEPTH]; /* a text, its code, the text of a string in that, ... */
	size_t depth;
};

static bool push(struct f_stack *stack, struct f_level level)
{
	if (stack->depth == F_STRING_DEPTH) {
		return false;
	}
	stack->levels[stack->depth++] = level;
	return true;
}

/* Each of these goes on from `at` in a part of its kind; the place behind what it took, 0 if that cannot be. */
static size_t take_nested_string(const struct python_reader *reader, struct f_stack *stack, size_t at,
		size_t prefix)
{
	const struct python_token string = { .offset = at, .prefix = prefix };
	const struct f_level text = {
		.part = F_TEXT,
		.is_formatted = python_string_has(reader, string, 'f') ||
				python_string_has(reader, string, 't'),
		.is_raw = python_string_has(reader, string, 'r'),
		.quote = byte_at(reader, at + prefix),
		.quotes = quote_count(reader, at + prefix),
	};

	return push(stack, text) ? at + prefix + text.quotes : 0;
}

static size_t take_code(const struct python_reader *reader, struct f_stack *stack, size_t at)
{
	struct f_level *top = &stack->levels[stack->depth - 1];
	const char c = reader->text.data[at];
	const size_t prefix = is_name_part(byte_at(reader, at - 1)) ? SIZE_MAX
								    : string_prefix(reader, at);

	if (prefix != SIZE_MAX) {
		return take_nested_string(reader, stack, at, prefix);
	}
	if (c == '"' || c == '\'') { // behind a name: no string begins so
		return 0;
	} else if (c == '(' || c == '[' || c == '{') {
		top->brackets++;
	} else if (c == '}' && top->brackets == 0) {
		stack->depth--;
	} else if (c == ')' || c == ']' || c == '}') {
		if (top->brackets == 0) {
			return 0;
		}
		top->brackets--;
	} else if (c == ':' && top->brackets == 0) {
		top->part = F_SPEC;
	} else if (c == '#') {
		while (at < reader->text.len && !line_end_len(reader, at)) {
			at++;
		}
		return at;
	}
	return at + 1;
}

static size_t take_text(const struct python_reader *reader, struct f_stack *stack, size_t at)
{
	const struct f_level *top = &stack->levels[stack->depth - 1];
	const char c = reader->text.data[at];

	if (c == '\\') {
		at += line_end_len(reader, at + 1) == 2 ? 3 : 2;
		if (top->is_formatted && !top->is_raw && byte_at(reader, at - 1) == 'N' &&
				byte_at(reader, at) == '{') { // \N{DASH} is no code
			return at + 1;
		}
		const bool stands_for_itself = top->is_formatted && byte_at(reader, at - 1) == '{';

		return stands_for_itself ? at - 1 : at;
	}
	if (are_quotes(reader, at, top->quote, top->quotes)) {
		stack->depth--;
		return at + top->quotes;
	}
	if (line_end_len(reader, at) && top->quotes == 1) {
		return 0;
	}
	if (c == '{' && top->is_formatted) {
		if (byte_at(reader, at + 1) == '{') {
			return at + 2;
		}
		return push(stack, (struct f_level){ .part = F_CODE }) ? at + 1 : 0;
	}
	return at + 1;
}

static size_t take_spec(const struct python_reader *reader, struct f_stack *stack, size_t at)
{
	const char c = reader->text.data[at];

	if (c == '}') {
		stack->depth--;
	} else if (c == '{' && !push(stack, (struct f_level){ .part = F_CODE })) {
		return 0;
	}
	return at + 1;
}

/* The same for a formatted string since Python 3.12, whose braces hold any code, strings with the same quotes included. */
static size_t formatted_string_end(const struct python_reader *reader, size_t at, char quote,
		size_t count, bool is_raw)
{
	static size_t (*const take[])(const struct python_reader *, struct f_stack *, size_t) = {
		[F_TEXT] = take_text,
		[F_CODE] = take_code,
		[F_SPEC] = take_spec,
	};
	struct f_stack stack = { .depth = 0 };

	push(&stack, (struct f_level){ .part = F_TEXT,
				 .is_formatted = true,
				 .is_raw = is_raw,
				 .quote = quote,
				 .quotes = count });
	while (stack.depth && at && at < reader->text.len) {
		at = take[stack.levels[stack.depth - 1].part](reader, &stack, at);
	}
	return stack.depth ? 0 : at;
}

static struct python_token read_string(struct python_reader *reader, size_t prefix)
{
	const size_t start = reader->at;
	const size_t open = start + prefix;
	const char quote = byte_at(reader, open);
	struct python_token token = {
		.kind = PYTHON_STRING,
		.offset = start,
		.prefix = prefix,
		.quote = quote_count(reader, open),
	};
	const bool is_formatted = python_string_has(reader, token, 'f') ||
			python_string_has(reader, token, 't');
	size_t end = 0;

	if (is_formatted && !reader->has_plain_f_string) {
		end = formatted_string_end(reader, open + token.quote, quote, token.quote,
				python_string_has(reader, token, 'r'));
		reader->has_plain_f_string = !end; // one look to the end of the file is enough
	}
	if (!end) {
		end = plain_string_end(reader, open + token.quote, quote, token.quote);
	}
	if (!end) {
		return fail(reader,
				token.quote == 3 ? "unterminated triple-quoted string literal"
						 : "unterminated string literal",
				start);
	}
	token.len = end - start;
	reader->at = end;
	return token;
}

static int hex_value(char c)
{
	return is_digit(c)                                       ? c - '0'
			: (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
								 : -1;
}

/* `digits` hexadecimal digits at the start of `text`; false: there are fewer. */
static bool read_hex(str text, size_t digits, uint32_t *ret_value)
{
	*ret_value = 0;
	for (size_t i = 0; i < digits; i++) {
		const int value = i < text.len ? hex_value(text.data[i]) : -1;

		if (value < 0) {
			return false;
		}
		*ret_value = *ret_value << 4 | (uint32_t)value;
	}
	return true;
}

/* The escape that begins with the backslash at `at` of `body`; gives its length, 0: it is bad. */
static size_t decode_escape(str body, size_t at, struct buf *out, const char **ret_reason)
{
	static const char letters[] = "\\'\"abfnrtv", values[] = "\\'\"\a\b\f\n\r\t\v";
	const char c = at + 1 < body.len ? body.data[at + 1] : 0;
	const char *letter = c ? strchr(letters, c) : NULL;
	uint32_t code = 0;

	if (letter) {
		buf_add_char(out, values[letter - letters]);
		return 2;
	}
	if (c == '\n') {
		return 2;
	}
	if (c == '\r') {
		return at + 2 < body.len && body.data[at + 2] == '\n' ? 3 : 2;
	}
	if (c >= '0' && c <= '7') {
		size_t len = 1;

		while (len <= 3 && at + len < body.len && body.data[at + len] >= '0' &&
				body.data[at + len] <= '7') {
			code = code << 3 | (uint32_t)(body.data[at + len] - '0');
			len++;
		}
		buf_add_code_point(out, code);
		return len;
	}
	if (c == 'x' || c == 'u' || c == 'U') {
		const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;

		if (!read_hex(str_slice(body, at + 2, body.len), digits, &code) ||
				code > 0x10FFFF) {
			*ret_reason = "a string with a bad escape";
			return 0;
		}
		if (code >= 0xD800 && code <= 0xDFFF) {
			*ret_reason = "a string with half a character";
			return 0;
		}
		buf_add_code_point(out, code);
		return 2 + digits;
	}
	if (c == 'N') {
		*ret_reason = "a string with a character's name in it";
		return 0;
	}
	buf_add_char(out, '\\'); // Python warns, and keeps both
	return 1;
}

bool python_string_decode(const struct python_reader *reader, struct python_token token,
		bool is_latin_1, struct buf *out, const char **ret_reason)
{
	const str body = str_slice(reader->text, token.offset + token.prefix + token.quote,
			token.len - token.prefix - 2 * token.quote);
	const bool is_raw = python_string_has(reader, token, 'r');

	for (size_t at = 0; at < body.len;) {
		size_t run = at;

		while (run < body.len && body.data[run] != '\\' && body.data[run] != '\r' &&
				!(is_latin_1 && (body.data[run] & 0x80))) {
			run++;
		}
		buf_add(out, str_slice(body, at, run - at));
		at = run;
		if (at == body.len) {
			break;
		}
		if (body.data[at] == '\r') {
			buf_add_char(out, '\n');
			at += at + 1 < body.len && body.data[at + 1] == '\n' ? 2 : 1;
		} else if (body.data[at] & 0x80) {
			buf_add_code_point(out, (unsigned char)body.data[at++]);
		} else if (is_raw) {
			buf_add_char(out, body.data[at++]);
		} else {
			const size_t len = decode_escape(body, at, out, ret_reason);

			if (!len) {
				return false;
			}
			at += len;
		}
	}
	return true;
}

/* ---- the rest ---- */

static char opening_of(char closing)
{
	return closing == ')' ? '(' : closing == ']' ? '[' : '{';
}

static struct python_token read_operator(struct python_reader *reader)
{
	static const char *const long_ones[] = { "**=", "//=", ">>=", "<<=", "...",
		"==", "!=", "<=", ">=", "->",
		"+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", ":=", "**", "//", "<<", ">>",
		"<>" };
	const str rest = str_slice(reader->text, reader->at, 3);
	struct python_token token = { .kind = PYTHON_OPERATOR, .offset = reader->at, .len = 1 };
	const char c = rest.data[0];

	const bool may_be_long = rest.len > 1 && strchr("=*/<>.", rest.data[1]);

	for (size_t i = 0; may_be_long && i < COUNT_OF(long_ones); i++) {
		if (str_starts_with(rest, str_from(long_ones[i]))) {
			token.len = strlen(long_ones[i]);
			reader->at += token.len;
			return token;
		}
	}
	if (!c || !strchr("+-*/%@&|^~<>()[]{},:.;=", c)) {
		return fail(reader,
				c == '\\' ? "unexpected character after line continuation character"
						: c ? "invalid character"
						    : "source code cannot contain null bytes",
				reader->at);
	}
	if (c == '(' || c == '[' || c == '{') {
		if (reader->bracket_count == PYTHON_MAX_BRACKETS) {
			return fail(reader, "too many nested parentheses", reader->at);
		}
		reader->brackets[reader->bracket_count++] = c;
	} else if (c == ')' || c == ']' || c == '}') {
		if (!reader->bracket_count) {
			return fail(reader, "a closing bracket without an opening one", reader->at);
		}
		if (reader->brackets[--reader->bracket_count] != opening_of(c)) {
			return fail(reader,
					"a closing bracket of another kind than the opening one",
					reader->at);
		}
	}
	reader->at++;
	return token;
}

/* Letters, digits, points, and signs behind an exponent: what is wrong in it is not for us to say. */
static struct python_token read_number(struct python_reader *reader)
{
	struct python_token token = { .kind = PYTHON_NUMBER, .offset = reader->at };
	bool is_hex = byte_at(reader, reader->at) == '0' &&
			(byte_at(reader, reader->at + 1) | 0x20) == 'x';

	for (;;) {
		const char c = byte_at(reader, reader->at);
		const bool is_sign = (c == '+' || c == '-') && !is_hex &&
				(byte_at(reader, reader->at - 1) | 0x20) == 'e';

		if (!is_name_part(c) && c != '.' && !is_sign) {
			break;
		}
		reader->at++;
	}
	token.len = reader->at - token.offset;
	return token;
}

static struct python_token read_end(struct python_reader *reader)
{
	if (reader->bracket_count) {
		return fail(reader, "a bracket was never closed", reader->text.len);
	}
	if (reader->has_token) {
		reader->has_token = false;
		return (struct python_token){ .kind = PYTHON_NEWLINE, .offset = reader->at };
	}
	if (reader->block_count > 1) {
		reader->block_count--;
		return (struct python_token){ .kind = PYTHON_DEDENT, .offset = reader->at };
	}
	return (struct python_token){ .kind = PYTHON_END, .offset = reader->at };
}

/* Blanks, comments, joined lines; true: a logical line ended. */
static bool skip_blanks(struct python_reader *reader, struct python_token *ret_newline)
{
	while (reader->at < reader->text.len) {
		const char c = byte_at(reader, reader->at);
		const size_t line_end = line_end_len(reader, reader->at);

		if (c == ' ' || c == '\t' || c == '\f') {
			reader->at++;
		} else if (c == '#') {
			skip_comment(reader);
		} else if (c == '\\' && line_end_len(reader, reader->at + 1)) {
			reader->at += 1 + line_end_len(reader, reader->at + 1);
		} else if (line_end && reader->bracket_count) {
			reader->at += line_end;
		} else if (line_end) {
			*ret_newline = (struct python_token){
				.kind = PYTHON_NEWLINE, .offset = reader->at, .len = line_end
			};
			reader->at += line_end;
			reader->is_line_start = true;
			reader->has_token = false;
			return true;
		} else {
			break;
		}
	}
	return false;
}

struct python_token python_next(struct python_reader *reader)
{
	struct python_token token;

	if (reader->error) {
		return (struct python_token){ .kind = PYTHON_ERROR, .offset = reader->error_at };
	}
	if (reader->is_line_start && begin_line(reader, &token)) {
		return token;
	}
	if (reader->dedents) {
		reader->dedents--;
		return (struct python_token){ .kind = PYTHON_DEDENT, .offset = reader->at };
	}
	if (skip_blanks(reader, &token)) {
		return token;
	}
	if (reader->at >= reader->text.len) {
		return read_end(reader);
	}
	const char c = byte_at(reader, reader->at);
	const size_t prefix = string_prefix(reader, reader->at);

	reader->has_token = true;
	if (prefix != SIZE_MAX) {
		return read_string(reader, prefix);
	}
	if (is_name_start(c)) {
		token = (struct python_token){ .kind = PYTHON_NAME, .offset = reader->at };
		while (is_name_part(byte_at(reader, reader->at))) {
			reader->at++;
		}
		token.len = reader->at - token.offset;
		return token;
	}
	if (is_digit(c) || (c == '.' && is_digit(byte_at(reader, reader->at + 1)))) {
		return read_number(reader);
	}
	return read_operator(reader);
}
