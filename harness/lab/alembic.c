#include "lab/alembic.h"

#include "kit/arena.h"
#include "lab/env.h"
#include "lab/observer.h"
#include "lab/python.h"
#include "lab/step.h"
#include "lab/version_table.h"

/* One run in progress. */
struct run {
	struct stage *stage;
	const struct alembic_command *command;
	struct revision_history *history;
	struct connection *connection;
	bool is_one_transaction; /* around the whole run; else each step commits */
};

static struct error *make_plan(struct run *run, const struct str_list *rows, struct plan *ret_plan)
{
	const struct alembic_command *command = run->command;
	struct arena *arena = run->stage->arena;

	switch (command->op) {
	case PLAN_UPGRADE:
		return plan_upgrade(
				run->history, command->targets->items[0], rows, arena, ret_plan);
	case PLAN_DOWNGRADE:
		return plan_downgrade(
				run->history, command->targets->items[0], rows, arena, ret_plan);
	case PLAN_STAMP:
		break;
	}
	return plan_stamp(run->history, command->targets, rows, arena, ret_plan);
}

/* Alembic makes the version table, and nobody the schema that it is to stand in, save the project's env.py. */
static void hint_at_missing_schema(struct stage *stage, struct error *error)
{
	const str schema = stage->configure->version_table_schema;
	const str message =
			str_format(stage->arena, "schema \"%.*s\" does not exist", STR_ARG(schema));

	if (error && schema.len && str_equal(error->message, message)) {
		error->hint = str_format(stage->arena,
				"Where env.py makes it, say so: "
				"configure: {before: CREATE SCHEMA %.*s}.",
				STR_ARG(schema));
	}
}

/*
 * The rows to start from. Without any, the version table is made before the plan is, in the transaction
 * that is open by then: a plan that fails leaves an empty table where DDL commits by itself. --purge has a
 * transaction of its own unless there is one around the whole run, so that rows are gone even if the
 * plan fails.
 */
static struct error *read_rows(struct run *run, struct str_list *ret_rows)
{
	struct stage *stage = run->stage;
	bool is_there;

	if (run->command->purge) {
		*ret_rows = (struct str_list){ 0 };
		struct error *err = version_table_purge(stage, run->connection);
		hint_at_missing_schema(stage, err);
		if (!err && !run->is_one_transaction) {
			err = stage_commit(stage, run->connection);
		}
		return err;
	}
	struct error *err = version_table_read(stage, run->connection, ret_rows, &is_there);
	if (!err && !is_there) {
		err = version_table_create(stage, run->connection);
		hint_at_missing_schema(stage, err);
	}
	return err;
}

static struct error *run_step(
		struct run *run, const struct plan_step *step, struct version_keeper *keeper)
{
	struct error *err = step_run(run->stage, run->connection, step, keeper);

	return err || run->is_one_transaction ? err : stage_commit(run->stage, run->connection);
}

/* The same, watched. */
static struct error *run_revision(
		struct run *run, const struct plan *plan, size_t i, struct version_keeper *keeper)
{
	const struct moment moment = {
		.kind = MOMENT_REVISION,
		.connection = run->connection,
		.plan = plan,
		.plan_step = i,
	};

	struct error *err = observe(run->stage, &moment);
	if (!err) {
		err = run_step(run, &plan->steps[i], keeper);
		err = observe_after(run->stage, &moment, err);
	}
	return err;
}

static struct error *run_migrations(struct run *run)
{
	struct stage *stage = run->stage;
	struct str_list rows;
	struct plan plan = { 0 };

	struct error *err = read_rows(run, &rows);
	if (err) {
		return err;
	}
	err = make_plan(run, &rows, &plan);
	stage_note(stage, revision_history_warnings(run->history));
	if (err) {
		return err;
	}
	stage_note(stage, &plan.warnings);
	err = observe_after(stage, &(struct moment){ .kind = MOMENT_PLAN, .plan = &plan }, NULL);
	struct version_keeper *keeper = version_keeper_new(
			run->history, &rows, stage->configure->version_table, true, stage->arena);

	for (size_t i = 0; !err && i < plan.count; i++) {
		err = run_revision(run, &plan, i, keeper);
	}
	if (!err && run->is_one_transaction) {
		stage->sent = (struct sent){ 0 };
		err = stage_commit(stage, run->connection);
	}
	return err;
}

/* A range makes sense with --sql only, and is refused before anything is connected to. */
static struct error *refuse_range(struct run *run)
{
	const str target = run->command->targets->items[0];
	const struct str_list no_rows = { 0 };
	struct plan plan;

	if (run->command->op == PLAN_STAMP || str_find_char(target, ':') == target.len) {
		return NULL;
	}
	return make_plan(run, &no_rows, &plan);
}

struct error *alembic_run(struct stage *stage, const struct alembic_command *command)
{
	struct run run = {
		.stage = stage,
		.command = command,
		.history = stage_history(stage),
		.is_one_transaction = stage_has_transactional_ddl(stage) &&
				!stage->configure->transaction_per_migration,
	};

	const struct moment moment = { .kind = MOMENT_COMMAND, .command = command };

	struct error *err = observe(stage, &moment);
	if (err) {
		return err;
	}
	if (stage->project && stage->project->runner == RUNNER_ENV) {
		return observe_after(stage, &moment, python_command_run(stage, command));
	}
	err = refuse_range(&run);
	if (!err) {
		err = env_connect(stage, &run.connection);
	}
	if (!err) {
		err = run_migrations(&run);
	}
	stage_disconnect(stage, run.connection);
	return observe_after(stage, &moment, err);
}

struct error *alembic_upgrade(struct stage *stage, str target)
{
	const struct str_list targets = { .items = &target, .count = 1 };

	return alembic_run(stage,
			&(struct alembic_command){ .op = PLAN_UPGRADE, .targets = &targets });
}

struct error *alembic_downgrade(struct stage *stage, str target)
{
	const struct str_list targets = { .items = &target, .count = 1 };

	return alembic_run(stage,
			&(struct alembic_command){ .op = PLAN_DOWNGRADE, .targets = &targets });
}
