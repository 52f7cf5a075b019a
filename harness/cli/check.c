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

		struct buf text = { .arena = invocation->arena };

		buf_format(&text, "%zu file%s, no mistakes", files, files == 1 ? "" : "s");
		if (suite.passed_over) {
			buf_format(&text, "; %.*s",
					STR_ARG(suite_passed_over_words(
							suite.passed_over, invocation->arena)));
		}
		buf_add_char(&text, '\n');
		print_out(buf_str(&text));
	}
	suite_unload(&suite);
	return status;
}

const struct command command_check = {
	.name = "check",
	.arguments = "[PATH...]",
	.summary = "read scenario files and report every mistake in them",
	.details = SUITE_PATHS " No database is needed.\n",
	.most_arguments = SIZE_MAX,
	.run = check_run,
};
