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

const struct step_kind_row step_upgrade = { .run = run };
