/*
 * `rehearse repair` - search for a repair, and prove it by replay.
 */
#include "cli/cli_internal.h"
#include "cli/doctor_patch.h"
#include "cli/play.h"
#include "cli/repair_save.h"
#include "cli/repair_search.h"
#include "cli/repair_source.h"
#include "engines/engines.h"
#include "export/export.h"
#include "kit/arena.h"
#include "scenario/edit.h"

#define DEFAULT_TIMEOUT_US (60 * (int64_t)1000000)
#define DEFAULT_BUDGET_US  (60 * (int64_t)1000000)

/* How long a worker may be at one tree where there is no budget: a day. */
#define ENDLESS_US (24 * 3600 * (int64_t)1000000)

/* --- the patch -------------------------------------------------------------------------------------- */

/* The tree's files as the repair wants them. */
struct repaired_files {
	struct revision_specs specs; /* with the values of the edited ones, and then new ones */
	struct new_bodies *bodies;   /* one a spec; of what is new, and SQL */
};

static struct new_bodies bodies_of(const struct repair_source *source,
		const struct scenario_revision *revision, struct arena *arena)
{
	const struct engine *engine = engine_find(str_from(scenario_engine_names[source->engine]));
	const str upgrade = revision->upgrade.by_engine[source->engine].text;
	const str downgrade = revision->downgrade.by_engine[source->engine].text;
	struct new_bodies bodies = { .upgrade = { 0 } };

	if (upgrade.len) {
		bodies.upgrade = export_statements(engine, upgrade, "    ", arena);
		bodies.downgrade = export_statements(engine, downgrade, "    ", arena);
	}
	return bodies;
}

static struct repaired_files files_of(const struct repair_source *source,
		const struct repair_tree *tree, struct arena *arena)
{
	const struct revision_specs *before = &source->tree->specs;
	struct scenario_revisions edited;
	struct repaired_files after = { 0 };

	if (scenario_edit_apply(&tree->edit, &source->scenario->revisions, arena, &edited)) {
		return after;
	}
	after.bodies = arena_new_array(arena, struct new_bodies, edited.count);
	for (size_t i = 0; i < edited.count; i++) {
		const struct revision_spec *spec = &edited.items[i].spec;
		struct revision_spec *kept = LIST_PUSH(&after.specs, arena);

		*kept = i < before->count ? before->items[i] : *spec;
		kept->revision = spec->revision;
		kept->down_revision = spec->down_revision;
		kept->lists_down_revision = spec->lists_down_revision;
		kept->depends_on = spec->depends_on;
		kept->branch_labels = spec->branch_labels;
		if (i >= before->count) {
			after.bodies[i] = bodies_of(source, &edited.items[i], arena);
		}
	}
	return after;
}

/* Of a project, what the files become. */
static void make_patch(const struct repair_source *source, struct repair_result *result,
		struct arena *arena)
{
	const struct repair_tree *tree = &result->trees->items[result->tree];
	struct doctor_patch patch = { .diff = { .arena = arena } };

	if (result->is_found && tree->files && source->tree->project) {
		const struct repaired_files after = files_of(source, tree, arena);

		doctor_patch_write(&patch, source->tree, &source->trees.files, &after.specs,
				after.bodies);
		result->patch = buf_str(&patch.diff);
		result->remarks = patch.remarks;
	}
}

/* --- the command ------------------------------------------------------------------------------------ */

static void print_result(const struct invocation *invocation, const struct repair_result *result)
{
	const str format = invocation_value(invocation, "format");
	const struct repair_page page = { result, REHEARSE_VERSION, invocation->colour_out,
		terminal_width() };
	struct buf out = { .arena = invocation->arena };

	if (invocation_has(invocation, "patch")) {
		buf_add(&out, result->patch);
	} else if (str_equal(format, STR("json"))) {
		repair_render_json(&page, &out);
	} else if (str_equal(format, STR("markdown"))) {
		repair_render_markdown(&page, &out);
	} else if (str_equal(format, STR("html"))) {
		repair_render_html(&page, &out);
	} else {
		repair_render_text(&page, &out);
	}
	print_out(buf_str(&out));
	if (invocation_has(invocation, "patch")) {
		for (size_t i = 0; i < result->remarks.count; i++) {
			print_err_sentence(result->remarks.items[i], invocation->arena);
		}
		print_err_sentence(repair_summary(result, invocation->arena), invocation->arena);
	}
}

