/*
 * `backup: NAME` - keep the database under a name, version rows included.
 */
#include "replay/step_kind.h"

#include "kit/arena.h"

extern const struct step_kind_row step_backup;

static struct error *run(struct stage *stage, const struct step *step)
{
	struct image *image;

	struct error *err = stage->engine->database_freeze(stage->database, stage->arena, &image);
	if (!err) {
		*LIST_PUSH(&stage->backups, stage->arena) =
				(struct backup){ .name = step->backup, .image = image };
	}
	return err;
}

static str describe(const struct step *step, struct arena *arena)
{
	return str_format(arena, "back up the database as '%.*s'", STR_ARG(step->backup));
}

static const char *remark(const struct step *step)
{
	(void)step;
	return "The database is kept as it is, version table included.";
}

const struct step_kind_row step_backup = {
	.run = run,
	.keeps_backup = true,
	.describe = describe,
	.remark = remark,
};
