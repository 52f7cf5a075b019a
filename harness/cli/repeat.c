#include "cli/repeat.h"

#include "cli/jobs.h"
#include "expect/record.h"
#include "kit/arena.h"
#include "report/report.h"

/* --- in a worker ----------------------------------------------------------------------------- */

static struct error *run_repeat(void *data, const struct crew_job *job,
		const struct crew_job *next, struct arena *arena, void **ret_answer)
{
	struct bench *bench = data;
	const struct cell_task *task = job->task;

	if (task->round != bench->round) {
		theatre_forget(bench->theatre);
		bench->round = task->round;
	}
	return job_play.run(bench, job, next, arena, ret_answer);
}

const struct job_kind job_repeat = {
	.run = run_repeat,
	.pack = job_pack_outcome,
	.unpack = job_unpack_outcome,
};

/* --- what the runs came to -------------------------------------------------------------------- */

/* What a run came to, as text: its record, and why goals are not met. */
static str facts_of(const struct outcome *outcome, struct arena *arena)
{
	struct buf facts = { .arena = arena };

	buf_add(&facts, records_render(outcome, arena));
	for (size_t i = 0; i < outcome->reasons.count; i++) {
		const struct outcome_reason *reason = &outcome->reasons.items[i];

		buf_format(&facts, "%.*s: %.*s\n", STR_ARG(reason->key), STR_ARG(reason->text));
	}
	return buf_str(&facts);
}

/* Runs that came to the same. */
struct group {
	str facts;
	const struct outcome *first;
	size_t count;
};

static struct group *group_of(struct group *groups, size_t count, str facts)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal(groups[i].facts, facts)) {
			return &groups[i];
		}
	}
	return NULL;
}

const struct outcome *repeat_fold(
		const struct outcome *const *outcomes, size_t count, struct arena *arena)
{
	struct group *groups = arena_new_array(arena, struct group, count);
	size_t group_count = 0;

	for (size_t i = 0; i < count; i++) {
		const str facts = facts_of(outcomes[i], arena);
		struct group *group = group_of(groups, group_count, facts);

		if (!group) {
			group = &groups[group_count++];
			*group = (struct group){ .facts = facts, .first = outcomes[i] };
		}
		group->count++;
	}
	if (group_count == 1) {
		return outcomes[0];
	}
	struct outcome *outcome = arena_new(arena, struct outcome);

	*outcome = *outcomes[0];
	for (size_t i = 0; i < group_count; i++) {
		*LIST_PUSH(&outcome->runs, arena) = (struct outcome_run){
			.count = groups[i].count,
			.verdict = report_verdict(groups[i].first, arena),
			.difference = record_difference(groups[0].facts, groups[i].facts, arena),
		};
	}
	return outcome;
}
