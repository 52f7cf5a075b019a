/*
 * lab/stage.h - what one replay plays on: a database of its own, the tree as it stands now, the time it
 * has left. A cell has one; so has each state that is built, and each replay that a goal compares with.
 * The stage owns its database and its backups, all else is borrowed.
 */
#ifndef LAB_STAGE_H
#define LAB_STAGE_H

#include "lab/observer.h"
#include "scenario/edit.h"

struct project_reader;
struct revision_history;

/* What a program's folder calls the project in which it runs. */
#define PROGRAM_PROJECT "project"

/* A copy of the database under a name, as `backup` leaves it. */
struct backup {
	str name;
	struct image *image;
};

struct backups {
	struct backup *items;
	size_t count, capacity;
};

/* The connections of others that are open while steps run. */
struct sessions {
	struct connection **items;
	size_t count, capacity;
};

/* What a query returned, for people to see. */
struct show {
	size_t step; /* from 1 */
	struct result result;
};

struct shows {
	struct show *items;
	size_t count, capacity;
};

/* What was being sent when the last error came up. */
struct sent {
	str statement; /* empty: no SQL */
	str revision;  /* whose body it was, or whose version row; empty: no revision's */
};

struct stage {
	enum scenario_engine kind;
	const struct engine *engine;
	struct host *host;
	const struct alembic_configure *configure; /* what env.py passes to Alembic */
	const struct scenario_project *project; /* whose Python runs commands; NULL: nobody's, all is SQL */
	const struct str_list *extensions; /* that each of its databases gets */
	struct scenario_revisions tree;    /* as deployed: states are built by it */
	int64_t deadline_us; /* of clock_now_us(); 0: none */
	struct arena *arena;

	struct database *database;           /* NULL: not yet */
	struct scenario_revisions revisions; /* the tree as it stands now, in load order */
	size_t tree_changes;                 /* edits and merges carried out by steps */
	struct backups backups;
	struct str_list folders; /* of programs that ran, in PROGRAM_PROJECT of each; removed when the stage is struck */
	struct sessions sessions;
	size_t step;                /* the number of the one in hand, from 1 */
	struct shows shows;         /* what steps have shown */
	struct str_list notes; /* warnings of Alembic, each once */
	struct str_list stubs; /* modules that something stood in for, each once, sorted */
	struct sent sent;
	struct observers observers; /* none: nobody watches */
	str readme; /* that a program finds beside the project; may be empty */
	const struct project_reader *projects; /* who reads trees back that programs have changed; NULL: no program may run */
	bool tells_little; /* what Python's statements are need not be known, unless somebody watches */
	bool is_killed;             /* by one of them: what plays here sends nothing more */
	bool has_left_autocommit;   /* the connection of the command in hand, a block of it */
};

/* A stage as `like`, without a database, whose results go to `arena`. */
struct stage stage_like(const struct stage *like, struct arena *arena);

/* Give back the database and the backups; the stage may be zeroed. */
void stage_strike(struct stage *stage);

/*
 * Replace the database by an empty one, or by a copy of `image`, if there is one: what SQL has set for its role
 * stays then. A first one begins with what the role had in the image.
 */
MUST_USE struct error *stage_create_database(struct stage *stage);
MUST_USE struct error *stage_clone_database(struct stage *stage, struct image *image);

/* The stage, which has none yet, gets the database that the image holds, and the image is gone. */
MUST_USE struct error *stage_claim_database(struct stage *stage, struct image *image);

/*
 * Connect as a new process would; the stage's deadline holds. Disconnecting rolls back what is open; NULL
 * is fine.
 */
MUST_USE struct error *stage_connect(struct stage *stage, struct connection **ret_connection);
void stage_disconnect(struct stage *stage, struct connection *connection);

/*
 * Connect to read version rows, schema and rows: what a cell has left is read although its time is up, but SQL of a
 * stranger's can make that last (a view called alembic_version), so there is a grace and no more.
 */
MUST_USE struct error *stage_connect_to_read(
		struct stage *stage, struct connection **ret_connection);

/* The schema of the stage's database, without the version table; over a connection of its own, or a given one. */
MUST_USE struct error *stage_snapshot(
		struct stage *stage, struct arena *arena, struct schema **ret_schema);
MUST_USE struct error *stage_read_schema(struct stage *stage, struct connection *connection,
		struct arena *arena, struct schema **ret_schema);

/* When such reading has to end: with the stage's time, but not before the grace is over. 0: never. */
int64_t stage_reading_deadline(const struct stage *stage);

/* Commit what is open. */
MUST_USE struct error *stage_commit(struct stage *stage, struct connection *connection);

/* Whether a command is one transaction, or each of its revisions, DDL included, as far as Alembic is to know. */
bool stage_has_transactional_ddl(const struct stage *stage);

/* The tree as a run of `alembic` finds it: nothing is loaded yet. */
struct revision_history *stage_history(struct stage *stage);

/* The real heads of that tree, each once; an error if it does not load. */
MUST_USE struct error *stage_real_heads(struct stage *stage, struct str_list *ret_heads);

/* ERROR_TIMEOUT once the deadline has passed. */
MUST_USE struct error *stage_check_time(struct stage *stage);

/* A replay gets back what was spent on watching it since then: what becomes of it does not depend on it. */
void stage_give_back_time(struct stage *stage, int64_t since_us);

/* Add what the engine has to say of its database. */
void stage_take_notes(struct stage *stage);

/* Add notes that are not there yet. */
void stage_note(struct stage *stage, const struct str_list *notes);

/* Add modules that something stood in for. */
void stage_take_stubs(struct stage *stage, const struct str_list *modules);

/* The class that tools see: the error's own, else one that goes with its code. */
str error_class(const struct error *error);

/* Whether an error says something of the cell (else it is of the environment, and is handed on). */
bool error_is_of_cell(const struct error *error);

#endif
