#include "cli/audit_jobs.h"

#include "cli/cli_internal.h"
#include "cli/play.h"
#include "crew/crew.h"
#include "helper/engine.h"
#include "kit/scratch.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/json.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

/* --- how answers travel --------------------------------------------------------------------------- */

static void pack_finding(struct json_writer *json, const struct audit_finding *finding)
{
	const struct excerpt *place = &finding->place;

	json_open_object(json, NULL);
	json_add_integer(json, "question", (int64_t)finding->question);
	json_add_bool(json, "is_warning", finding->is_warning);
	json_add_text(json, "revision", finding->revision);
	json_add_text(json, "path", place->path);
	json_add_integer(json, "line", (int64_t)place->line);
	json_add_integer(json, "column", (int64_t)place->column);
	json_add_text(json, "text", place->text);
	json_add_integer(json, "offset", (int64_t)place->offset);
	json_add_integer(json, "len", (int64_t)place->len);
	json_add_text(json, "class_name", finding->class_name);
	json_add_text(json, "message", finding->message);
	json_add_text(json, "error", finding->error);
	json_add_text(json, "statement", finding->statement);
	json_add_text(json, "hint", finding->hint);
	json_add_texts(json, "difference", &finding->difference);
	json_close_object(json);
}

static void pack_part(const void *answer, struct buf *out)
{
	const struct audit_part *part = answer;
	struct json_writer json = { .out = out };

	json_open_object(&json, NULL);
	json_add_text(&json, "engine", part->engine);
	json_add_text(&json, "python", part->python);
	json_add_text(&json, "alembic", part->alembic);
	json_add_text(&json, "sqlalchemy", part->sqlalchemy);
	json_add_texts(&json, "notes", &part->notes);
	json_open_array(&json, "answers");
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		json_open_object(&json, NULL);
		json_add_bool(&json, "is_asked", part->answers[i].is_asked);
		json_add_integer(&json, "kind", (int64_t)part->answers[i].kind);
		json_add_text(&json, "reason", part->answers[i].reason);
		json_add_integer(&json, "elapsed_us", part->answers[i].elapsed_us);
		json_close_object(&json);
	}
	json_close_array(&json);
	json_open_array(&json, "findings");
	for (size_t i = 0; i < part->findings.count; i++) {
		pack_finding(&json, &part->findings.items[i]);
	}
	json_close_array(&json);
	json_open_array(&json, "ends");
	for (size_t i = 0; i < part->ends.count; i++) {
		json_open_object(&json, NULL);
		json_add_text(&json, "release", part->ends.items[i].release);
		json_add_texts(&json, "schema", &part->ends.items[i].schema);
		json_close_object(&json);
	}
	json_close_array(&json);
	json_close_object(&json);
}

static str text_of(const json_t *object, const char *key, struct arena *arena)
{
	const json_t *value = json_object_get(object, key);

	return str_copy((str){ json_string_value(value), json_string_length(value) }, arena);
}

static int64_t integer_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static struct str_list texts_of(const json_t *object, const char *key, struct arena *arena)
{
	const json_t *array = json_object_get(object, key);
	struct str_list texts = { 0 };

	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *value = json_array_get(array, i);

		str_list_add(&texts,
				str_copy((str){ json_string_value(value),
							 json_string_length(value) },
						arena),
				arena);
	}
	return texts;
}

static struct audit_finding unpack_finding(const json_t *from, struct arena *arena)
{
	return (struct audit_finding){
		.question = (enum audit_question)integer_of(from, "question"),
		.is_warning = json_is_true(json_object_get(from, "is_warning")),
		.revision = text_of(from, "revision", arena),
		.place = { .path = text_of(from, "path", arena),
				.line = (size_t)integer_of(from, "line"),
				.column = (size_t)integer_of(from, "column"),
				.text = text_of(from, "text", arena),
				.offset = (size_t)integer_of(from, "offset"),
				.len = (size_t)integer_of(from, "len") },
		.class_name = text_of(from, "class_name", arena),
		.message = text_of(from, "message", arena),
		.error = text_of(from, "error", arena),
		.statement = text_of(from, "statement", arena),
		.hint = text_of(from, "hint", arena),
		.difference = texts_of(from, "difference", arena),
	};
}

