/*
 * cli/naming.h - what an argument of the command line names: a scenario by its file, by its bare name or in
 * a pipe, a cell by the name that reports print, a folder. Every command that takes one asks here, so that
 * what one command takes all others take too. A new kind of thing is a row of the table in naming.c.
 */
#ifndef CLI_NAMING_H
#define CLI_NAMING_H

#include "kit/error.h"
#include "scenario/scenario.h"

enum named_kind {
	NAMED_SCENARIO,
	NAMED_CELL, /* of a scenario */
	NAMED_FOLDER,
};

struct named {
	enum named_kind kind;
	bool is_stream; /* standard input or another pipe: can be read once, and is in no folder */
	str path; /* to read; empty: NAMED_CELL of a scenario that is named by another argument */
	str cell; /* NAMED_CELL: "strategy@state", perhaps with ":engine" */
};

/* What `argument` names. An error says that it is nothing, or several things, with names that are near. */
MUST_USE struct error *naming_resolve(str argument, struct arena *arena, struct named *ret_named);

/* The same where a scenario is wanted, or a cell of one, and nothing else will do. */
MUST_USE struct error *naming_resolve_scenario(
		str argument, struct arena *arena, struct named *ret_named);

/* Read a scenario that was named; NULL: `mistakes` says why. */
const struct scenario *naming_load(
		const struct named *named, struct arena *arena, struct error_list *mistakes);

/* The same for its tree alone (scenario_parse_tree()): there may be mistakes all the same. */
const struct scenario *naming_load_tree(
		const struct named *named, struct arena *arena, struct error_list *mistakes);

/* Whether a cell is the one that is called `name`: with or without its scenario and its engine. */
bool naming_is_cell(const struct scenario_cell *cell, str name);

/* Whether a file's name is one that scenario files have. */
bool naming_is_scenario_file(str path);

/* Files that can be called by their bare names: those below `scenarios`. */
struct str_list naming_known_scenarios(struct arena *arena);

/*
 * Paths of all files in `folder` and below that are called as scenario files are, a folder's files before its
 * folders. Hidden names, `node_modules`, virtual environments of Python and symbolic links to folders do
 * not count. `mistakes` takes folders that cannot be read; NULL: left out.
 */
struct str_list naming_find_files(str folder, struct arena *arena, struct error_list *mistakes);

#endif
