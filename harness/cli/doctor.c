/*
 * `rehearse doctor` - every fault of a revision tree in one go, with the likely repairs.
 */
#include "doctor/doctor.h"
#include "cli/cli_internal.h"
#include "cli/command.h"
#include "cli/doctor_against.h"
#include "cli/doctor_patch.h"
#include "cli/doctor_source.h"
#include "cli/tree_source.h"
#include "kit/file.h"
#include "report/faults_format.h"

#include <stdlib.h>

/* ---- paths for tools ---- */

/* The root of the repository around a folder; without one the working folder. */
static str repository_root(str folder, struct arena *arena)
{
	const struct files files = files_of_disk();
	const str root = files_repository(&files, folder, arena);

	return root.len ? root : path_from_root(STR("."), arena);
}

/* A file's path from there. Of a commit, "REF:path", it is the path. */
static str path_in_repository(str path, str root, const str *refs, struct arena *arena)
{
	for (size_t i = 0; i < 2; i++) {
		const str start = str_format(arena, "%.*s:", STR_ARG(refs[i]));

		if (refs[i].len && str_starts_with(path, start)) {
			return str_slice(path, start.len, path.len);
		}
	}
	const str full = path_from_root(path, arena);
	const str within = path_relative(full, root, arena);

	return str_starts_with(within, STR("..")) ? full : within;
}

static void note_repository_paths(const struct invocation *invocation,
		const struct tree_source *source, struct faults *faults)
{
	struct arena *arena = invocation->arena;
	const str refs[] = { source->at, invocation_value(invocation, "against") };
	const str root = repository_root(tree_source_git_folder(source, arena), arena);

	faults->source_repository_path = source->at.len
			? source->path
			: path_in_repository(source->path, root, refs, arena);
	for (size_t i = 0; i < faults->count; i++) {
		struct fault *fault = &faults->items[i];

		fault->repository_path = fault->path.len
				? path_in_repository(fault->path, root, refs, arena)
				: STR("");
		for (size_t j = 0; j < fault->relations.count; j++) {
			struct fault_relation *relation = &fault->relations.items[j];

			relation->repository_path = path_in_repository(
					relation->where.source->name, root, refs, arena);
		}
	}
}

/* ---- the doctor ---- */

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
		struct error *error = error_new(invocation->arena, ERROR_INVALID,
				"'--against' compares Alembic projects, and '%.*s' is none",
				STR_ARG(source->path));

		error->hint = STR(
				"A strategy of a scenario takes the tree of another commit with 'at: REF'.");
		return error;
	}
	return doctor_against(source, other, releases, faults, invocation->arena);
}

static struct error *examine(const struct invocation *invocation, const struct tree_source *source,
		struct faults *ret_faults)
{
	struct arena *arena = invocation->arena;

	*ret_faults = doctor_examine_source(source, !invocation_has(invocation, "no-git"), arena);
	struct error *error = compare(invocation, source, ret_faults);

	if (!error) {
		note_repository_paths(invocation, source, ret_faults);
	}
	return error;
}

static void print_notes(const struct faults *faults, struct arena *arena)
{
	for (size_t i = 0; i < faults->notes.count; i++) {
		tree_source_print_note(faults->notes.items[i], arena);
	}
}

/* The patch for standard output; what it leaves out for standard error, so that it can go down a pipe. */
static void print_patch(const struct tree_sources *sources, const struct faults *faults,
		struct arena *arena)
{
	struct doctor_patch patch = { .diff.arena = arena };

	for (size_t i = 0; i < sources->count; i++) {
		doctor_patch_add(&patch, &sources->items[i], &sources->files, &faults[i]);
	}
	for (size_t i = 0; i < patch.remarks.count; i++) {
		print_err(str_format(arena, "%.*s\n",
				STR_ARG(str_printable(patch.remarks.items[i], arena))));
	}
	if (!patch.diff.len) {
		print_err(STR("there is nothing to patch\n"));
	}
	print_out(buf_str(&patch.diff));
}

static struct error *check_patch(
		const struct invocation *invocation, const struct tree_sources *sources)
{
	if (invocation_has(invocation, "format")) {
		return error_new(invocation->arena, ERROR_INVALID,
				"'--patch' prints a diff, so '--format' has nothing to say; JSON has the patch of each fault without it");
	}
	for (size_t i = 0; i < sources->count; i++) {
		if (!sources->items[i].project) {
			return error_new(invocation->arena, ERROR_INVALID,
					"'--patch' is for Alembic projects, and '%.*s' is none",
					STR_ARG(sources->items[i].path));
		}
	}
	return NULL;
}

