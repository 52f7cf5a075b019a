#include "cli/workshop.h"

#include "cli/cli_internal.h"
#include "cli/play.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/scratch.h"
#include "replay/replay.h"

#include <unistd.h>

struct session {
	struct workshop *workshop;
	struct crew_answer *answers;
	size_t answered;
	bool is_drawn; /* what takes long in a job is on the screen */
};

static bool has_shared(const struct workshop *workshop)
{
	return workshop->python.helper || workshop->python.error;
}

static void *open_bench(size_t worker, struct progress *progress, struct arena *arena, void *data)
{
	const struct session *session = data;
	const struct workshop *workshop = session->workshop;
	const struct theatre_options options = {
		.hosts = server_hosts(&workshop->server, worker, progress),
		.timeout_us = workshop->timeout_us,
		.python = play_python(workshop->invocation, arena),
		.shared = has_shared(workshop) ? &workshop->python : NULL,
	};

	server_forget(&workshop->server);
	return theatre_open(&options, arena);
}

static void close_bench(void *bench)
{
	theatre_close(bench);
}

static size_t take_answer(size_t index, const struct crew_answer *answer, void *data)
{
	struct session *session = data;

	session->answers[index] = *answer;
	session->answered++;
	if (session->workshop->answered) {
		session->workshop->answered(session->answered, session->workshop->data);
	}
	return SIZE_MAX;
}

/* On a terminal: what takes long. */
static void show_progress(const struct crew_hand *hands, size_t count, void *data)
{
	struct session *session = data;
	struct arena *arena = session->workshop->invocation->arena;
	const struct arena_mark mark = arena_mark(arena);
	struct str_list told = { 0 };

	for (size_t i = 0; i < count && terminal_can_erase(STDERR_FILENO); i++) {
		const str text = progress_text(hands[i].progress, arena);

		if (text.len) {
			str_list_add(&told, text, arena);
		}
	}
	if (told.count) {
		terminal_redraw(str_list_join(&told, STR(", "), arena), arena);
	} else if (session->is_drawn) {
		terminal_redraw((str){ 0 }, arena);
	}
	session->is_drawn = told.count > 0;
	arena_rewind(arena, mark);
}

static bool is_stopped(void *data)
{
	const struct session *session = data;
	const int64_t deadline_us = session->workshop->deadline_us;

	return interrupted_by() != 0 || (deadline_us && clock_now_us() > deadline_us);
}

void workshop_open(struct workshop *workshop, enum scenario_engine engine)
{
	signals_catch(&workshop->signals);
	if (engine_needs_server(engine)) {
		server_begin(&workshop->server, workshop->invocation);
		server_settle(&workshop->server);
	}
}

static bool is_called_off(void)
{
	return interrupted_by() != 0;
}

void workshop_share_python(struct workshop *workshop, const struct scenario_project *project,
		enum scenario_engine engine)
{
	struct arena *arena = workshop->invocation->arena;
	struct theatre_options options = {
		.hosts = server_hosts(&workshop->server, 0, NULL),
		.python = play_python(workshop->invocation, arena),
	};

	options.hosts.is_called_off = is_called_off;
	python_share(&workshop->python, &options, project, engine_needs_server(engine), arena);
}

void workshop_close(struct workshop *workshop)
{
	python_unshare(&workshop->python);
	scratch_sweep(workshop->invocation->arena);
	server_close(&workshop->server, false);
	signals_release(&workshop->signals);
}

struct error *workshop_do(struct workshop *workshop, const struct crew_job *jobs, size_t count,
		struct crew_answer *ret_answers)
{
	const str wanted = invocation_value(workshop->invocation, "jobs");
	struct session session = { .workshop = workshop, .answers = ret_answers };
	const struct crew_work work = {
		.jobs = jobs,
		.count = count,
		.workers = wanted.len ? option_count(wanted) : 0,
		.patience_us = crew_patience_us(workshop->timeout_us, workshop->patience_us),
		.open = open_bench,
		.close = close_bench,
		.supply = { .descriptor = -1 },
		.answered = take_answer,
		.working = show_progress,
		.is_stopped = is_stopped,
		.data = &session,
	};

	for (size_t i = 0; i < count; i++) {
		ret_answers[i] = (struct crew_answer){ 0 };
	}
	struct error *error = crew_run(&work, workshop->invocation->arena);

	if (session.is_drawn) {
		terminal_redraw((str){ 0 }, workshop->invocation->arena);
	}
	return error;
}
