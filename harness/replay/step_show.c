/*
 * `show: SQL` - what a query returns is shown to people. It fails only if the SQL does.
 */
#include "kit/arena.h"
#include "lab/body.h"
#include "replay/step_kind.h"

extern const struct step_kind_row step_show;

static struct error *run(struct stage *stage, const struct step *step)
{
	struct connection *connection = NULL;
	struct results results = { 0 };

	struct error *err = stage_connect(stage, &connection);
	if (!err) {
		err = body_run(stage, connection, &step->sql.by_engine[stage->kind], (str){ 0 },
				&results);
	}
	for (size_t i = 0; !err && i < results.count; i++) {
		if (results.items[i].column_count) {
			*LIST_PUSH(&stage->shows, stage->arena) =
					(struct show){ stage->step, results.items[i] };
		}
	}
	stage_disconnect(stage, connection);
	return err;
}

static const struct sql_body *sql(const struct step *step)
{
	return &step->sql;
}

const struct step_kind_row step_show = {
	.run = run,
	.words = "look",
	.sql = sql,
};
