/*
 * cli/output.h - what becomes of what commands print: signs that the terminal does not know are put in ASCII, and what
 * is longer than the screen goes through a pager.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli/command.h"

/*
 * Before a command prints. Output of kind OUTPUT_READ is held back if standard output is a terminal, until
 * output_end(). Commands that are handed to output_begin() with OUTPUT_TOOLS print what they print, byte for byte.
 */
void output_begin(enum output_kind kind);

/* The kind of what a command prints with the options that were given. */
enum output_kind output_kind_of(const struct invocation *invocation);

/* Print what is held back. A pager that is shown it is waited for; Ctrl-C is the pager's. */
void output_end(void);

/* For print.c: `text` as it is to be printed; whether it was taken to be held back. */
str output_translate(str text, struct arena *arena);
bool output_hold(str text);

/* Whether the locale says that who reads understands UTF-8: LC_ALL, LC_CTYPE, LANG; where none is set it is taken to. */
bool output_has_utf8(void);

#endif
