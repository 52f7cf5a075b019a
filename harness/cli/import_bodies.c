#include "cli/import_bodies.h"

#include "kit/scratch.h"

/* As SQLAlchemy calls them. */
static const char *const dialects[SCENARIO_ENGINE_COUNT] = {
	[SCENARIO_SQLITE] = "sqlite",
	[SCENARIO_POSTGRES] = "postgresql",
};

static struct error *begin(struct import_python *python)
{
	const struct python_wish wish = {
		.given = python->given,
		.folder = python->project->folder,
	};
	struct error *err = NULL;

	if (python->helper) {
		return NULL;
	}
	if (!python->scratch.len) {
		err = scratch_make(SCRATCH_MEMORY, python->arena, &python->scratch);
	}
	if (!err) {
		err = helper_start(&wish, false, python->arena, &python->helper);
	}
	if (!err) {
		err = offline_begin(python->helper, python->project, python->scratch, python->arena,
				&python->offline);
	}
	return err;
}

static struct error *ask(struct import_python *python, str path, str text, bool is_upgrade,
		struct imported_body *ret_body)
{
	struct error *err = NULL;

	for (size_t i = 0; !err && i < SCENARIO_ENGINE_COUNT; i++) {
		const struct offline_body body = { path, text, is_upgrade, dialects[i] };

		if (python->engines[i]) {
			err = offline_ask(&python->offline, &body, python->arena,
					&ret_body->by_engine[i]);
		}
	}
	return err;
}

struct error *import_bodies_ask(struct import_python *python, str path, str text,
		struct imported_bodies *ret_bodies)
{
	struct error *err = begin(python);

	*ret_bodies = (struct imported_bodies){ 0 };
	if (!err) {
		err = ask(python, path, text, true, &ret_bodies->upgrade);
	}
	if (!err) {
		err = ask(python, path, text, false, &ret_bodies->downgrade);
	}
	return err;
}

void import_python_close(struct import_python *python)
{
	helper_stop(python->helper);
	scratch_remove(python->scratch, python->arena);
	python->helper = NULL;
	python->scratch = (str){ 0 };
}
