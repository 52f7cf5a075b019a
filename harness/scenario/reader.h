/*
 * scenario/reader.h - from nodes to values: what the readers of the parts of a scenario share. A part
 * is a shape, a table of the keys that a map may have, each with the kind of its value; the loader and
 * the JSON Schema are both made from these tables. A reader that finds a mistake reports it and goes on;
 * what it leaves unread is never reported again as missing or unknown. For this room alone.
 */
#ifndef SCENARIO_READER_H
#define SCENARIO_READER_H

#include "kit/arena.h"
#include "kit/table.h"
#include "scenario/load.h"
#include "scenario/yaml.h"

#include <stddef.h>

struct reader;

/* A kind of value. */
struct value_kind {
	const char *schema; /* its JSON Schema, as JSON text */
	/* Read `value`, which is not NODE_BAD, into the member of the kind's type at `ret_value`. */
	void (*read)(struct reader *reader, const struct node *value, void *ret_value);
};

struct field {
	const char *name;
	const struct value_kind *kind;
	size_t offset; /* of the member that is filled */
	bool is_required;
	const char *help; /* what the key is for, a sentence or a few: editors show it */
};

/*
 * A row for a key that is called as its member is; one with a member of another name or place; one that must be
 * given; and the same two of a key whose kind fills the whole struct. None can be written without its help.
 */
#define FIELD(type, member, kind, help)                               \
	{                                                             \
#member, &(kind), offsetof(type, member), false, help \
	}
#define FIELD_AT(name, type, member, kind, help)                   \
	{                                                          \
		name, &(kind), offsetof(type, member), false, help \
	}
#define FIELD_REQUIRED(name, type, member, kind, help)            \
	{                                                         \
		name, &(kind), offsetof(type, member), true, help \
	}
#define FIELD_WHOLE(name, kind, help)         \
	{                                     \
		name, &(kind), 0, false, help \
	}
#define FIELD_WHOLE_REQUIRED(name, kind, help) \
	{                                      \
		name, &(kind), 0, true, help   \
	}

/* The keys that a map may have; at most 32. */
struct shape {
	const char *name;    /* among the definitions of the JSON Schema */
	const char *subject; /* for messages: "a step" */
	const struct field *fields;
	size_t field_count;
	bool is_partial; /* no field is required after all */
	const char *example; /* what to write where something else stands; NULL: nothing short would do */
};

/* All shapes, for the JSON Schema. */
extern const struct shape shape_scenario, shape_configure, shape_revision, shape_revision_change,
		shape_revisions_elsewhere, shape_load, shape_sql, shape_sql_file, shape_state,
		shape_strategy, shape_edit, shape_step, shape_merge, shape_check, shape_goal_check,
		shape_goal, shape_goal_schema, shape_kept_keys, shape_claim;

enum reference_kind {
	REFERENCE_STATE,
	REFERENCE_STRATEGY,
};

/* A name that must be that of a state or strategy, to be looked up when all have been read. */
struct reference {
	enum reference_kind kind;
	str name;
	struct span where;
};

/* A strategy while it is read. */
struct strategy_draft {
	struct scenario_strategy strategy;
	struct goal goal; /* its own keys alone */

	struct {
		bool is_given;
		bool engines[SCENARIO_ENGINE_COUNT];
		struct span where;
	} engines;

	bool states_are_known;    /* there was no mistake in the states that it is limited to */
	bool steps_are_counted;   /* there was no mistake that hides how many there are */
	bool steps_are_known;     /* nor one that hides what a step does */
	bool revisions_are_known; /* nor one that hides the id of a revision in its edits */
};

/* An outcome while it is read. */
struct outcome_draft {
	struct scenario_outcome outcome;
	const struct node *key;
	struct span fails_at; /* of the value */
};

struct reader {
	struct arena *arena;
	const struct source *source;
	struct error_list *mistakes;
	struct scenario *scenario;             /* being built */
	const struct project_reader *projects; /* NULL: there is none */
	struct goal goal;                      /* the scenario's own */

	struct {
		struct strategy_draft *items;
		size_t count, capacity;
	} strategies;

