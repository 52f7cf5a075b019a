/*
 * replay/trace.h - what happened in a cell, step by step, as plain values: for whoever tells it to people.
 * A trace is kept only where somebody watches, by an observer; the time that this takes does not count for
 * the cell. Everything is in the cell's arena.
 */
#ifndef REPLAY_TRACE_H
#define REPLAY_TRACE_H

#include "lab/look.h"
#include "lab/observer.h"

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

/* What the version rows stand for: the schema that the tree makes when it is upgraded to them. */
struct trace_claim {
	str failure; /* why that cannot be told; empty: it can */
	str own_failure; /* at the start: why the scenario's own tree cannot tell it, and the edited one does */
	struct schema *schema;
	struct schema_changes changes; /* missing: claimed, and not there */
};

struct trace_step {
	const struct step *step;
	struct trace_events events;
	const struct error *error;           /* what came up, expected or not; NULL: nothing */
	str error_class;                     /* with `error` */
	struct scenario_revisions revisions; /* the tree after it */
	bool changes_tree;
	struct look after;
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
	struct look start;
	struct trace_claim start_claim;      /* by the scenario's own tree, else by the edited one */
	struct trace_sessions sessions;      /* that were opened then */
	struct scenario_revisions revisions; /* the tree with the strategy's edits */
	bool is_edited;                      /* there are some */
	struct trace_steps steps;            /* those that were begun */
	struct trace_claim end_claim;        /* by the tree as it is then, once steps were begun */
	int64_t claim_time_us; /* how long either may take, beside the cell's own time; 0: as it likes */
};

/* Whoever records a trace: an observer. */
struct recorder {
	struct trace *trace;
	struct look_wants wants; /* at each look: what the goal asks for */
};

/*
 * Record in `trace`, a zeroed one, what becomes of the stage from now on, for `goal`: look at the database and
 * at what its rows claim, then watch. `recorder` must outlive that.
 */
MUST_USE struct error *trace_begin(struct recorder *recorder, struct trace *trace,
		const struct goal *goal, struct stage *stage);

/*
 * The same for a step that somebody plays by hand, without a look at what rows claim: the database was `before` when it
 * was looked at last.
 */
void trace_follow(struct recorder *recorder, struct trace *trace, const struct look *before,
		const struct look_wants *wants, struct stage *stage);

/* The last step is over: look at what the rows claim now. */
MUST_USE struct error *trace_finish(struct recorder *recorder, struct stage *stage);

#endif
