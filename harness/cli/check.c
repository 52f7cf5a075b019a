/*
 * `rehearse check` - read scenario files and report every mistake in them.
 */
#include "cli/suite.h"
#include "kit/arena.h"

static enum exit_status check_run(struct invocation *invocation)
{
	struct suite suite;
	enum exit_status status = EXIT_AS_EXPECTED;

	if (suite_load(invocation, &suite, &status)) {
		const size_t files = suite.scenarios.count;

		print_out(str_format(invocation->arena, "%zu file%s, no mistakes\n", files,
				files == 1 ? "" : "s"));
	}
	suite_unload(&suite);
	return status;
}

const struct command command_check = {
	.name = "check",
	.arguments = "[PATH...]",
	.summary = "read scenario files and report every mistake in them",
	.details = "PATH is a scenario file or a folder with scenario files (.yaml); "
		   "'scenarios' by default. No database is needed.\n",
	.most_arguments = SIZE_MAX,
	.run = check_run,
};
