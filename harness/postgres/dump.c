/*
 * Reads a plain dump as psql's scanner does: quotes of every kind, comments, COPY data. What then is a
 * backslash is a command to psql itself, wherever on a line it stands. Of what pg_dump has written, owners
 * and privileges are left out, whose roles are not here; as with pg_restore's --no-owner --no-privileges.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct scanner {
	const struct source *dump;
	str text;
	size_t at;
	char *clean; /* a copy of the text, with blanks where commands were */
	bool is_strict;
	bool is_of_pg_dump;
	struct arena *arena;

	/* Of the statement in hand. */
	size_t start;  /* where its first token is */
	bool is_empty; /* no token yet */
	unsigned parentheses;
	str words[3]; /* the first ones */
	size_t word_count;
	str last_word;
	bool takes_data; /* COPY ... FROM STDIN */
	bool has_owner;  /* ... OWNER TO ... */
};

static char look(const struct scanner *scanner, size_t ahead)
{
	const size_t at = scanner->at + ahead;

	return at < scanner->text.len ? scanner->text.data[at] : '\0';
}

static bool is_at_end(const struct scanner *scanner)
{
	return scanner->at >= scanner->text.len;
}

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

static struct error *refuse(const struct scanner *scanner, size_t at, size_t len, const char *what)
{
	struct error *error = error_at(scanner->arena, ERROR_DATABASE,
			(struct span){ scanner->dump, at, len }, "%s in a dump", what);

	error->class_name = STR("DatabaseError");
	error->hint = STR(
			"A dump holds SQL and COPY data; psql's own commands are not carried out.");
	return error;
}

/* --- quotes and comments -------------------------------------------------------------------- */

/* What follows the string that just ended: does PostgreSQL take the next literal for a part of it? */
static bool is_continued(const struct scanner *scanner, bool *ret_has_newline)
{
	size_t ahead = 0;

	*ret_has_newline = false;
	while (is_blank(look(scanner, ahead))) {
		*ret_has_newline |= look(scanner, ahead++) == '\n';
	}
	return look(scanner, ahead) == '\'';
}

/* A backslash before a quote, or after half a character: where settings of the session tell what it means. */
static bool is_ambiguous(const struct scanner *scanner, bool has_escapes)
{
	return look(scanner, 0) == '\\' &&
			((unsigned char)scanner->text.data[scanner->at - 1] >= 0x80 ||
					(!has_escapes && look(scanner, 1) == '\''));
}

/* Go behind the quote that ends the literal whose first one is at hand. */
static struct error *skip_literal(struct scanner *scanner, bool has_escapes)
{
	for (scanner->at++; !is_at_end(scanner); scanner->at++) {
		if (scanner->is_strict && is_ambiguous(scanner, has_escapes)) {
			return refuse(scanner, scanner->at, 1, "a backslash that hides a quote");
		}
		if (has_escapes && look(scanner, 0) == '\\') {
			scanner->at++;
		} else if (look(scanner, 0) == '\'' && look(scanner, 1) == '\'') {
			scanner->at++;
		} else if (look(scanner, 0) == '\'') {
			scanner->at++;
			break;
		}
	}
	return NULL;
}

/* The literals of a string: with escapes it may go on in the next line. */
static struct error *skip_string(struct scanner *scanner, bool has_escapes)
{
	struct error *error = skip_literal(scanner, has_escapes);
	bool has_newline;

	while (!error && has_escapes && is_continued(scanner, &has_newline)) {
		if (scanner->is_strict) {
			return refuse(scanner, scanner->at, 1, "a string with escapes in parts");
		}
		if (!has_newline) {
			break;
		}
		while (look(scanner, 0) != '\'') {
			scanner->at++;
		}
		error = skip_literal(scanner, has_escapes);
	}
	return error;
}

/* Go behind the next `end`, or to the end of the text. */
static void skip_behind(struct scanner *scanner, str end)
{
	const str rest = str_slice(scanner->text, scanner->at, scanner->text.len);
	const size_t found = str_find(rest, end);

	scanner->at += found < rest.len ? found + end.len : rest.len;
}

