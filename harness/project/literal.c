#include "project/literal.h"

#include "project/encoding.h"

void python_file_init(struct python_file *file, const struct source *source, bool is_latin_1,
		struct arena *arena)
{
	const size_t skipped = str_starts_with(source->text, STR(BYTE_ORDER_MARK))
			? sizeof(BYTE_ORDER_MARK) - 1
			: 0;

	*file = (struct python_file){
		.source = source,
		.skipped = skipped,
		.is_latin_1 = is_latin_1,
		.arena = arena,
	};
	python_reader_init(&file->reader, str_slice(source->text, skipped, source->text.len));
	file->token = python_next(&file->reader);
}

struct python_token python_file_take(struct python_file *file)
{
	file->last = file->token;
	file->token = python_next(&file->reader);
	return file->last;
}

bool python_file_is_at(const struct python_file *file, const char *text)
{
	// Most tokens begin otherwise, and every one is asked for a dozen words.
	return file->token.len && file->reader.text.data[file->token.offset] == text[0] &&
			python_token_is(&file->reader, file->token, str_from(text));
}

char python_file_operator(const struct python_file *file)
{
	return file->token.kind == PYTHON_OPERATOR && file->token.len == 1
			? file->reader.text.data[file->token.offset]
			: 0;
}

struct span python_file_span(const struct python_file *file, size_t offset, size_t len)
{
	return (struct span){
		.source = file->source, .offset = file->skipped + offset, .len = len
	};
}

/* One value on its way: where it began, and how deep in brackets that is. */
struct reading {
	struct python_file *file;
	size_t brackets; /* around the value as a whole */
	bool is_argument;
	size_t end;         /* behind the last token taken */
	const char *reason; /* why it is no literal; NULL: it may be one */
};

static struct python_token take(struct reading *reading)
{
	const struct python_token token = python_file_take(reading->file);

	reading->end = token.offset + token.len;
	return token;
}

static bool is_at(const struct reading *reading, const char *text)
{
	return python_file_is_at(reading->file, text);
}

static char next_operator(const struct reading *reading)
{
	return python_file_operator(reading->file);
}

/* Whether the next token ends the value as a whole. */
static bool is_at_end(const struct reading *reading)
{
	const struct python_token token = reading->file->token;
	const size_t brackets = reading->file->reader.bracket_count;

	switch (token.kind) {
	case PYTHON_NEWLINE:
	case PYTHON_INDENT:
	case PYTHON_DEDENT:
	case PYTHON_END:
	case PYTHON_ERROR:
		return true;
	case PYTHON_NAME:
	case PYTHON_NUMBER:
	case PYTHON_STRING:
		return false;
	case PYTHON_OPERATOR:
		break;
	}
	switch (next_operator(
			reading)) { // the reader is one token ahead: a bracket has been counted
	case '(':
	case '[':
	case '{':
		return false;
	case ')':
	case ']':
	case '}':
		return brackets < reading->brackets;
	case '=':
	case ':':
	case ';':
		return brackets <= reading->brackets;
	case ',':
		return reading->is_argument && brackets <= reading->brackets;
	default:
		return false;
	}
}

static const char a_name[] = "a name"; // until more is known about it

static void refuse(struct reading *reading, const char *reason)
{
	if (!reading->reason) {
		reading->reason = reason;
	}
}

/* What a token says about a value that is no literal. */
static const char *reason_of(const struct reading *reading)
{
	const struct python_token token = reading->file->token;

	switch (token.kind) {
	case PYTHON_NAME:
		return is_at(reading, "if") || is_at(reading, "else") ? "a choice"
				: is_at(reading, "lambda")            ? "a function"
				: is_at(reading, "for")               ? "a loop"
								      : a_name;
	case PYTHON_OPERATOR:
		return next_operator(reading) == '(' ? "a call"
				: next_operator(reading) == '[' || next_operator(reading) == '.'
				? "a part of something"
				: next_operator(reading) == '{' ? "a set or a dict"
								: "a computation";
	case PYTHON_NUMBER:
		return "a number";
	case PYTHON_STRING:
		return "a string";
	case PYTHON_NEWLINE:
	case PYTHON_INDENT:
	case PYTHON_DEDENT:
	case PYTHON_END:
	case PYTHON_ERROR:
		break;
	}
	return "nothing";
}

/* Strings side by side. */
static void read_texts(struct reading *reading, struct literal *value)
{
	struct python_file *file = reading->file;
	struct buf text = { .arena = file->arena };
	const size_t start = file->token.offset;

	while (file->token.kind == PYTHON_STRING) {
		const struct python_token token = take(reading);
		const struct python_reader *reader = &file->reader;
		const char *reason = NULL;

		if (python_string_has(reader, token, 'f') ||
				python_string_has(reader, token, 't')) {
			refuse(reading, "a formatted string");
		} else if (python_string_has(reader, token, 'b')) {
			refuse(reading, "bytes");
		} else if (!reading->reason &&
				!python_string_decode(
						reader, token, file->is_latin_1, &text, &reason)) {
			refuse(reading, reason);
		}
	}
	struct literal_text *item = LIST_PUSH(value, file->arena);

	value->kind = LITERAL_TEXT;
	item->value = str_from("");
	if (text.len) {
		item->value = buf_str(&text);
	}
	item->where = python_file_span(file, start, reading->end - start);
}

