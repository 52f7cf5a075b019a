/*
 * The database that walks begin with: a copy of one that people have, in the place of an empty one.
 */
#include "inquiry/course.h"

#include "kit/arena.h"
#include "lab/look.h"
#include "lab/state.h"

static struct error *read_rows(struct inquiry *inquiry)
{
	struct stage stage = stage_like(inquiry->like, inquiry->arena);
	const struct look_wants nothing = { 0 };
	struct look look;

	struct error *err = stage_clone_database(&stage, inquiry->start);
	if (!err) {
		err = look_take(&stage, &nothing, &look);
	}
	if (!err && look.version_failure.len) {
		err = error_new(inquiry->arena, ERROR_DATABASE, "its version rows cannot be read: %.*s",
				STR_ARG(look.version_failure));
	}
	if (!err) {
		inquiry->start_rows = look.version;
	}
	stage_strike(&stage);
	return err;
}

static struct error *build(struct inquiry *inquiry)
{
	const struct look_wants nothing = { 0 };
	struct built_state *built;

	struct error *err = state_build(
			inquiry->like, inquiry->state, &nothing, inquiry->arena, &built);
	if (err) {
		return err;
	}
	inquiry->start = built->image;
	for (size_t i = 0; i < built->notes.count; i++) {
		str_list_add(&inquiry->part->notes, built->notes.items[i], inquiry->arena);
	}
	err = built->error ? built->error : read_rows(inquiry);
	return err ? error_wrap(inquiry->arena, err, "the database '%.*s'",
				     STR_ARG(inquiry->state->name))
		   : NULL;
}

struct error *inquiry_ask(struct inquiry *inquiry, const struct inquiry_kind *kind)
{
	struct error *err = inquiry->state && !kind->is_of_release ? build(inquiry) : NULL;

	if (!err) {
		err = kind->ask(inquiry);
	}
	inquiry->like->engine->image_drop(inquiry->start);
	inquiry->start = NULL;
	return err;
}
