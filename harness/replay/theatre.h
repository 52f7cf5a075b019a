/*
 * replay/theatre.h - the inside of a theatre: hosts, and what the cells of one scenario share. States that
 * were built and schemas that goals compare with are kept until a cell of another scenario is played.
 */
#ifndef REPLAY_THEATRE_H
#define REPLAY_THEATRE_H

#include "kit/arena.h"
#include "replay/replay.h"
#include "replay/stage.h"

/* The rows of a table as a state has them. */
struct table_rows {
	str table;
	struct str_list columns;
	struct result rows;  /* of these columns */
	struct error *error; /* NULL: they could be read */
};

/*
 * A state on one engine, frozen, and what goals of its scenario ask of it: they were read before it was
 * frozen. Everything in it is in the theatre's cache.
 */
struct built_state {
	const struct scenario_state *state;
	enum scenario_engine kind;
	struct image *image; /* what was built, however far that came; NULL: out of time */
	struct error *error; /* NULL: it could be built */
	struct sent sent;    /* with `error` */

	struct schema *schema;      /* NULL: no goal asks for it, or it could not be read */
	struct error *schema_error; /* why it could not */

	struct {
		struct table_rows *items;
		size_t count, capacity;
	} rows; /* of the tables that goals name, those of them that are there */
};

/* A schema that a goal compares with: what `strategy` has made of a state, or `upgrade heads` of nothing. */
struct goal_schema {
	const struct scenario_strategy *strategy; /* NULL: the scenario's own tree */
	size_t tree_changes;                      /* fresh: by how many of its steps */
	const struct scenario_state *state;       /* NULL: fresh */
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

	const struct scenario_cell *next; /* as theatre_expect() has it */
	const struct scenario *scenario;  /* whose cells share what follows */
	struct arena cache;

	struct {
		struct built_state **items;
		size_t count, capacity;
	} states;

	struct {
		struct goal_schema *items;
		size_t count, capacity;
	} goals;
};

/*
 * The state, built the first time it is asked for; that it could not be built stands in it. Borrowed from the
 * theatre. `like` gives scenario, engine, host and deadline.
 */
MUST_USE struct error *theatre_state(struct theatre *theatre, const struct stage *like,
		const struct scenario_state *state, struct built_state **ret_built);

/*
 * Upgrade the stage's database to each of the targets in turn; of a tree that does not load, the part at
 * and below them will do.
 */
MUST_USE struct error *stage_upgrade(struct stage *stage, const struct named_places *targets);

/* The rows of a table that a goal names; NULL: the state has no such table. */
const struct table_rows *built_state_rows(const struct built_state *built, str table);

/* A stage as `like`, without a database, whose results go to `arena`. */
struct stage stage_like(const struct stage *like, struct arena *arena);

/* The schema of the stage's database, without the version table; over a connection of its own, or a given one. */
MUST_USE struct error *stage_snapshot(
		struct stage *stage, struct arena *arena, struct schema **ret_schema);
MUST_USE struct error *stage_read_schema(struct stage *stage, struct connection *connection,
		struct arena *arena, struct schema **ret_schema);

#endif
