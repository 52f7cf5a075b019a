/*
 * Where the statements of a dump end, as psql's scanner has it: quotes of every kind, comments, COPY data, bodies
 * in standard SQL. Nothing here carries out what it reads, and psql itself is not asked: a backslash that is no
 * \connect or \restrict is refused, and what is misread is the server's to refuse, as a statement of the scenario's role.
 */
#include "postgres/dump.h"

#include "kit/arena.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* So much is read at once, and so long may a statement be: the server takes no longer one. */
#define PART         ((size_t)256 * 1024)
#define LONGEST_ITEM ((size_t)1000 * 1000 * 1000)

/* A place in what is at hand that stays when that is moved. */
struct part {
	size_t at, len;
};

struct script {
	script_read_fn *read;
	void *read_data;
	str name;
	struct arena *arena;
	bool has_standard_strings;

	char *data;
	size_t begin;         /* what was not handed out yet: all offsets are from here */
	size_t len, capacity; /* of data */
	size_t line;          /* of data[begin], from 1 */
	bool is_at_end;       /* nothing more can be read */
	bool is_mid_line;     /* of COPY data */
	struct error *error;  /* why not */

	/* Of the statement in hand. */
	size_t at;     /* how far it was looked at */
	size_t start;  /* where its first token is */
	bool is_empty; /* no token yet */
	unsigned parentheses;
	unsigned blocks; /* BEGIN ATOMIC, and CASE inside it */
	struct part words[3];
	size_t word_count;
	struct part last_word;
	bool takes_data, has_owner;
};

struct script *script_new(script_read_fn *read, void *data, str name, struct arena *arena)
{
	struct script *script = arena_new(arena, struct script);

	*script = (struct script){
		.read = read,
		.read_data = data,
		.name = name,
		.arena = arena,
		.has_standard_strings = true,
		.line = 1,
	};
	return script;
}

void script_set_standard_strings(struct script *script, bool is_on)
{
	script->has_standard_strings = is_on;
}

/* --- what is at hand ------------------------------------------------------------------------- */

/* Make room behind what is at hand. It moves, so nobody keeps a pointer to it. */
static void make_room(struct script *script)
{
	const size_t used = script->len - script->begin;

	if (script->begin && used <= script->capacity / 2) {
		memmove(script->data, script->data + script->begin, used);
		script->begin = 0;
		script->len = used;
	}
	if (script->capacity - script->len >= PART) {
		return;
	}
	script->capacity =
			used + PART > script->capacity / 2 ? 2 * (used + PART) : script->capacity;
	char *data = arena_alloc(script->arena, script->capacity);

	if (used) {
		memcpy(data, script->data + script->begin, used);
	}
	script->data = data;
	script->begin = 0;
	script->len = used;
}

/* Have more at hand than there is. False: that was all. */
static bool fill(struct script *script)
{
	size_t got = 0;

	if (script->is_at_end) {
		return false;
	}
	if (script->len - script->begin > LONGEST_ITEM) {
		script->error = error_new(script->arena, ERROR_DATABASE,
				"a statement of more than %zu bytes in a dump", LONGEST_ITEM);
	} else {
		make_room(script);
		script->error = script->read(script->read_data, script->data + script->len,
				script->capacity - script->len, &got);
	}
	script->len += got;
	script->is_at_end = got == 0;
	return got > 0;
}

static inline bool has(struct script *script, size_t offset)
{
	while (script->begin + offset >= script->len) {
		if (!fill(script)) {
			return false;
		}
	}
	return true;
}

static inline char look(struct script *script, size_t ahead)
{
	const size_t offset = script->at + ahead;

	return has(script, offset) ? script->data[script->begin + offset] : '\0';
}

static bool is_at_end(struct script *script)
{
	return !has(script, script->at);
}

static str text_of(const struct script *script, struct part part)
{
	return str_slice((str){ script->data, script->len }, script->begin + part.at, part.len);
}

