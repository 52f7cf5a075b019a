#include "sqlite/definition.h"

#include "kit/arena.h"
#include "sqlite/token.h"

/* A place in the tokens of a definition. */
struct reader {
	struct sql_tokens tokens;
	size_t at;
	struct arena *arena;
	str given_name; /* by CONSTRAINT, to what follows */
};

/* --- moving about ------------------------------------------------------------------------------ */

static struct reader reader_of(str sql, struct arena *arena)
{
	return (struct reader){ .tokens = sql_tokenise(sql, arena), .arena = arena };
}

static struct sql_token peek_at(const struct reader *reader, size_t ahead)
{
	if (reader->at + ahead < reader->tokens.count) {
		return reader->tokens.items[reader->at + ahead];
	}
	return (struct sql_token){ .kind = SQL_END };
}

static struct sql_token peek(const struct reader *reader)
{
	return peek_at(reader, 0);
}

static bool is_end(const struct reader *reader)
{
	return reader->at >= reader->tokens.count;
}

static bool sees_word(const struct reader *reader, const char *word)
{
	return sql_token_is_word(peek(reader), word);
}

static bool sees_operator(const struct reader *reader, const char *operator)
{
	return sql_token_is_operator(peek(reader), operator);
}

/* Step over the word, or the punctuation, if it is next. */
static bool take_word(struct reader *reader, const char *word)
{
	const bool is_there = sees_word(reader, word);

	reader->at += is_there;
	return is_there;
}

static bool take_operator(struct reader *reader, const char *operator)
{
	const bool is_there = sees_operator(reader, operator);

	reader->at += is_there;
	return is_there;
}

/* Step over whatever is next: one token, or all of a pair of parentheses. */
static void skip_one(struct reader *reader)
{
	size_t depth = 0;

	do {
		if (sees_operator(reader, "(")) {
			depth++;
		} else if (sees_operator(reader, ")") && depth > 0) {
			depth--;
		}
		reader->at++;
	} while (depth > 0 && !is_end(reader));
}

/* The name that is next: a word, or any quoted text. */
static bool take_name(struct reader *reader, str *ret_name)
{
	const struct sql_token token = peek(reader);

	if (token.kind != SQL_WORD && token.kind != SQL_QUOTED && token.kind != SQL_STRING) {
		return false;
	}
	*ret_name = sql_token_name(token, reader->arena);
	reader->at++;
	return true;
}

/* The tokens inside the parentheses that must be next. */
static bool take_parenthesised(struct reader *reader, struct sql_tokens *ret_inside)
{
	const size_t start = reader->at;

	if (!sees_operator(reader, "(")) {
		return false;
	}
	skip_one(reader);
	if (!sql_token_is_operator(reader->tokens.items[reader->at - 1], ")")) {
		return false;
	}
	*ret_inside = sql_tokens_slice(&reader->tokens, start + 1, reader->at - 1);
	return true;
}

/* Past CREATE, the words of the kind, IF NOT EXISTS and the name, which may be qualified. */
static bool take_create(struct reader *reader, const char *kind)
{
	str name = { 0 };

	if (!take_word(reader, "create")) {
		return false;
	}
	while (!is_end(reader) && !sees_word(reader, kind)) {
		reader->at++; // UNIQUE, TEMP, VIRTUAL
	}
	if (!take_word(reader, kind)) {
		return false;
	}
	if (sees_word(reader, "if") && sql_token_is_word(peek_at(reader, 1), "not")) {
		reader->at += 3;
	}
	return take_name(reader, &name) &&
			(!take_operator(reader, ".") || take_name(reader, &name));
}

/* --- clauses of constraints ---------------------------------------------------------------------- */

/* ON CONFLICT x, if it is next; the usual ABORT gives the empty text. */
static str take_conflict(struct reader *reader)
{
	str resolution = { 0 };

	if (!sees_word(reader, "on") || !sql_token_is_word(peek_at(reader, 1), "conflict")) {
		return resolution;
	}
	const struct sql_tokens clause = sql_tokens_slice(&reader->tokens, reader->at,
			reader->at + 3 < reader->tokens.count ? reader->at + 3
							      : reader->tokens.count);
	reader->at += clause.count;
	if (clause.count == 3 && !sql_token_is_word(clause.items[2], "abort")) {
		resolution = sql_normalise(&clause, reader->arena);
	}
	return resolution;
}

