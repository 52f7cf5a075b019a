#include "cli/audit_jobs.h"

#include "cli/cli_internal.h"
#include "cli/workshop.h"
#include "crew/crew.h"
#include "helper/engine.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "replay/replay.h"

#include <unistd.h>

/* --- how answers travel --------------------------------------------------------------------------- */

static void pack_part(const void *answer, struct buf *out)
{
	audit_part_pack(answer, out);
}

static void *unpack_part(str bytes, struct arena *arena)
{
	struct audit_part *part = arena_new(arena, struct audit_part);

	audit_part_unpack(bytes, arena, part);
	return part;
}

/* --- a job ---------------------------------------------------------------------------------------- */

struct visit {
	const struct audit_task *task;
	struct audit_part *part;
};

static void answer_all(const struct audit_task *task, struct audit_part *part,
		enum audit_answer_kind kind, str reason)
{
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		if (task->kind->answers[i] && task->is_asked[i]) {
			part->answers[i] = (struct audit_answer){
				.is_asked = true,
				.kind = kind,
				.reason = reason,
			};
		}
	}
}

static struct error *visit_run(struct stage *stage, void *data)
{
	const struct visit *visit = data;
	const struct audit_task *task = visit->task;
	struct inquiry inquiry = {
		.like = stage,
		.arena = stage->arena,
		.patience_us = task->timeout_us,
		.since = task->since,
		.is_asked = task->is_asked,
		.release = task->release,
		.state = task->state,
		.part = visit->part,
	};

	*visit->part = (struct audit_part){ .engine = str_from(
							    scenario_engine_names[task->engine]) };
	if (task->tree) {
		stage->tree = stage->revisions = *task->tree;
	}
	if (stage->project) {
		python_host_versions(stage->host, &visit->part->python, &visit->part->alembic,
				&visit->part->sqlalchemy);
	}
	return inquiry_ask(&inquiry, task->kind);
}

static struct error *run_audit(void *bench, const struct crew_job *job, const struct crew_job *next,
		struct arena *arena, void **ret_answer)
{
	const struct audit_task *task = job->task;
	struct audit_part *part = arena_new(arena, struct audit_part);
	struct visit visit = { task, part };
	const struct theatre_visit of_theatre = {
		.scenario = task->scenario,
		.engine = task->engine,
		.run = visit_run,
		.data = &visit,
		.makes_rows = task->kind->needs_python,
		.load = task->state ? &task->state->load : NULL,
	};
	const int64_t since_us = clock_now_us();
	str refusal = { 0 };

	(void)next;
	*ret_answer = part;
	struct error *err = theatre_receive(bench, &of_theatre, arena, &refusal);

	if (!err && refusal.len) {
		*part = (struct audit_part){ .engine = str_from(
							     scenario_engine_names[task->engine]) };
		answer_all(task, part, AUDIT_UNKNOWN, refusal);
	} else if (err &&
			error_is_of_cell(
					err)) { // of the tree, or of what should be ready to be asked
		answer_all(task, part, AUDIT_UNKNOWN,
				str_format(arena, "%.*s: %.*s", STR_ARG(error_class(err)),
						STR_ARG(err->message)));
		err = NULL;
	}
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		part->answers[i].elapsed_us =
				part->answers[i].is_asked ? clock_now_us() - since_us : 0;
	}
	return err;
}

static const struct job_kind job_audit = {
	.run = run_audit,
	.pack = pack_part,
	.unpack = unpack_part,
};

/* --- the crew ------------------------------------------------------------------------------------- */

struct audit_progress {
	struct invocation *invocation;
	size_t count;
	bool is_drawn; /* it is on the screen */
};

static void hide_progress(struct audit_progress *progress)
{
	if (progress->is_drawn) {
		print_err(STR("\r\x1b[K"));
		progress->is_drawn = false;
	}
}

static void draw_progress(size_t answered, void *data)
{
	struct audit_progress *progress = data;

	if (isatty(STDERR_FILENO) && !interrupted_by()) {
		hide_progress(progress);
		print_err(str_format(progress->invocation->arena, "%zu of %zu inquiries have ended",
				answered, progress->count));
		progress->is_drawn = true;
	}
}

/* What a job that gave no answer leaves unknown. */
static struct audit_part part_of_failure(const struct audit_task *task, const struct error *error)
{
	struct audit_part part = { .engine = str_from(scenario_engine_names[task->engine]) };

	answer_all(task, &part, AUDIT_UNKNOWN,
			error ? error->message : STR("the audit was stopped before"));
	return part;
}

/* The engine that wants most: a server is there for all then. */
static enum scenario_engine neediest(const struct audit_tasks *tasks)
{
	enum scenario_engine engine = tasks->items[0].engine;

	for (size_t i = 0; i < tasks->count; i++) {
		engine = engine_needs_server(tasks->items[i].engine) ? tasks->items[i].engine
								     : engine;
	}
	return engine;
}

/* What any of them runs with Python: its tree is a project, or rows are made up. */
static const struct audit_task *find_python(const struct audit_tasks *tasks)
{
	for (size_t i = 0; i < tasks->count; i++) {
		if (tasks->items[i].scenario->project || tasks->items[i].kind->needs_python) {
			return &tasks->items[i];
		}
	}
	return NULL;
}

enum exit_status audit_ask(struct invocation *invocation, const struct audit_tasks *tasks,
		struct audit_parts *parts)
{
	struct arena *arena = invocation->arena;
	struct crew_job *jobs = arena_new_array(arena, struct crew_job, tasks->count);
	struct crew_answer *answers = arena_new_array(arena, struct crew_answer, tasks->count);
	struct audit_progress progress = { .invocation = invocation, .count = tasks->count };
	struct workshop workshop = {
		.invocation = invocation,
		.answered = draw_progress,
		.data = &progress,
	};

	for (size_t i = 0; i < tasks->count; i++) {
		jobs[i] = (struct crew_job){
			.kind = &job_audit,
			.task = &tasks->items[i],
			.family = (uint32_t)i,
			.group = (uint32_t)i,
		};
	}
	const struct audit_task *of_python = find_python(tasks);

	workshop_open(&workshop, neediest(tasks));
	draw_progress(0, &progress);
	if (of_python) {
		workshop_share_python(&workshop, of_python->scenario->project, of_python->engine);
	}
	const struct error *error = workshop_do(&workshop, jobs, tasks->count, answers);

	hide_progress(&progress);
	workshop_close(&workshop);
	if (interrupted_by()) {
		return EXIT_INTERRUPTED;
	}
	if (error) {
		return print_error(invocation, error);
	}
	for (size_t i = 0; i < tasks->count; i++) {
		*LIST_PUSH(parts, arena) = answers[i].value
				? *(const struct audit_part *)answers[i].value
				: part_of_failure(&tasks->items[i], answers[i].error);
	}
	return EXIT_AS_EXPECTED;
}