/* Go on to the next `c`, or to the end. */
static void seek(struct script *script, char c)
{
	while (!is_at_end(script)) {
		const struct part rest = { script->at, script->len - script->begin - script->at };
		const size_t found = str_find_char(text_of(script, rest), c);

		script->at += found;
		if (found < rest.len) {
			return;
		}
	}
}

/* Hand out what is before `offset`. */
static void pass(struct script *script, size_t offset)
{
	str passed = text_of(script, (struct part){ 0, offset });

	while (passed.len) {
		const size_t end = str_find_char(passed, '\n');

		script->line += end < passed.len;
		passed = str_slice(passed, end + 1, passed.len);
	}
	script->begin += offset;
	script->at = 0;
}

/* --- places ---------------------------------------------------------------------------------- */

/* What is shown of a statement that is longer. */
#define LONGEST_EXCERPT ((size_t)64 * 1024)

static struct span place_in(
		const struct script *script, str text, size_t line, size_t offset, size_t len)
{
	struct source *source = arena_new(script->arena, struct source);
	size_t from = offset > LONGEST_EXCERPT / 2 ? offset - LONGEST_EXCERPT / 2 : 0;

	for (size_t i = 0; i < from; i++) {
		line += text.data[i] == '\n';
	}
	*source = (struct source){
		.name = script->name,
		.text = str_copy(str_slice(text, from, LONGEST_EXCERPT), script->arena),
		.lines_before = line - 1,
	};
	return (struct span){ source, offset - from, len };
}

struct span script_place(const struct script *script, const struct script_item *item, size_t offset,
		size_t len)
{
	return place_in(script, item->text, item->line, offset, len);
}

/* Refuse what stands at `offset`. Its line is shown, so all of it has to be at hand; what was moves. */
static struct error *refuse(struct script *script, size_t offset, size_t len, const char *what)
{
	size_t start = offset, end = offset, line = script->line;

	while (start && script->data[script->begin + start - 1] != '\n') {
		start--;
	}
	while (end - offset < LONGEST_EXCERPT / 2 && has(script, end) &&
			script->data[script->begin + end] != '\n') {
		end++;
	}
	for (size_t i = 0; i < start; i++) {
		line += script->data[script->begin + i] == '\n';
	}
	const str text = text_of(script, (struct part){ start, end - start });
	struct error *error = error_at(script->arena, ERROR_DATABASE,
			place_in(script, text, line, offset - start, len), "%s in a dump", what);

	error->class_name = STR("DatabaseError");
	error->hint = STR(
			"A dump holds SQL and COPY data; psql's own commands are not carried out.");
	return error;
}

/* --- quotes and comments --------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool starts_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
			(unsigned char)c >= 0x80;
}

static bool is_in_word(char c)
{
	return starts_word(c) || is_digit(c) || c == '$';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

/* Whether the string that just ended goes on: PostgreSQL takes the next literal for a part of it. */
static bool is_continued(struct script *script)
{
	size_t ahead = 0;
	bool has_newline = false;

	while (is_blank(look(script, ahead))) {
		has_newline |= look(script, ahead++) == '\n';
	}
	return has_newline && look(script, ahead) == '\'';
}

/* Go behind the quote that ends the literal whose first one is at hand. */
static void skip_literal(struct script *script, bool has_escapes)
{
	script->at++;
	while (!is_at_end(script)) {
		const char c = look(script, 0);

		if (has_escapes && c == '\\') {
			script->at += 2;
		} else if (c != '\'') {
			if (has_escapes) {
				script->at++;
			} else {
				seek(script, '\'');
			}
		} else if (look(script, 1) == '\'') {
			script->at += 2;
		} else {
			script->at++;
			return;
		}
	}
}

/* The literals of a string: with escapes each may hide a quote. */
static void skip_string(struct script *script, bool has_escapes)
{
	skip_literal(script, has_escapes);
	while (has_escapes && is_continued(script)) {
		seek(script, '\'');
		skip_literal(script, true);
	}
}