	struct {
		struct outcome_draft *items;
		size_t count, capacity;
	} outcomes;
	struct table state_names, strategy_names; /* to the index of each */

	struct {
		struct reference *items;
		size_t count, capacity;
	} references;

	size_t unknown_revisions; /* whose id could not be read */
	bool revisions_are_known; /* false after a mistake: nobody can tell then that a name is wrong */
	bool states_are_known;
	bool strategies_are_known;

	struct {
		const struct source **items;
		size_t count, capacity;
	} files; /* other files whose text is part of the scenario */
};

/* --- mistakes ------------------------------------------------------------------------------ */

/* Report a mistake; its hint may be set. */
struct error *mistake_at(struct reader *reader, struct span where, const char *format, ...)
		PRINTF_LIKE(3, 4);

/* Among more names than these, a search at every mistake would take too long: there is no hint then. */
#define MOST_CANDIDATES 10000

/* "Did you mean 'x'?" when one of the candidates is near `word`; else the empty text. */
str hint_nearest(const struct reader *reader, str word, const str *candidates, size_t count);

/* The same among C strings. */
str hint_nearest_name(
		const struct reader *reader, str word, const char *const *candidates, size_t count);

/* Whether `node` is of the kind; reports "expected <what>, found ..." if not, save for NODE_BAD. */
bool expect_kind(struct reader *reader, const struct node *node, enum node_kind kind,
		const char *what);

/* --- maps ---------------------------------------------------------------------------------- */

/*
 * Read the map `node` by the table of `shape` into the struct at `ret_values`. Unknown and missing keys
 * are reported. Returns the set of fields that were given, a bit for each row, also where the value had
 * a mistake; 0 when `node` is no map.
 */
unsigned fields_read(struct reader *reader, const struct node *node, const struct shape *shape,
		void *ret_values);

/* Whether every key of a map is one of the shape's: if not, one that is not there may have been meant. */
bool keys_are_known(const struct node *node, const struct shape *shape);

/* The key of that name in a map; NULL when there is none, or `node` is no map. */
const struct node *map_find_key(const struct node *node, const char *name);

/* Report every key of `names` after the first: they exclude each other. Returns how many there are. */
size_t keys_exclude(struct reader *reader, const struct node *node, const char *const *names,
		size_t count);

/* Whether a key of a map from names to values can be one; reports it if not. */
bool key_is_name(struct reader *reader, const struct node *key, const char *what);

/* Report a name that cannot be part of the names of cells and files. */
void check_cell_name(struct reader *reader, const struct node *key, const char *what);

/* --- what was copied from Python -------------------------------------------------------------- */

/* Report a body that is no SQL but Python, where that begins if `sql` is part of the source of `whole`, else there. */
void check_is_sql(struct reader *reader, str sql, struct span whole);

/* "tuple" or "list", if the text is one; else NULL. */
const char *python_sequence(str text);

/* What is in it, without quotes. */
struct str_list python_items(str text, struct arena *arena);

/* --- kinds of values ----------------------------------------------------------------------- */

extern const struct value_kind kind_text, /* str */
		kind_name,                /* str, not empty */
		kind_texts,               /* str_list, from a list */
		kind_text_or_texts,       /* str_list, from a text or a list */
		kind_texts_or_null,       /* str_list, from a text, a list or null */
		kind_down_revision,       /* revision_spec, its down_revision; from the same */
		kind_one_text,            /* str_list of one, from a text */
		kind_places,              /* named_places, from a list */
		kind_place_or_places,     /* named_places, from a text or a list */
		kind_bool,                /* bool */
		kind_count,               /* size_t */
		kind_pattern,             /* expected_pattern */
		kind_load,                /* load_reference, from a text or a map */
		kind_place,               /* named_place, not empty */
		kind_engines,             /* bool[SCENARIO_ENGINE_COUNT] */
		kind_sql,                 /* sql_body */
		kind_sessions,            /* scenario_sessions, from a map */
		kind_revisions,           /* scenario_revisions, from a list or a folder */
		kind_goal;                /* goal */

/* What is behind kind_text, kind_engines and kind_count; false after a mistake. */
bool read_text(struct reader *reader, const struct node *node, str *ret_text);
bool find_engine(struct reader *reader, str name, struct span where, size_t *ret_engine);
bool read_count(struct reader *reader, const struct node *node, size_t *ret_count);

