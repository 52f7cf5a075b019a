/*
 * cli/suite.h - the scenarios that a command was given, and which of their cells were selected.
 */
#ifndef CLI_SUITE_H
#define CLI_SUITE_H

#include "cli/command.h"
#include "cli/shard.h"
#include "report/report.h"
#include "scenario/scenario.h"

struct suite_scenario {
	const struct scenario *scenario;
	str path;
	str root; /* the folder that was named, if the file was found below one; else its own */
	bool is_stream;              /* it came through a pipe: there are no records of it */
	struct str_list named_cells; /* the only ones that were asked for; none: all */
	size_t first_cell, cell_count; /* of suite.cells */
};

struct suite {
	struct arena *arena;

	struct {
		struct suite_scenario *items;
		size_t count, capacity;
	} scenarios;                 /* as named; below a folder by path */
	struct scenario_cells cells; /* of all scenarios, in their order */
	bool has_folder;             /* a folder was named, or `scenarios` by default */
	size_t passed_over;          /* files below such folders that are no scenarios */
	struct error_list mistakes;  /* in the files, printed already; then nothing is played */
};

/*
 * Read all that the arguments name (cli/naming.h): scenarios, cells of them, and folders with all scenario
 * files below. A cell without its scenario is one of the scenario before it. When anything is wrong, that is printed and `ret_status` is the status to end with; `suite` still holds what could be
 * read. Always call suite_unload().
 */
MUST_USE bool suite_load(
		struct invocation *invocation, struct suite *suite, enum exit_status *ret_status);
void suite_unload(struct suite *suite);

/* Told of each scenario as soon as it is read, whatever is wrong with others. */
struct suite_watch {
	void (*read)(const struct scenario_cell *cells, size_t count, void *data); /* may be NULL */
	void *data; /* borrowed, handed to `read` */
};

/* As suite_load(), under watch. */
MUST_USE bool suite_load_watched(struct invocation *invocation, const struct suite_watch *watch,
		struct suite *suite, enum exit_status *ret_status);

/* Whether the arguments ask for cell `index`: for its scenario as a whole, or for it by name. */
bool suite_has_cell(const struct suite *suite, size_t index);

/* That a scenario has no cell of that name, with those that are near. */
struct error *suite_unknown_cell(
		const struct suite *suite, const struct suite_scenario *scenario, str name);

/* "3 files passed over, ...". */
str suite_passed_over_words(size_t count, struct arena *arena);

/* Which cells: indices of suite.cells, rising. */
struct selection {
	size_t *items;
	size_t count, capacity;
	struct report_shard shard; /* with names of the cells that --shard gave to others, too */
};

/*
 * The cells that --engine, --tag, --filter, --shard and --last-failed leave, as far as the command has
 * these options. When there are none, or when no scenario has a tag that is asked for, that is printed
 * and `ret_status` is EXIT_NOTHING.
 */
MUST_USE bool suite_select(struct invocation *invocation, const struct suite *suite,
		struct selection *selection, enum exit_status *ret_status);

/* "Did you mean ...?", with the first names a part of which is nearly `word`; or the hint for none. */
str suite_near_names(
		const struct str_list *names, str word, str hint_for_none, struct arena *arena);

/* "Did you mean ...?" with the names of cells a part of which is nearly `name`; else the hint for none. */
str suite_near_cells(const struct suite *suite, str name, str hint_for_none);

/* The same for a pattern, which need not be like a whole name: it has to be nearer. */
str suite_near_filter(const struct suite *suite, str filter, str hint_for_none);

/* Whether an option picks among the cells, and not only among engines. */
bool suite_picks_cells(const struct invocation *invocation);

/* Whether the command line asks for particular cells, or cells of one engine, and not for all there are. */
bool suite_is_narrowed(const struct invocation *invocation, const struct suite *suite);

/* The scenario that cell `index` of the suite belongs to. */
const struct suite_scenario *suite_scenario_of(const struct suite *suite, size_t index);

/* Said when --last-failed has nothing to play, which is no error. */
#define SUITE_NOTHING_FAILED "nothing failed last time\n"

/* What PATH may be, for help. */
#define SUITE_PATHS                                                                              \
	"PATH is a scenario file, the name of a scenario below 'scenarios', else below the "     \
	"working folder, or of a cell as reports print it, - for standard input, or a folder, "  \
	"in which files with a key 'rehearse' are looked for (.yaml, .yml); 'scenarios' by "     \
	"default."

/* Option rows, and their checks. */
MUST_USE struct error *suite_check_filter(str value, struct arena *arena);
#define SUITE_OPTION_ENGINE                                                                 \
	{                                                                                   \
		.name = "engine", .value = "NAME", .choices = scenario_engine_names,        \
		.repeats = true,                                                            \
		.help = "only cells on this engine (sqlite, postgres), which must be there; "       \
			"may be given twice" \
	}
#define SUITE_OPTION_FILTER                                                                      \
	{                                                                                        \
		.name = "filter", .value = "REGEX", .check = suite_check_filter,                 \
		.help = "only cells whose name this PCRE2 pattern finds, as in 'wallet.*@fresh'" \
	}
#define SUITE_OPTION_TAG                                                     \
	{                                                                    \
		.name = "tag", .value = "WORD", .repeats = true,             \
		.help = "only scenarios that have this tag, or one of these" \
	}
#define SUITE_OPTION_SHARD                                                            \
	{                                                                             \
		.name = "shard", .value = "I/N", .check = shard_check,                \
		.help = "only part I of N, as a cell's name alone decides; auto: which one, the "   \
			"system says that runs the parts (GitLab, Slurm ...)"                 \
	}

#endif
