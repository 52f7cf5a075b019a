/*
 * replay/python.h - the hosts on which the commands of projects run: on top of those of the engines, by a helper that
 * is kept as long as a project like it is played.
 */
#ifndef REPLAY_PYTHON_H
#define REPLAY_PYTHON_H

#include "helper/engine.h"
#include "lab/stage.h"
#include "replay/python_helper.h"

struct theatre;

struct python_hosts {
	str scratch; /* folder; empty: not made yet */

	struct {
		struct python_helper *items;
		size_t count, capacity;
	} helpers;

	struct {
		struct host *host; /* NULL: not made yet */
		const struct alembic_configure *configure;
	} of_scenario[SCENARIO_ENGINE_COUNT];
};

/*
 * Put the stage, which has its engine and a host of it, on a host where its project's commands run. `ret_reason` says why
 * there is none.
 */
MUST_USE struct error *python_enter(struct theatre *theatre, struct stage *stage, str *ret_reason);

/* Another scenario is played from now on. */
void python_forget(struct python_hosts *python);

/* End the helpers, and remove what they were given. */
void python_close(struct python_hosts *python, struct arena *arena);

#endif
