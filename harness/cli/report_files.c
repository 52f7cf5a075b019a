#include "cli/report_files.h"

#include "cli/cli_internal.h"
#include "kit/arena.h"
#include "kit/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What GitHub takes for the summary of a step; the rest of it is not shown, nor is the beginning. */
#define SUMMARY_BYTES ((size_t)1024 * 1024)

/* Less than this is no place for a summary. */
#define LEAST_SUMMARY 4096

/* --- what is asked for ----------------------------------------------------------------------- */

/* "FORMAT:FILE", in its parts; without a colon there is no file. */
static const struct report_format *parse(str value, str *ret_path)
{
	const size_t colon = str_find_char(value, ':');

	*ret_path = str_slice(value, colon + 1, value.len);
	return report_format_find(str_slice(value, 0, colon));
}

static struct error *check(str value, bool of_audits, struct arena *arena)
{
	const str name = str_slice(value, 0, str_find_char(value, ':'));
	const str formats = report_file_formats(of_audits, arena);
	const struct report_format *format;
	struct error *error;
	str path;

	format = parse(value, &path);
	if (format && !of_audits && !report_format_takes(format, false)) {
		error = error_new(arena, ERROR_INVALID, "a run has no format '%.*s', which is of findings",
				STR_ARG(name));
		error->hint = str_format(arena,
				"'rehearse audit --report %.*s:FILE' and 'rehearse doctor --format %.*s' have it. "
				"Formats of a run's files are %.*s.",
				STR_ARG(name), STR_ARG(name), STR_ARG(formats));
		return error;
	}
	if (!format || !report_format_takes(format, of_audits)) {
		error = error_new(arena, ERROR_INVALID, "no format '%.*s'", STR_ARG(name));
		error->hint = str_format(arena, "Formats of files are %.*s; github has no file.",
				STR_ARG(formats));
		return error;
	}
	if (!report_format_has_file(format)) {
		return path.len ? error_new(arena, ERROR_INVALID, "a report for %.*s has no file",
						  STR_ARG(name))
				: NULL;
	}
	if (!path.len) {
		error = error_new(arena, ERROR_INVALID, "no file to write it into");
		error->hint = str_format(arena, "Say which: --report %.*s:FILE", STR_ARG(name));
		return error;
	}
	if (str_equal(path, STR("-"))) {
		error = error_new(arena, ERROR_INVALID, "standard output is no file");
		error->hint = STR("'--format' says what is written there.");
		return error;
	}
	return NULL;
}

struct error *report_files_check(str value, struct arena *arena)
{
	return check(value, false, arena);
}

struct error *report_files_check_audit(str value, struct arena *arena)
{
	return check(value, true, arena);
}

struct report report_on_output(const struct invocation *invocation)
{
	const str format = invocation_value(invocation, "format");
	const str durations = invocation_value(invocation, "durations");

	return (struct report){
		.format = report_format_find(format.data ? format : STR("text")),
		.arena = invocation->arena,
		.program_version = REHEARSE_VERSION,
		.colour = invocation->colour_out,
		.is_verbose = invocation_has(invocation, "verbose"),
		.width = terminal_width(),
		.is_quiet = invocation_has(invocation, "quiet"),
		.durations = durations.data ? option_count(durations) : 0,
	};
}

static struct report new_report(
		const struct invocation *invocation, const struct report_format *format)
{
	return (struct report){
		.format = format,
		.arena = invocation->arena,
		.program_version = REHEARSE_VERSION,
		.is_verbose = invocation_has(invocation, "verbose"),
		.root = str_from(getenv("GITHUB_WORKSPACE")),
	};
}

static struct report_file *add_file(const struct invocation *invocation,
		const struct report_format *format, str path, struct report_files *files)
{
	struct report_file *file = LIST_PUSH(files, invocation->arena);

	*file = (struct report_file){
		.report = new_report(invocation, format),
		.text = { .arena = invocation->arena },
		.path = path,
	};
	return file;
}

/* GitHub's step has a summary, and room in it. */
static void add_summary(const struct invocation *invocation, struct report_files *files)
{
	const char *path = getenv("GITHUB_STEP_SUMMARY");
	struct stat status;

	if (!path || !path[0]) {
		return;
	}
	const size_t used = stat(path, &status) == 0 ? (size_t)status.st_size : 0;

	if (used + LEAST_SUMMARY > SUMMARY_BYTES) {
		print_err(STR("warning: the summary of this step has no room for a report\n"));
		return;
	}
	struct report_file *file = add_file(
			invocation, report_format_find(STR("markdown")), str_from(path), files);

	file->to_summary = true;
	file->report.most_bytes = SUMMARY_BYTES - used;
}

static void collect(const struct invocation *invocation, struct report_files *files)
{
	const char *actions = getenv("GITHUB_ACTIONS");
	bool has_github = actions && strcmp(actions, "true") == 0;

	for (size_t i = 0; i < invocation->options.count; i++) {
		const struct given_option *given = &invocation->options.items[i];
		const struct report_format *format;
		str path;

		if (strcmp(given->option->name, "report") != 0) {
			continue;
		}
		format = parse(given->value, &path);
		if (report_format_has_file(format)) {
			add_file(invocation, format, path, files);
		} else {
			has_github = true;
		}
	}
	if (has_github) {
		add_file(invocation, report_format_find(STR("github")), STR(""), files);
		add_summary(invocation, files);
	}
}

