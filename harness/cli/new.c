/*
 * `rehearse new` - a commented scenario to start from.
 */
#include "cli/command.h"

#include "kit/arena.h"
#include "kit/file.h"
#include "scenario/template.h"

/* The path for `name`: as it is if it names a folder, else in scenarios/ where
 * there is such a folder. */
static str path_for(str name, struct arena *arena)
{
	const bool has_folder = path_folder(name).len > 0;

	if (!str_ends_with(name, STR(".yaml"))) {
		name = str_format(arena, "%.*s.yaml", STR_ARG(name));
	}
	if (has_folder || !path_is_directory(STR("scenarios"), arena)) {
		return name;
	}
	return path_join(STR("scenarios"), name, arena);
}

static enum exit_status new_run(struct invocation *invocation)
{
	struct arena *arena = invocation->arena;
	const str path = path_for(invocation->arguments.items[0], arena);
	struct error *error = NULL;

	if (str_starts_with(path_name(path), STR("."))) {
		error = error_new(arena, ERROR_INVALID, "'%.*s' cannot be the name of a scenario",
				STR_ARG(invocation->arguments.items[0]));
		return print_error(invocation, error);
	}
	if (path_is_file(path, arena)) {
		error = error_new(arena, ERROR_INVALID, "'%.*s' is there already", STR_ARG(path));
		return print_error(invocation, error);
	}
	error = file_write(path, scenario_template(path_stem(path), arena), arena);
	if (error) {
		return print_error(invocation, error);
	}
	print_out(str_format(arena, "wrote %.*s; 'rehearse run %.*s' plays it\n", STR_ARG(path),
			STR_ARG(path)));
	return EXIT_AS_EXPECTED;
}

const struct command command_new = {
	.name = "new",
	.arguments = "NAME",
	.summary = "write a commented scenario to start from",
	.details = "Writes NAME.yaml, in the folder 'scenarios' if there is one "
		   "here. A file that is there stays as it is.\n",
	.least_arguments = 1,
	.most_arguments = 1,
	.run = new_run,
};
