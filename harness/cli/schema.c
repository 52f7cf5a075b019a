/*
 * `rehearse schema` - the JSON Schema of scenario files, for editors.
 */
#include "cli/command.h"

#include "scenario/json_schema.h"

static enum exit_status schema_run(struct invocation *invocation)
{
	print_out(scenario_json_schema(invocation->arena));
	return EXIT_AS_EXPECTED;
}

const struct command command_schema = {
	.name = "schema",
	.arguments = "",
	.summary = "print the JSON Schema of scenario files, for editors",
	.details = "Save it and name it in your editor's settings for YAML files, "
		   "and the editor completes "
		   "keys and marks mistakes.\n",
	.output = OUTPUT_TOOLS,
	.run = schema_run,
};
