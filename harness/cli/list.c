/*
 * `rehearse list` - which scenarios, tags and cells there are.
 */
#include "cli/cli_internal.h"
#include "cli/listing.h"
#include "kit/arena.h"

static const char *const list_formats[] = { "text", "json", "markdown", NULL };

static const struct option list_options[] = {
	SUITE_OPTION_ENGINE,
	SUITE_OPTION_FILTER,
	SUITE_OPTION_TAG,
	SUITE_OPTION_SHARD,
	{ .name = "cells", .help = "names of cells, a line each, instead of scenarios" },
	{ .name = "tags", .help = "tags, with the number of scenarios that have each" },
	{ .name = "format",
			.value = "FORMAT",
			.choices = list_formats,
			.help = "what to write to standard output: text (default), json, markdown "
				"(a page with lessons and claimed verdicts)" },
};

static void render(
		const struct invocation *invocation, const struct listing *listing, struct buf *out)
{
	const str format = invocation_value(invocation, "format");
	const bool only_tags = invocation_has(invocation, "tags");

	if (str_equal(format, STR("json"))) {
		listing_render_json(listing, only_tags, out);
	} else if (only_tags) {
		listing_render_tags(listing, out);
	} else if (invocation_has(invocation, "cells")) {
		listing_render_cells(listing, terminal_width() > 0, out);
	} else if (str_equal(format, STR("markdown"))) {
		listing_render_markdown(listing, out);
	} else {
		listing_render_text(listing, invocation->colour_out, terminal_width(), out);
	}
}

/* Cells and tags are lists of their own; a page is of scenarios. NULL: the options go together. */
static struct error *check_together(const struct invocation *invocation)
{
	const bool has_cells = invocation_has(invocation, "cells");
	const bool has_tags = invocation_has(invocation, "tags");
	const bool is_page = invocation_gives(invocation, "format", STR("markdown"));

	if (has_cells && has_tags) {
		return error_new(invocation->arena, ERROR_INVALID,
				"options '--cells' and '--tags' do not go together");
	}
	if (is_page && (has_cells || has_tags)) {
		return error_new(invocation->arena, ERROR_INVALID,
				"option '--format' cannot be 'markdown' with '%s'",
				has_cells ? "--cells" : "--tags");
	}
	return NULL;
}

static enum exit_status list_run(struct invocation *invocation)
{
	struct suite suite;
	struct selection selection;
	enum exit_status status = EXIT_AS_EXPECTED;
	const struct error *error = check_together(invocation);

	if (error) {
		return print_error(invocation, error);
	}
	if (suite_load(invocation, &suite, &status) &&
			suite_select(invocation, &suite, &selection, &status)) {
		const struct listing listing = listing_new(&suite, &selection);
		struct buf text = { .arena = invocation->arena };

		render(invocation, &listing, &text);
		print_out(buf_str(&text));
	}
	suite_unload(&suite);
	return status;
}

const struct command command_list = {
	.name = "list",
	.arguments = "[PATH...]",
	.summary = "list scenarios, their tags, or their cells",
	.details = SUITE_PATHS " The options select cells as they do for 'rehearse "
		   "run', so that --cells shows what it would play.\n"
		   "\n"
		   "Examples:\n"
		   "  rehearse list --tags                       what there is to choose from\n"
		   "  rehearse list --tag lying-version          the scenarios that have a tag\n"
		   "  rehearse list --format markdown >index.md  a page about the suite\n",
	.options = list_options,
	.option_count = COUNT_OF(list_options),
	.most_arguments = SIZE_MAX,
	.run = list_run,
};