static void skip_dollars(struct scanner *scanner)
{
	size_t len = 1;

	while (is_in_word(look(scanner, len)) && look(scanner, len) != '$' &&
			(len > 1 || !is_digit(look(scanner, len)))) {
		len++;
	}
	if (look(scanner, len) != '$') { // a parameter, or nothing
		scanner->at++;
		return;
	}
	const str tag = str_slice(scanner->text, scanner->at, len + 1);

	scanner->at += tag.len;
	skip_behind(scanner, tag);
}

static void skip_comment(struct scanner *scanner)
{
	unsigned depth = 0;

	while (!is_at_end(scanner)) {
		if (look(scanner, 0) == '/' && look(scanner, 1) == '*') {
			depth++;
			scanner->at += 2;
		} else if (look(scanner, 0) == '*' && look(scanner, 1) == '/') {
			depth--;
			scanner->at += 2;
			if (!depth) {
				return;
			}
		} else {
			scanner->at++;
		}
	}
}

/* --- words and commands --------------------------------------------------------------------- */

static bool is_word(str word, const char *known)
{
	return word.len == strlen(known) && strncasecmp(word.data, known, word.len) == 0;
}

static struct error *read_word(struct scanner *scanner)
{
	const size_t start = scanner->at;
	const bool is_number = is_digit(look(scanner, 0));

	while (is_in_word(look(scanner, 0))) {
		scanner->at++;
	}
	const str word = str_slice(scanner->text, start, scanner->at - start);

	if (scanner->is_strict &&
			((is_number && look(scanner, 0) == '\'') || is_word(word, "atomic"))) {
		return refuse(scanner, start, word.len, "what this psql may misread");
	}
	if (is_word(word, "e") && look(scanner, 0) == '\'') {
		return skip_string(scanner, true);
	}
	if (scanner->word_count < COUNT_OF(scanner->words)) {
		scanner->words[scanner->word_count++] = word;
	}
	if (!scanner->parentheses) {
		scanner->takes_data |= is_word(scanner->words[0], "copy") &&
				is_word(scanner->last_word, "from") && is_word(word, "stdin");
		scanner->has_owner |= is_word(scanner->last_word, "owner") && is_word(word, "to");
	}
	scanner->last_word = word;
	return NULL;
}

static size_t line_end(const struct scanner *scanner, size_t from)
{
	return from + str_find_char(str_slice(scanner->text, from, scanner->text.len), '\n');
}

/* The backslash at hand: blank it out, with its line, if it may stand there. */
static struct error *read_command(struct scanner *scanner)
{
	static const char *const ignored[] = { "restrict", "unrestrict", "connect", "c" };
	const size_t start = scanner->at, end = line_end(scanner, start);
	str name = str_slice(scanner->text, start + 1, end - start - 1);
	size_t before = start;

	name.len = 0;
	while (start + 1 + name.len < end && !is_blank(name.data[name.len])) {
		name.len++;
	}
	while (before &&
			(scanner->text.data[before - 1] == ' ' ||
					scanner->text.data[before - 1] == '\t')) {
		before--;
	}
	for (size_t i = 0; i < COUNT_OF(ignored); i++) {
		if (str_equal(name, str_from(ignored[i])) && scanner->is_empty &&
				(!before || scanner->text.data[before - 1] == '\n')) {
			memset(scanner->clean + start, ' ', end - start);
			scanner->at = end;
			return NULL;
		}
	}
	return refuse(scanner, start, name.len + 1, "a command for psql");
}

/* --- statements ----------------------------------------------------------------------------- */

static void begin_statement(struct scanner *scanner)
{
	scanner->parentheses = 0;
	scanner->is_empty = true;
	scanner->word_count = 0;
	scanner->words[0] = scanner->words[1] = scanner->words[2] = scanner->last_word = (str){ 0 };
	scanner->takes_data = scanner->has_owner = false;
}