/* The columns of a key: the first name of each of its terms. */
static bool take_key_columns(struct reader *reader, struct str_list *ret_columns)
{
	struct sql_tokens inside = { 0 };

	if (!take_parenthesised(reader, &inside)) {
		return false;
	}
	struct reader terms = { .tokens = inside, .arena = reader->arena };
	while (!is_end(&terms)) {
		str name = { 0 };
		if (!take_name(&terms, &name)) {
			return false;
		}
		str_list_add(ret_columns, name, reader->arena);
		while (!is_end(&terms) && !take_operator(&terms, ",")) {
			skip_one(&terms); // COLLATE x, ASC, AUTOINCREMENT
		}
	}
	return true;
}

/* [NOT] DEFERRABLE [INITIALLY x], if it is next; whether it makes a key deferred. */
static bool take_deferrable(struct reader *reader, bool *ret_is_deferred)
{
	const bool is_not = sees_word(reader, "not") &&
			sql_token_is_word(peek_at(reader, 1), "deferrable");

	if (!is_not && !sees_word(reader, "deferrable")) {
		return false;
	}
	reader->at += is_not ? 2 : 1;
	*ret_is_deferred = false;
	if (take_word(reader, "initially")) {
		*ret_is_deferred = sees_word(reader, "deferred") && !is_not;
		reader->at++;
	}
	return true;
}

/* The name that CONSTRAINT gave to the constraint at hand; empty: none. */
static str take_given_name(struct reader *reader)
{
	const str name = reader->given_name;

	reader->given_name = (str){ 0 };
	return name;
}

/* It was given to what is no key and no check. */
static void leave_given_name(struct reader *reader, struct table_definition *definition)
{
	const str name = take_given_name(reader);

	if (name.len > 0) {
		str_list_add(&definition->other_names, name, reader->arena);
	}
}

/* After CONSTRAINT: of two names in a row the last counts. */
static bool give_name(struct reader *reader, struct table_definition *definition)
{
	leave_given_name(reader, definition);
	return take_name(reader, &reader->given_name);
}

/* What follows REFERENCES: table, columns, actions and when it is checked. */
static bool take_reference(struct reader *reader, struct table_definition *definition)
{
	struct foreign_key_definition key = { .name = take_given_name(reader) };
	struct sql_tokens columns = { 0 };
	str table = { 0 };

	if (!take_name(reader, &table)) {
		return false;
	}
	if (sees_operator(reader, "(") && !take_parenthesised(reader, &columns)) {
		return false;
	}
	for (;;) {
		if (take_word(reader, "on")) {
			reader->at++; // DELETE, UPDATE or INSERT
			if (take_word(reader, "set") || take_word(reader, "no")) {
				reader->at++; // NULL, DEFAULT, ACTION
			} else {
				reader->at++; // CASCADE, RESTRICT
			}
		} else if (take_word(reader, "match")) {
			reader->at++;
		} else if (!take_deferrable(reader, &key.is_deferred)) {
			break;
		}
	}
	*LIST_PUSH(&definition->foreign_keys, reader->arena) = key;
	return true;
}

static bool take_check(struct reader *reader, struct table_definition *definition)
{
	struct sql_tokens expression = { 0 };

	if (!take_parenthesised(reader, &expression)) {
		return false;
	}
	*LIST_PUSH(&definition->checks, reader->arena) = (struct check_definition){
		.name = take_given_name(reader),
		.expression = sql_normalise_expression(&expression, reader->arena),
	};
	(void)take_conflict(reader); // accepted, and without effect on a check
	return true;
}

/* --- columns ------------------------------------------------------------------------------------- */

/* After DEFAULT: an expression in parentheses, or one value with its sign. */
static void skip_default(struct reader *reader)
{
	while (sees_operator(reader, "+") || sees_operator(reader, "-")) {
		reader->at++;
	}
	skip_one(reader);
}

static bool starts_constraint(const struct reader *reader)
{
	static const char *const words[] = {
		"constraint",
		"default",
		"null",
		"not",
		"primary",
		"unique",
		"check",
		"references",
		"collate",
		"as",
		"deferrable",
	};

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (sees_word(reader, words[i])) {
			return true;
		}
	}
	return false;
}

