/*
 * `edit: {...}` - new code is deployed: the tree changes, the database does not.
 */
#include "replay/step_kind.h"

extern const struct step_kind_row step_edit;

static struct error *run(struct stage *stage, const struct step *step)
{
	struct scenario_revisions after;

	struct error *err =
			scenario_edit_apply(&step->edit, &stage->revisions, stage->arena, &after);
	if (!err) {
		stage->revisions = after;
		stage->tree_changes++;
	}
	return err;
}

const struct step_kind_row step_edit = {
	.run = run,
	.changes_tree = true,
	.words = "new code is deployed",
};
