/*
 * Help, printed from the tables of commands and options.
 */
#include "cli/cli_internal.h"

#include "kit/arena.h"
#include "kit/columns.h"

/* Paragraphs are wrapped; lines that begin with a blank are examples and stand as they are. */
static void add_details(struct buf *out, str details)
{
	str line;

	details = str_trim(details);
	while (str_next_part(&details, '\n', &line)) {
		if (line.len && line.data[0] != ' ') {
			wrap_add(out, line, help_width(), 0, 0);
		} else {
			buf_add(out, line);
			buf_add_char(out, '\n');
		}
	}
}

static const char *option_term(const struct option *option, struct arena *arena)
{
	struct buf term = { .arena = arena };

	if (option->letter) {
		buf_format(&term, "-%c, ", option->letter);
	} else {
		buf_add(&term, STR("    "));
	}
	buf_format(&term, "--%s", option->name);
	if (option->value) {
		buf_format(&term, " %s", option->value);
	}
	return buf_c(&term);
}

#define OPTION_COLUMN 26

static void add_options(struct buf *out, const struct option *options, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		help_add_term(out, option_term(&options[i], out->arena), options[i].help,
				OPTION_COLUMN);
	}
}

void help_render_command(const struct command *command, struct buf *out)
{
	buf_format(out, "Usage: rehearse %s [OPTION...]%s%s\n\n", command->name,
			command->arguments[0] ? " " : "", command->arguments);
	str summary = str_copy(str_from(command->summary), out->arena);

	buf_format(out, "%c",
			summary.data[0] >= 'a' && summary.data[0] <= 'z'
					? summary.data[0] - 'a' + 'A'
					: summary.data[0]);
	summary = str_format(out->arena, "%.*s.", STR_ARG(str_slice(summary, 1, summary.len)));
	wrap_add(out, summary, help_width(), 1, 0);
	if (command->details) {
		buf_add_char(out, '\n');
		add_details(out, str_from(command->details));
	}
	if (command->add_help) {
		buf_add_char(out, '\n');
		command->add_help(out);
	}
	buf_add(out, STR("\nOptions:\n"));
	add_options(out, command->options, command->option_count);
	add_options(out, common_options, common_option_count);
}

const struct exit_meaning exit_meanings[] = {
	{ EXIT_AS_EXPECTED, "every verdict is as claimed and as recorded" },
	{ EXIT_DIFFERS, "some cell differs, or a tree has faults" },
	{ EXIT_INVALID, "a file or an option is wrong" },
	{ EXIT_ENVIRONMENT, "the environment failed: no server, no space, no memory" },
	{ EXIT_NOTHING, "nothing was selected" },
	{ EXIT_INTERRUPTED, "interrupted" },
};
const size_t exit_meaning_count = COUNT_OF(exit_meanings);

void help_render_program(struct buf *out)
{
	wrap_add(out,
			STR("Dress rehearsals for database migrations: which repair of a chain works, "
			    "from which state of the database, and what does it leave behind?"),
			help_width(), 0, 0);
	buf_add(out,
			STR("\n"
			    "Usage: rehearse COMMAND [OPTION...] [ARGUMENT...]\n"
			    "\n"
			    "Commands:\n"));
	for (size_t i = 0; commands[i]; i++) {
		help_add_term(out, commands[i]->name, commands[i]->summary, 14);
	}
	buf_add(out, STR("\nOptions:\n"));
	help_add_term(out, "-h, --help", "show this help", 17);
	help_add_term(out, "-V, --version", "show the version, and those of the libraries", 17);
	buf_add(out, STR("\nExit status:\n"));
	for (size_t i = 0; i < exit_meaning_count; i++) {
		const str status = str_format(out->arena, "%d", (int)exit_meanings[i].status);

		help_add_term(out, str_to_c(status, out->arena), exit_meanings[i].meaning, 7);
	}
	buf_add_char(out, '\n');
	wrap_add(out, STR("'rehearse help COMMAND' says more about one command."), help_width(), 0, 0);
}
