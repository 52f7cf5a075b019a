/*
 * `downgrade: TARGET` - what `alembic downgrade TARGET` does.
 */
#include "lab/alembic.h"
#include "replay/step_kind.h"

extern const struct step_kind_row step_downgrade;

static struct error *run(struct stage *stage, const struct step *step)
{
	return alembic_downgrade(stage, step->targets.items[0]);
}

static str describe(const struct step *step, struct arena *arena)
{
	return str_format(arena, "alembic downgrade %.*s",
			STR_ARG(str_list_join(&step->targets, STR(" "), arena)));
}

const struct step_kind_row step_downgrade = {
	.run = run,
	.is_command = true,
	.changes_database = true,
	.describe = describe,
};
