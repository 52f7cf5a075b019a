/*
 * lab/trace.h - what happened in a cell, step by step, as plain values: for whoever tells it to people.
 * A trace is kept only where somebody watches; a stage whose `trace` is NULL neither records nor looks at
 * the database between steps, and replays the same; the time that watching takes does not count for the
 * cell. Everything is in the cell's arena.
 */
#ifndef LAB_TRACE_H
#define LAB_TRACE_H

#include "database/engine.h"
#include "revision/plan.h"
#include "scenario/scenario.h"

struct stage;

enum trace_event_kind {
	TRACE_PLAN,      /* made, complete, before the first body runs */
	TRACE_REVISION,  /* a step of the plan begins */
	TRACE_STATEMENT, /* was sent */
	TRACE_NOTICE,    /* the server said something, while the statement before it ran */
	TRACE_COMMIT,    /* of what was open */
	TRACE_ROLLBACK,  /* of what was open, as a connection closes or a failed transaction ends */
};

struct trace_event {
	enum trace_event_kind kind;
	struct plan plan; /* TRACE_PLAN */
	size_t plan_step; /* TRACE_REVISION: index into the plan's steps */
	str text;         /* a statement verbatim; what a notice says */
	str severity;     /* TRACE_NOTICE: "NOTICE", "WARNING" */
	struct located_text
			body; /* a statement's; no text: Alembic's own, which stands in no file */
	size_t offset;        /* of the statement in it */
	enum transaction_state before, after; /* a statement's */
	const struct error *error;            /* a statement's; NULL: it ran */
};

struct trace_events {
	struct trace_event *items;
	size_t count, capacity;
};

/* The rows of a table that the goal asks for. */
struct trace_table {
	str name;
	struct str_list columns;
	struct result rows; /* of these columns */
	str failure;        /* why they cannot be read; empty: they were */
};

struct trace_tables {
	struct trace_table *items;
	size_t count, capacity;
};

/* The database at one moment. */
struct trace_look {
	bool has_version_table;
	struct str_list version;    /* rows in SELECT order */
	str version_failure;        /* why the rows cannot be read; empty: they were */
	struct schema *schema;      /* without the version table; empty where it cannot be read */
	str schema_failure;         /* why it cannot; empty: it was */
	struct trace_tables tables; /* those of the goal's `rows_kept` that are there, by name */
};

/* What the version rows stand for: the schema that the tree makes when it is upgraded to them. */
struct trace_claim {
	str failure; /* why that cannot be told; empty: it can */
	struct schema *schema;
	struct schema_difference difference; /* missing: claimed, and not there */
};

struct trace_step {
	const struct step *step;
	struct trace_events events;
	const struct error *error;           /* what came up, expected or not; NULL: nothing */
	str error_class;                     /* with `error` */
	struct scenario_revisions revisions; /* the tree after it */
	bool changes_tree;
	struct trace_look after;
};

/* A session, and what it is left with. */
struct trace_session {
	const struct scenario_session *session;
	enum transaction_state transaction;
};

struct trace_sessions {
	struct trace_session *items;
	size_t count, capacity;
};

struct trace_steps {
	struct trace_step *items;
	size_t count, capacity;
};

struct trace {
	bool has_start; /* the state could be built */
	struct trace_look start;
	struct trace_claim start_claim;      /* by the scenario's own tree */
	struct trace_sessions sessions;      /* that were opened then */
	struct scenario_revisions revisions; /* the tree with the strategy's edits */
	struct trace_steps steps;            /* those that were begun */
	struct trace_claim end_claim;        /* by the tree as it is then, once steps were begun */
	int64_t claim_time_us; /* how long either may take, beside the cell's own time; 0: as it likes */
};

/* --- for the rest of this room; all do nothing on a stage that nobody watches ------------------------ */

void trace_plan(struct stage *stage, const struct plan *plan);
void trace_revision(struct stage *stage, size_t plan_step);

/* Where a connection stands; TRANSACTION_NONE when nobody watches. */
enum transaction_state trace_transaction(
		const struct stage *stage, const struct connection *connection);

/* `statement` of `body` (NULL: of none) is about to be sent; that was done, with `error`. */
void trace_statement_begin(struct stage *stage, const struct connection *connection,
		const struct located_text *body, const struct statement *statement);
void trace_statement_end(struct stage *stage, const struct connection *connection,
		const struct error *error);

/* What was open, as `before` says, has ended. */
void trace_end(struct stage *stage, enum transaction_state before, bool is_commit);

/* A connection was opened: its notices are events. */
void trace_connection(struct stage *stage, struct connection *connection);

/* A session has run its SQL on `connection`. */
void trace_session(struct stage *stage, const struct scenario_session *session,
		const struct connection *connection);

/* The strategy has edited the tree. */
void trace_edit(struct stage *stage);

/* A step begins, and is over with `error`. Errors are of the environment alone. */
void trace_step_begin(struct stage *stage, const struct step *step);
MUST_USE struct error *trace_step_end(
		struct stage *stage, const struct goal *goal, const struct error *error);

/* Look at the database before the first step, and at what its rows claim; the latter after the last one, too. */
MUST_USE struct error *trace_begin(struct stage *stage, const struct goal *goal);
MUST_USE struct error *trace_finish(struct stage *stage);

#endif
