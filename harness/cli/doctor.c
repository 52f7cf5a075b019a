/*
 * `rehearse doctor` - every fault of a revision tree in one go, with the likely repairs.
 */
#include "doctor/doctor.h"
#include "cli/command.h"
#include "cli/doctor_against.h"
#include "cli/doctor_git.h"
#include "cli/tree_source.h"

static enum fault_kind fault_kind_of(enum finding_kind kind)
{
	switch (kind) {
	case FINDING_DOCSTRING_DISAGREES:
		return FAULT_DOCSTRING_DISAGREES;
	case FINDING_NOT_LITERAL:
		return FAULT_NOT_LITERAL;
	case FINDING_UNREADABLE:
		break;
	}
	return FAULT_UNREADABLE;
}

/* What reading the files has brought to light comes behind what the tree says. */
static void add_findings(const struct project *project, struct faults *faults, struct arena *arena)
{
	for (size_t i = 0; i < project->findings.count; i++) {
		const struct finding *finding = &project->findings.items[i];
		struct fault *fault = LIST_PUSH(faults, arena);

		fault->kind = fault_kind_of(finding->kind);
		fault->revision = finding->revision;
		fault->file = finding->file;
		fault->spec = SIZE_MAX;
		fault->where = finding->where;
		fault->path = finding->where.source->name;
		fault->line = span_place(finding->where).line;
		fault->message = finding->message;
		fault->suggestion = finding->suggestion;
	}
}

/* What the options ask of a tree beside its faults. */
static struct error *compare(const struct invocation *invocation, const struct tree_source *source,
		struct faults *faults)
{
	const str other = invocation_value(invocation, "against");
	const str releases = invocation_value(invocation, "releases");

	if (!other.data) {
		return releases.data
				? error_new(invocation->arena, ERROR_INVALID,
						  "'--releases' says what of '--against' is only a warning, which is not given")
				: NULL;
	}
	if (!source->project) {
		return error_new(invocation->arena, ERROR_INVALID,
				"'--against' compares Alembic projects, and '%.*s' is none",
				STR_ARG(source->path));
	}
	return doctor_against(source, other, releases, faults, invocation->arena);
}

static struct error *examine(const struct invocation *invocation, const struct tree_source *source,
		struct faults *ret_faults)
{
	struct arena *arena = invocation->arena;

	const struct memories memories = source->project && !invocation_has(invocation, "no-git")
			? doctor_search_git(source, arena)
			: (struct memories){ 0 };

	*ret_faults = doctor_examine_with(&source->specs, &memories.lost, source->level, arena);
	ret_faults->source_kind = source->kind->name;
	ret_faults->source_path = source->path;
	ret_faults->source_at = source->at;
	if (source->project) {
		add_findings(source->project, ret_faults, arena);
		ret_faults->notes = source->project->notes;
		doctor_tell_memories(&memories, ret_faults, arena);
	}
	return compare(invocation, source, ret_faults);
}

static void render_text(const struct invocation *invocation, const struct tree_sources *sources,
		const struct faults *faults, struct buf *out)
{
	for (size_t i = 0; i < sources->count; i++) {
		if (sources->count > 1) {
			const struct project *project = sources->items[i].project;
			const str section = project ? project->settings.section : STR("");

			buf_format(out, "%s%.*s", i ? "\n" : "", STR_ARG(sources->items[i].path));
			if (section.len && !str_equal(section, STR("alembic"))) {
				buf_format(out, " [%.*s]", STR_ARG(section));
			}
			buf_add(out, STR("\n"));
		}
		faults_render_text(&faults[i], invocation->colour_out, out);
	}
}

static void print_notes(const struct faults *faults, struct arena *arena)
{
	for (size_t i = 0; i < faults->notes.count; i++) {
		tree_source_print_note(faults->notes.items[i], arena);
	}
}

static enum exit_status doctor_run(struct invocation *invocation)
{
	struct arena *arena = invocation->arena;
	struct buf out = { .arena = arena };
	struct tree_sources sources;
	enum exit_status status;

	if (!tree_sources_open(invocation, invocation->arguments, true, &sources, &status)) {
		tree_sources_close(&sources);
		return status;
	}
	struct faults *faults = arena_new_array(arena, struct faults, sources.count);
	const bool is_json = str_equal(invocation_value(invocation, "format"), STR("json"));

	status = sources.has_mistakes ? EXIT_INVALID : EXIT_AS_EXPECTED;
	for (size_t i = 0; i < sources.count; i++) {
		struct error *error = examine(invocation, &sources.items[i], &faults[i]);

		if (error) {
			tree_sources_close(&sources);
			return print_error(invocation, error);
		}
		status = faults_count_errors(&faults[i]) ? EXIT_DIFFERS : status;
		if (!is_json) {
			print_notes(&faults[i], arena);
		}
	}
	if (!is_json) {
		render_text(invocation, &sources, faults, &out);
	} else if (invocation_has(invocation, "all")) {
		faults_render_json_all(faults, sources.count, &out);
	} else {
		faults_render_json(&faults[0], &out);
	}
	print_out(buf_str(&out));
	tree_sources_close(&sources);
	return status;
}

static const char *const formats[] = { "text", "json", NULL };

static const struct option doctor_options[] = {
	TREE_SOURCE_OPTION_STRATEGY,
	TREE_SOURCE_OPTION_NAME,
	TREE_SOURCE_OPTION_AT,
	{ .name = "all",
			.help = "every Alembic project below the folder, every section of an ini file" },
	{ .name = "no-git", .help = "do not look through git history for files that are missing" },
	{ .name = "against",
			.value = "REF",
			.help = "a project: also what this branch does to databases that follow that commit, tag or branch" },
	{ .name = "releases",
			.value = "GLOB",
			.help = "with --against: what no tag of this pattern has yet is a warning, and does not count" },
	TREE_SOURCE_OPTION_ALEMBIC,
	{ .name = "format",
			.value = "FORMAT",
			.help = "text (default) or json",
			.choices = formats },
};

const struct command command_doctor = {
	.name = "doctor",
	.arguments = "[SOURCE]",
	.summary = "every fault of a revision tree in one go, with the likely repairs",
	.details = TREE_SOURCE_WORDS
	" The tree need not be one that Alembic can load, and no Python "
	"is run.\n"
	"Mistakes elsewhere in a scenario file are told, but hide no fault. The exit status is 1 when there are faults, 4 when no revision was found.\n",
	.options = doctor_options,
	.option_count = COUNT_OF(doctor_options),
	.most_arguments = SIZE_MAX,
	.run = doctor_run,
};
