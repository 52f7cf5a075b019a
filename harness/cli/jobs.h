/*
 * cli/jobs.h - cells as jobs of a crew: what a worker has for them, and the kinds of questions that can be
 * asked of one. The answer to each is an outcome. A kind is a row, `const struct job_kind`, whose task is a
 * struct cell_task and whose bench is a struct bench.
 */
#ifndef CLI_JOBS_H
#define CLI_JOBS_H

#include "cli/play.h"
#include "crew/crew.h"
#include "replay/replay.h"

struct cell_task {
	const struct scenario_cell *cell;
	size_t round; /* of play.rounds, from 0 */
	bool is_last; /* of the round's, to start from its state */
};

/* What a worker has. */
struct bench {
	const struct play *play;
	struct theatre *theatre;
	size_t round; /* in which the theatre has built what it has */
};

/* For rows: outcomes as they travel. */
void job_pack_outcome(const void *outcome, struct buf *out);
void *job_unpack_outcome(str bytes, struct arena *arena);

/* Play the cell, compare it with its record, tell it if somebody wants that. */
extern const struct job_kind job_play;

/* A job for each cell of the play and each of its rounds, those of a cell behind each other. */
struct crew_job *jobs_make(const struct play *play, struct arena *arena);

#endif
