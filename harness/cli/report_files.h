/*
 * cli/report_files.h - the reports of a run beside the one on standard output: `--report FORMAT:FILE`, any number of
 * them, and what GitHub Actions wants of a step. Whether each can be written is known before the run begins; each is
 * written whole or not at all, when it is over.
 */
#ifndef CLI_REPORT_FILES_H
#define CLI_REPORT_FILES_H

#include "cli/command.h"
#include "report/report.h"

struct report_file {
	struct report report;
	struct buf text;
	str path; /* empty: no file, see `to_summary` */
	bool to_summary; /* it goes to the summary of GitHub's step; else, without a path, to standard error */
};

struct report_files {
	struct report_file *items;
	size_t count, capacity;
};

/*
 * The reports that the command line and the environment ask for, in `ret_files`. An older file of that name is
 * removed: what stands there later is of this run. False: a file cannot be written, which is printed, and
 * `ret_status` is the status to end with.
 */
MUST_USE bool report_files_open(struct invocation *invocation, struct report_files *ret_files,
		enum exit_status *ret_status);

/* Whether one of them shows what is told in HTML. */
bool report_files_are_told(const struct report_files *files);

/* To each of them what report_begin() and report_add() are to one. */
void report_files_begin(struct report_files *files, const struct report_shard *shard);
void report_files_add(struct report_files *files, const struct report_scenario *scenario);

/* The last part, with what `summary` says beside counts; or that files have mistakes. Then they are written. */
enum exit_status report_files_finish(const struct invocation *invocation,
		struct report_files *files, const struct report_summary *summary);
enum exit_status report_files_refuse(const struct invocation *invocation,
		struct report_files *files, const struct error_list *mistakes);

/* In the place of all that: of an audit. */
enum exit_status report_files_audit(const struct invocation *invocation, struct report_files *files,
		const struct audit *audit);

/* Option row, and its check; the latter also for reports of audits. */
MUST_USE struct error *report_files_check(str value, struct arena *arena);
MUST_USE struct error *report_files_check_audit(str value, struct arena *arena);

/* The report on standard output, as the options below ask for it. It is not timed. */
struct report report_on_output(const struct invocation *invocation);

#define REPORT_OPTION_FORMAT                                                          \
	{                                                                             \
		.name = "format", .value = "FORMAT", .choices = report_format_names,  \
		.help = "what to write to standard output: text (default), tap, json" \
	}
#define REPORT_OPTION_QUIET                                                                \
	{                                                                                  \
		.name = "quiet", .letter = 'q',                                            \
		.help = "of scenarios that are as expected, show nothing but their number" \
	}
#define REPORT_OPTION_DURATIONS                                                 \
	{                                                                       \
		.name = "durations", .value = "N", .check = option_check_count, \
		.help = "name the N cells that took longest"                    \
	}
#define REPORT_OPTION_VERBOSE                                                                  \
	{                                                                                      \
		.name = "verbose", .letter = 'v',                                              \
		.help = "show what 'show' steps have found in cells that are as expected, too" \
	}
#define REPORT_FILES_OPTION                                                                                               \
	{                                                                                                                 \
		.name = "report", .value = "FORMAT:FILE", .check = report_files_check,                                    \
		.repeats = true,                                                                                          \
		.help = "also write a report into a file: html, json, junit, markdown, tap, text; or github, without a "  \
			"file: annotations and the step's summary (by itself where GITHUB_ACTIONS is set); may be given " \
			"several times"                                                                                   \
	}

#endif