static bool ends_definition(const struct reader *reader)
{
	return is_end(reader) || sees_operator(reader, ",");
}

static bool take_generated(struct reader *reader, struct column_definition *column)
{
	struct sql_tokens expression = { 0 };

	if (!take_parenthesised(reader, &expression)) {
		return false;
	}
	column->generated = sql_normalise_expression(&expression, reader->arena);
	return true;
}

static void add_column_key(struct reader *reader, const struct column_definition *column,
		bool is_primary, struct table_definition *definition)
{
	struct key_definition key = { .is_primary = is_primary, .name = take_given_name(reader) };

	if (is_primary && !take_word(reader, "asc")) {
		(void)take_word(reader, "desc");
	}
	str_list_add(&key.columns, column->name, reader->arena);
	key.conflict = take_conflict(reader);
	if (is_primary) {
		(void)take_word(reader, "autoincrement");
	}
	*LIST_PUSH(&definition->keys, reader->arena) = key;
}

/* One constraint of a column, which starts at a word that starts one (or stands where one might). */
static bool take_column_constraint(struct reader *reader, struct column_definition *column,
		struct table_definition *definition)
{
	bool is_deferred = false;

	if (take_deferrable(reader, &is_deferred)) {
		if (definition->foreign_keys.count > 0) {
			definition->foreign_keys.items[definition->foreign_keys.count - 1]
					.is_deferred = is_deferred;
		}
		return true;
	}
	if (take_word(reader, "constraint")) {
		return give_name(reader, definition);
	}
	if (take_word(reader, "primary")) {
		const bool is_key = take_word(reader, "key");
		add_column_key(reader, column, true, definition);
		return is_key;
	}
	if (take_word(reader, "unique")) {
		add_column_key(reader, column, false, definition);
		return true;
	}
	if (take_word(reader, "check")) {
		return take_check(reader, definition);
	}
	if (take_word(reader, "references")) {
		return take_reference(reader, definition);
	}
	leave_given_name(reader, definition);
	if (take_word(reader, "default")) {
		skip_default(reader);
		return true;
	}
	if (take_word(reader, "not")) {
		const bool is_null = take_word(reader, "null");
		column->not_null_conflict = take_conflict(reader);
		return is_null;
	}
	if (take_word(reader, "null")) {
		(void)take_conflict(reader);
		return true;
	}
	if (take_word(reader, "as")) {
		return take_generated(reader, column);
	}
	reader->at++; // COLLATE x, GENERATED ALWAYS, STORED, VIRTUAL: PRAGMAs tell these
	return true;
}

static bool take_column(struct reader *reader, struct table_definition *definition)
{
	struct column_definition column = { 0 };

	if (!take_name(reader, &column.name)) {
		return false;
	}
	while (!ends_definition(reader) && !starts_constraint(reader)) {
		skip_one(reader); // the type
	}
	while (!ends_definition(reader)) {
		if (!take_column_constraint(reader, &column, definition)) {
			return false;
		}
	}
	leave_given_name(reader, definition);
	*LIST_PUSH(&definition->columns, reader->arena) = column;
	return true;
}

/* --- tables --------------------------------------------------------------------------------------- */

static bool starts_table_constraint(const struct reader *reader)
{
	return sees_word(reader, "constraint") || sees_word(reader, "primary") ||
			sees_word(reader, "unique") || sees_word(reader, "check") ||
			sees_word(reader, "foreign");
}

static bool take_table_key(
		struct reader *reader, bool is_primary, struct table_definition *definition)
{
	struct key_definition key = { .is_primary = is_primary, .name = take_given_name(reader) };

	if (!take_key_columns(reader, &key.columns)) {
		return false;
	}
	key.conflict = take_conflict(reader);
	*LIST_PUSH(&definition->keys, reader->arena) = key;
	return true;
}

static bool take_table_constraint(struct reader *reader, struct table_definition *definition)
{
	struct sql_tokens columns = { 0 };

	if (take_word(reader, "constraint")) {
		return give_name(reader, definition);
	}
	if (take_word(reader, "primary")) {
		return take_word(reader, "key") && take_table_key(reader, true, definition);
	}
	if (take_word(reader, "unique")) {
		return take_table_key(reader, false, definition);
	}
	if (take_word(reader, "check")) {
		return take_check(reader, definition);
	}
	return take_word(reader, "foreign") && take_word(reader, "key") &&
			take_parenthesised(reader, &columns) && take_word(reader, "references") &&
			take_reference(reader, definition);
}

