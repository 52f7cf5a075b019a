/*
 * sqlite/token.h - SQL text of SQLite as tokens: where a statement ends, and one spelling for
 * all texts that mean the same. Lexes as SQLite does (four kinds of quotes, two kinds of comments) and
 * never fails: what SQLite would not recognise is a token of its own, for SQLite to complain about.
 */
#ifndef SQLITE_TOKEN_H
#define SQLITE_TOKEN_H

#include "database/engine.h"

enum sql_token_kind {
	SQL_END,  /* of the text; len 0 */
	SQL_WORD, /* a keyword or a bare identifier */
	SQL_QUOTED, /* an identifier in "", `` or [] (or text, where SQLite sees no such identifier) */
	SQL_STRING, /* 'text' */
	SQL_BLOB,   /* x'00' */
	SQL_NUMBER,
	SQL_VARIABLE, /* ?1 :name @name $name */
	SQL_OPERATOR, /* one that is made of punctuation: || <= ( ) , ; . */
};

struct sql_token {
	enum sql_token_kind kind;
	str text; /* verbatim; borrowed */
};

/* The first token at or after `from`, past blanks and comments; `ret_next` is where it ends. */
struct sql_token sql_token_next(str sql, size_t from, size_t *ret_next);

/* Whether it is that keyword (any case, not quoted), that punctuation. */
bool sql_token_is_word(struct sql_token token, const char *keyword);
bool sql_token_is_operator(struct sql_token token, const char *punctuation);

/* What an identifier names: without quotes, doubled ones undone. Words as they are. */
str sql_token_name(struct sql_token token, struct arena *arena);

/*
 * The first statement of `sql` at or after `from`. False at the end: only blanks, comments or semicolons are
 * left.
 */
bool sql_next_statement(str sql, size_t from, struct statement *ret_statement, size_t *ret_next);

/* All tokens of a text, or some of them that follow each other. */
struct sql_tokens {
	struct sql_token *items;
	size_t count, capacity;
};

/* The tokens of `sql`, without SQL_END. */
struct sql_tokens sql_tokenise(str sql, struct arena *arena);

/* Tokens `from` to before `end`; borrowed from `tokens`. */
struct sql_tokens sql_tokens_slice(const struct sql_tokens *tokens, size_t from, size_t end);

/* An expression without parentheses around the whole of it. */
struct sql_tokens sql_unwrap(struct sql_tokens tokens);

/*
 * The one spelling of an expression or a query: comments gone, blanks where people put them, keywords
 * in lower case, identifiers unquoted where that changes nothing. Case inside identifiers, and texts
 * in quotes, stay.
 */
str sql_normalise(const struct sql_tokens *tokens, struct arena *arena);

/* The same of an expression, unwrapped. */
str sql_normalise_expression(const struct sql_tokens *tokens, struct arena *arena);

/* Append `text` between two `mark`s, those inside it doubled. */
void sql_quote(str text, char mark, struct buf *out);

/* Whether two names are one to SQLite: case does not matter in ASCII. */
bool sql_names_equal(str a, str b);

#endif
