/*
 * scenario/scenario.h - a scenario file as plain, checked values (the format: docs/format.md).
 * All text is borrowed from the arena it was read into. Names that refer to each other (states in a
 * goal, revisions in an edit) have been checked; what Alembic itself would check (targets, parents)
 * has not, since to fail there is what many scenarios are for.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "kit/error.h"
#include "kit/pattern.h"
#include "revision/spec.h"
#include "scenario/verdict.h"

/* The engines that a scenario may name, in the order in which cells are listed: a line each. */
#define SCENARIO_ENGINES(ENGINE) \
	ENGINE(SQLITE, "sqlite") \
	ENGINE(POSTGRES, "postgres")

#define SCENARIO_ENGINE_VALUE(value, name) SCENARIO_##value,

enum scenario_engine { /* SCENARIO_SQLITE, ... */
	SCENARIO_ENGINES(SCENARIO_ENGINE_VALUE) SCENARIO_ENGINE_COUNT,
};

/* "sqlite", ...; NULL behind the last, as options have their choices. */
extern const char *const scenario_engine_names[SCENARIO_ENGINE_COUNT + 1];

/* SQL for each engine, with its place in the file; an engine without any has an empty text. */
struct sql_body {
	struct located_text by_engine[SCENARIO_ENGINE_COUNT];
	struct span where; /* of the value; nowhere: absent */
};

/* A file that a scenario names. */
struct file_reference {
	str name;          /* as written */
	str path;          /* from the working folder, beside the scenario file unless absolute */
	struct span where; /* nowhere: absent */
};

/* A dump that a scenario loads. */
struct load_reference {
	struct file_reference file; /* a file or a folder */
	str database;               /* the one to take of several; empty: the only one */
};

/* --- revisions and edits ------------------------------------------------------------------- */

struct project_tree;

/*
 * A revision's bodies are SQL, or functions of a file of Python. Of one that has such a file, a body that is
 * given as SQL all the same (by an edit) takes the place of the function.
 */
struct scenario_revision {
	struct revision_spec spec;
	struct sql_body upgrade, downgrade;
	const struct project_tree *project; /* whose file of Python has the bodies; NULL: they are SQL */
	str path;                           /* of that file, from the root */
	bool autocommit;
	bool irreversible;
};

struct scenario_revisions {
	struct scenario_revision *items;
	size_t count, capacity;
};

enum revision_field { /* bits of revision_change.fields */
	FIELD_REVISION = 1 << 0,
	FIELD_DOWN_REVISION = 1 << 1,
	FIELD_DEPENDS_ON = 1 << 2,
	FIELD_BRANCH_LABELS = 1 << 3,
	FIELD_FILE = 1 << 4,
	FIELD_MESSAGE = 1 << 5,
	FIELD_UPGRADE = 1 << 6,
	FIELD_DOWNGRADE = 1 << 7,
	FIELD_AUTOCOMMIT = 1 << 8,
	FIELD_IRREVERSIBLE = 1 << 9,
};

struct revision_change {
	str name; /* a file name, else an id; an id that stands twice means all its files */
	struct span where;
	unsigned fields; /* which members of `values` were given */
	struct scenario_revision values;
};

struct named_place {
	str name;
	struct span where;
};

struct named_places {
	struct named_place *items;
	size_t count, capacity;
};

/* Edits apply in the order replace, remove, change, add. */
struct tree_edit {
	bool replaces; /* `replace` is a whole new list, perhaps an empty one */
	struct scenario_revisions replace;
	struct named_places remove; /* file names, else ids */

	struct {
		struct revision_change *items;
		size_t count, capacity;
	} change;
	struct scenario_revisions add;
};

/* --- projects ------------------------------------------------------------------------------ */

/* How the commands of a project's cells are carried out. */
enum project_runner {
	RUNNER_BODIES, /* by us, with the bodies of its files; its env.py is never touched */
	RUNNER_ENV,    /* by Alembic itself, with its env.py */
	RUNNER_COUNT,
};

struct scenario_variable {
	str name, value;
};

struct scenario_variables {
	struct scenario_variable *items;
	size_t count, capacity;
};

