/*
 * `rehearse new` - a commented scenario to start from.
 */
#include "cli/command.h"

#include "cli/naming.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/suggest.h"
#include "scenario/template.h"

/* The path for `name`: as it is if it names a folder, else in scenarios/ where
 * there is such a folder. */
static str path_for(str name, struct arena *arena)
{
	const bool has_folder = path_folder(name).len > 0;

	if (!naming_is_scenario_file(name)) {
		name = str_format(arena, "%.*s.yaml", STR_ARG(name));
	}
	if (has_folder || !path_is_directory(STR("scenarios"), arena)) {
		return name;
	}
	return path_join(STR("scenarios"), name, arena);
}

static struct error *check_template(str value, struct arena *arena)
{
	str nearest = STR("");

	if (str_equal(value, STR("list")) || template_find(value, arena, &nearest)) {
		return NULL;
	}
	struct error *error = error_new(arena, ERROR_INVALID, "there is no such template");

	error->hint = suggest_did_you_mean(
			nearest, STR("'rehearse new --template list' shows them all."), arena);
	return error;
}

static void add_templates(struct buf *out)
{
	for (size_t i = 0; i < template_count; i++) {
		help_add_term(out, templates[i].name, templates[i].summary, 22);
	}
}

static void add_help(struct buf *out)
{
	buf_add(out, STR("Templates:\n"));
	add_templates(out);
}

static struct error *write_template(
		const struct invocation *invocation, const struct template *template)
{
	struct arena *arena = invocation->arena;
	const str name = invocation->arguments.items[0];
	const str path = path_for(name, arena);

	if (str_starts_with(path_name(path), STR("."))) {
		return error_new(arena, ERROR_INVALID, "'%.*s' cannot be the name of a scenario",
				STR_ARG(name));
	}
	if (path_is_file(path, arena)) {
		return error_new(arena, ERROR_INVALID, "'%.*s' is there already", STR_ARG(path));
	}
	struct error *error = file_write(path, str_from(template->text), arena);

	if (!error) {
		print_out(str_format(arena, "wrote %.*s; play it with: rehearse run %.*s\n",
				STR_ARG(path), STR_ARG(str_shell_word(path, arena))));
	}
	return error;
}

static enum exit_status new_run(struct invocation *invocation)
{
	const str wanted = invocation_value(invocation, "template");
	struct buf list = { .arena = invocation->arena };
	struct error *error;
	str ignored;

	if (str_equal(wanted, STR("list"))) {
		add_templates(&list);
		print_out(buf_str(&list));
		return EXIT_AS_EXPECTED;
	}
	if (!invocation->arguments.count) {
		error = error_new(invocation->arena, ERROR_INVALID,
				"command 'new' needs an argument: NAME");
		return print_error(invocation, error);
	}
	error = write_template(invocation,
			wanted.data ? template_find(wanted, invocation->arena, &ignored)
				    : &templates[0]);
	return error ? print_error(invocation, error) : EXIT_AS_EXPECTED;
}

static const struct option new_options[] = {
	{ .name = "template",
			.value = "KIND",
			.check = check_template,
			.help = "which of the templates above (default: the first); 'list' shows "
				"them and writes nothing" },
};

const struct command command_new = {
	.name = "new",
	.arguments = "NAME",
	.summary = "write a commented scenario to start from",
	.details = "Writes NAME.yaml, in the folder 'scenarios' if there is one "
		   "here. A file that is there stays as it is.\n",
	.add_help = add_help,
	.options = new_options,
	.option_count = COUNT_OF(new_options),
	.most_arguments = 1,
	.run = new_run,
};
