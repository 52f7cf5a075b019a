/*
 * helper/cell.h - a child of the helper, bound to one throwaway database: what it is asked, what it answers, and what
 * it tells meanwhile (docs/helper.md). A child that does not answer in time is ended, and everything asked of it
 * afterwards fails with what it ended by.
 */
#ifndef HELPER_CELL_H
#define HELPER_CELL_H

#include "database/engine.h"
#include "helper/helper.h"

struct cell {
	struct helper *helper;
	struct arena *arena;
	const struct edited_tree *edited; /* revision files that were written for it; NULL: none */
	const struct checkout *checkout; /* where the project's files are meanwhile; NULL: in their place */
	pid_t pid;                       /* 0: it was ended */
	struct channel channel;
	int64_t deadline_us;                /* of clock_now_us(); 0: none */
	engine_wait_fn *describe_wait; /* others hold locks and never let go: it waits a while only; NULL: none does */
	enum transaction_state transaction; /* of the connection that it spoke of last */
	const struct error *end;            /* it was ended by this; NULL: it lives */
	struct connection *connection;      /* for followers */
	engine_notice_fn *take_notice;      /* NULL: notices are dropped */
	void *notice_data;

	struct {
		const struct source **items;
		size_t count, capacity;
	} sources; /* the users' files that were spoken of */
};

/*
 * Open one on the database at `address`. `describe_wait`: others have it open that stand still; NULL: nobody has.
 * ERROR_ENVIRONMENT: the helper is gone; ERROR_ALEMBIC: it has no driver.
 */
MUST_USE struct error *cell_open(struct helper *helper, const struct database_address *address,
		const struct python_project *project, const struct checkout *checkout,
		const struct edited_tree *edited, engine_wait_fn *describe_wait,
		int64_t deadline_us, struct arena *arena, struct cell **ret_cell);
void cell_close(struct cell *cell);

/*
 * Ask it something, a line of JSON, and tell `follower` (NULL: nobody) what happens until it answers. The answer is the
 * caller's, by json_decref(); `ret_answer` may be NULL. What Python raises is an error with a place in the users' file; on failure
 * `ret_error_offset`, which may be NULL, is where the engine points at in the statement.
 */
MUST_USE struct error *cell_ask(struct cell *cell, str line, const struct python_follower *follower,
		struct arena *arena, json_t **ret_answer, size_t *ret_error_offset);

/* --- helper/errors.c --------------------------------------------------------------------------- */

/* What Python has raised, as an error of ours. */
struct error *cell_error(struct cell *cell, const json_t *raised, struct arena *arena,
		size_t *ret_error_offset);

/* A line of the users' files; nowhere: it cannot be read. Columns count from 1; 0: the line as a whole. */
struct span cell_place(struct cell *cell, str path, int64_t line, int64_t column);

#endif
