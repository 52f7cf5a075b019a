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

static str describe(const struct step *step, struct arena *arena)
{
	return str_format(arena, "load %.*s", STR_ARG(step->load.file.name));
}

static const char *remark(const struct step *step)
{
	(void)step;
	return "The file is loaded.";
}

const struct step_kind_row step_load = {
	.run = run,
	.changes_database = true,
	.describe = describe,
	.remark = remark,
};
