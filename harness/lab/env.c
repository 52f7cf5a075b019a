#include "lab/env.h"

#include "lab/body.h"
#include "lab/observer.h"
#include "lab/python.h"

struct error *env_create_database(struct stage *stage)
{
	const struct located_text *before = &stage->configure->before.by_engine[stage->kind];
	struct error *err = stage_create_database(stage);

	if (!err && before->text.len) {
		err = body_run_by_hand(stage, before);
	}
	return err;
}

/* A project's commands connect by the driver that its own Python has. */
static struct error *connect_command(struct stage *stage, struct connection **ret_connection)
{
	const struct python_project *project = stage_python_project(stage);

	if (!project) {
		return stage_connect(stage, ret_connection);
	}
	struct error *err = stage->engine->python_connect(
			stage->database, project, stage->arena, ret_connection);
	if (!err) {
		stage->engine->set_deadline(*ret_connection, stage->deadline_us);
		observe_notices(stage, *ret_connection);
	}
	return err;
}

struct error *env_connect(struct stage *stage, struct connection **ret_connection)
{
	const struct located_text *sql = &stage->configure->on_connect.by_engine[stage->kind];
	struct connection *connection = NULL;

	stage->has_left_autocommit = false;
	struct error *err = connect_command(stage, &connection);
	if (!err && sql->text.len) {
		err = stage->engine->set_autocommit(connection, true, stage->arena);
		if (!err) {
			err = body_run(stage, connection, sql, (str){ 0 }, NULL);
		}
		if (!err) {
			err = stage->engine->set_autocommit(connection, false, stage->arena);
		}
	}
	if (err) {
		stage_disconnect(stage, connection);
		return err;
	}
	*ret_connection = connection;
	return NULL;
}