/* An Alembic project as it stands on the disk or in a commit: its tree, and where the files are that run. */
struct project_tree {
	str at;     /* the commit, as it was asked for; empty: as it stands on the disk */
	str root;   /* paths are in this folder: the repository's of a commit, else the project's */
	str folder; /* of its configuration */
	str ini, toml;       /* its configuration; empty: there is none */
	str section;         /* of the ini; empty: the usual one */
	str script_location; /* empty: there is none, but files alone */
	struct str_list locations;           /* folders of its revision files */
	struct str_list search_path;         /* folders that Python's own path is to begin with */
	struct scenario_revisions revisions; /* in load order */
};

/* `revisions: {alembic: SOURCE, ...}`. */
struct scenario_project {
	struct file_reference source;
	str section;           /* `name`; empty: the usual one */
	struct named_place at; /* a commit; without a name: as it stands on the disk */
	str python;            /* the interpreter, or a command that starts one; empty: to be found */
	enum project_runner runner;
	struct str_list stubs, x;
	struct scenario_variables env;
	const struct project_tree *tree;
};

/* --- states -------------------------------------------------------------------------------- */

enum state_origin {
	STATE_EMPTY,
	STATE_SCHEMA, /* upgraded to targets */
	STATE_RAN,    /* bodies that ran, whatever the tree says */
	STATE_LOAD,   /* a dump */
	STATE_MODELS, /* what the project's models make of an empty database */
};

enum fill_kind { /* rows that are made up, an index of fill_kind_names */
	FILL_ORDINARY, /* one that satisfies the constraints */
	FILL_NULLS,    /* one with NULL wherever it may stand */
	FILL_DOUBLES,  /* one that repeats what may be repeated */
	FILL_KIND_COUNT,
};

extern const char *const fill_kind_names[FILL_KIND_COUNT];

enum state_version {
	STATE_VERSION_DEFAULT, /* as the origin left it */
	STATE_VERSION_NONE,    /* no table */
	STATE_VERSION_ROWS,
};

/* Somebody else who has the database open while a repair runs. */
struct scenario_session {
	str name;
	struct span where;   /* of the name */
	struct sql_body sql; /* on an engine without any there is no such session */
};

struct scenario_sessions {
	struct scenario_session *items;
	size_t count, capacity;
};

struct scenario_state {
	str name;
	struct span where;
	enum state_origin origin;
	struct named_places targets; /* STATE_SCHEMA: in turn; STATE_RAN: file names or ids */
	struct load_reference load;
	struct named_place models; /* STATE_MODELS: "MODULE:NAME" of their metadata */
	struct named_place at;     /* a project's: the commit whose code builds it; no name: the scenario's */
	const struct project_tree *tree; /* of that commit; NULL: the scenario's */
	struct sql_body sql, seed;
	bool fill[FILL_KIND_COUNT]; /* rows for every table */
	enum state_version version;
	struct str_list rows;              /* STATE_VERSION_ROWS, in the listed order */
	struct scenario_sessions sessions; /* in the order in which they are opened */
};

/* --- steps --------------------------------------------------------------------------------- */

enum step_kind {
	STEP_UPGRADE,
	STEP_DOWNGRADE,
	STEP_STAMP,
	STEP_SQL,
	STEP_LOAD,
	STEP_MERGE,
	STEP_EDIT,
	STEP_VERSION,
	STEP_CHECK,
	STEP_SHOW,
	STEP_BACKUP,
	STEP_RESTORE,
	STEP_RUN,
	STEP_KIND_COUNT,
};

extern const char *const step_kind_names[STEP_KIND_COUNT]; /* the keys: "upgrade", ... */

/* Whether such a step puts the database away or another in its place, which nobody may have open then. */
extern const bool step_takes_whole_database[STEP_KIND_COUNT];

/* A pattern that a message must match, compiled when the file was read. */
struct expected_pattern {
	str text;
	const struct pattern *pattern; /* NULL: none was given */
	struct span where;
};

enum check_kind {
	CHECK_EQUALS,
	CHECK_MATCHES,
	CHECK_EMPTY,
	CHECK_NOT_EMPTY,
};

