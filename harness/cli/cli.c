#include "cli/cli.h"

#include "cli/cli_internal.h"
#include "cli/naming.h"
#include "cli/output.h"
#include "kit/arena.h"
#include "kit/suggest.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file that takes the place of a closed standard stream would be written over; writing here fails. */
static void open_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) == -1) {
			(void)open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
		}
	}
}

static void end_without_memory(void *data)
{
	(void)data;
	print_err(STR("error: no memory left\n"));
	_exit(EXIT_ENVIRONMENT);
}

/* Whether a word that is no command is a scenario, or a folder of them. */
static bool names_something(str word, struct arena *arena)
{
	struct named ignored;

	return !naming_resolve(word, arena, &ignored);
}

enum exit_status command_refuse(const struct invocation *program, str name)
{
	struct arena *arena = program->arena;
	str nearest;

	(void)command_find(name, arena, &nearest);
	struct error *error = error_new(arena, ERROR_INVALID,
			name.len && name.data[0] == '-' ? "unknown option '%.*s'"
							: "unknown command '%.*s'",
			STR_ARG(name));

	if (command_hint(name)) {
		error->hint = str_from(command_hint(name));
	} else if (names_something(name, arena)) {
		error->hint = suggest_did_you_mean(
				str_format(arena, "rehearse run %.*s",
						STR_ARG(str_shell_word(name, arena))),
				STR(""), arena);
	} else if (nearest.len) {
		error->hint = suggest_did_you_mean(nearest, STR(""), arena);
	} else if (name.len && name.data[0] == '-') {
		error->hint = STR(
				"Options of a command stand behind it: 'rehearse COMMAND [OPTION...]'.");
	} else {
		error->hint = STR("'rehearse --help' lists the commands.");
	}
	return print_error(program, error);
}

static enum exit_status print_help(const struct invocation *program, const char *name)
{
	struct buf text = { .arena = program->arena };
	str nearest;

	if (name) {
		const struct command *command =
				command_find(str_from(name), program->arena, &nearest);

		if (!command) {
			return command_refuse(program, str_from(name));
		}
		help_render_command(command, &text);
	} else {
		help_render_program(&text);
	}
	output_begin(OUTPUT_READ);
	print_out(buf_str(&text));
	return EXIT_AS_EXPECTED;
}

static enum exit_status run_command(const struct command *command, const char *const *items,
		size_t count, struct arena *arena)
{
	struct invocation invocation = { .command = command, .arena = arena };
	struct error_list mistakes = { 0 };

	arguments_parse(items, count, &invocation, &mistakes);
	const str when = invocation_value(&invocation, "color");

	invocation.colour_out = colour_is_wanted(when, STDOUT_FILENO);
	invocation.colour_err = colour_is_wanted(when, STDERR_FILENO);
	if (mistakes.count) {
		const enum exit_status status = print_mistakes(&invocation, &mistakes);
		const str try = str_format(
				arena, "\n'rehearse help %s' lists the options.\n", command->name);

		print_err(try);
		return status;
	}
	if (invocation_has(&invocation, "help")) {
		return print_help(&invocation, command->name);
	}
	output_begin(output_kind_of(&invocation));
	return command->run(&invocation);
}

static enum exit_status run_program(int argc, char **argv, struct arena *arena)
{
	const struct invocation program = {
		.arena = arena,
		.colour_err = colour_is_wanted(STR("auto"), STDERR_FILENO),
	};
	const str name = str_from(argc > 1 ? argv[1] : NULL);
	struct buf text = { .arena = arena };
	str nearest;

	if (!name.data) {
		help_render_program(&text);
		print_err(buf_str(&text));
		return EXIT_INVALID;
	}
	if (str_equal(name, STR("--help")) || str_equal(name, STR("-h")) ||
			str_equal(name, STR("help"))) {
		return print_help(&program, argc > 2 ? argv[2] : NULL);
	}
	if (str_equal(name, STR("--version")) || str_equal(name, STR("-V"))) {
		version_render(&text);
		print_out(buf_str(&text));
		return EXIT_AS_EXPECTED;
	}
	const struct command *command = command_find(name, arena, &nearest);

	if (!command) {
		return command_refuse(&program, name);
	}
	return run_command(command, (const char *const *)argv + 2, (size_t)argc - 2, arena);
}

int cli_main(int argc, char **argv)
{
	struct arena arena;

	open_standard_streams();
	signals_ignore_pipe();
	arena_init(&arena, end_without_memory, NULL);
	const enum exit_status status = run_program(argc, argv, &arena);

	output_end();
	arena_finish(&arena);
	if (status == EXIT_INTERRUPTED && interrupted_by() && !output_lost_by()) {
		return (int)signals_exit_status(interrupted_by());
	}
	return (int)print_end(status);
}
