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

/*
 * Whether a pattern matches an error: its message, "CLASS: message", or the detail or hint of a server. No
 * pattern matches all.
 */
bool pattern_matches_error(const struct expected_pattern *expected, const struct error *error,
		struct arena *arena);

#endif
