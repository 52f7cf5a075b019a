/*
 * `sql: STATEMENTS` - somebody types SQL, outside of Alembic.
 */
#include "lab/body.h"
#include "replay/step_kind.h"

extern const struct step_kind_row step_sql;

static struct error *run(struct stage *stage, const struct step *step)
{
	return body_run_by_hand(stage, &step->sql.by_engine[stage->kind]);
}

static const struct sql_body *sql(const struct step *step)
{
	return &step->sql;
}

const struct step_kind_row step_sql = {
	.run = run,
	.changes_database = true,
	.words = "SQL by hand",
	.sql = sql,
};
