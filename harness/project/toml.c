#include "project/toml.h"

#include "kit/table.h"

#include <string.h>

struct reading {
	const struct source *source;
	str text;
	size_t at;
	struct arena *arena;
	struct toml_value *table; /* that keys go to */
	struct table members;     /* "<table's address>.<key>" -> index into `values` */

	struct {
		struct toml_value **items;
		size_t count, capacity;
	} values;
};

static struct error *refuse(const struct reading *reading, size_t at, const char *message)
{
	return error_at(reading->arena, ERROR_INVALID,
			(struct span){ .source = reading->source, .offset = at }, "%s", message);
}

static char peek(const struct reading *reading)
{
	return reading->at < reading->text.len ? reading->text.data[reading->at] : 0;
}

static bool is_line_end(const struct reading *reading)
{
	const char c = peek(reading);

	return reading->at >= reading->text.len || c == '\n' ||
			(c == '\r' && reading->at + 1 < reading->text.len &&
					reading->text.data[reading->at + 1] == '\n');
}

static void skip_blanks(struct reading *reading)
{
	while (peek(reading) == ' ' || peek(reading) == '\t') {
		reading->at++;
	}
}

static void skip_comment(struct reading *reading)
{
	if (peek(reading) == '#') {
		while (!is_line_end(reading)) {
			reading->at++;
		}
	}
}

/* Blanks, comments and line ends: between the values of a list. */
static void skip_space(struct reading *reading)
{
	for (;;) {
		skip_blanks(reading);
		skip_comment(reading);
		if (reading->at >= reading->text.len || !is_line_end(reading)) {
			return;
		}
		reading->at += peek(reading) == '\r' ? 2 : 1;
	}
}

static bool take(struct reading *reading, const char *text)
{
	if (!str_starts_with(str_slice(reading->text, reading->at, reading->text.len),
			    str_from(text))) {
		return false;
	}
	reading->at += strlen(text);
	return true;
}

/* ---- tables ---- */

static str member_key(const struct reading *reading, const struct toml_value *table, str key)
{
	struct buf name = { .arena = reading->arena };

	buf_add(&name, (str){ (const char *)&table, sizeof(table) });
	buf_add(&name, key);
	return buf_str(&name);
}

static struct toml_value *find(const struct reading *reading, struct toml_value *table, str key)
{
	uint32_t index;

	return table_find(&reading->members, member_key(reading, table, key), &index)
			? reading->values.items[index]
			: NULL;
}

static void add(struct toml_value *parent, struct toml_value *child)
{
	if (parent->last) {
		parent->last->next = child;
	} else {
		parent->first = child;
	}
	parent->last = child;
}

static struct toml_value *add_member(
		struct reading *reading, struct toml_value *table, str key, struct toml_value value)
{
	struct toml_value *child = arena_new(reading->arena, struct toml_value);

	*child = value;
	child->key = key;
	add(table, child);
	table_set(&reading->members, member_key(reading, table, key),
			(uint32_t)reading->values.count);
	*LIST_PUSH(&reading->values, reading->arena) = child;
	return child;
}

const struct toml_value *toml_find(const struct toml_value *table, str key)
{
	const struct toml_value *found = table && table->kind == TOML_TABLE ? table->first : NULL;

	while (found && !str_equal(found->key, key)) {
		found = found->next;
	}
	return found;
}

/* ---- texts and keys ---- */

static int hex_value(char c)
{
	return c >= '0' && c <= '9'                              ? c - '0'
			: (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
								 : -1;
}

static struct error *read_code_point(struct reading *reading, size_t digits, struct buf *out)
{
	uint32_t code = 0;

	for (size_t i = 0; i < digits; i++) {
		const int value = hex_value(peek(reading));

		if (value < 0) {
			return refuse(reading, reading->at, "a hexadecimal digit is missing");
		}
		code = code << 4 | (uint32_t)value;
		reading->at++;
	}
	if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
		return refuse(reading, reading->at - digits, "this is no character");
	}
	buf_add_code_point(out, code);
	return NULL;
}

static struct error *read_escape(struct reading *reading, bool is_long, struct buf *out)
{
	static const char letters[] = "btnfr\"\\", values[] = "\b\t\n\f\r\"\\";
	const size_t start = reading->at++;
	const char c = peek(reading);
	const char *letter = c ? strchr(letters, c) : NULL;

	if (letter) {
		reading->at++;
		buf_add_char(out, values[letter - letters]);
		return NULL;
	}
	if (c == 'u' || c == 'U') {
		reading->at++;
		return read_code_point(reading, c == 'u' ? 4 : 8, out);
	}
	if (is_long) { // a line end and all blanks behind it
		skip_blanks(reading);
		if (reading->at < reading->text.len && is_line_end(reading)) {
			while (reading->at < reading->text.len &&
					(is_line_end(reading) || peek(reading) == ' ' ||
							peek(reading) == '\t')) {
				reading->at++;
			}
			return NULL;
		}
	}
	return refuse(reading, start, "unknown escape in a text");
}

