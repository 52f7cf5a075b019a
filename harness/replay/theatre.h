/*
 * replay/theatre.h - the inside of a theatre: hosts, and what the cells of one scenario share. States that
 * were built and schemas that goals compare with are kept until a cell of another scenario is played; only what a
 * tree makes of an empty database may serve others.
 */
#ifndef REPLAY_THEATRE_H
#define REPLAY_THEATRE_H

#include "kit/arena.h"
#include "lab/state.h"
#include "replay/fresh.h"
#include "replay/python.h"
#include "replay/replay.h"

/* A schema that a goal compares with: what `strategy` has made of a state, or `upgrade heads` of nothing. */
struct goal_schema {
	const struct scenario_strategy *strategy; /* NULL: what counts is the tree */
	struct tree_edit edit; /* fresh: of the tree; the same where its lists are the same */
	const struct project_tree *tree;    /* fresh: that is edited; NULL: the scenario's own */
	size_t tree_changes;                /* fresh: by how many steps of the strategy */
	const struct scenario_state *state; /* NULL: fresh */
	enum scenario_engine kind;
	struct schema *schema; /* NULL: the replay failed */
	str failure;           /* why, on one line */
};

struct theatre {
	struct theatre_options options;
	struct arena *arena; /* borrowed; holds the hosts */

	struct {
		bool is_started;
		struct host *host;         /* NULL: could not be started */
		const struct error *error; /* why */
	} hosts[SCENARIO_ENGINE_COUNT];

	struct python_hosts python;
	bool makes_rows; /* whoever visits wants Python, whatever the scenario has */

	const struct scenario_cell *next; /* as theatre_expect() has it, */
	bool is_last;                     /* and this too */
	const struct scenario *scenario;  /* whose cells share what follows */
	bool needs_python;                /* for what they share */
	struct arena cache;

	struct {
		struct built_state **items;
		size_t count, capacity;
	} states;

	int64_t built_us; /* of the cell in hand, spent on states */

	struct {
		struct goal_schema *items;
		size_t count, capacity;
	} goals;
	struct fresh_schemas fresh; /* which scenarios share */
};

/*
 * The state, built the first time it is asked for; that it could not be built stands in it. Borrowed from the
 * theatre. `like` gives scenario, engine and host. Building has as much time as a cell, and takes none of the stage's.
 */
MUST_USE struct error *theatre_state(struct theatre *theatre, struct stage *like,
		const struct scenario_state *state, struct built_state **ret_built);

/* Take the image of a state, which the caller then has to drop; the theatre forgets the state, and what was read of it stays. */
struct image *theatre_state_release(struct theatre *theatre, struct built_state *built);

/* What a query returned in a step, as outcomes have it: the first rows, borrowed, and how many there are. */
struct outcome_show theatre_show(size_t step, const struct result *result);

/*
 * Judge what stands on a stage by the goal of `cell`, all of whose steps have run from `start`. Sessions have ended.
 * What the reading of it fails with, or that there was no time, is an error.
 */
MUST_USE struct error *theatre_judge(struct theatre *theatre, struct stage *stage,
		const struct scenario_cell *cell, struct built_state *start,
		struct outcome *ret_outcome);

#endif
