/*
 * lab/body.h - send SQL statement by statement, so that a failure names its statement and its place in
 * the file it was written in.
 */
#ifndef LAB_BODY_H
#define LAB_BODY_H

#include "lab/stage.h"

/* What the statements of a body returned, in turn. */
struct results {
	struct result *items;
	size_t count, capacity;
};

/*
 * Send the statements of `sql` on `connection`; stops at the first that fails. The error's `where` is the
 * place that the engine points at, and stage->sent is the statement, of the body of `revision` (empty: of
 * none). `ret_results` may be NULL.
 */
MUST_USE struct error *body_run(struct stage *stage, struct connection *connection,
		const struct located_text *sql, str revision, struct results *ret_results);

/* Send one statement that stands in no file. `ret_result` may be NULL. */
MUST_USE struct error *statement_run(struct stage *stage, struct connection *connection,
		str statement, struct result *ret_result);

/*
 * Send a body as a person would, outside of Alembic: on a connection of its own, in autocommit; a
 * transaction that it leaves open is rolled back.
 */
MUST_USE struct error *body_run_by_hand(struct stage *stage, const struct located_text *sql);

/*
 * Load a file: plain SQL (.sql, packed or not) is sent as by hand; anything else is a dump of a whole database, which
 * takes the place of the one that is there.
 */
MUST_USE struct error *body_load(struct stage *stage, const struct load_reference *load);

/* The same as the engines know it. */
struct dump load_dump_of(const struct load_reference *load);

#endif
