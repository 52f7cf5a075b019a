/*
 * lab/observer.h - the moments of a replay, named once, and whoever watches it at them. A stage has a table of
 * observers; one may look at the database, count, record, run something else meanwhile, or end what is being
 * done by handing back an error. Where nobody watches, nothing is told and the replay is the same.
 *
 * To watch: a file with a struct, and a function that makes a struct observer of it.
 */
#ifndef LAB_OBSERVER_H
#define LAB_OBSERVER_H

#include "database/engine.h"
#include "revision/plan.h"
#include "scenario/scenario.h"

struct alembic_command;
struct stage;

/* What there is a moment before, and one after, as far as not said otherwise. */
enum moment_kind {
	MOMENT_STEP,      /* of a strategy */
	MOMENT_COMMAND,   /* one run of `alembic`: it has no connection yet, or no more */
	MOMENT_REVISION,  /* a step of its plan: the body, the version rows, the commit if it has its own */
	MOMENT_STATEMENT, /* of a body, or one that changes the version table */

	MOMENT_PLAN,        /* after alone: made, complete, nothing of it has run */
	MOMENT_TRANSACTION, /* after alone: what was open has ended */
	MOMENT_NOTICE,      /* after alone: the server has said something, while a statement runs */
	MOMENT_SESSION,     /* after alone: somebody else has the database open */
	MOMENT_TREE,        /* after alone: the strategy has edited the tree */
};

/* Borrowed for the call; what is not of the kind is zero. */
struct moment {
	enum moment_kind kind;
	bool is_after;
	const struct error *error;     /* after: what came of it; NULL: it is done */
	struct connection *connection; /* on which it happens; NULL: none */

	const struct step *step;                /* step */
	const struct alembic_command *command;  /* command */
	const struct plan *plan;                /* plan, revision */
	size_t plan_step;                       /* revision: index into the plan's steps */
	const struct statement *statement;      /* statement */
	const struct located_text *body;        /* statement: whose; NULL: Alembic's own, in no file */
	bool is_commit;                         /* transaction: it is kept */
	str severity, message;                  /* notice */
	const struct scenario_session *session; /* session */
};

struct observer {
	/*
	 * An error before something keeps it from being done, and is what the replay ends with; after it,
	 * only where it has been done without one. Of the kinds transaction, notice, session and tree it is
	 * not asked for.
	 */
	struct error *(*see)(void *data, struct stage *stage, const struct moment *moment);
	void *data; /* borrowed */
};

struct observers {
	struct observer *items;
	size_t count, capacity;
};

/* From now on `observer` watches the stage. */
void stage_watch(struct stage *stage, struct observer observer);

/* Nobody does any more. */
void stage_unwatch(struct stage *stage);

/* --- for whoever replays ---------------------------------------------------------------------- */

/* The moment is here. */
MUST_USE struct error *observe(struct stage *stage, const struct moment *moment);

/* It is over with `error`, which is handed back unless what observers say is of the environment. */
MUST_USE struct error *observe_after(
		struct stage *stage, const struct moment *moment, struct error *error);

/* It is, and nobody is asked. */
void observe_only(struct stage *stage, const struct moment *moment);

/* Where a connection stands; TRANSACTION_NONE when nobody watches. */
enum transaction_state observed_transaction(
		const struct stage *stage, const struct connection *connection);

/* A connection was opened: what the server says on it is a moment. */
void observe_notices(struct stage *stage, struct connection *connection);

#endif