/* Whether the statement says who may do what, or comments on what only the server's administrator owns. */
static bool is_about_roles(const struct scanner *scanner)
{
	const str *words = scanner->words;

	return is_word(words[0], "grant") || is_word(words[0], "revoke") ||
			(is_word(words[0], "alter") && scanner->has_owner) ||
			(is_word(words[0], "alter") && is_word(words[1], "default")) ||
			(is_word(words[0], "comment") && is_word(words[2], "extension"));
}

/* Lines stay where they are, so that the server's complaints can be placed. */
static void blank_out(struct scanner *scanner, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++) {
		if (scanner->clean[i] != '\n') {
			scanner->clean[i] = ' ';
		}
	}
}

/* Behind the semicolon of COPY ... FROM STDIN: the data begins with the next line. */
static struct error *skip_data(struct scanner *scanner)
{
	size_t end = line_end(scanner, scanner->at);

	if (str_trim(str_slice(scanner->text, scanner->at, end - scanner->at)).len) {
		return refuse(scanner, scanner->at, end - scanner->at, "something behind COPY");
	}
	while (end < scanner->text.len) {
		const size_t start = end + 1;

		end = line_end(scanner, start);
		const str line = str_slice(scanner->text, start, end - start);
		if (str_equal(line, STR("\\.")) || str_equal(line, STR("\\.\r"))) {
			break;
		}
	}
	scanner->at = end;
	return NULL;
}

static struct error *end_statement(struct scanner *scanner)
{
	struct error *error = NULL;

	scanner->at++;
	if (scanner->parentheses) {
		return NULL;
	}
	if (scanner->takes_data) {
		error = skip_data(scanner);
	} else if (scanner->is_of_pg_dump && is_about_roles(scanner)) {
		blank_out(scanner, scanner->start, scanner->at);
	}
	begin_statement(scanner);
	return error;
}

/* One token; what is no blank and no comment makes a statement. */
static struct error *read_token(struct scanner *scanner)
{
	const char c = look(scanner, 0), next = look(scanner, 1);
	struct error *error = NULL;

	if (is_blank(c)) {
		scanner->at++;
		return NULL;
	}
	if (c == '-' && next == '-') {
		scanner->at = line_end(scanner, scanner->at);
		return NULL;
	}
	if (c == '/' && next == '*') {
		skip_comment(scanner);
		return NULL;
	}
	if (c == '\\') {
		return read_command(scanner);
	}
	if (c == ';') {
		return end_statement(scanner);
	}
	scanner->start = scanner->is_empty ? scanner->at : scanner->start;
	if (c == '\'') {
		error = skip_string(scanner, false);
	} else if (c == '"') {
		scanner->at++;
		skip_behind(scanner, STR("\""));
	} else if (c == '$') {
		skip_dollars(scanner);
	} else if (is_digit(c) || starts_word(c)) {
		error = read_word(scanner);
	} else {
		scanner->parentheses += c == '(';
		scanner->parentheses -= c == ')' && scanner->parentheses;
		scanner->at++;
	}
	scanner->is_empty = false;
	return error;
}

struct error *postgres_dump_disarm(
		const struct source *dump, bool is_strict, struct arena *arena, str *ret_text)
{
	const str head = str_slice(dump->text, 0, 200);
	struct scanner scanner = {
		.dump = dump,
		.text = dump->text,
		.clean = arena_alloc(arena, dump->text.len),
		.is_strict = is_strict,
		.is_of_pg_dump = str_find(head, STR("-- PostgreSQL database dump")) < head.len,
		.arena = arena,
	};
	struct error *error = NULL;

	if (dump->text.len) {
		memcpy(scanner.clean, dump->text.data, dump->text.len);
	}
	const size_t nul = str_find_char(dump->text, '\0');

	if (nul < dump->text.len) { // psql passes over the rest of its line, with the quote that ends a string
		return refuse(&scanner, nul, 1, "a NUL byte");
	}
	begin_statement(&scanner);
	while (!error && !is_at_end(&scanner)) {
		error = read_token(&scanner);
	}
	if (!error) {
		*ret_text = (str){ scanner.clean, dump->text.len };
	}
	return error;
}
