/*
 * replay/strategy.h - carry out the steps of a strategy on a stage.
 */
#ifndef REPLAY_STRATEGY_H
#define REPLAY_STRATEGY_H

#include "lab/stage.h"

/* How far it came. */
struct playback {
	size_t failed_step;  /* from 1; 0: a session failed, before the first step; with `error` */
	struct error *error; /* NULL: all steps ran. It has a place */
};

/*
 * The strategy's edits of the tree, then its steps, on a clone of `state` whose sessions are open meanwhile.
 * Errors are of the environment alone.
 */
MUST_USE struct error *strategy_replay(struct stage *stage, const struct scenario_strategy *strategy,
		const struct scenario_state *state, struct playback *ret_playback);

/* What comes behind a step, for the sessions that are open meanwhile. */
enum step_place {
	STEP_WITHIN,  /* others, unless it fails as nobody expects */
	STEP_AT_END,  /* nothing: the sessions end with it, before anybody looks */
	STEP_BY_HAND, /* whatever somebody thinks of next, also when it has failed */
};

/*
 * Carry out one step, the `number`-th from 1. What it fails with has a place, the step's if it has no other; an error
 * may be of the environment.
 */
MUST_USE struct error *strategy_replay_step(struct stage *stage, const struct step *step,
		size_t number, enum step_place place);

/*
 * Whether a pattern matches an error: its message, "CLASS: message", or the detail or hint of a server. No
 * pattern matches all.
 */
bool pattern_matches_error(const struct expected_pattern *expected, const struct error *error,
		struct arena *arena);

#endif
