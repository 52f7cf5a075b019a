/*
 * `rehearse check` - read scenario files and report every mistake in them.
 */
#include "cli/suite.h"
#include "kit/arena.h"
#include "report/report.h"

#include <stdlib.h>

static const char *const formats[] = { "text", "json", "github", NULL };

/* For tools; people read mistakes on standard error. */
static void print_for_tools(
		struct invocation *invocation, str format, const struct error_list *mistakes)
{
	const struct report report = {
		.format = report_format_find(format),
		.arena = invocation->arena,
		.program_version = REHEARSE_VERSION,
		.root = str_from(getenv("GITHUB_WORKSPACE")),
	};
	struct buf text = { .arena = invocation->arena };

	report_add_mistakes(&report, mistakes, &text);
	print_out(buf_str(&text));
}

static void print_for_people(struct invocation *invocation, const struct suite *suite)
{
	const size_t files = suite->scenarios.count;
	struct buf text = { .arena = invocation->arena };

	buf_format(&text, "%zu file%s, no mistakes", files, files == 1 ? "" : "s");
	if (suite->passed_over) {
		buf_format(&text, "; %.*s",
				STR_ARG(suite_passed_over_words(
						suite->passed_over, invocation->arena)));
	}
	buf_add_char(&text, '\n');
	print_out(buf_str(&text));
}

static enum exit_status check_run(struct invocation *invocation)
{
	const str format = invocation_value(invocation, "format");
	const bool is_for_people = !format.len || str_equal(format, STR("text"));
	struct suite suite;
	enum exit_status status = EXIT_AS_EXPECTED;
	const bool is_fine = suite_load(invocation, &suite, &status);

	if (!is_for_people) {
		print_for_tools(invocation, format, &suite.mistakes);
	} else if (is_fine) {
		print_for_people(invocation, &suite);
	}
	suite_unload(&suite);
	return status;
}

static const struct option check_options[] = {
	{ .name = "format",
			.value = "FORMAT",
			.choices = formats,
			.help = "what to write to standard output: text (default), json, github "
				"(annotations at the lines)" },
};

const struct command command_check = {
	.name = "check",
	.arguments = "[PATH...]",
	.summary = "read scenario files and report every mistake in them",
	.details = SUITE_PATHS " No database is needed.\n",
	.options = check_options,
	.option_count = COUNT_OF(check_options),
	.most_arguments = SIZE_MAX,
	.run = check_run,
};