/*
 * Rows of a version table, from a text or a list. A text that is one of Alembic's words for revisions (head) is a
 * mistake, with the hint: no row says so. In a list they are rows.
 */
void read_version_rows(struct reader *reader, const struct node *node, const char *hint,
		struct str_list *ret_rows);

/* --- parts of a scenario ------------------------------------------------------------------- */

/* All of it: reader->scenario is filled as far as there are no mistakes. */
void read_scenario(struct reader *reader, const struct node *root);

/* A file beside the scenario: its path, whether or not it exists. */
struct file_reference file_reference_of(const struct reader *reader, str name, struct span where);

/*
 * The text of a file that is part of the scenario, read once. NULL, with a mistake at `where`, when it
 * cannot be read; what is wrong in it is reported in its own place.
 */
const struct source *read_source(struct reader *reader, const struct file_reference *file);

void read_revision_directory(struct reader *reader, const struct file_reference *directory,
		struct scenario_revisions *ret_revisions);

/* What stands beside `alembic`, a member each. */
extern const struct value_kind kind_runner, kind_variables, kind_python;

/* Read the projects that were named: the scenario's, and as states and strategies want it. */
void read_projects(struct reader *reader);

void read_states(struct reader *reader, const struct node *node, void *unused);
void read_strategies(struct reader *reader, const struct node *node, void *unused);
void read_steps(struct reader *reader, const struct node *node, struct strategy_draft *draft);
void read_step(struct reader *reader, const struct node *node, struct strategy_draft *draft);

/* What to write for a step that was written as a command line; empty: who knows. */
str hint_for_command(str text, struct arena *arena);

/* Report options of Alembic's in what should be a target, or a list of them. */
void check_targets(struct reader *reader, const struct node *node, enum step_kind kind);
void read_outcomes(struct reader *reader, const struct node *node, void *unused);
void read_edit(struct reader *reader, const struct node *node, void *ret_edit);

/* The members of struct tree_edit, which a strategy has among its own. */
extern const struct value_kind kind_add_revisions, kind_change_revisions, kind_remove_revisions,
		kind_replace_revisions;

/* A check or a list of them, by the table of a step's or a goal's. */
void read_checks(struct reader *reader, const struct node *node, const struct shape *shape,
		struct checks *checks);
#define SCHEMA_CHECKS(shape)                                                           \
	"{\"anyOf\": [{\"$ref\": \"#/definitions/" shape "\"}, {\"type\": \"array\", " \
	"\"items\": {\"$ref\": \"#/definitions/" shape "\"}}]}"

/* Make room for a strategy; the pointer is good until the next. */
struct strategy_draft *add_strategy(struct reader *reader, str name, struct span where);

/* Put the keys that `other` has into `goal`. */
void goal_take(struct goal *goal, const struct goal *other);

/* Note that `name` must be that of a state or strategy. */
void add_reference(struct reader *reader, enum reference_kind kind, str name, struct span where);

/* --- checks of the whole ------------------------------------------------------------------- */

/* Report a name at `where` that no state or strategy has, unless a mistake hid some. */
void check_name(struct reader *reader, enum reference_kind kind, str name, struct span where);

/* Report names of revisions that the tree, as it is by then, has not. */
void check_revision_names(struct reader *reader);

/* Report steps that cannot be carried out while others have the database open. */
void check_sessions(struct reader *reader);

/* Report the lines under `outcomes` that no cell owns, and hand the outcomes to the scenario. */
void check_outcomes(struct reader *reader);

/* --- edits --------------------------------------------------------------------------------- */

/* As scenario_edit_apply(), going on after names that nothing has: those are the result. */
struct named_places edit_apply(const struct tree_edit *edit,
		const struct scenario_revisions *before, struct arena *arena,
		struct scenario_revisions *ret_after);

/* The names that the files and ids of `revisions` are, for many questions. */
struct name_index *name_index_new(const struct scenario_revisions *revisions, struct arena *arena);
bool name_index_has(const struct name_index *index, str name);

#endif