struct check {
	struct sql_body sql;
	enum check_kind kind;
	bool empty; /* the value of that key: the kind is made from it */
	str equals;
	struct expected_pattern matches;
	str state; /* goal only: judged in cells of this state alone; empty: in all */
	struct span where;
};

struct checks {
	struct check *items;
	size_t count, capacity;
};

struct step {
	enum step_kind kind;
	struct span where;             /* of the action's key */
	str title;                     /* may be empty */
	struct expected_pattern fails; /* the step must fail so */

	struct str_list targets; /* upgrade, downgrade: one; stamp, merge: one or more; version: rows, perhaps none */
	bool purge;                 /* stamp */
	bool is_none;               /* version: `none`, there must be no table */
	bool is_heads;              /* version: `heads`, those of the tree as it is then */
	struct sql_body sql;        /* sql, show */
	struct load_reference load; /* load */
	str merge_revision;         /* merge: the id of the new revision */
	str merge_message;          /* merge: may be empty */
	struct tree_edit edit;      /* edit */
	struct checks checks;       /* check: one or more */
	str backup;                 /* backup, restore: the name */
	struct str_list program;    /* run: its words */
	bool is_at_terminal;        /* run: it has the terminal, as nobody writes in a scenario */
};

struct steps {
	struct step *items;
	size_t count, capacity;
};

/* --- goal ---------------------------------------------------------------------------------- */

enum goal_key { /* bits of goal.keys */
	GOAL_VERSION = 1 << 0,
	GOAL_HEADS = 1 << 1,
	GOAL_SCHEMA = 1 << 2,
	GOAL_ROWS_KEPT = 1 << 3,
	GOAL_CHECK = 1 << 4,
	GOAL_ROUND_TRIP = 1 << 5,
};

enum goal_version {
	GOAL_VERSION_HEADS,
	GOAL_VERSION_ROWS, /* compared as a multiset; `base` is no rows */
};

enum schema_source {
	SCHEMA_ANY,           /* only has and lacks */
	SCHEMA_SAME_AS_FRESH, /* the edited tree replayed on an empty database */
	SCHEMA_SAME_AS_STATE,
	SCHEMA_SAME_AS_STRATEGY,
	SCHEMA_SAME_AS_FILE, /* a record of schema lines under `file` */
};

struct schema_item { /* "column transactions.trade_id" */
	str kind, name;
	struct span where;
};

struct schema_items {
	struct schema_item *items;
	size_t count, capacity;
};

struct goal {
	unsigned keys; /* which of the keys below are set */
	enum goal_version version;
	struct str_list rows;
	size_t heads;

	struct {
		enum schema_source source;
		str name; /* of the state or strategy */
		struct file_reference file;
		struct schema_items has, lacks;
		bool is_column_order_strict;
	} schema;

	bool keeps_all_rows;
	bool keeps_keys_alone;     /* a row need only be found again by its primary key */
	struct str_list rows_kept; /* tables */

	struct checks checks;

	bool round_trip;
};

/* --- strategies, outcomes, the whole -------------------------------------------------------- */

struct scenario_strategy {
	str name;
	struct span where;
	str title, story;
	bool engines[SCENARIO_ENGINE_COUNT]; /* after the scenario's own were applied */
	bool is_contestant; /* a program that is on trial, as nobody writes in a scenario */
	bool limits_states;
	struct str_list states; /* when limits_states */
	struct named_place at;  /* a project's: the commit whose tree takes the place of the scenario's */
	const struct project_tree *tree; /* of that commit; NULL: the scenario's */
	struct tree_edit edit;
	struct steps steps;
	struct goal goal; /* the scenario's, with the strategy's keys in their place */
};

/* What can be wrong: bits of a set, in the order in which they are listed. */
enum wrong {
	WRONG_VERSION = 1 << 0,
	WRONG_SCHEMA = 1 << 1,
	WRONG_ROWS = 1 << 2,
	WRONG_CHECK = 1 << 3,
	WRONG_ROUND_TRIP = 1 << 4,
	WRONG_HEADS = 1 << 5,
};

#define WRONG_COUNT 6
extern const char *const wrong_names[WRONG_COUNT]; /* wrong_names[i] names bit i */