static enum exit_status repair_source(
		struct invocation *invocation, struct repair_source *source)
{
	const str file = invocation_value(invocation, "save");
	const int64_t budget_us = invocation_seconds_us(invocation, "budget", DEFAULT_BUDGET_US);
	struct workshop workshop = {
		.invocation = invocation,
		.timeout_us = invocation_seconds_us(invocation, "timeout", DEFAULT_TIMEOUT_US),
		.patience_us = budget_us ? budget_us : ENDLESS_US,
	};
	const struct repair_search search = {
		.workshop = &workshop,
		.source = source,
		.budget_us = budget_us,
	};
	enum exit_status status = EXIT_AS_EXPECTED;
	struct repair_result result;
	const struct error *error =
			file.len ? repair_save_check(source, file, invocation->arena) : NULL;

	if (error) {
		return print_error(invocation, error);
	}
	workshop_open(&workshop, source->engine);
	error = repair_search(&search, &result);

	if (!error && !interrupted_by()) {
		make_patch(source, &result, invocation->arena);
		print_result(invocation, &result);
		if (result.is_found && file.len) {
			status = repair_save_file(&workshop, source, &result, file);
		}
	}
	workshop_close(&workshop);
	if (interrupted_by()) {
		return EXIT_INTERRUPTED;
	}
	if (error) {
		return print_error(invocation, error);
	}
	return result.is_found ? status : EXIT_DIFFERS;
}

static enum exit_status repair_run(struct invocation *invocation)
{
	struct repair_source source;
	enum exit_status status;

	if (invocation_has(invocation, "patch") && invocation_has(invocation, "format")) {
		return print_error(invocation,
				error_new(invocation->arena, ERROR_INVALID,
						"'--patch' and '--format' exclude each other"));
	}
	if (repair_source_open(invocation, &source, &status)) {
		status = repair_source(invocation, &source);
	}
	repair_source_close(&source);
	return status;
}

static const char *const formats[] = { "text", "markdown", "html", "json", NULL };

static const struct option repair_options[] = {
	{ .name = "database",
			.value = "X",
			.repeats = true,
			.help = "a database to repair: a URL, a dump, a SQLite file, or SCENARIO:STATE; it is only read; may be given several times" },
	{ .name = "engine",
			.value = "NAME",
			.choices = scenario_engine_names,
			.help = "replay on this engine: sqlite, postgres (default: that of the databases, or of the project's own words)" },
	{ .name = "budget",
			.value = "SECONDS",
			.check = option_check_seconds,
			.help = "how long to search; 0: until all is tried (default: 60)" },
	{ .name = "format",
			.value = "FORMAT",
			.choices = formats,
			.help = "text (default), markdown, html (a page) or json" },
	{ .name = "patch",
			.output = OUTPUT_TOOLS,
			.help = "print what the files of a project become, as a unified diff, and nothing else" },
	{ .name = "save",
			.value = "FILE",
			.help = "keep the repair as a scenario in this file, which is not there yet" },
	{ .name = "stub",
			.value = "MODULE",
			.repeats = true,
			.help = "a project: something stands in for this module, which is not there; may be given several times" },
	{ .name = "no-git",
			.help = "a project: do not search its history for files that are missing" },
	TREE_SOURCE_OPTION_NAME,
	TREE_SOURCE_OPTION_AT,
	PLAY_OPTION_JOBS,
	PLAY_OPTION_TIMEOUT,
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	PLAY_OPTION_PYTHON,
	SERVER_OPTION_RUN_AS,
};

const struct command command_repair = {
	.name = "repair",
	.arguments = "[SOURCE] [--database X]...",
	.summary = "search for a repair, and prove it by replay",
	.details = TREE_SOURCE_WORDS
	" " DATABASE_SOURCE_WORDS
	" Of a scenario without '--database' its own states are repaired; of a project an empty one comes along.\n"
	"\n"
	"What may repair the tree (the doctor's advice, other parents, a merge, one branch on top of another, a new revision on top of heads for what is missing everywhere) and each database (a stamp where its schema really is, what never ran, "
	"what ran in part taken back or finished, what is missing made by hand) is replayed, from every state: it works when the scenario's goal is met, and without one when it ends at heads, with the schema that an empty database gets, all rows kept. What was tried is printed, and a runbook of the best: fewest "
	"changed files, then fewest steps.\n"
	"\n"
	"The exit status is 0 when a repair was found that works from all states, 1 when none was.\n"
	"\n"
	"Examples:\n"
	"  rehearse repair wallet-two-heads\n"
	"  rehearse repair --database production.dump --format markdown >runbook.md\n"
	"  rehearse repair --database production.dump --format html >runbook.html\n"
	"  rehearse repair --database production.dump --patch | git apply\n",
	.options = repair_options,
	.option_count = COUNT_OF(repair_options),
	.most_arguments = SIZE_MAX,
	.run = repair_run,
};