static void skip_identifier(struct script *script)
{
	script->at++;
	seek(script, '"');
	script->at++;
}

/* $tag$ ... $tag$ */
static void skip_dollars(struct script *script)
{
	struct part tag = { script->at, 1 };

	while (is_in_word(look(script, tag.len)) && look(script, tag.len) != '$' &&
			(tag.len > 1 || !is_digit(look(script, 1)))) {
		tag.len++;
	}
	if (look(script, tag.len++) != '$') { // a parameter, or nothing
		script->at++;
		return;
	}
	for (script->at += tag.len;; script->at++) {
		seek(script, '$');
		if (!has(script, script->at + tag.len - 1)) {
			script->at = script->len - script->begin;
			return;
		}
		const struct part here = { script->at, tag.len };

		if (str_equal(text_of(script, here), text_of(script, tag))) {
			script->at += tag.len;
			return;
		}
	}
}

static void skip_comment(struct script *script)
{
	unsigned depth = 0;

	while (!is_at_end(script)) {
		const char c = look(script, 0), next = look(script, 1);

		if (c == '/' && next == '*') {
			depth++;
			script->at += 2;
		} else if (c == '*' && next == '/') {
			depth--;
			script->at += 2;
			if (!depth) {
				return;
			}
		} else {
			script->at++;
		}
	}
}

/* --- words ----------------------------------------------------------------------------------- */

static bool is_word(const struct script *script, struct part word, const char *known)
{
	return word.len == strlen(known) &&
			strncasecmp(text_of(script, word).data, known, word.len) == 0;
}

/* Whether the statement's first words are those of a function or procedure, whose body may be statements. */
static bool makes_routine(const struct script *script)
{
	static const char *const kinds[] = { "function", "procedure", "or" };

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (script->word_count > 1 && is_word(script, script->words[1], kinds[i])) {
			return is_word(script, script->words[0], "create");
		}
	}
	return false;
}

static void read_word(struct script *script)
{
	struct part word = { script->at, 0 };

	while (is_in_word(look(script, 0))) {
		script->at++;
		word.len++;
	}
	if (is_word(script, word, "e") && look(script, 0) == '\'') {
		skip_string(script, true);
		return;
	}
	if (script->word_count < COUNT_OF(script->words)) {
		script->words[script->word_count++] = word;
	}
	if (!script->parentheses) {
		script->takes_data |= is_word(script, script->words[0], "copy") &&
				is_word(script, script->last_word, "from") &&
				is_word(script, word, "stdin");
		script->has_owner |= is_word(script, script->words[0], "alter") &&
				is_word(script, script->last_word, "owner") &&
				is_word(script, word, "to");
	}
	if (is_word(script, word, "atomic") && is_word(script, script->last_word, "begin") &&
			makes_routine(script)) {
		script->blocks++;
	} else if (script->blocks && is_word(script, word, "case")) {
		script->blocks++;
	} else if (script->blocks && is_word(script, word, "end")) {
		script->blocks--;
	}
	script->last_word = word;
}

/* --- what comes next ------------------------------------------------------------------------- */

/* One token that belongs to the statement in hand; what is blank or comment belongs to none. */
static void read_token(struct script *script)
{
	const char c = look(script, 0), next = look(script, 1);

	if (is_blank(c)) {
		script->at++;
		return;
	}
	if (c == '-' && next == '-') {
		seek(script, '\n');
		return;
	}
	if (c == '/' && next == '*') {
		skip_comment(script);
		return;
	}
	script->start = script->is_empty ? script->at : script->start;
	script->is_empty = false;
	if (c == '\'') {
		skip_string(script, !script->has_standard_strings);
	} else if (c == '"') {
		skip_identifier(script);
	} else if (c == '$') {
		skip_dollars(script);
	} else if (is_digit(c) || starts_word(c)) {
		read_word(script);
	} else {
		script->parentheses += c == '(';
		script->parentheses -= c == ')' && script->parentheses;
		script->at++;
	}
}

