/*
 * `rehearse completions` - the scripts by which shells complete its command lines, and what those ask.
 */
#include "cli/cli_internal.h"
#include "cli/completing.h"
#include "cli/completion_texts.h"
#include "kit/arena.h"
#include "kit/suggest.h"

static const struct {
	const char *name;
	const char *script;
} shells[] = {
	{ "bash", completion_bash },
	{ "zsh", completion_zsh },
	{ "fish", completion_fish },
};

/* The word that is not a shell: the shells' scripts ask by it what may stand for the last of the words behind it. */
#define WORDS "words"

static enum exit_status refuse_shell(const struct invocation *invocation, str name)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < COUNT_OF(shells); i++) {
		str_list_add(&names, str_from(shells[i].name), invocation->arena);
	}
	const str nearest = suggest_nearest(name, names.items, names.count, invocation->arena);
	struct error *error = error_new(invocation->arena, ERROR_INVALID,
			"no completions for a shell '%.*s'", STR_ARG(name));

	error->hint = suggest_did_you_mean(
			nearest, STR("There are some for bash, zsh and fish."), invocation->arena);
	return print_error(invocation, error);
}

static enum exit_status completions_run(struct invocation *invocation)
{
	const struct str_list *arguments = &invocation->arguments;
	const str name = arguments->items[0];

	if (str_equal(name, STR(WORDS))) {
		const struct str_list words = { .items = arguments->items + 1,
			.count = arguments->count - 1 };
		struct buf out = { .arena = invocation->arena };

		completing_render(&words, invocation->arena, &out);
		print_out(buf_str(&out));
		return EXIT_AS_EXPECTED;
	}
	if (arguments->count > 1) {
		return print_error(invocation,
				error_new(invocation->arena, ERROR_INVALID,
						"too many arguments: '%.*s'",
						STR_ARG(arguments->items[1])));
	}
	for (size_t i = 0; i < COUNT_OF(shells); i++) {
		if (str_equal(name, str_from(shells[i].name))) {
			print_out(str_from(shells[i].script));
			return EXIT_AS_EXPECTED;
		}
	}
	return refuse_shell(invocation, name);
}

const struct command command_completions = {
	.name = "completions",
	.arguments = "SHELL",
	.summary = "print the script by which bash, zsh or fish complete command lines",
	.details = "What is completed: commands, options and their values, names of scenarios, of "
		   "their cells and tags, targets of alembic's commands. With 'words -- "
		   "WORD...' in the place of SHELL it prints what may stand for the last WORD, a line "
		   "each: this is what the scripts ask.\n"
		   "\n"
		   "Examples:\n"
		   "  eval \"$(rehearse completions bash)\"    in ~/.bashrc\n"
		   "  source <(rehearse completions zsh)     in ~/.zshrc, behind compinit\n"
		   "  rehearse completions fish | source     in ~/.config/fish/config.fish\n",
	.least_arguments = 1,
	.most_arguments = SIZE_MAX,
	.output = OUTPUT_TOOLS,
	.run = completions_run,
};
