/*
 * cli/typed_step.h - a step of a scenario as somebody types it at the prompt of `play`: Alembic's words, SQL, edits of
 * the tree, or the step itself as it would stand in a scenario file. What is typed becomes the text of a step, which is
 * read as those of scenarios are. A new word is a row of the table in typed_step.c.
 */
#ifndef CLI_TYPED_STEP_H
#define CLI_TYPED_STEP_H

#include "scenario/scenario.h"

/* A line that was typed. */
struct typed_line {
	const struct source *source; /* that line alone, with its number; backslashes before line ends are blanks */
	str word, rest;              /* its first word, and what stands behind it; parts of the source's text */
	const struct scenario_revisions *tree; /* in which revisions are looked up; NULL: they are named in full */
};

/* A word with which steps begin. */
struct typed_word {
	const char *name, *arguments, *help; /* for people: "upgrade", "TARGET", "alembic upgrade TARGET" */
	/* Add the step's text to `out`: keys in column 0, ends of lines but the last. NULL, or what is wrong with `line`. */
	struct error *(*write)(const struct typed_line *line, struct buf *out);
	bool is_sql; /* what stands behind the word is SQL, and places in it are places in the line */
};

/* The words, NULL behind the last name. */
extern const struct typed_word typed_words[];

/* Whether the line is a step: it begins with one of the words, or with a key that steps have ("check:"). */
bool typed_step_is(const struct typed_line *line);

/*
 * Read the step, as one of `scenario`. `ret_text` is what would stand in a scenario file, without a dash. False:
 * `mistakes` say why not.
 */
MUST_USE bool typed_step_read(const struct typed_line *line, struct scenario *scenario,
		struct arena *arena, struct error_list *mistakes, struct step *ret_step,
		str *ret_text);

/* The same text with what the step has failed with, as `fails` has it: so it is expected when it is played again. */
str typed_step_failing(str text, str message, struct arena *arena);

#endif
