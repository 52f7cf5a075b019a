/*
 * `restore: NAME` - go back to a backup: the database, not the tree.
 */
#include "replay/step_kind.h"

extern const struct step_kind_row step_restore;

static struct error *run(struct stage *stage, const struct step *step)
{
	for (size_t i = stage->backups.count; i > 0; i--) { // the newest of that name
		const struct backup *backup = &stage->backups.items[i - 1];

		if (str_equal(backup->name, step->backup)) {
			return stage_clone_database(stage, backup->image);
		}
	}
	/* The backup step may have failed, as its `fails` said it would. */
	return expectation_failed(stage->arena, "there is no backup '%.*s'", STR_ARG(step->backup));
}

static str describe(const struct step *step, struct arena *arena)
{
	return str_format(arena, "restore the backup '%.*s'", STR_ARG(step->backup));
}

static const char *remark(const struct step *step)
{
	(void)step;
	return "The database is what it was, version table included; the files are not.";
}

const struct step_kind_row step_restore = {
	.run = run,
	.changes_database = true,
	.describe = describe,
	.remark = remark,
};