/* What stands in double quotes, of which two are one; what does not ends at a blank. */
static str unquoted(str text, struct arena *arena)
{
	const bool is_quoted = str_starts_with(text, STR("\""));
	struct buf out = { .arena = arena };

	for (size_t i = is_quoted; i < text.len; i++) {
		const char c = text.data[i];

		if (is_quoted && c == '"' && (++i >= text.len || text.data[i] != '"')) {
			break;
		}
		if (!is_quoted && is_blank(c)) {
			break;
		}
		buf_add_char(&out, c);
	}
	return buf_str(&out);
}

/* The name that \connect is given: NAME, "NAME", or -reuse-previous=on "dbname='NAME'", with backslashes in it. */
static str connect_name(str rest, struct arena *arena)
{
	const str option = STR("-reuse-previous=on"), mark = STR("dbname='");
	struct buf name = { .arena = arena };

	rest = str_trim(rest);
	if (!str_starts_with(rest, option)) {
		return unquoted(rest, arena);
	}
	rest = unquoted(str_trim(str_slice(rest, option.len, rest.len)), arena);
	for (size_t i = str_find(rest, mark) + mark.len; i + 1 < rest.len; i++) {
		i += rest.data[i] == '\\';
		buf_add_char(&name, rest.data[i]);
	}
	return buf_str(&name);
}

/* The backslash at hand: a command that dumps have, in a line of its own. What is passed over ends nothing. */
static struct error *read_command(struct script *script, struct script_item *ret_item)
{
	static const char *const known[] = { "\\restrict", "\\unrestrict", "\\connect", "\\c" };
	const size_t start = script->at;
	size_t before = start;

	const char *text = script->data + script->begin;

	while (before && (text[before - 1] == ' ' || text[before - 1] == '\t')) {
		before--;
	}
	const bool is_first = !before || text[before - 1] == '\n';

	seek(script, '\n');
	const str line = text_of(script, (struct part){ start, script->at - start });
	size_t len = 0;

	while (len < line.len && !is_blank(line.data[len])) {
		len++;
	}
	const str name = str_slice(line, 0, len);

	for (size_t i = 0; script->is_empty && is_first && i < COUNT_OF(known); i++) {
		if (str_equal(name, str_from(known[i]))) {
			const str rest = str_slice(line, len, line.len);

			*ret_item = (struct script_item){
				.kind = i < 2 ? SCRIPT_END : SCRIPT_CONNECT,
				.text = connect_name(rest, script->arena),
				.line = script->line,
			};
			return NULL;
		}
	}
	return refuse(script, start, len, "a command for psql");
}

static void begin(struct script *script)
{
	script->at = 0;
	script->is_empty = true;
	script->parentheses = script->blocks = 0;
	script->word_count = 0;
	memset(script->words, 0, sizeof(script->words));
	script->last_word = (struct part){ 0 };
	script->takes_data = script->has_owner = false;
}

/* The statement that ends before `end`. */
static struct error *take_statement(struct script *script, size_t end, struct script_item *ret_item)
{
	struct script_item item = { .kind = SCRIPT_STATEMENT, .line = script->line };
	const struct part text = { script->start, end - script->start };

	item.lead = text_of(script, (struct part){ 0, script->start });
	item.text = str_trim(text_of(script, text));
	for (size_t i = 0; i < item.lead.len; i++) {
		item.line += item.lead.data[i] == '\n';
	}
	for (size_t i = 0; i < script->word_count; i++) {
		item.words[i] = text_of(script, script->words[i]);
	}
	item.takes_data = script->takes_data;
	item.has_owner = script->has_owner;
	const size_t nul = str_find_char(item.text, '\0');

	*ret_item = item;
	return nul < item.text.len ? refuse(script, script->start + nul, 1, "a NUL byte") : NULL;
}

