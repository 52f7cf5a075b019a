#include "lab/switch.h"

/* The first stands still at a statement of `connection`. */
static struct error *run_other(struct deployer_switch *deployers, struct stage *stage,
		struct connection *connection)
{
	const struct engine *engine = stage->engine;
	struct stage other = stage_like(stage, stage->arena);

	other.database = stage->database;
	other.revisions = stage->revisions;
	struct error *err = engine->pause
			? engine->pause(connection, STR("first deployer"), stage->arena)
			: NULL;
	if (err) {
		return err;
	}
	deployers->is_done = true;
	deployers->error = deployers->run(deployers->data, &other);
	if (engine->resume) {
		engine->resume(connection);
	}
	stage_note(stage, &other.notes);
	stage_take_stubs(stage, &other.stubs);
	other.database = NULL; // it is the first's
	stage_strike(&other);
	return deployers->error && !error_is_of_cell(deployers->error) ? deployers->error : NULL;
}

static struct error *see(void *data, struct stage *stage, const struct moment *moment)
{
	struct deployer_switch *deployers = data;

	if (moment->kind != MOMENT_STATEMENT) {
		return NULL;
	}
	if (moment->is_after) {
		deployers->seen++;
		return NULL;
	}
	if (deployers->is_done || deployers->seen + 1 != deployers->at) {
		return NULL;
	}
	return run_other(deployers, stage, moment->connection);
}

struct error *switch_begin(struct deployer_switch *deployers, struct stage *stage)
{
	struct error *err = stage->engine->connect_session(
			stage->database, STR("keeper"), stage->arena, &deployers->keeper);

	if (!err) {
		stage_watch(stage, (struct observer){ see, deployers });
	}
	return err;
}

void switch_end(struct deployer_switch *deployers, struct stage *stage)
{
	stage_unwatch(stage);
	stage->engine->disconnect(deployers->keeper);
	deployers->keeper = NULL;
}
