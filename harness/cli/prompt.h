/*
 * cli/prompt.h - lines that somebody types at a prompt, or that come from a pipe. On a terminal a line can be edited, the
 * ones before it are at hand, and the Tab key completes words, if the program was built with libedit.
 */
#ifndef CLI_PROMPT_H
#define CLI_PROMPT_H

#include "kit/str.h"

/* What the Tab key offers. */
struct completion {
	/* Add what may stand where `before` has been typed, the word in hand being `word`, its last part. */
	void (*offer)(void *data, str before, str word, struct arena *arena, struct str_list *offers);
	void *data; /* borrowed */
};

enum prompt_end {
	PROMPT_LINE,
	PROMPT_NOTHING, /* Ctrl-C: what stood there is dropped */
	PROMPT_OVER,    /* Ctrl-D, or the end of the pipe; or a signal that ends us */
};

struct prompt {
	bool is_terminal;
	size_t line;                /* the number of the one that was read last */
	struct line_editor *editor; /* NULL: none is wanted, or to be had */
	struct buf ahead;           /* bytes that were read and not yet taken */
	bool is_at_end;
};

/* Whether somebody types, and sees what comes of it. */
bool prompt_is_terminal(void);

/* Standard input. What is edited is edited on standard output, so that has to be a terminal too. */
void prompt_open(struct prompt *prompt, const struct completion *completion, struct arena *arena);
void prompt_close(struct prompt *prompt);

/*
 * Read a line, with those that follow it while it ends with a backslash; `words` is what stands before it on a terminal.
 * `ret_line` has line ends in it only behind such backslashes, and is in `arena`; `ret_number` is its first line's.
 */
enum prompt_end prompt_read(struct prompt *prompt, str words, struct arena *arena, str *ret_line,
		size_t *ret_number);

/* --- cli/line_editor.c, cli/no_line_editor.c ---------------------------------------------------- */

/* "2.11": of libedit's interface, which is all that it tells; empty: the program was built without. */
str line_editor_release(struct arena *arena);

/* NULL: the program was built without. It is closed by line_editor_close(), for which NULL is fine. */
struct line_editor *line_editor_open(const struct completion *completion, struct arena *arena);
void line_editor_close(struct line_editor *editor);

/* Read one line, without its end; it is remembered. */
enum prompt_end line_editor_read(
		struct line_editor *editor, str words, struct arena *arena, str *ret_line);

/* Wait until something can be read from standard input; false: we were told to stop waiting, by a signal. */
bool prompt_wait(void);

#endif
