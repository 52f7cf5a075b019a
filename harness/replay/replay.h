/*
 * replay/replay.h - carry out one cell: build the state, edit the tree, replay the steps as Alembic
 * would, judge what came out. A theatre keeps what cells share (hosts, built states, goal schemas), so
 * that a cell costs a clone, a replay and a look.
 */
#ifndef REPLAY_REPLAY_H
#define REPLAY_REPLAY_H

#include "database/engine.h"
#include "replay/outcome.h"
#include "scenario/scenario.h"

enum keep_databases {
	KEEP_NONE,
	KEEP_FAILED, /* of cells that are not as claimed */
	KEEP_ALL,
};

struct theatre_options {
	struct host_options hosts;
	int64_t timeout_us; /* for one cell, its state included; 0: none */
	str python; /* for all projects, in the place of what they say; empty: as they say */
	const struct python_helper *shared; /* what python_share() has started; NULL: each starts its own */
	enum keep_databases keep;
	/* Who reads trees back that the programs of `run` steps have changed; NULL: cells with such steps are skipped. */
	const struct project_reader *projects;
	/* Fill in how an outcome stands to its record, before its database is kept or not; may be NULL. */
	void (*compare)(const struct scenario_cell *cell, struct outcome *outcome,
			struct arena *arena, void *data);
	void *data; /* borrowed, handed to `compare` */
};

/*
 * One process's stage; cells of one scenario after another profit most from what it keeps. The scenarios
 * of the cells that are played on it must outlive it.
 */
struct theatre;
struct project_reader;
struct python_helper;
struct stage;
struct trace;

struct theatre *theatre_open(const struct theatre_options *options, struct arena *arena);
void theatre_close(struct theatre *theatre);

/* Forget what cells shared so far: the next one builds its state anew. */
void theatre_forget(struct theatre *theatre);

/*
 * Say which cell will be played after the coming one, so that a database for it is made meanwhile; NULL: it is not
 * known. Borrowed until that one is played, or another named. The coming one may be the last that starts from its state:
 * then it needs no copy of it.
 */
void theatre_expect(struct theatre *theatre, const struct scenario_cell *next, bool is_last);

/*
 * Replay and judge one cell. Everything that can happen to a cell is an outcome; an error is of the
 * environment (ERROR_ENVIRONMENT: no space, server gone) and says nothing about the cell.
 * `trace`, a zeroed one, takes what happens on the way; NULL: nobody watches. `arena` holds outcome and
 * trace.
 */
MUST_USE struct error *theatre_play(struct theatre *theatre, const struct scenario_cell *cell,
		struct trace *trace, struct arena *arena, struct outcome *ret_outcome);

/* Something else that is done on a stage as cells of a scenario have theirs. */
struct theatre_visit {
	const struct scenario *scenario;
	enum scenario_engine engine;
	/* Called once, or twice where others were in the way; results go to the stage's arena. */
	struct error *(*run)(struct stage *stage, void *data);
	void *data; /* borrowed, handed to `run` */
	bool makes_rows; /* by Python, also of a scenario that has none of its own */
	const struct load_reference *load; /* a dump that is loaded meanwhile; NULL, or without a path: none */
};

/* Do it. `ret_refusal` says why it could not be begun, and is empty else; an error is that of `run`, or of the environment. */
MUST_USE struct error *theatre_receive(struct theatre *theatre, const struct theatre_visit *visit,
		struct arena *arena, str *ret_refusal);

#endif
