/*
 * `merge: {revisions: heads, revision: ID}` - the file that `alembic merge` writes: empty bodies, the heads
 * for parents. The database is not touched.
 */
#include "replay/step_kind.h"

#include "kit/arena.h"
#include "revision/plan.h"

#include <string.h>

extern const struct step_kind_row step_merge;

/* The tree with one more revision, loaded last. */
static void add_revision(struct stage *stage, const struct revision_spec *spec)
{
	const struct scenario_revisions *before = &stage->revisions;
	struct scenario_revisions after = { .count = before->count, .capacity = before->count };

	after.items = arena_new_array(stage->arena, struct scenario_revision, after.capacity);
	if (before->count) {
		memcpy(after.items, before->items, before->count * sizeof(*after.items));
	}
	LIST_PUSH(&after, stage->arena)->spec = *spec;
	stage->revisions = after;
	stage->tree_changes++;
}

static struct error *run(struct stage *stage, const struct step *step)
{
	struct revision_history *history = stage_history(stage);
	struct revision_spec spec = {
		.revision = step->merge_revision,
		.message = step->merge_message,
		.where = step->where,
	};

	struct error *err = plan_merge(history, &step->targets, stage->arena, &spec.down_revision);
	stage_note(stage, revision_history_warnings(history));
	if (!err) {
		add_revision(stage, &spec);
	}
	return err;
}

const struct step_kind_row step_merge = { .run = run };
