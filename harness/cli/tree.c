/*
 * `rehearse tree` - draw a revision tree.
 */
#include "tree/tree.h"
#include "cli/cli_internal.h"
#include "cli/tree_source.h"

/* The rows of --from: "a,b"; `base` is none. */
static struct str_list rows_of(str text, struct arena *arena)
{
	struct str_list rows = { 0 };
	str row;

	while (str_next_part(&text, ',', &row)) {
		row = str_trim(row);
		if (row.len && !str_equal(row, STR("base"))) {
			str_list_add(&rows, row, arena);
		}
	}
	return rows;
}

static struct error *render(
		const struct invocation *invocation, const struct tree *tree, struct buf *out)
{
	const str format = invocation_value(invocation, "format");
	const struct tree_style style = {
		.colour = invocation->colour_out,
		.full = invocation_has(invocation, "full"),
		.width = terminal_width(),
	};

	if (str_equal(format, STR("dot"))) {
		tree_render_dot(tree, out);
	} else if (str_equal(format, STR("mermaid"))) {
		tree_render_mermaid(tree, out);
	} else if (str_equal(format, STR("svg"))) {
		return tree_render_svg(tree, invocation->arena, out);
	} else if (str_equal(format, STR("json"))) {
		tree_render_json(tree, out);
	} else {
		tree_render_text(tree, &style, out);
	}
	return NULL;
}

static enum exit_status tree_run(struct invocation *invocation)
{
	struct arena *arena = invocation->arena;
	struct buf out = { .arena = arena };
	struct tree_sources sources;
	enum exit_status status = EXIT_AS_EXPECTED;

	if (!tree_sources_open(invocation, invocation->arguments, false, &sources, &status)) {
		tree_sources_close(&sources);
		return status;
	}
	const struct tree_source *source = &sources.items[0];
	const struct str_list rows = rows_of(invocation_value(invocation, "from"), arena);
	const struct tree *tree = tree_new(&source->specs, source->level,
			invocation_has(invocation, "from") ? &rows : NULL, arena);
	const struct error *err = tree_source_check(source, arena);

	struct error_list unknown = { 0 };

	err = err ? err : render(invocation, tree, &out);
	tree_source_print_notes(source, arena);
	tree_source_add_unknown(source, arena, &unknown);
	if (!err && unknown.count) {
		(void)print_mistakes(invocation, &unknown);
		status = EXIT_DIFFERS;
	}
	if (err) {
		status = print_error(invocation, err);
		status = str_equal(err->class_name, STR(TREE_SOURCE_NOTHING)) ? EXIT_NOTHING
									      : status;
	} else {
		print_out(buf_str(&out));
	}
	tree_sources_close(&sources);
	return status;
}

static const char *const formats[] = { "text", "dot", "mermaid", "svg", "json", NULL };

static const struct option tree_options[] = {
	{ .name = "from",
			.value = "ROWS",
			.help = "mark these rows of a version table, with commas between them, and what has run" },
	TREE_SOURCE_OPTION_STRATEGY,
	TREE_SOURCE_OPTION_NAME,
	TREE_SOURCE_OPTION_AT,
	TREE_SOURCE_OPTION_ALEMBIC,
	{ .name = "format",
			.value = "FORMAT",
			.help = "text (default), dot, mermaid, svg or json",
			.choices = formats },
	{ .name = "full", .help = "in text: every revision, and up to 1,000 lines side by side" },
};

const struct command command_tree = {
	.name = "tree",
	.arguments = "[SOURCE]",
	.summary = "draw a revision tree, heads on top",
	.details = TREE_SOURCE_WORDS " The tree need not be one that Alembic can load.\n",
	.options = tree_options,
	.option_count = COUNT_OF(tree_options),
	.most_arguments = SIZE_MAX,
	.run = tree_run,
};