static void print_report(const struct invocation *invocation, const struct faults_format *format,
		const struct faults *faults, size_t count)
{
	struct buf out = { .arena = invocation->arena };
	const struct faults_report report = {
		.items = faults,
		.count = count,
		.is_all = invocation_has(invocation, "all"),
		.colour = invocation->colour_out,
		.width = terminal_width(),
		.program_version = REHEARSE_VERSION,
	};

	format->render(&report, &out);
	print_out(buf_str(&out));
}

/*
 * Tell of whole projects that the other branch has and this one has not: with --all, or where there is none at all.
 * Whether there are any.
 */
static bool tell_gone_projects(
		const struct invocation *invocation, const struct tree_sources *sources)
{
	struct arena *arena = invocation->arena;
	const str other = invocation_value(invocation, "against");
	const str argument =
			invocation->arguments.count ? invocation->arguments.items[0] : STR(".");

	if (!other.data || !sources->files.kind ||
			(sources->count && !invocation_has(invocation, "all"))) {
		return false;
	}
	const struct str_list lines =
			doctor_against_gone(sources, path_from_root(argument, arena), other, arena);

	for (size_t i = 0; i < lines.count; i++) {
		print_err(str_format(arena, "error: %.*s\n",
				STR_ARG(str_printable(lines.items[i], arena))));
	}
	return lines.count > 0;
}

static enum exit_status doctor_run(struct invocation *invocation)
{
	struct arena *arena = invocation->arena;
	const str format_name = invocation_value(invocation, "format");
	const struct faults_format *format =
			faults_format_find(format_name.len ? format_name : STR("text"));
	struct tree_sources sources;
	enum exit_status status;

	if (!tree_sources_open(invocation, invocation->arguments, true, &sources, &status)) {
		status = tell_gone_projects(invocation, &sources) ? EXIT_DIFFERS : status;
		tree_sources_close(&sources);
		return status;
	}
	struct faults *faults = arena_new_array(arena, struct faults, sources.count);
	const bool has_patch = invocation_has(invocation, "patch");

	if (has_patch) {
		struct error *error = check_patch(invocation, &sources);

		if (error) {
			tree_sources_close(&sources);
			return print_error(invocation, error);
		}
	}
	status = sources.has_mistakes ? EXIT_INVALID : EXIT_AS_EXPECTED;
	for (size_t i = 0; i < sources.count; i++) {
		struct error *error = examine(invocation, &sources.items[i], &faults[i]);

		if (error) {
			tree_sources_close(&sources);
			return print_error(invocation, error);
		}
		status = faults_count_errors(&faults[i]) ? EXIT_DIFFERS : status;
		if (!format->has_notes) {
			print_notes(&faults[i], arena);
		}
		if (format->has_patches) {
			doctor_patch_each(&sources.items[i], &sources.files, &faults[i], arena);
		}
	}
	status = tell_gone_projects(invocation, &sources) ? EXIT_DIFFERS : status;
	if (has_patch) {
		print_patch(&sources, faults, arena);
	} else {
		print_report(invocation, format, faults, sources.count);
	}
	tree_sources_close(&sources);
	return status;
}

static const struct option doctor_options[] = {
	TREE_SOURCE_OPTION_STRATEGY,
	TREE_SOURCE_OPTION_NAME,
	TREE_SOURCE_OPTION_AT,
	{ .name = "all",
			.help = "every Alembic project below the folder, every section of an ini file" },
	{ .name = "patch",
			.output = OUTPUT_TOOLS,
			.help = "a project: the suggestions, all carried out, as a diff for 'git apply'; nothing is written" },
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
			.help = "text (default), json, github (annotations in GitHub Actions) or sarif (code scanning)",
			.choices = faults_format_names },
};

const struct command command_doctor = {
	.name = "doctor",
	.arguments = "[SOURCE]",
	.summary = "every fault of a revision tree in one go, with the likely repairs",
	.details = TREE_SOURCE_WORDS
	" The tree need not be one that Alembic can load, and no Python "
	"is run.\n"
	"Mistakes elsewhere in a scenario file are told, but hide no fault. The exit status is 1 when there are faults (warnings are none), 2 when a file or an option is wrong, 4 when no revision was found.\n"
	"\n"
	"Examples:\n"
	"  rehearse doctor                                 in your repository\n"
	"  rehearse doctor --patch | git apply             and all of it repaired\n"
	"  rehearse doctor --against main --releases 'v*'  of a pull request\n",
	.options = doctor_options,
	.option_count = COUNT_OF(doctor_options),
	.most_arguments = SIZE_MAX,
	.run = doctor_run,
};