/* A text in quotes of any of the four kinds. */
static struct error *read_text(struct reading *reading, bool may_be_long, str *ret_text)
{
	const size_t start = reading->at;
	const char quote = peek(reading);
	const char *long_quotes = quote == '"' ? "\"\"\"" : "'''";
	const bool is_long = may_be_long && take(reading, long_quotes);
	struct buf out = { .arena = reading->arena };

	if (!is_long) {
		reading->at++;
	} else if (is_line_end(reading) && reading->at < reading->text.len) {
		reading->at += peek(reading) == '\r' ? 2 : 1;
	}
	for (;;) {
		const char c = peek(reading);

		if (reading->at >= reading->text.len || (!is_long && is_line_end(reading))) {
			return refuse(reading, start, "this text does not end");
		}
		if (c == quote && !is_long) {
			reading->at++;
			break;
		}
		if (is_long && take(reading, long_quotes)) {
			for (int more = 0; more < 2 && peek(reading) == quote; more++) {
				buf_add_char(&out, quote); // quotes right before the last three
				reading->at++;
			}
			break;
		}
		if (c == '\\' && quote == '"') {
			struct error *error = read_escape(reading, is_long, &out);

			if (error) {
				return error;
			}
			continue;
		}
		if (((unsigned char)c < 0x20 && c != '\t' && !is_line_end(reading)) || c == 0x7F) {
			return refuse(reading, reading->at, "a control character in a text");
		}
		if (c == '\r') {
			reading->at++; // CRLF is a line end
		}
		buf_add_char(&out, peek(reading));
		reading->at++;
	}
	*ret_text = (str){ buf_c(&out), out.len };
	return NULL;
}

static bool is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_' || c == '-';
}

static struct error *read_key(struct reading *reading, str *ret_key)
{
	const size_t start = reading->at;

	if (peek(reading) == '"' || peek(reading) == '\'') {
		return read_text(reading, false, ret_key);
	}
	while (is_bare(peek(reading))) {
		reading->at++;
	}
	*ret_key = str_slice(reading->text, start, reading->at - start);
	return ret_key->len ? NULL : refuse(reading, start, "a key is missing");
}

/* ---- values ---- */

static struct error *read_value(struct reading *reading, int depth, struct toml_value *ret_value);

/* The table below `table` that `key` names, made if need be; for dotted keys, and headers. */
static struct error *enter(struct reading *reading, struct toml_value *table, str key,
		bool is_header, size_t at, struct toml_value **ret_table)
{
	struct toml_value *found = find(reading, table, key);

	if (!found) {
		*ret_table = add_member(reading, table, key,
				(struct toml_value){ .kind = TOML_TABLE,
						.where = { .source = reading->source,
								.offset = at,
								.len = key.len } });
		return NULL;
	}
	if (found->is_tables && is_header) { // the last of them
		*ret_table = found->last;
		return NULL;
	}
	if (found->kind != TOML_TABLE || found->is_closed) {
		return refuse(reading, at, "this key has a value already");
	}
	*ret_table = found;
	return NULL;
}

/* `a.b.c = value` into `table`. */
static struct error *read_pair(struct reading *reading, struct toml_value *table, int depth)
{
	struct toml_value value = { .kind = TOML_TEXT };
	struct error *error;
	size_t at;
	str key;

	for (;;) {
		at = reading->at;
		error = read_key(reading, &key);
		if (error) {
			return error;
		}
		skip_blanks(reading);
		if (peek(reading) != '.') {
			break;
		}
		reading->at++;
		skip_blanks(reading);
		error = enter(reading, table, key, false, at, &table);
		if (error) {
			return error;
		}
	}
	if (!take(reading, "=")) {
		return refuse(reading, reading->at, "expected '=' behind the key");
	}
	if (find(reading, table, key)) {
		return refuse(reading, at, "this key has a value already");
	}
	skip_blanks(reading);
	struct toml_value *member = add_member(reading, table, key, value);

	// Its parts refer to it, so it is made where it stays.
	return read_value(reading, depth, member);
}

static struct error *read_list(struct reading *reading, int depth, struct toml_value *list)
{
	list->kind = TOML_LIST;
	list->is_closed = true;
	reading->at++;
	for (;;) {
		skip_space(reading);
		if (take(reading, "]")) {
			return NULL;
		}
		struct toml_value *element = arena_new(reading->arena, struct toml_value);
		struct error *error = read_value(reading, depth, element);

		if (error) {
			return error;
		}
		add(list, element);
		skip_space(reading);
		if (!take(reading, ",") && peek(reading) != ']') {
			return refuse(reading, reading->at, "expected ',' or ']' in a list");
		}
	}
}

static struct error *read_inline_table(struct reading *reading, int depth, struct toml_value *table)
{
	table->kind = TOML_TABLE;
	reading->at++;
	skip_blanks(reading);
	if (!take(reading, "}")) {
		for (;;) {
			skip_blanks(reading);
			struct error *error = read_pair(reading, table, depth);

			if (error) {
				return error;
			}
			skip_blanks(reading);
			if (take(reading, "}")) {
				break;
			}
			if (!take(reading, ",")) {
				return refuse(reading, reading->at,
						"expected ',' or '}' in a table");
			}
		}
	}
	table->is_closed = true;
	return NULL;
}

