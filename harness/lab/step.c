#include "lab/step.h"

#include "kit/arena.h"
#include "lab/body.h"
#include "lab/python.h"
#include "lab/version_table.h"

/*
 * A failure inside a transaction that an autocommit block's SQL has begun. Leaving the block, SQLAlchemy sets the
 * isolation level, for which psycopg2 sends nothing the first time that it is set on a connection. From then on it
 * resets what it has set before, which is refused, and that is the error that Alembic ends with.
 */
static struct error *abort_after(const struct error *first, struct arena *arena)
{
	struct error *error = arena_new(arena, struct error);

	*error = *first;
	error->message = STR("current transaction is aborted, commands ignored until end of "
			     "transaction block");
	error->state = STR(ENGINE_IN_FAILED_TRANSACTION);
	error->detail = str_format(arena, ENGINE_FAILED_FIRST, STR_ARG(first->message));
	return error;
}

/*
 * autocommit_block(): commits what the run has open, then each statement by itself. At the end of the block
 * the driver is told to commit, even if the body failed: SQLite's then ends a transaction that the body has
 * begun and left open; PostgreSQL's does not know of it, and it goes on to the end of the next one.
 */
static struct error *run_autocommit(struct stage *stage, struct connection *connection,
		const struct located_text *sql, str revision)
{
	struct arena *arena = stage->arena;

	struct error *err = stage_commit(stage, connection);
	if (!err) {
		err = stage->engine->set_autocommit(connection, true, arena);
	}
	if (err) {
		return err;
	}
	err = body_run(stage, connection, sql, revision, NULL);
	if (stage->is_killed) {
		return err;
	}
	struct error *end = stage_commit(stage, connection);
	if (!err) {
		err = end;
	} else if (stage->has_left_autocommit &&
			str_equal(error_class(err),
					STR("DatabaseError")) && // a wait without an end stays one
			stage->engine->transaction(connection) == TRANSACTION_FAILED) {
		err = abort_after(err, arena);
	}
	stage->has_left_autocommit = true;
	return err ? err : stage->engine->set_autocommit(connection, false, arena);
}

static struct error *run_body(
		struct stage *stage, struct connection *connection, const struct plan_step *step)
{
	if (step->op == PLAN_STAMP) {
		return NULL;
	}
	const struct scenario_revision *revision = &stage->revisions.items[step->spec];
	const str id = revision->spec.revision;
	const bool is_upgrade = step->op == PLAN_UPGRADE;

	if (!is_upgrade && revision->irreversible) {
		return error_alembic(stage->arena, "Irreversible",
				"revision '%.*s' cannot be downgraded", STR_ARG(id));
	}
	if (revision_has_python(revision, is_upgrade)) {
		return python_body_run(stage, connection, revision, is_upgrade);
	}
	const struct sql_body *body = is_upgrade ? &revision->upgrade : &revision->downgrade;
	const struct located_text *sql = &body->by_engine[stage->kind];

	return revision->autocommit ? run_autocommit(stage, connection, sql, id)
				    : body_run(stage, connection, sql, id, NULL);
}

struct error *step_run(struct stage *stage, struct connection *connection,
		const struct plan_step *step, struct version_keeper *keeper)
{
	struct version_table table = { .stage = stage, .connection = connection };
	const struct version_store store = version_table_store(&table);

	stage->sent = (struct sent){ .revision = step->revision };
	struct error *err = stage_check_time(stage);
	if (!err) {
		err = run_body(stage, connection, step);
	}
	return err ? err : version_keeper_apply(keeper, step, &store, stage->arena);
}
