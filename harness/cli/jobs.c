#include "cli/jobs.h"

#include "kit/arena.h"
#include "replay/trace.h"

/* --- what a job does ------------------------------------------------------------------------- */

void job_pack_outcome(const void *outcome, struct buf *out)
{
	outcome_pack(outcome, out);
}

void *job_unpack_outcome(str bytes, struct arena *arena)
{
	struct outcome *outcome = arena_new(arena, struct outcome);

	outcome_unpack(bytes, arena, outcome);
	return outcome;
}

static struct error *run_play(void *data, const struct crew_job *job, const struct crew_job *next,
		struct arena *arena, void **ret_answer)
{
	struct bench *bench = data;
	const struct cell_task *task = job->task, *coming = next ? next->task : NULL;
	const struct play *play = bench->play;
	struct trace *trace = play->tell ? arena_new(arena, struct trace) : NULL;
	struct outcome *outcome = arena_new(arena, struct outcome);

	theatre_expect(bench->theatre, coming ? coming->cell : NULL, task->is_last);
	struct error *error = theatre_play(bench->theatre, task->cell, trace, arena, outcome);
	if (!error && trace) {
		play->tell(play, task->cell, trace, outcome, arena);
	}
	*ret_answer = outcome;
	return error;
}

const struct job_kind job_play = {
	.run = run_play,
	.pack = job_pack_outcome,
	.unpack = job_unpack_outcome,
};

/* --- what jobs share ------------------------------------------------------------------------- */

static bool is_same_family(const struct scenario_cell *a, const struct scenario_cell *b)
{
	return a->scenario == b->scenario && a->engine == b->engine;
}

/*
 * Cells of one scenario on one engine are a family, those of them that start from the same state a group; each is
 * numbered by its first cell. Cells of one scenario follow each other, and it has few states: a short way back
 * to the first.
 */
static void find_shared(const struct scenario_cell *const *cells, size_t count,
		struct crew_job *jobs, struct arena *arena)
{
	uint32_t *firsts = arena_new_array(arena, uint32_t, count); // of groups
	size_t first_count = 0;

	for (uint32_t i = 0; i < count; i++) {
		size_t family = 0, group = 0;

		if (i && cells[i]->scenario != cells[i - 1]->scenario) {
			first_count = 0;
		}
		while (group < first_count &&
				!scenario_cell_starts_as(cells[firsts[group]], cells[i])) {
			group++;
		}
		if (group == first_count) {
			firsts[first_count++] = i;
		}
		while (!is_same_family(cells[firsts[family]], cells[i])) {
			family++;
		}
		jobs[i].family = firsts[family];
		jobs[i].group = firsts[group];
	}
}

struct crew_job *jobs_make(const struct play *play, struct arena *arena)
{
	const size_t count = play->selection->count, rounds = play->rounds;
	const struct scenario_cell **cells =
			arena_new_array(arena, const struct scenario_cell *, count);
	struct crew_job *shared = arena_new_array(arena, struct crew_job, count);
	struct crew_job *jobs = arena_new_array(arena, struct crew_job, count * rounds);
	struct cell_task *tasks = arena_new_array(arena, struct cell_task, count * rounds);
	uint32_t *lasts = arena_new_array(arena, uint32_t, count); // of groups, by their first

	for (size_t i = 0; i < count; i++) {
		cells[i] = &play->suite->cells.items[play->selection->items[i]];
	}
	find_shared(cells, count, shared, arena);
	for (uint32_t i = 0; i < count; i++) {
		lasts[shared[i].group] = i;
	}
	for (size_t i = 0; i < count * rounds; i++) {
		const size_t cell = i / rounds, round = i % rounds;

		tasks[i] = (struct cell_task){ cells[cell], round,
			lasts[shared[cell].group] == cell };
		jobs[i] = (struct crew_job){
			.kind = play->kind,
			.task = &tasks[i],
			.family = (uint32_t)(shared[cell].family * rounds + round),
			.group = (uint32_t)(shared[cell].group * rounds + round),
			.needs_supply = engine_needs_server(cells[cell]->engine),
		};
	}
	return jobs;
}
