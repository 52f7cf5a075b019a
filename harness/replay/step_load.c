/*
 * `load: FILE` - run an SQL file outside of Alembic, or put a dump in the place of the database.
 */
#include "lab/body.h"
#include "replay/step_kind.h"

extern const struct step_kind_row step_load;

static struct error *run(struct stage *stage, const struct step *step)
{
	return body_load(stage, &step->load);
}

const struct step_kind_row step_load = { .run = run };
