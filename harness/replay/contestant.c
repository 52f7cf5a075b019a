#include "replay/contestant.h"

#include "lab/alembic.h"

struct error *contestant_try(const struct stage *like, struct image *image,
		struct export_attempt *ret_attempt)
{
	struct stage stage = stage_like(like, like->arena);
	struct error *err = stage_clone_database(&stage, image);

	if (!err) {
		err = alembic_upgrade(&stage, STR("head"));
	}
	*ret_attempt = (struct export_attempt){ .command = "alembic upgrade head", .error = err };
	if (err && error_is_of_cell(err)) {
		ret_attempt->class_name = error_class(err);
		err = NULL;
	}
	stage_strike(&stage);
	return err;
}

struct error *contestant_tell(struct stage *stage, const struct scenario_cell *cell,
		struct image *image)
{
	struct export_attempt attempt;
	struct error *err = contestant_try(stage, image, &attempt);

	if (!err) {
		stage->readme = export_readme(cell->scenario, cell->state, stage->engine, &attempt,
				false, stage->arena);
	}
	return err;
}
