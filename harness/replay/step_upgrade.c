/*
 * `upgrade: TARGET` - what `alembic upgrade TARGET` does.
 */
#include "lab/alembic.h"
#include "replay/step_kind.h"

extern const struct step_kind_row step_upgrade;

static struct error *run(struct stage *stage, const struct step *step)
{
	return alembic_upgrade(stage, step->targets.items[0]);
}

static str describe(const struct step *step, struct arena *arena)
{
	return str_format(arena, "alembic upgrade %.*s",
			STR_ARG(str_list_join(&step->targets, STR(" "), arena)));
}

const struct step_kind_row step_upgrade = {
	.run = run,
	.is_command = true,
	.changes_database = true,
	.describe = describe,
};
