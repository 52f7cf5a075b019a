/*
 * crew/crew.h - do jobs in worker processes, so that they run beside each other, that a crash ends one job
 * and not the run, and that the run ends as soon as it is asked to. Answers are the same for any number of
 * workers. Nothing outlives crew_run(), nor the process that called it.
 *
 * To add a kind of job: a row, `const struct job_kind`, and jobs that point to it.
 */
#ifndef CREW_CREW_H
#define CREW_CREW_H

#include "kit/arena.h"
#include "kit/error.h"
#include "kit/progress.h"

struct crew_job;

/* How jobs of a kind are done, and how their answers travel. */
struct job_kind {
	/*
	 * Do a job, in a worker. `bench` is what crew_work.open() has made there. `next` is the job that
	 * follows, as far as that is known, to make ready for; NULL: it is not. An error is of the
	 * environment, and says nothing about the job. `arena` lasts for the job.
	 */
	MUST_USE struct error *(*run)(void *bench, const struct crew_job *job,
			const struct crew_job *next, struct arena *arena, void **ret_answer);
	/* The answer as bytes, in the worker; and out of them, in the parent. */
	void (*pack)(const void *answer, struct buf *out);
	void *(*unpack)(str bytes, struct arena *arena);
};

struct crew_job {
	const struct job_kind *kind;
	const void *task; /* what there is to do; borrowed, for the kind */
	/*
	 * Jobs with the same number share something that one worker makes once: those of a family little,
	 * those of a group, all of which are of one family, much. They are handed out family by family and
	 * group by group, by rising numbers.
	 */
	uint32_t family, group;
	bool needs_supply; /* cannot begin before crew_work.supply is there; the same in all of a family */
};

struct crew_answer {
	const void *value; /* of the job's kind; NULL: none, see `error` */
	const struct error *error; /* of the environment; both NULL: the run was stopped before */
};

/* A worker at work. */
struct crew_hand {
	uint32_t job; /* of crew_work.jobs */
	const struct progress *progress;
};

struct crew_work {
	const struct crew_job *jobs; /* in the order of the answers */
	size_t count;
	size_t workers;      /* at most; 0: as many as there are processors */
	int64_t patience_us; /* one job may take so long before its worker is killed; 0: for ever */

	/*
	 * What a worker has for its jobs: made when it starts, closed when it is sent home. `worker` is its number, from 0;
	 * one that takes the place of another has that one's. What takes long in a job is told by `progress`, which lasts.
	 */
	void *(*open)(size_t worker, struct progress *progress, struct arena *arena, void *data);
	void (*close)(void *bench);

	/*
	 * Something that comes while other jobs are done: `descriptor` can be read then, and `arrived` is
	 * called, in the parent. A worker's bench may depend on it: jobs that need it go to workers that
	 * were started afterwards. Descriptor -1: it is there, or never will be needed.
	 */
	struct {
		int descriptor;
		void (*arrived)(void *data);
	} supply;

	/*
	 * Called in the parent for every answer, in any order. Returns how many jobs still count, from the
	 * first on: SIZE_MAX for all that do by now.
	 */
	size_t (*answered)(size_t index, const struct crew_answer *answer, void *data);
	/* Called in the parent again and again, at least ten times a second, with who is at work; may be NULL. */
	void (*working)(const struct crew_hand *hands, size_t count, void *data);
	bool (*is_stopped)(void *data); /* whether to end early, asked at least ten times a second */
	void *data;                     /* borrowed, handed to all */
};

/*
 * A patience that ends far later than what a job does ends by itself, so that it is never the answer where there is
 * one: a job that has so much time to build something, as much to play on it, and as much again to look at it, and
 * beside that so much for what it loads. 0: for ever.
 */
int64_t crew_patience_us(int64_t timeout_us, int64_t loads_us);

/* How many workers there are at most where so many are wanted: crew_work.workers. */
size_t crew_worker_count(size_t wanted);

/*
 * Do the jobs; those that do not count any more are not sure to have an answer. Returns an error when no
 * worker could be started. `arena` holds the answers; what its hook does when it is full, a worker does too.
 */
MUST_USE struct error *crew_run(const struct crew_work *work, struct arena *arena);

#endif