/* A claim about one or more cells. */
struct scenario_outcome {
	struct span where;           /* of the key */
	str strategy, state, engine; /* "*": any; engine empty: not named, any */
	enum verdict verdict;
	size_t fails_at;             /* step, from 1 */
	struct expected_pattern error;
	unsigned wrong; /* set of enum wrong */
};

enum configure_key { /* bits of alembic_configure.given */
	CONFIGURE_TRANSACTION_PER_MIGRATION = 1 << 0,
	CONFIGURE_TRANSACTIONAL_DDL = 1 << 1,
	CONFIGURE_VERSION_TABLE = 1 << 2,
	CONFIGURE_VERSION_TABLE_SCHEMA = 1 << 3,
	CONFIGURE_VERSION_TABLE_PK = 1 << 4,
	CONFIGURE_LEVEL = 1 << 5,
};

/* What env.py would pass to Alembic. */
struct alembic_configure {
	unsigned given; /* keys that stand in the scenario file: set of enum configure_key */
	bool transaction_per_migration;
	bool has_transactional_ddl; /* else the engine's default */
	bool transactional_ddl;
	str version_table;        /* "alembic_version" unless given */
	str version_table_schema; /* may be empty */
	bool version_table_pk;    /* true unless given */
	int level;                /* enum alembic_level .. */
	str locale; /* of a PostgreSQL database; may be empty */
	struct sql_body before;     /* runs once in a database that has nothing in it */
	struct sql_body on_connect; /* runs at the start of every connection of a command */
};

struct scenario {
	str name; /* the file's stem */
	str path; /* as given */
	const struct source *source;
	struct str_list named_files; /* paths of files and folders that it names: SQL, dumps, projects */
	str title, story, lesson;
	struct str_list tags;
	bool engines[SCENARIO_ENGINE_COUNT];
	struct str_list extensions;
	struct str_list roles; /* each once */
	struct alembic_configure configure;
	struct scenario_project *project;    /* NULL: the revisions are its own */
	struct scenario_revisions revisions; /* of a project: those of its tree */

	struct {
		struct scenario_state *items;
		size_t count, capacity;
	} states;

	struct {
		struct scenario_strategy *items;
		size_t count, capacity;
	} strategies;
	struct goal goal; /* its own, before strategies put theirs in the place of some keys; no keys: it has none */

	struct {
		struct scenario_outcome *items;
		size_t count, capacity;
	} outcomes;

	struct {
		struct pattern **items;
		size_t count, capacity;
	} patterns; /* all that are compiled, for scenario_unload() */
};

/* One combination of strategy, state and engine that the scenario has, named scenario/strategy@state:engine. */
struct scenario_cell {
	const struct scenario *scenario;
	const struct scenario_strategy *strategy;
	const struct scenario_state *state;
	enum scenario_engine engine;
	const struct scenario_outcome *outcome; /* the most specific claim; NULL: works */
	str name;
};

struct scenario_cells {
	struct scenario_cell *items;
	size_t count, capacity;
};

/* Whether a step of any strategy is a program of the user's. */
bool scenario_runs_programs(const struct scenario *scenario);

/* Whether a state's rows are made up. */
bool scenario_state_is_filled(const struct scenario_state *state);

/* The tree that a state is built by. */
const struct scenario_revisions *scenario_state_revisions(
		const struct scenario *scenario, const struct scenario_state *state);

/* The tree that a strategy edits. */
const struct scenario_revisions *scenario_strategy_revisions(
		const struct scenario *scenario, const struct scenario_strategy *strategy);

/* Whether two cells start from the same: the same state of the same scenario, on the same engine. */
bool scenario_cell_starts_as(const struct scenario_cell *cell, const struct scenario_cell *other);

/* Append the scenario's cells: strategies in file order, then states, then engines. */
void scenario_add_cells(
		const struct scenario *scenario, struct arena *arena, struct scenario_cells *cells);

/* The first session of a state on that engine; NULL: there is none. */
const struct scenario_session *scenario_session_on(
		const struct scenario_state *state, enum scenario_engine engine);

/* The state or strategy of that name; NULL if there is none. */
const struct scenario_state *scenario_find_state(const struct scenario *scenario, str name);
const struct scenario_strategy *scenario_find_strategy(const struct scenario *scenario, str name);

#endif
