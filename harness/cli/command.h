/*
 * cli/command.h - what a command of the program is: a row in cli/commands.c with its options, from
 * which arguments are parsed and help is printed, and a function that runs it.
 *
 * To add one: a file cli/<name>.c that exports `const struct command command_<name>`, and a line in
 * cli/commands.c.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "cli/exit_status.h"
#include "kit/error.h"

struct invocation;

/* For whom something prints. */
enum output_kind {
	OUTPUT_READ,  /* for people, once it is complete: what is longer than their screen is paged */
	OUTPUT_LIVE,  /* for people, while it comes, or while they are asked */
	OUTPUT_TOOLS, /* for programs, or a file: byte for byte */
};

struct option {
	const char *name;  /* without the dashes: "format" */
	const char *value; /* what follows it, for help: "FILE"; NULL: a flag */
	const char *help;  /* one line, lower case, no full stop */
	const char *const *choices; /* NULL-terminated; NULL: any value */
	bool repeats;      /* may be given more than once */
	char letter;       /* short form: 'j' for -j; 0: none */
	enum output_kind output; /* with it, at least; any `--format` but text is for tools */
	/* Says what is wrong with a value; NULL when it is fine. May itself be NULL: any value is. */
	MUST_USE struct error *(*check)(str value, struct arena *arena);
};

struct command {
	const char *name;      /* "run" */
	const char *arguments; /* for help: "[PATH...]" */
	const char *summary;   /* one line, lower case, no full stop */
	const char *details;   /* for --help: a paragraph a line, examples begin with a blank; may be NULL */
	/* Adds what a table of the command's own has to say, below the details; may be NULL. */
	void (*add_help)(struct buf *out);
	const struct option *options;
	size_t option_count;
	size_t least_arguments, most_arguments;
	bool takes_program; /* what stands behind -- is no argument, but a program with its own */
	enum output_kind output;
	/* Prints to standard output (results) and standard error (errors, progress) by the functions below. */
	enum exit_status (*run)(struct invocation *invocation);
};

/* A parsed command line: options are known and their values checked before a command runs. */
struct invocation {
	const struct command *command;
	struct arena *arena; /* the run's own */
	struct str_list arguments;
	struct str_list program; /* of a command that takes one: behind -- */
	struct {
		struct given_option {
			const struct option *option;
			str value;
		} *items;
		size_t count, capacity;
	} options;
	bool colour_out, colour_err; /* whether to colour what goes to standard output, to standard error */
};

/* The last value given for an option; the empty text (data NULL) when it was not given. */
str invocation_value(const struct invocation *invocation, const char *option);
bool invocation_has(const struct invocation *invocation, const char *option);

/* Whether a command has an option of that name. */
bool command_offers(const struct command *command, const char *option);

/* Whether an option, which may repeat, was given with this value. */
bool invocation_gives(const struct invocation *invocation, const char *option, str value);

/* For struct option.check: a whole number from 1, as in `--jobs 4`. */
MUST_USE struct error *option_check_count(str value, struct arena *arena);

/* The number that a value which option_check_count() passed stands for. */
size_t option_count(str value);

/* How wide help is: 79 columns, or less on a narrow terminal. */
size_t help_width(void);

/* For struct command.add_help: a term and what it means, which begins at `column`. */
void help_add_term(struct buf *out, const char *term, const char *meaning, size_t column);

/* For struct option.check: a number of seconds, as in `--timeout 0.5`. */
MUST_USE struct error *option_check_seconds(str value, struct arena *arena);

/* Microseconds of such a value; negative: it is not one, or more than a million seconds. */
int64_t option_seconds_us(str value);

/* The same of an option of the command line's; `otherwise` where it is not given. */
int64_t invocation_seconds_us(
		const struct invocation *invocation, const char *option, int64_t otherwise);

/* Write to standard output; a reader that went away, or a full disk, ends the program with its status. */
void print_out(str text);

/* Write to standard error, where nothing can be said about what fails. */
void print_err(str text);

/* A sentence without its line end: on a terminal in lines that fit, with quoted commands in one piece. */
void print_err_sentence(str sentence, struct arena *arena);

/* Draw errors on standard error; returns the status that their codes call for. */
enum exit_status print_error(const struct invocation *invocation, const struct error *error);
enum exit_status print_mistakes(const struct invocation *invocation, const struct error_list *mistakes);

/* The signal flag: the number of the signal that asked us to stop; 0: none did. */
int interrupted_by(void);

#endif