bool table_definition_parse(str sql, struct arena *arena, struct table_definition *ret_definition)
{
	struct reader reader = reader_of(sql, arena);
	struct table_definition definition = { 0 };
	struct sql_tokens inside = { 0 };

	if (!take_create(&reader, "table") || !take_parenthesised(&reader, &inside)) {
		return false;
	}
	struct reader body = { .tokens = inside, .arena = arena };
	while (!is_end(&body)) {
		const bool is_understood = starts_table_constraint(&body)
				? take_table_constraint(&body, &definition)
				: take_column(&body, &definition);
		if (!is_understood) {
			return false;
		}
		(void)take_operator(&body,
				","); // which SQLite lets people leave out between constraints
	}
	*ret_definition = definition;
	return true;
}

/* --- indexes, views, triggers ----------------------------------------------------------------------- */

/* An index term without the direction and the collation at its end. */
static str index_term(struct sql_tokens term, struct arena *arena)
{
	if (term.count > 1 &&
			(sql_token_is_word(term.items[term.count - 1], "asc") ||
					sql_token_is_word(term.items[term.count - 1], "desc"))) {
		term.count--;
	}
	if (term.count > 2 && sql_token_is_word(term.items[term.count - 2], "collate")) {
		term.count -= 2;
	}
	return sql_normalise_expression(&term, arena);
}

bool index_definition_parse(str sql, struct arena *arena, struct index_definition *ret_definition)
{
	struct reader reader = reader_of(sql, arena);
	struct index_definition definition = { 0 };
	struct sql_tokens inside = { 0 };
	str table = { 0 };

	if (!take_create(&reader, "index") || !take_word(&reader, "on") ||
			!take_name(&reader, &table) || !take_parenthesised(&reader, &inside)) {
		return false;
	}
	struct reader terms = { .tokens = inside, .arena = arena };
	while (!is_end(&terms)) {
		const size_t start = terms.at;
		while (!ends_definition(&terms)) {
			skip_one(&terms);
		}
		str_list_add(&definition.terms,
				index_term(sql_tokens_slice(&inside, start, terms.at), arena),
				arena);
		(void)take_operator(&terms, ",");
	}
	if (take_word(&reader, "where")) {
		const struct sql_tokens predicate =
				sql_tokens_slice(&reader.tokens, reader.at, reader.tokens.count);
		definition.predicate = sql_normalise_expression(&predicate, arena);
	}
	*ret_definition = definition;
	return true;
}

bool view_definition_parse(str sql, struct arena *arena, str *ret_facts)
{
	struct reader reader = reader_of(sql, arena);
	const bool is_view = take_create(&reader, "view");

	if (!is_view) {
		reader.at = 0;
		if (!take_create(&reader, "table")) {
			return false;
		}
	}
	const struct sql_tokens rest =
			sql_tokens_slice(&reader.tokens, reader.at, reader.tokens.count);
	*ret_facts = sql_normalise(&rest, arena);
	return true;
}

bool trigger_definition_parse(str sql, struct arena *arena, str *ret_facts)
{
	struct reader reader = reader_of(sql, arena);
	struct sql_tokens kept = { 0 };
	str table = { 0 };

	if (!take_create(&reader, "trigger")) {
		return false;
	}
	if (!sees_word(&reader, "before") && !sees_word(&reader, "after") &&
			!sees_word(&reader, "instead")) {
		*LIST_PUSH(&kept, arena) = (struct sql_token){ SQL_WORD, STR("before") };
	}
	while (!is_end(&reader) && !sees_word(&reader, "on")) {
		*LIST_PUSH(&kept, arena) = peek(&reader);
		reader.at++;
	}
	if (!take_word(&reader, "on") || !take_name(&reader, &table)) {
		return false;
	}
	if (take_word(&reader, "for")) {
		reader.at += 2; // EACH ROW, which is all there is
	}
	for (; !is_end(&reader); reader.at++) {
		*LIST_PUSH(&kept, arena) = peek(&reader);
	}
	*ret_facts = sql_normalise(&kept, arena);
	return true;
}
