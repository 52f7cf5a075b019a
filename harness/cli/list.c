/*
 * `rehearse list` - which scenarios and cells there are.
 */
#include "cli/suite.h"
#include "kit/arena.h"

#include <jansson.h>
#include <stdlib.h>

static const char *const list_formats[] = { "text", "json", NULL };

static const struct option list_options[] = {
	SUITE_OPTION_ENGINE,
	SUITE_OPTION_FILTER,
	SUITE_OPTION_TAG,
	SUITE_OPTION_SHARD,
	{ .name = "cells", .help = "names of cells, a line each, instead of scenarios" },
	{ .name = "format",
			.value = "FORMAT",
			.choices = list_formats,
			.help = "what to write to standard output: text (default), json" },
};

/* The selected cells of one scenario: `count` items of the selection. */
struct part {
	const struct suite_scenario *scenario;
	const size_t *cells;
	size_t count;
};

struct parts {
	struct part *items;
	size_t count, capacity;
};

static struct parts split(const struct suite *suite, const struct selection *selection)
{
	struct parts parts = { 0 };

	for (size_t i = 0; i < selection->count; i++) {
		const struct suite_scenario *scenario =
				suite_scenario_of(suite, selection->items[i]);

		if (!parts.count || parts.items[parts.count - 1].scenario != scenario) {
			struct part *part = LIST_PUSH(&parts, suite->arena);

			part->scenario = scenario;
			part->cells = &selection->items[i];
		}
		parts.items[parts.count - 1].count++;
	}
	return parts;
}

static void add_cells(const struct suite *suite, const struct part *part, struct buf *out)
{
	for (size_t i = 0; i < part->count; i++) {
		buf_format(out, "%.*s\n", STR_ARG(suite->cells.items[part->cells[i]].name));
	}
}

static void add_scenario(const struct part *part, bool colour, struct buf *out)
{
	const struct scenario *scenario = part->scenario->scenario;
	const str title = str_trim(scenario->title);
	const str tags = str_list_join(&scenario->tags, STR(", "), out->arena);

	buf_format(out, "%s%.*s%s%s%.*s\n", colour ? "\033[1m" : "", STR_ARG(scenario->name),
			colour ? "\033[0m" : "", title.len ? ": " : "", STR_ARG(title));
	buf_format(out, "  %.*s, %zu cell%s%s%.*s\n", STR_ARG(part->scenario->path), part->count,
			part->count == 1 ? "" : "s", tags.len ? ", tags: " : "", STR_ARG(tags));
}

static json_t *json_text(str text)
{
	return json_stringn(text.len ? text.data : "", text.len); // scenario files are UTF-8
}

static json_t *json_scenario(const struct suite *suite, const struct part *part)
{
	const struct scenario *scenario = part->scenario->scenario;
	json_t *object = json_object();
	json_t *tags = json_array();
	json_t *cells = json_array();

	for (size_t i = 0; i < scenario->tags.count; i++) {
		json_array_append_new(tags, json_text(scenario->tags.items[i]));
	}
	for (size_t i = 0; i < part->count; i++) {
		json_array_append_new(cells, json_text(suite->cells.items[part->cells[i]].name));
	}
	json_object_set_new(object, "name", json_text(scenario->name));
	json_object_set_new(object, "path", json_text(part->scenario->path));
	json_object_set_new(object, "title", json_text(scenario->title));
	json_object_set_new(object, "tags", tags);
	json_object_set_new(object, "cells", cells);
	return object;
}

static void add_json(const struct suite *suite, const struct parts *parts, struct buf *out)
{
	json_t *scenarios = json_array();

	for (size_t i = 0; i < parts->count; i++) {
		json_array_append_new(scenarios, json_scenario(suite, &parts->items[i]));
	}
	json_t *object = json_pack("{s:o}", "scenarios", scenarios);
	char *text = json_dumps(object, JSON_INDENT(2));

	buf_format(out, "%s\n", text);
	free(text);
	json_decref(object);
}

static enum exit_status list_run(struct invocation *invocation)
{
	struct suite suite;
	struct selection selection;
	enum exit_status status = EXIT_AS_EXPECTED;

	if (suite_load(invocation, &suite, &status) &&
			suite_select(invocation, &suite, &selection, &status)) {
		const struct parts parts = split(&suite, &selection);
		struct buf text = { .arena = invocation->arena };

		if (str_equal(invocation_value(invocation, "format"), STR("json"))) {
			add_json(&suite, &parts, &text);
		} else {
			for (size_t i = 0; i < parts.count; i++) {
				if (invocation_has(invocation, "cells")) {
					add_cells(&suite, &parts.items[i], &text);
				} else {
					add_scenario(&parts.items[i], invocation->colour_out,
							&text);
				}
			}
		}
		print_out(buf_str(&text));
	}
	suite_unload(&suite);
	return status;
}

const struct command command_list = {
	.name = "list",
	.arguments = "[PATH...]",
	.summary = "list scenarios, or their cells",
	.details = "PATH is a scenario file or a folder with scenario files (.yaml); "
		   "'scenarios' by default. The options select cells as they do for 'rehearse "
		   "run', so that --cells shows what it would play.\n",
	.options = list_options,
	.option_count = COUNT_OF(list_options),
	.most_arguments = SIZE_MAX,
	.run = list_run,
};