static void read_value(struct reading *reading, struct literal *value);

/* Add what `element` is to the list; only texts count. */
static void add_element(
		struct reading *reading, struct literal *value, const struct literal *element)
{
	if (value->count == LITERAL_TEXTS_MAX) {
		refuse(reading, "a list of too many texts");
	} else if (element->kind == LITERAL_TEXT) {
		*LIST_PUSH(value, reading->file->arena) = element->items[0];
	} else {
		refuse(reading,
				element->kind == LITERAL_NONE ? "None in a list"
						: element->kind == LITERAL_LIST
						? "a list in a list"
						: "a list of what is no text");
	}
}

/* The elements of a tuple or list that are still to come. `closing` 0: no bracket ends it. */
static void read_elements(struct reading *reading, char closing, struct literal *value)
{
	value->kind = LITERAL_LIST;
	while (!reading->reason &&
			!(closing ? next_operator(reading) == closing : is_at_end(reading))) {
		struct literal element = { 0 };

		read_value(reading, &element);
		if (!reading->reason) {
			add_element(reading, value, &element);
		}
		if (next_operator(reading) != ',') {
			break;
		}
		take(reading);
	}
	if (closing && next_operator(reading) == closing) {
		take(reading);
	} else if (closing) {
		refuse(reading, reason_of(reading));
	}
}

/* The same where the first element has been read, and a comma is next. */
static void read_further_elements(struct reading *reading, char closing,
		const struct literal *first, struct literal *value)
{
	add_element(reading, value, first);
	take(reading);
	read_elements(reading, closing, value);
}

static void read_parentheses(struct reading *reading, struct literal *value)
{
	struct literal first = { 0 };

	take(reading);
	if (next_operator(reading) == ')') {
		take(reading);
		value->kind = LITERAL_LIST;
		return;
	}
	read_value(reading, &first);
	if (reading->reason) {
		return;
	}
	if (next_operator(reading) == ',') {
		read_further_elements(reading, ')', &first, value);
	} else if (next_operator(reading) == ')') {
		take(reading);
		*value = first;
	} else {
		refuse(reading, reason_of(reading));
	}
}

static void read_word(struct reading *reading, struct literal *value, enum literal_kind kind)
{
	const struct python_token token = take(reading);
	struct literal_text *item = LIST_PUSH(value, reading->file->arena);

	value->kind = kind;
	item->value = python_token_text(&reading->file->reader, token);
	item->where = python_file_span(reading->file, token.offset, token.len);
}

/* A value without a comma outside of brackets. As deep as brackets nest, which the tokenizer bounds. */
static void read_value(struct reading *reading, struct literal *value)
{
	const enum python_token_kind kind = reading->file->token.kind;

	if (kind == PYTHON_STRING) {
		read_texts(reading, value);
	} else if (kind == PYTHON_NUMBER) {
		read_word(reading, value, LITERAL_NUMBER);
	} else if (kind == PYTHON_NAME && is_at(reading, "None")) {
		take(reading);
		value->kind = LITERAL_NONE;
	} else if (kind == PYTHON_NAME && (is_at(reading, "True") || is_at(reading, "False"))) {
		read_word(reading, value, LITERAL_BOOLEAN);
	} else if (next_operator(reading) == '(') {
		read_parentheses(reading, value);
	} else if (next_operator(reading) == '[') {
		take(reading);
		read_elements(reading, ']', value);
	} else {
		refuse(reading, reason_of(reading));
	}
}

struct literal literal_read(struct python_file *file, bool is_argument)
{
	const size_t start = file->token.offset;
	struct reading reading = {
		.file = file,
		.is_argument = is_argument,
		.end = start,
		.brackets = file->reader.bracket_count,
	};
	struct literal value = { 0 };

	if (next_operator(&reading) == '(' || next_operator(&reading) == '[' ||
			next_operator(&reading) == '{') {
		reading.brackets--; // the reader has counted the bracket that is next
	} else if (next_operator(&reading) == ')' || next_operator(&reading) == ']' ||
			next_operator(&reading) == '}') {
		reading.brackets++;
	}
	read_value(&reading, &value);
	if (!reading.reason && !is_argument && next_operator(&reading) == ',') {
		const struct literal first = value;

		value = (struct literal){ 0 };
		read_further_elements(&reading, 0, &first, &value);
	}
	if (!reading.reason && !is_at_end(&reading)) {
		refuse(&reading, next_operator(&reading) == '.' ? "a call" : reason_of(&reading));
	}
	while (!is_at_end(&reading)) {
		if (reading.reason == a_name && reading.end > start &&
				next_operator(&reading) == '(') {
			reading.reason = "a call";
		}
		take(&reading);
	}
	value.where = python_file_span(file, start, reading.end - start);
	if (reading.reason) {
		value.kind = LITERAL_OTHER;
		value.reason = reading.reason;
	}
	return value;
}