/* Behind the semicolon of COPY ... FROM stdin the data begins with the next line. */
static struct error *reach_data(struct script *script)
{
	const size_t from = script->at;

	seek(script, '\n');
	const str rest = str_trim(text_of(script, (struct part){ from, script->at - from }));

	if (rest.len) {
		return refuse(script, (size_t)(rest.data - script->data) - script->begin, rest.len,
				"something behind COPY");
	}
	script->at += !is_at_end(script);
	script->is_mid_line = false;
	return NULL;
}

struct error *script_next(struct script *script, struct script_item *ret_item)
{
	struct error *error = NULL;

	pass(script,
			script->at < script->len - script->begin ? script->at
								 : script->len - script->begin);
	begin(script);
	if (script->line == 1 && look(script, 0) == '\xEF' && look(script, 1) == '\xBB' &&
			look(script, 2) == '\xBF') {
		pass(script, 3);
	}
	while (!is_at_end(script)) {
		const char c = look(script, 0);

		if (c == '\\') {
			error = read_command(script, ret_item);
			if (error || ret_item->kind == SCRIPT_CONNECT) {
				return error;
			}
		} else if (c != ';' || script->parentheses || script->blocks) {
			read_token(script);
		} else if (script->is_empty) {
			script->at++;
		} else {
			const size_t end = script->at++;

			if (script->takes_data) {
				error = reach_data(script);
			}
			return error ? error : take_statement(script, end, ret_item);
		}
	}
	if (!script->error && !script->is_empty) {
		return take_statement(script, script->len - script->begin, ret_item);
	}
	const struct part rest = { 0, script->len - script->begin };

	*ret_item = (struct script_item){ .kind = SCRIPT_END, .lead = text_of(script, rest) };
	return script->error;
}

/* --- data ------------------------------------------------------------------------------------ */

/* Whether the line ends the data. */
static bool is_end_of_data(str line)
{
	return str_equal(line, STR("\\.")) || str_equal(line, STR("\\.\r"));
}

/* How much of the whole lines at hand is data; `ret_end`: what of them ends it, or 0. */
static size_t count_data(str lines, bool is_mid_line, size_t *ret_end)
{
	size_t start = is_mid_line ? str_find_char(lines, '\n') + 1 : 0;

	*ret_end = 0;
	while (start < lines.len) {
		const str rest = str_slice(lines, start, lines.len);
		const size_t len = str_find_char(rest, '\n');

		if (rest.data[0] == '\\' && is_end_of_data(str_slice(rest, 0, len))) {
			*ret_end = len < rest.len ? len + 1 : len;
			return start;
		}
		start += len + 1;
	}
	return lines.len;
}

static size_t whole_lines(str text)
{
	size_t len = text.len;

	while (len && text.data[len - 1] != '\n') {
		len--;
	}
	return len;
}

struct error *script_data(struct script *script, str *ret_part)
{
	size_t end = 0;

	pass(script, script->at);
	*ret_part = (str){ 0 };
	while (script->len - script->begin < PART / 2 && fill(script)) {
	}
	if (script->error) {
		return script->error;
	}
	const str text = text_of(script, (struct part){ 0, script->len - script->begin });

	if (!text.len) {
		struct error *error = error_new(script->arena, ERROR_INVALID,
				"'%.*s' is cut off: it ends in the data of a COPY",
				STR_ARG(script->name));
		error->hint = STR("Make the dump again, or load a whole copy of it.");
		return error;
	}
	size_t len = script->is_at_end ? text.len : whole_lines(text);

	if (!len) { // a line longer than that: it ends no data, as what does is short
		len = text.len;
	}
	len = count_data(str_slice(text, 0, len), script->is_mid_line, &end);
	script->is_mid_line = len && text.data[len - 1] != '\n';
	*ret_part = str_slice(text, 0, len);
	script->at = len + (len ? 0 : end);
	return NULL;
}
