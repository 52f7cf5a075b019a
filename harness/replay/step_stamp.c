/*
 * `stamp: TARGET` - set the version rows as if the migrations had been run; `purge: true` forgets every
 * row first.
 */
#include "lab/alembic.h"
#include "replay/step_kind.h"

extern const struct step_kind_row step_stamp;

static struct error *run(struct stage *stage, const struct step *step)
{
	return alembic_run(stage,
			&(struct alembic_command){
					.op = PLAN_STAMP,
					.targets = &step->targets,
					.purge = step->purge,
			});
}

static str describe(const struct step *step, struct arena *arena)
{
	return str_format(arena, "alembic stamp %s%.*s", step->purge ? "--purge " : "",
			STR_ARG(str_list_join(&step->targets, STR(" "), arena)));
}

const struct step_kind_row step_stamp = {
	.run = run,
	.is_command = true,
	.changes_database = true,
	.describe = describe,
};
