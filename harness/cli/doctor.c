/*
 * `rehearse doctor` - every fault of a revision tree in one go, with the likely repairs.
 */
#include "doctor/doctor.h"
#include "cli/command.h"
#include "cli/tree_source.h"
#include "scenario/load.h"

static enum exit_status doctor_run(struct invocation *invocation)
{
	struct buf out = { .arena = invocation->arena };
	struct error_list mistakes = { 0 };
	struct tree_source source;

	if (!tree_source_load(invocation->arguments.items[0],
			    invocation_value(invocation, "strategy"), invocation->arena, &mistakes,
			    &source)) {
		print_mistakes(invocation, &mistakes);
		return EXIT_INVALID;
	}
	if (mistakes.count) { // elsewhere: they hide no fault
		print_mistakes(invocation, &mistakes);
	}
	const struct faults faults = doctor_examine(&source.specs, source.level, invocation->arena);

	if (str_equal(invocation_value(invocation, "format"), STR("json"))) {
		faults_render_json(&faults, &out);
	} else {
		faults_render_text(&faults, invocation->colour_out, &out);
	}
	print_out(buf_str(&out));
	scenario_unload(source.scenario);
	if (!faults.count && mistakes.count) {
		return EXIT_INVALID;
	}
	return faults.count ? EXIT_DIFFERS : EXIT_AS_EXPECTED;
}

static const char *const formats[] = { "text", "json", NULL };

static const struct option doctor_options[] = {
	{ .name = "strategy",
			.value = "NAME",
			.help = "the tree as this strategy of the scenario edits it" },
	{ .name = "format",
			.value = "FORMAT",
			.help = "text (default) or json",
			.choices = formats },
};

const struct command command_doctor = {
	.name = "doctor",
	.arguments = "SOURCE",
	.summary = "every fault of a revision tree in one go, with the likely repairs",
	.details = TREE_SOURCE_WORDS " The tree need not be one that Alembic can load.\n"
		   "Mistakes elsewhere in a scenario file are told, but hide no fault. The exit status is 1 when there are faults.\n",
	.options = doctor_options,
	.option_count = COUNT_OF(doctor_options),
	.least_arguments = 1,
	.most_arguments = 1,
	.run = doctor_run,
};
