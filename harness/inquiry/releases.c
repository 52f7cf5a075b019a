/*
 * `releases`: from the heads of a release, built by that release's own code, to now. What schema it ends with is compared
 * with that of a fresh install by whoever has both.
 */
#include "inquiry/course.h"

#include "kit/arena.h"
#include "lab/alembic.h"
#include "lab/state.h"

static struct error *upgrade(struct inquiry *inquiry, struct image *image)
{
	struct arena *arena = inquiry->arena;
	struct stage stage = stage_like(inquiry->like, arena);
	struct schema *schema;

	inquiry_watch_time(inquiry, &stage);
	struct error *err = stage_clone_database(&stage, image);
	if (!err) {
		err = alembic_upgrade(&stage, STR("heads"));
	}
	if (is_of_revision(err)) {
		inquiry_find(inquiry, AUDIT_RELEASES, inquiry_failed_revision(inquiry, &stage, err),
				true, err,
				str_format(arena, "release %.*s does not upgrade",
						STR_ARG(inquiry->release)))
				->statement = str_copy(stage.sent.statement, arena);
		err = NULL;
	} else if (!err) {
		err = stage_snapshot(&stage, arena, &schema);
		if (!err) {
			*LIST_PUSH(&inquiry->part->ends, arena) = (struct audit_end){
				.release = inquiry->release,
				.schema = schema_render(schema, arena),
			};
		}
	}
	stage_unwatch(&stage);
	stage_strike(&stage);
	return err;
}

static struct error *ask(struct inquiry *inquiry)
{
	struct arena *arena = inquiry->arena;
	struct stage like = *inquiry->like;
	const struct look_wants nothing = { 0 };
	struct built_state *built;

	struct error *err = state_build(&like, inquiry->state, &nothing, arena, &built);
	if (err) {
		return err;
	}
	inquiry_answer(inquiry, AUDIT_RELEASES, AUDIT_YES, STR(""));
	if (built->error) {
		inquiry_answer(inquiry, AUDIT_RELEASES, AUDIT_UNKNOWN,
				str_format(arena,
						"release %.*s cannot be built by its own code: %.*s",
						STR_ARG(inquiry->release),
						STR_ARG(inquiry_error_line(built->error, arena))));
	} else {
		err = upgrade(inquiry, built->image);
	}
	inquiry->like->engine->image_drop(built->image);
	return err;
}

const struct inquiry_kind inquiry_releases = {
	.name = "releases",
	.answers = { [AUDIT_RELEASES] = true },
	.is_of_release = true,
	.ask = ask,
};