/* --- whether it can be written --------------------------------------------------------------- */

static struct error *check_same(const struct report_files *files, size_t index, struct arena *arena)
{
	const str path = path_normalise(files->items[index].path, arena);

	for (size_t i = 0; i < index; i++) {
		if (str_equal(path_normalise(files->items[i].path, arena), path)) {
			return error_new(arena, ERROR_INVALID, "two reports go to '%.*s'",
					STR_ARG(path));
		}
	}
	return NULL;
}

/* What stands there must be a file, or nothing: a device would be replaced, and a link leads elsewhere. */
static struct error *check_place(str path, struct arena *arena)
{
	struct stat status;

	if (lstat(str_to_c(path, arena), &status)) {
		return errno == ENOENT ? NULL
				       : error_from_errno(arena, "write '%.*s'", STR_ARG(path));
	}
	if (S_ISLNK(status.st_mode)) {
		struct error *error = error_new(arena, ERROR_INVALID,
				"cannot write a report to '%.*s', which is a link", STR_ARG(path));

		error->hint = STR("Name the file itself.");
		return error;
	}
	return S_ISREG(status.st_mode)
			? NULL
			: error_new(arena, ERROR_INVALID,
					  "cannot write a report to '%.*s', which is no file",
					  STR_ARG(path));
}

static struct error *prepare(const struct report_files *files, size_t index, struct arena *arena)
{
	const str path = files->items[index].path, folder = path_folder(path);
	struct error *error = check_same(files, index, arena);

	if (!error) {
		error = check_place(path, arena);
	}
	if (!error) {
		error = directory_make(folder, arena);
	}
	if (!error && access(folder.len ? str_to_c(folder, arena) : ".", W_OK | X_OK)) {
		error = error_from_errno(arena, "write into folder '%.*s'",
				STR_ARG(folder.len ? folder : STR(".")));
	}
	return error;
}

bool report_files_open(struct invocation *invocation, struct report_files *ret_files,
		enum exit_status *ret_status)
{
	struct arena *arena = invocation->arena;
	struct error_list mistakes = { 0 };
	struct report_files files = { 0 };

	collect(invocation, &files);
	for (size_t i = 0; i < files.count; i++) {
		struct error *error = files.items[i].path.len && !files.items[i].to_summary
				? prepare(&files, i, arena)
				: NULL;

		if (error) {
			error_list_add(&mistakes, error, arena);
		}
	}
	if (mistakes.count) {
		*ret_status = print_mistakes(invocation, &mistakes);
		return false;
	}
	for (size_t i = 0; i < files.count; i++) {
		if (files.items[i].path.len && !files.items[i].to_summary) {
			(void)unlink(str_to_c(files.items[i].path,
					arena)); // writing it will tell why not
		}
	}
	*ret_files = files;
	return true;
}

bool report_files_are_told(const struct report_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		if (report_format_is_told(files->items[i].report.format)) {
			return true;
		}
	}
	return false;
}

/* --- writing --------------------------------------------------------------------------------- */

void report_files_begin(struct report_files *files, const struct report_shard *shard)
{
	for (size_t i = 0; i < files->count; i++) {
		files->items[i].report.shard = *shard;
		report_begin(&files->items[i].report, &files->items[i].text);
	}
}

void report_files_add(struct report_files *files, const struct report_scenario *scenario)
{
	for (size_t i = 0; i < files->count; i++) {
		report_add(&files->items[i].report, scenario, &files->items[i].text);
	}
}

static enum exit_status write_files(
		const struct invocation *invocation, const struct report_files *files)
{
	enum exit_status status = EXIT_AS_EXPECTED;

	for (size_t i = 0; i < files->count; i++) {
		const struct report_file *file = &files->items[i];
		const str text = buf_str(&file->text);
		struct error *error = NULL;

		if (!file->path.len) {
			print_err(text);
		} else if (file->to_summary) { // others write to it too: what they wrote stays
			error = file_append(file->path, text, invocation->arena);
		} else {
			error = file_write(file->path, text, invocation->arena);
		}
		if (error) {
			status = print_error(invocation, error);
		}
	}
	return status;
}

enum exit_status report_files_finish(const struct invocation *invocation,
		struct report_files *files, const struct report_summary *summary)
{
	for (size_t i = 0; i < files->count; i++) {
		struct report *report = &files->items[i].report;

		report->summary.stale_records = summary->stale_records;
		report->summary.passed_over = summary->passed_over;
		report->summary.not_played = summary->not_played;
		report->summary.elapsed_us = summary->elapsed_us;
		report_finish(report, &files->items[i].text);
	}
	return write_files(invocation, files);
}

enum exit_status report_files_refuse(const struct invocation *invocation,
		struct report_files *files, const struct error_list *mistakes)
{
	for (size_t i = 0; i < files->count; i++) {
		report_add_mistakes(&files->items[i].report, mistakes, &files->items[i].text);
	}
	return write_files(invocation, files);
}

enum exit_status report_files_audit(const struct invocation *invocation,
		struct report_files *files, const struct audit *audit)
{
	for (size_t i = 0; i < files->count; i++) {
		report_add_audit(&files->items[i].report, audit, &files->items[i].text);
	}
	return write_files(invocation, files);
}
