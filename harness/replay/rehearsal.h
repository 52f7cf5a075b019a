/*
 * replay/rehearsal.h - a strategy that is played as somebody thinks of it: a step at a time, each of which can be
 * taken back. What has been played is a strategy of a scenario, so that `run` leaves the same when it plays that.
 */
#ifndef REPLAY_REHEARSAL_H
#define REPLAY_REHEARSAL_H

#include "lab/state.h"
#include "replay/outcome.h"
#include "replay/trace.h"

struct theatre;

/* Those before this many changes cannot be taken back any more: each is kept as a whole database. */
#define REHEARSAL_KEPT 50

/* A step that was played, and what there was before it. */
struct rehearsed {
	struct image *image; /* NULL: the step leaves the database alone, or it is too long ago */
	bool changes;        /* the database, the tree or the backups */
	struct scenario_revisions revisions;
	size_t backup_count;
	struct look look;
	str failure; /* what the step failed with, which `fails` has to say; empty: it ran */
};

struct rehearsal {
	struct theatre *theatre; /* borrowed */
	struct stage *stage;     /* borrowed: the visit's */
	struct scenario_cell cell;
	struct scenario_strategy *strategy; /* the cell's; its steps are those that were played */
	/* Whether somebody has called off what runs (struct host_options); from now on nobody has. NULL: nobody does. */
	bool (*hear)(void);
	bool was_called_off; /* the step in hand */

	struct built_state *start;
	struct look_wants wants; /* of each look: all rows; for less long where there was no time for them once */
	struct look start_look, look; /* of the database at the start, and now */

	struct {
		struct rehearsed *items;
		size_t count, capacity;
	} past; /* by step */
	bool is_torn; /* a step was called off that could not be taken back: nobody can play the same again */
};

/* How a step has ended. */
enum rehearsal_end {
	REHEARSAL_RAN,    /* with or without an error */
	REHEARSAL_CUT,    /* its time was up: the database is as it was before */
	REHEARSAL_TORN,   /* the same, but others have the database open, so that it is as it was left */
	REHEARSAL_REFUSED /* it did not fail as it was said to: the database is as it was before */
};

/*
 * Build the state of the cell, and open its sessions. That it cannot be built is an error with a place, as others of the
 * cell; `rehearsal` has theatre, stage, cell, strategy and `hear`, the rest is zero.
 */
MUST_USE struct error *rehearsal_begin(struct rehearsal *rehearsal);

/* Drop what is kept, and end the sessions. The stage is the theatre's. */
void rehearsal_end(struct rehearsal *rehearsal);

/*
 * Play a step, within `timeout_us` (0: as long as it likes). `trace` and `ret_outcome` tell of it as if it were the
 * only one of a cell. An error is of the environment; the step then counts for nothing, and the database is as before if
 * that could be done.
 */
MUST_USE struct error *rehearsal_play(struct rehearsal *rehearsal, const struct step *step,
		int64_t timeout_us, struct trace *trace, struct outcome *ret_outcome,
		enum rehearsal_end *ret_end);

/*
 * Take back the last step that has changed something, and what was only looked at since. ERROR_NOT_FOUND: there is none,
 * or it is too long ago; ERROR_INVALID: others have the database open.
 */
MUST_USE struct error *rehearsal_undo(struct rehearsal *rehearsal, struct step *ret_undone);

/* The verdict that a run would give on what was played so far. The same ERROR_INVALID. */
MUST_USE struct error *rehearsal_judge(
		struct rehearsal *rehearsal, int64_t timeout_us, struct outcome *ret_outcome);

#endif
