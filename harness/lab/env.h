/*
 * lab/env.h - what a project's env.py does by itself, as `configure` of the scenario says: once in a database
 * that has nothing in it, and at the start of every connection of a command.
 */
#ifndef LAB_ENV_H
#define LAB_ENV_H

#include "lab/stage.h"

/* Replace the stage's database by an empty one in which `configure: before` has run. */
MUST_USE struct error *env_create_database(struct stage *stage);

/*
 * Connect as a command of Alembic does: `configure: on_connect` has run, in autocommit, as a listener to
 * SQLAlchemy's "connect" runs it, and the driver begins transactions by its habit from here on.
 */
MUST_USE struct error *env_connect(struct stage *stage, struct connection **ret_connection);

#endif