/* Only our own bytes. */
static void *unpack_part(str bytes, struct arena *arena)
{
	struct audit_part *part = arena_new(arena, struct audit_part);
	json_t *from = json_loadb(bytes.data, bytes.len, JSON_ALLOW_NUL, NULL);
	const json_t *answers = json_object_get(from, "answers");
	const json_t *findings = json_object_get(from, "findings");
	const json_t *ends = json_object_get(from, "ends");

	part->engine = text_of(from, "engine", arena);
	part->python = text_of(from, "python", arena);
	part->alembic = text_of(from, "alembic", arena);
	part->sqlalchemy = text_of(from, "sqlalchemy", arena);
	part->notes = texts_of(from, "notes", arena);
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		const json_t *answer = json_array_get(answers, i);

		part->answers[i] = (struct audit_answer){
			.is_asked = json_is_true(json_object_get(answer, "is_asked")),
			.kind = (enum audit_answer_kind)integer_of(answer, "kind"),
			.reason = text_of(answer, "reason", arena),
			.elapsed_us = integer_of(answer, "elapsed_us"),
		};
	}
	for (size_t i = 0; i < json_array_size(findings); i++) {
		*LIST_PUSH(&part->findings, arena) =
				unpack_finding(json_array_get(findings, i), arena);
	}
	for (size_t i = 0; i < json_array_size(ends); i++) {
		const json_t *end = json_array_get(ends, i);

		*LIST_PUSH(&part->ends, arena) = (struct audit_end){
			.release = text_of(end, "release", arena),
			.schema = texts_of(end, "schema", arena),
		};
	}
	json_decref(from);
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
	return task->kind->ask(&inquiry);
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

struct asking {
	struct invocation *invocation;
	const struct audit_tasks *tasks;
	struct server server;
	struct crew_answer *answers;
	size_t answered;
	bool is_drawn; /* progress is on the screen */
};

static void *open_bench(struct arena *arena, void *data)
{
	const struct asking *asking = data;
	const struct theatre_options options = {
		.hosts = asking->server.hosts,
		.python = play_python(asking->invocation, arena),
	};

	venue_forget(asking->server.venue);
	return theatre_open(&options, arena);
}

static void close_bench(void *bench)
{
	theatre_close(bench);
}

static void hide_progress(struct asking *asking)
{
	if (asking->is_drawn) {
		print_err(STR("\r\x1b[K"));
		asking->is_drawn = false;
	}
}

static void draw_progress(struct asking *asking)
{
	if (isatty(STDERR_FILENO)) {
		hide_progress(asking);
		print_err(str_format(asking->invocation->arena, "%zu of %zu inquiries have ended",
				asking->answered, asking->tasks->count));
		asking->is_drawn = true;
	}
}

static size_t take_answer(size_t index, const struct crew_answer *answer, void *data)
{
	struct asking *asking = data;

	asking->answers[index] = *answer;
	asking->answered++;
	draw_progress(asking);
	return SIZE_MAX;
}

static void server_arrived(void *data)
{
	struct asking *asking = data;

	server_settle(&asking->server);
}

static bool is_interrupted(void *data)
{
	(void)data;
	return interrupted_by() != 0;
}

static bool needs_server(const struct audit_tasks *tasks)
{
	bool needs = false;

	for (size_t i = 0; i < tasks->count; i++) {
		needs |= engine_needs_server(tasks->items[i].engine);
	}
	return needs;
}

/* What a job that gave no answer leaves unknown. */
static struct audit_part part_of_failure(const struct audit_task *task, const struct error *error)
{
	struct audit_part part = { .engine = str_from(scenario_engine_names[task->engine]) };

	answer_all(task, &part, AUDIT_UNKNOWN,
			error ? error->message : STR("the audit was stopped before"));
	return part;
}

enum exit_status audit_ask(struct invocation *invocation, const struct audit_tasks *tasks,
		struct audit_parts *parts)
{
	struct arena *arena = invocation->arena;
	const str workers = invocation_value(invocation, "jobs");
	struct crew_job *jobs = arena_new_array(arena, struct crew_job, tasks->count);
	struct asking asking = {
		.invocation = invocation,
		.tasks = tasks,
		.answers = arena_new_array(arena, struct crew_answer, tasks->count),
	};
	struct signal_actions signals;

	for (size_t i = 0; i < tasks->count; i++) {
		jobs[i] = (struct crew_job){
			.kind = &job_audit,
			.task = &tasks->items[i],
			.family = (uint32_t)i,
			.group = (uint32_t)i,
			.needs_supply = engine_needs_server(tasks->items[i].engine),
		};
	}
	signals_catch(&signals);
	if (needs_server(tasks)) {
		server_begin(&asking.server, invocation);
	}
	if (server_descriptor(&asking.server) < 0) {
		server_settle(&asking.server);
	}
	const struct crew_work work = {
		.jobs = jobs,
		.count = tasks->count,
		.workers = workers.len ? option_count(workers) : 0,
		.open = open_bench,
		.close = close_bench,
		.supply = { server_descriptor(&asking.server), server_arrived },
		.answered = take_answer,
		.is_stopped = is_interrupted,
		.data = &asking,
	};
	const struct error *error = crew_run(&work, arena);

	hide_progress(&asking);
	scratch_sweep(arena);
	server_close(&asking.server, false);
	signals_release(&signals);
	if (interrupted_by()) {
		return EXIT_INTERRUPTED;
	}
	if (error) {
		return print_error(invocation, error);
	}
	for (size_t i = 0; i < tasks->count; i++) {
		const struct crew_answer *answer = &asking.answers[i];

		*LIST_PUSH(parts, arena) = answer->value
				? *(const struct audit_part *)answer->value
				: part_of_failure(&tasks->items[i], answer->error);
	}
	return EXIT_AS_EXPECTED;
}
