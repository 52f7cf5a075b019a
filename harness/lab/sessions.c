#include "lab/sessions.h"

#include "kit/arena.h"
#include "lab/body.h"

static struct error *run_session(struct stage *stage, const struct scenario_session *session,
		struct connection *connection)
{
	const struct located_text *sql = &session->sql.by_engine[stage->kind];
	struct results results = { 0 }; // asked for, so that each query runs to its end

	stage->engine->set_deadline(connection, stage->deadline_us);
	struct error *err = stage->engine->set_autocommit(connection, true, stage->arena);
	if (!err) {
		err = body_run(stage, connection, sql, (str){ 0 }, &results);
	}
	if (!err && stage->engine->leave_session) {
		err = stage->engine->leave_session(connection, stage->arena);
	}
	if (!err) {
		observe_only(stage,
				&(struct moment){
						.kind = MOMENT_SESSION,
						.connection = connection,
						.session = session,
				});
	}
	return err;
}

struct error *sessions_open(struct stage *stage, const struct scenario_state *state)
{
	struct error *err = NULL;

	for (size_t i = 0; !err && i < state->sessions.count; i++) {
		const struct scenario_session *session = &state->sessions.items[i];
		struct connection *connection;

		if (!session->sql.by_engine[stage->kind].text.len) {
			continue;
		}
		err = stage->engine->connect_session(
				stage->database, session->name, stage->arena, &connection);
		if (!err) {
			*LIST_PUSH(&stage->sessions, stage->arena) = connection;
			err = run_session(stage, session, connection);
		}
		if (err && !err->where.source) {
			err->where = session->where;
		}
	}
	return err;
}

void sessions_close(struct stage *stage)
{
	while (stage->sessions.count) {
		stage->engine->disconnect(stage->sessions.items[--stage->sessions.count]);
	}
}
