/*
 * postgres/dump.h - how a dump is read: a file in any of pg_dump's formats becomes the text that psql would be
 * given (dump_file.c), the text statements (script.c), and each statement is judged (dump.c): carried out as it is,
 * rewritten, or left out. It is read once to see what is in it (survey.c), and once to load it (load.c). All of it
 * is read part by part: a dump may be larger than memory.
 */
#ifndef POSTGRES_DUMP_H
#define POSTGRES_DUMP_H

#include "postgres/postgres_internal.h"

/* --- dump_file.c ------------------------------------------------------------------------------ */

struct dump_file;

/*
 * Open a dump: a file, packed or not, or a folder. An archive goes through pg_restore, which gives all of it or, if
 * asked, the schema alone; in what is text anyway, all is there. ERROR_INVALID, ERROR_NOT_FOUND: it is no such file.
 */
MUST_USE struct error *dump_file_open(const struct host *host, str path, bool schema_only,
		struct arena *arena, struct dump_file **ret_file);

/* Read on in `data`, a dump_file: at least one byte; 0 at the end. */
MUST_USE struct error *dump_file_read(void *data, char *space, size_t size, size_t *ret_len);

/* What pg_restore has complained of, unless `error` is not NULL, which then comes back. NULL is fine. */
MUST_USE struct error *dump_file_close(struct dump_file *file, struct error *error);

/* --- copy_row.c ------------------------------------------------------------------------------- */

/* The number of the row of COPY data, from 1, for which the server has refused it; 0: none. */
size_t copy_row_number(const struct error *error, struct arena *arena);

/* Make the row in that line of the dump the place of the error, if it can be read. */
void copy_row_show(struct error *refused, const struct host *host, str path, size_t line,
		struct arena *arena);

/* --- script.c --------------------------------------------------------------------------------- */

enum script_kind {
	SCRIPT_END,
	SCRIPT_STATEMENT,
	SCRIPT_CONNECT, /* psql's \connect */
};

/* What comes next in a script. Texts are good until script_next() or script_data() is called again. */
struct script_item {
	enum script_kind kind;
	str lead; /* comments and blanks before it */
	str text; /* the statement without its semicolon; the name of the database to connect to */
	size_t line;  /* where that begins, from 1 */
	str words[3]; /* the first ones, as they are written */
	bool takes_data; /* COPY ... FROM stdin: script_data() has to be called until the end of the data */
	bool has_owner; /* ALTER ... OWNER TO ... */
};

/* A text in psql's language: SQL and COPY data. Of psql's own commands it knows those that dumps have. */
struct script;

/* Where a script comes from: as dump_file_read(), of `data`. */
typedef struct error *script_read_fn(void *data, char *space, size_t size, size_t *ret_len);

/* `name` is for messages. */
struct script *script_new(script_read_fn *read, void *data, str name, struct arena *arena);

/* Whether a backslash is an ordinary character in '...' too, as it is at first: standard_conforming_strings. */
void script_set_standard_strings(struct script *script, bool is_on);

/* What comes next. ERROR_DATABASE, with its place: no script that can be carried out. */
MUST_USE struct error *script_next(struct script *script, struct script_item *ret_item);

/* A part of the data behind a statement that takes some; empty at its end. */
MUST_USE struct error *script_data(struct script *script, str *ret_part);

/* A place in the item in hand: `len` bytes at `offset` of its text. It outlives the item. */
struct span script_place(const struct script *script, const struct script_item *item, size_t offset,
		size_t len);

/* --- words.c ---------------------------------------------------------------------------------- */

/* A token of a statement. */
struct word {
	str text; /* a name as it is known: without quotes, else in small letters; others as they are written */
	bool is_quoted;
	size_t start, end; /* in the statement */
};

struct words {
	struct word *items;
	size_t count, capacity;
};

/* The tokens of a statement, comments left out. */
struct words words_of(str statement, struct arena *arena);

/* Whether the token number `at` is this keyword; false behind the last one. */
bool word_is(const struct words *words, size_t at, const char *keyword);

/* Whether the statement begins with these keywords, blanks between them. */
bool words_begin(const struct words *words, const char *keywords);

/* The first token from `from` on, outside of parentheses, that is the keyword; the count: there is none. */
size_t words_find(const struct words *words, size_t from, const char *keyword);

/* --- survey.c --------------------------------------------------------------------------------- */

/* One database of a dump. */
struct dump_section {
	str name; /* of \connect; empty: the dump has none, or this stands before the first one */
	bool has_content;       /* more than settings */
	str creation;           /* its CREATE DATABASE; empty: it is not there */
	struct str_list roles;  /* that grants, policies and default privileges name */
	struct str_list owners; /* of what is in it */
	struct str_list extensions;
};

struct dump_sections {
	struct dump_section *items;
	size_t count, capacity;
};

/* What is in a dump. */
struct dump_survey {
	bool is_of_pg_dump; /* not written by hand */
	bool is_whole;      /* the line at its end is there */
	struct dump_sections sections;
	const struct dump_section *section; /* the one that is loaded */
	struct str_list made;               /* roles that it creates */
};

/*
 * Read the dump once, unless the host remembers it. ERROR_INVALID, ERROR_NOT_FOUND: it cannot be read, or has no such
 * database, or several and none is named; ERROR_DATABASE, with its place: it cannot be loaded.
 */
MUST_USE struct error *postgres_survey(struct host *host, const struct dump *dump,
		struct arena *arena, const struct dump_survey **ret_survey);

/* --- dump.c ----------------------------------------------------------------------------------- */

/* Where reading a dump has got to. */
struct dump_reading {
	bool is_of_pg_dump;
	str database; /* of the last \connect */
	str owner;    /* of the thing in hand, as pg_dump's comment has it; empty: it is not told */
	struct arena *arena;
};

/* Take note of what an item says of those that follow. */
void dump_reading_follow(struct dump_reading *reading, const struct script_item *item);

/* The names of roles that a statement names, outside of OWNER TO; nothing for most. */
struct str_list dump_roles_in(const struct script_item *item, struct arena *arena);

enum dump_fate {
	DUMP_SEND,
	DUMP_LEAVE_OUT,
};

/* What becomes of a statement that pg_dump has written. */
struct dump_judgement {
	enum dump_fate fate;
	str text; /* to send in its place; empty: as it is */
	str note; /* what is to be said of it; may be empty */
};

/* Who takes the place of whom while a dump is loaded. */
struct dump_places {
	const struct dump_survey *survey;
	str role;     /* in the place of owners */
	str database; /* in the place of the dump's */
};

struct dump_judgement dump_judge(const struct dump_reading *reading, const struct script_item *item,
		const struct dump_places *places, struct arena *arena);

/*
 * What becomes of a statement that pg_dump has written and that has failed: NULL, with a note that may be empty, if
 * the dump can do without; else the error comes back. `is_clearing`: nothing was made yet.
 */
struct error *dump_forgive(const struct script_item *item, bool is_clearing, struct error *error,
		struct arena *arena, str *ret_note);

/* --- copy.c ----------------------------------------------------------------------------------- */

/* Send a COPY ... FROM stdin and the data that follows it in the script. ERROR_DATABASE, ERROR_TIMEOUT. */
MUST_USE struct error *postgres_copy_in(struct connection *connection, str statement,
		struct script *script, struct arena *arena, size_t *ret_error_offset);

#endif