static bool is_plain(char c)
{
	return is_bare(c) || c == '+' || c == '.' || c == ':';
}

static struct error *read_plain(struct reading *reading, struct toml_value *value)
{
	const size_t start = reading->at;

	while (is_plain(peek(reading))) {
		reading->at++;
	}
	const str word = str_slice(reading->text, start, reading->at - start);

	value->text = word;
	if (str_equal(word, STR("true")) || str_equal(word, STR("false"))) {
		value->kind = TOML_BOOLEAN;
		value->boolean = word.data[0] == 't';
		return NULL;
	}
	value->kind = TOML_NUMBER;
	const bool is_date = word.len == 10 && word.data[4] == '-' && peek(reading) == ' ';

	if (is_date &&
			hex_value(reading->text.data[reading->at + 1 < reading->text.len
							? reading->at + 1
							: reading->at]) >= 0) {
		reading->at++; // "1979-05-27 07:32:00"
		while (is_plain(peek(reading))) {
			reading->at++;
		}
	}
	const char first = word.len && (word.data[0] == '+' || word.data[0] == '-') && word.len > 1
			? word.data[1]
			: word.len ? word.data[0]
				   : 0;

	if ((first >= '0' && first <= '9') || str_ends_with(word, STR("inf")) ||
			str_ends_with(word, STR("nan"))) {
		return NULL;
	}
	return refuse(reading, start, "this is no value");
}

static struct error *read_value(struct reading *reading, int depth, struct toml_value *ret_value)
{
	const size_t start = reading->at;
	const char c = peek(reading);
	struct error *error;

	if (depth >= TOML_MAX_DEPTH) {
		return refuse(reading, start, "lists and tables are nested too deeply");
	}
	if (c == '"' || c == '\'') {
		ret_value->kind = TOML_TEXT;
		error = read_text(reading, true, &ret_value->text);
	} else if (c == '[') {
		error = read_list(reading, depth + 1, ret_value);
	} else if (c == '{') {
		error = read_inline_table(reading, depth + 1, ret_value);
	} else {
		error = read_plain(reading, ret_value);
	}
	ret_value->where = (struct span){
		.source = reading->source, .offset = start, .len = reading->at - start
	};
	return error;
}

/* ---- lines ---- */

/* [a.b.c] or [[a.b.c]] */
static struct error *read_header(struct reading *reading, struct toml_value *root)
{
	const bool is_list = take(reading, "[[");
	struct toml_value *table = root;
	struct error *error;
	size_t at;
	str key;

	if (!is_list) {
		reading->at++;
	}
	for (;;) {
		skip_blanks(reading);
		at = reading->at;
		error = read_key(reading, &key);
		if (error) {
			return error;
		}
		skip_blanks(reading);
		if (peek(reading) != '.') {
			break;
		}
		reading->at++;
		error = enter(reading, table, key, true, at, &table);
		if (error) {
			return error;
		}
	}
	if (!take(reading, is_list ? "]]" : "]")) {
		return refuse(reading, reading->at, "expected ']'");
	}
	struct toml_value *found = find(reading, table, key);

	if (is_list) {
		if (found && !found->is_tables) {
			return refuse(reading, at, "this key has a value already");
		}
		if (!found) {
			found = add_member(reading, table, key,
					(struct toml_value){
							.kind = TOML_LIST, .is_tables = true });
		}
		struct toml_value *element = arena_new(reading->arena, struct toml_value);

		element->kind = TOML_TABLE;
		add(found, element);
		reading->table = element;
		return NULL;
	}
	if (found && (found->is_header || found->kind != TOML_TABLE || found->is_closed)) {
		return refuse(reading, at, "this table stands twice");
	}
	error = enter(reading, table, key, true, at, &reading->table);
	if (!error) {
		reading->table->is_header = true;
	}
	return error;
}

static struct error *read_line(struct reading *reading, struct toml_value *root)
{
	struct error *error = NULL;

	if (peek(reading) == '[') {
		error = read_header(reading, root);
	} else {
		error = read_pair(reading, reading->table, 0);
	}
	if (error) {
		return error;
	}
	skip_blanks(reading);
	skip_comment(reading);
	return is_line_end(reading) ? NULL
				    : refuse(reading, reading->at, "expected the end of the line");
}

struct error *toml_parse(const struct source *source, struct arena *arena,
		const struct toml_value **ret_table)
{
	struct toml_value *root = arena_new(arena, struct toml_value);
	struct reading reading = {
		.source = source,
		.text = source->text,
		.arena = arena,
		.table = root,
		.members = { .arena = arena },
	};
	const size_t bad = str_utf8_error(source->text);

	root->kind = TOML_TABLE;
	if (bad < source->text.len) {
		return refuse(&reading, bad, "this is not UTF-8");
	}
	take(&reading, "\xEF\xBB\xBF");
	for (;;) {
		skip_space(&reading);
		if (reading.at >= reading.text.len) {
			*ret_table = root;
			return NULL;
		}
		struct error *error = read_line(&reading, root);

		if (error) {
			return error;
		}
	}
}
