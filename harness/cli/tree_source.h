/*
 * cli/tree_source.h - the SOURCE of `tree`, `doctor` and `plan`: where a revision tree is read from. What kinds
 * there are is a table in tree_source.c.
 *
 * To add one: a file cli/tree_source_<name>.c that exports `const struct tree_source_kind
 * tree_source_<name>`, and a line in the table.
 */
#ifndef CLI_TREE_SOURCE_H
#define CLI_TREE_SOURCE_H

#include "cli/command.h"
#include "files/files.h"
#include "project/find.h"
#include "project/project.h"
#include "revision/spec.h"
#include "scenario/scenario.h"

/* What the command line asks for. */
struct tree_request {
	struct arena *arena;
	struct str_list arguments; /* none: the project of the working folder */
	str strategy; /* whose edits are applied first; data NULL: that of the cell that is named, if one is */
	str section;               /* of an ini; empty: the usual one */
	str at;                    /* a commit; empty: the working tree */
	bool all;                  /* every project below the folder, every section of an ini */
	int level;                 /* of Alembic; 0: the scenario's, else the newest */
	str environment;           /* the active virtual environment's folder; may be empty */
	const struct files *files; /* of the commit, or the disk */
};

struct tree_source {
	const struct tree_source_kind *kind;
	str path;                        /* of the file or folder that says what the tree is */
	str folder;                      /* of a project, from the root */
	str root;                        /* the repository's folder, of a commit; else empty */
	str at;                          /* the commit; empty: as it stands on the disk */
	const struct scenario *scenario; /* NULL: another kind */
	const struct project *project;   /* NULL: another kind */
	struct str_list files; /* of a project: the revision files that were named, from the root */
	struct project_place place;          /* else where it was found */
	struct settings_request settings;    /* of a project: how; but for its files */
	struct revision_specs specs;         /* in load order, the strategy's edits applied */
	struct scenario_revisions revisions; /* of a scenario: the same with their bodies */
	int level;                           /* of Alembic */
};

struct tree_sources {
	struct tree_source *items;
	size_t count, capacity;
	struct files files; /* where projects were read from */
	bool has_mistakes;  /* that hide no tree; they have been printed */
	size_t empty_count; /* with --all: projects in which no revision has been made yet; a note was printed for each */
};

/* An argument, and what lies there. */
struct tree_place {
	str argument; /* as given */
	str path;     /* from the root */
	struct entry entry;
};

struct tree_source_kind {
	const char *name;  /* for tools: "scenario", "project" */
	const char *words; /* for people who named nothing that is one */
	/* Whether the first argument is one. */
	bool (*takes)(const struct tree_request *request, const struct tree_place *place);
	/* Add what it is to `sources`; mistakes are added to `mistakes`. */
	void (*read)(const struct tree_request *request, const struct tree_place *place,
			struct tree_sources *sources, struct error_list *mistakes);
};

/*
 * Read what the command's options and `arguments` ask for. False: that is printed, and `ret_status` is what
 * to end with. With `takes_mistakes` those that leave some tree to look at are printed, and no more. Always
 * call tree_sources_close().
 */
MUST_USE bool tree_sources_open(struct invocation *invocation, struct str_list arguments,
		bool takes_mistakes, struct tree_sources *sources, enum exit_status *ret_status);
void tree_sources_close(struct tree_sources *sources);

/* A folder that is there and in the git repository of the tree, if that is in one. */
str tree_source_git_folder(const struct tree_source *source, struct arena *arena);

/*
 * The project of `source` (one that has one) as it is in other files: at the same place, else the only one there if
 * that has some of its revisions. NULL: there is none. An error if there is, and Alembic would refuse it.
 */
MUST_USE struct error *tree_source_read_again(const struct tree_source *source,
		const struct files *files, struct arena *arena, const struct project **ret_project);

/* A project that other files have. */
struct gone_project {
	str name; /* of its configuration or folder, as people know it */
	size_t revision_count;
};

struct gone_projects {
	struct gone_project *items;
	size_t count, capacity;
};

/*
 * The projects of `files` in `folder` and below that `sources` have not: none is at the same place, and none has one of
 * their revisions. Those that have no revision, or that Alembic would refuse, are left out.
 */
struct gone_projects tree_source_find_gone(const struct tree_sources *sources,
		const struct files *files, str folder, struct arena *arena);

/*
 * Read the one project that the request's arguments name, and nothing that is no project, with its files as they
 * are in `request->at`.
 */
void tree_source_read_project(struct tree_request *request, struct tree_sources *sources,
		struct error_list *mistakes);

/* For the kinds: a mistake that says that no revision was read. It ends with EXIT_NOTHING. */
struct error *tree_source_is_empty(const struct tree_request *request, str path);

/* The same for a tree that `tree` or `plan` is to show; NULL: it has revisions. */
struct error *tree_source_check(const struct tree_source *source, struct arena *arena);

/*
 * Add a mistake for each file of a project that Alembic would stop at, or whose values only running it would tell:
 * the tree is not known then.
 */
void tree_source_add_unknown(
		const struct tree_source *source, struct arena *arena, struct error_list *mistakes);

/* For the kinds: a hint with the two nearest things that would do. */
void tree_source_hint_near(const struct tree_request *request, const struct tree_place *place,
		struct error *error);

/* The class of an error that says that there is nothing to read: EXIT_NOTHING. */
#define TREE_SOURCE_NOTHING "Nothing"

/* Notes of the source on standard error. */
void tree_source_print_notes(const struct tree_source *source, struct arena *arena);
void tree_source_print_note(str note, struct arena *arena);

/* For struct option.check: a release such as "1.8". */
MUST_USE struct error *tree_source_check_release(str value, struct arena *arena);

/* What SOURCE may be, for help. */
#define TREE_SOURCE_WORDS                                                                                                                                                                                  \
	"SOURCE is nothing (the Alembic project of the working folder), a folder, an .ini or .toml file, revision files (.py), a scenario file, the name of a scenario below 'scenarios', - for standard " \
	"input, or the name of a cell, for the tree as its strategy edits it."

/* Option rows. */
#define TREE_SOURCE_OPTION_STRATEGY                                          \
	{                                                                    \
		.name = "strategy", .value = "NAME",                         \
		.help = "the tree as this strategy of the scenario edits it" \
	}
#define TREE_SOURCE_OPTION_NAME                                                   \
	{                                                                         \
		.name = "name", .letter = 'n', .value = "NAME",                   \
		.help = "a project: the section of its ini file, as alembic's -n" \
	}
#define TREE_SOURCE_OPTION_AT                                                          \
	{                                                                              \
		.name = "at", .value = "REF",                                          \
		.help = "a project: as it stands in this commit, tag or branch of git" \
	}
#define TREE_SOURCE_OPTION_ALEMBIC                                                                        \
	{                                                                                                 \
		.name = "alembic", .value = "RELEASE", .check = tree_source_check_release,                \
		.help = "the release to agree with, such as 1.8 (default: the scenario's, or the newest)" \
	}

#endif
