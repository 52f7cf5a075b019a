/*
 * helper/engine_internal.h - the insides of a host on top of another, for the files that make its engine. What is the
 * other's own has no type here: a `void *` that only its functions may look into.
 */
#ifndef HELPER_ENGINE_INTERNAL_H
#define HELPER_ENGINE_INTERNAL_H

#include "helper/cell.h"
#include "helper/checkout.h"
#include "helper/engine.h"

struct host {
	const struct engine *native;
	struct engine engine; /* the native's, with what is different in its place */
	void *of;             /* the native's host */
	struct helper *helper;
	str scratch;
	struct arena *arena;
	unsigned trees; /* edited ones that were written so far */

	struct {
		struct checkout **items;
		size_t count, capacity;
	} checkouts; /* of the commits that were wanted so far */
};

struct database {
	struct host *host;
	void *of;
	size_t standing; /* connections that stand still, and hold what they have locked */
};

struct image {
	struct host *host;
	void *of;
};

struct connection {
	struct database *database;
	void *of;          /* the native's; NULL: it is of Python's driver */
	struct cell *cell; /* that has it; NULL: it is native */
	bool stands;       /* it is one of those that stand still */
};

/* --- helper/python_connection.c: connections of Python's driver ---------------------------------- */

/* The members of struct engine of the same names, for such connections alone. */
MUST_USE struct error *python_connect(struct database *database,
		const struct python_project *project, struct arena *arena,
		struct connection **ret_connection);
void python_disconnect(struct connection *connection);
MUST_USE struct error *python_set_autocommit(
		struct connection *connection, bool autocommit, struct arena *arena);
MUST_USE struct error *python_commit(struct connection *connection, struct arena *arena);
MUST_USE struct error *python_rollback(struct connection *connection, struct arena *arena);
MUST_USE struct error *python_execute(struct connection *connection, str statement,
		struct arena *arena, struct result *ret_result, size_t *ret_error_offset);
MUST_USE struct error *python_has_table(struct connection *connection, str schema, str table,
		struct arena *arena, bool *ret_is_there);
MUST_USE struct error *python_run(struct connection *connection, const struct python_body *body,
		const struct python_follower *follower, struct arena *arena);
MUST_USE struct error *python_command(struct database *database,
		const struct python_command *command, int64_t deadline_us,
		const struct python_follower *follower, struct arena *arena);
MUST_USE struct error *python_fill(struct connection *connection, const struct python_rows *rows,
		const struct python_follower *follower, struct arena *arena);
MUST_USE struct error *python_create_all(struct connection *connection, str target,
		const struct python_follower *follower, struct arena *arena);

#endif
