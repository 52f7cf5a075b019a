#include "lab/stop.h"

#include "lab/stage.h"

static struct error *see(void *data, struct stage *stage, const struct moment *moment)
{
	struct stop *stop = data;

	if (moment->kind != MOMENT_STATEMENT) {
		return NULL;
	}
	if (moment->is_after) {
		stop->seen++;
		return NULL;
	}
	if (stop->error || stop->seen + 1 != stop->at) {
		return NULL;
	}
	struct error *error = error_new(stage->arena, ERROR_EXPECTATION,
			"stopped before statement %zu", stop->at);

	error->class_name = STR("Stopped");
	stage->is_killed = stop->kills;
	stop->error = error;
	return error;
}

struct observer stop_observer(struct stop *stop)
{
	return (struct observer){ see, stop };
}
