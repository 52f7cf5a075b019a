/*
 * cli/cli_internal.h - what the files behind the command line share: the table of commands, reading
 * arguments, help.
 */
#ifndef CLI_CLI_INTERNAL_H
#define CLI_CLI_INTERNAL_H

#include "cli/command.h"

#include <signal.h>

/* In the order in which help lists them; NULL behind the last. */
extern const struct command *const commands[];

/* NULL: there is none; `ret_nearest` is then the one that may be meant, or empty. */
const struct command *command_find(str name, struct arena *arena, str *ret_nearest);

/* What a command is for which people know another word, from Alembic or from tools that run tests; NULL: nothing. */
const char *command_hint(str word);

/* Say that there is no such command, with what may be meant; returns the status to end with. */
enum exit_status command_refuse(const struct invocation *invocation, str name);

/* Options that every command has: --color, --help. */
extern const struct option common_options[];
extern const size_t common_option_count;

/* The command's options, then those that every command has; NULL behind the last. */
const struct option *command_option_at(const struct command *command, size_t i);

/*
 * Read what follows the command's name into `invocation`, whose command and arena are set. All mistakes
 * are added to `mistakes`, in the order of the arguments.
 */
void arguments_parse(const char *const *items, size_t count, struct invocation *invocation,
		struct error_list *mistakes);

/* Whether to colour what goes to `fd`: `when` is --color's value, empty for auto. */
bool colour_is_wanted(str when, int fd);

/* Whether `fd` is a terminal on which a line can be drawn anew. */
bool terminal_can_erase(int fd);

/* Whether a server of continuous integration has started us: it sets CI, and nobody looks at what is merely said. */
bool is_continuous_integration(void);

/* Columns of the terminal behind standard output, or behind standard error, and its rows; 0: there is none. */
size_t terminal_width(void);
size_t terminal_error_width(void);
size_t terminal_rows(void);

struct progress;

/* Draw `text` in place of the line that the terminal behind standard error stands in, as much as fits into it; empty: nothing. */
void terminal_redraw(str text, struct arena *arena);

/* "loading shop.sql, 43 % of 3815 MiB": what a job is at that takes long; empty: nothing. */
str progress_text(const struct progress *progress, struct arena *arena);

/* Help for the program and for one of its commands; at most 80 columns wide. */
void help_render_program(struct buf *out);
void help_render_command(const struct command *command, struct buf *out);

/* What exit statuses mean, in their order. */
struct exit_meaning {
	enum exit_status status;
	const char *meaning; /* one line, lower case, no full stop */
};

extern const struct exit_meaning exit_meanings[];
extern const size_t exit_meaning_count;

/* The program's version and those of the libraries it runs with, a line each. */
void version_render(struct buf *out);

/* The status to end with, after everything is printed: another than `status` if that could not be done, which is told. */
enum exit_status print_end(enum exit_status status);

/* What signals did before signals_catch(). */
struct signal_actions {
	struct sigaction before[3];
};

/*
 * Make SIGINT, SIGTERM and SIGHUP set the flag of interrupted_by(), for as long as somebody looks at it; a
 * second signal ends the program there and then. Signals that were ignored stay so, as under nohup.
 */
void signals_catch(struct signal_actions *actions);
void signals_release(const struct signal_actions *actions);

/*
 * Whether there was a SIGINT: it has ended what it was meant for, the flag is as before it, and the next one sets it
 * again.
 */
bool signals_hear_interrupt(void);

/*
 * What goes to standard output gets nowhere, for the reason `number`, an errno: whoever looks at interrupted_by() stops,
 * as after a signal. output_lost_by() gives it back; 0: that was never said.
 */
void output_is_lost(int number);
int output_lost_by(void);

/* Make a closed pipe an error of write(). */
void signals_ignore_pipe(void);

/* End as a process ends that the signal killed, so that shells see it; SIGINT is EXIT_INTERRUPTED. */
enum exit_status signals_exit_status(int number);

#endif
