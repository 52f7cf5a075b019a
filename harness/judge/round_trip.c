/*
 * The goal key `round_trip`: from the result, down to base and up to heads gives the same schema. Tried on a
 * copy.
 */
#include "judge/judge.h"

#include "lab/alembic.h"
#include "lab/version_table.h"
#include "lab/words.h"

/* After the way down and up: the rows are the heads, and the schema is what it was. */
static struct error *compare(struct judgement *judgement, struct stage *stage)
{
	struct connection *connection = NULL;
	struct str_list rows = { 0 }, heads;
	struct schema *schema;
	bool is_there;

	struct error *err = stage_real_heads(judgement->stage, &heads);
	if (!err) {
		err = stage_connect(stage, &connection);
	}
	if (!err) {
		err = version_table_read(stage, connection, &rows, &is_there);
	}
	stage->engine->disconnect(connection);
	if (!err) {
		err = stage_snapshot(stage, stage->arena, &schema);
	}
	if (err) {
		return judgement_failed(judgement, WRONG_ROUND_TRIP, "after the round trip", err);
	}
	if (!rows_are_same(&heads, &rows, stage->arena)) {
		judgement_wrong(judgement, WRONG_ROUND_TRIP,
				str_format(stage->arena, "the round trip ends at %.*s, not at %.*s",
						STR_ARG(words_of_rows(&rows, stage->arena)),
						STR_ARG(words_of_rows(&heads, stage->arena))));
	}
	const struct schema_difference difference = schema_compare(judgement->schema, schema,
			judgement->goal->schema.is_column_order_strict, stage->arena);

	judgement_compare(judgement, WRONG_ROUND_TRIP,
			STR("the same after `downgrade base` and `upgrade heads`"), &difference);
	return NULL;
}

struct error *judge_round_trip(struct judgement *judgement)
{
	struct stage stage = stage_like(judgement->stage, judgement->stage->arena);
	const struct engine *engine = stage.engine;
	struct image *image = NULL;
	const char *what = "could not copy the database";

	if (!judgement->goal->round_trip) { // a strategy may take back what the scenario asks for
		return NULL;
	}
	stage.revisions = judgement->stage->revisions;
	struct error *err =
			engine->database_freeze(judgement->stage->database, stage.arena, &image);
	if (!err) {
		err = stage_clone_database(&stage, image);
	}
	if (!err) {
		what = "`downgrade base` of the result fails";
		err = alembic_downgrade(&stage, STR("base"));
	}
	if (!err) {
		what = "after `downgrade base`, `upgrade heads` fails";
		err = alembic_upgrade(&stage, STR("heads"));
	}
	err = err ? judgement_failed(judgement, WRONG_ROUND_TRIP, what, err)
		  : compare(judgement, &stage);
	engine->image_drop(image);
	stage_strike(&stage);
	return err;
}
