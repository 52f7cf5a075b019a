#include "cli/crew_internal.h"

#include "cli/cli_internal.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "lab/trace.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* A terminal, or whoever ends a process group, signals all of us: what that means is the parent's to say. */
static void settle_signals(pid_t parent)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGKILL); // elsewhere the next answer meets a closed socket
#endif
	if (getppid() != parent) {
		_exit(EXIT_ENVIRONMENT);
	}
}

/* False: the parent has hung up. */
static bool read_task(int fd, struct crew_task *ret_task)
{
	char *to = (char *)ret_task;
	size_t missing = sizeof(*ret_task);

	while (missing) {
		const ssize_t got = read(fd, to, missing);

		if (got > 0) {
			to += got;
			missing -= (size_t)got;
		} else if (got == 0 || errno != EINTR) {
			return false;
		}
	}
	return true;
}

static str error_text(const struct error *error, struct arena *arena)
{
	struct buf text = { .arena = arena };

	buf_add(&text, error->message);
	for (const struct error *cause = error->cause; cause; cause = cause->cause) {
		buf_format(&text, ": %.*s", STR_ARG(cause->message));
	}
	return buf_str(&text);
}

static bool answer(const struct crew_work *work, uint32_t index, struct theatre *theatre, int fd,
		struct arena *arena)
{
	const struct scenario_cell *cell = work->cells[index];
	struct crew_answer_header header = { .index = index };
	struct buf frame = { .arena = arena };
	struct buf body = { .arena = arena };
	struct outcome outcome = { 0 };
	struct trace *trace = work->is_watched ? arena_new(arena, struct trace) : NULL;
	struct error *error = theatre_play(theatre, cell, trace, arena, &outcome);

	if (error) {
		header.is_error = 1;
		buf_add(&body, error_text(error, arena));
	} else {
		work->look(cell, trace, &outcome, arena, work->data);
		outcome_pack(&outcome, &body);
	}
	header.len = body.len;
	buf_add(&frame, (str){ (const char *)&header, sizeof(header) });
	buf_add(&frame, buf_str(&body));
	return descriptor_write(fd, buf_str(&frame));
}

static void end_without_memory(void *data)
{
	(void)data;
	print_err(STR("error: no memory left in a worker\n"));
	_exit(EXIT_ENVIRONMENT);
}

void crew_worker_serve(
		const struct crew_work *work, const struct crew_order *order, int fd, pid_t parent)
{
	struct arena stage, churn; // what the theatre keeps, and what one cell needs
	struct crew_task task;
	bool is_heard = true;

	struct theatre_options options = work->theatre;

	options.hosts = work->server->hosts;
	settle_signals(parent);
	venue_forget(work->server->venue);
	arena_init(&stage, end_without_memory, NULL);
	arena_init(&churn, end_without_memory, NULL);
	struct theatre *theatre = theatre_open(&options, &stage);

	while (is_heard && read_task(fd, &task)) {
		for (uint32_t i = 0; is_heard && i < task.count; i++) {
			const uint32_t *at = &order->items[task.first + i];
			const struct arena_mark mark = arena_mark(&churn);

			theatre_expect(theatre, i + 1 < task.count ? work->cells[at[1]] : NULL);
			is_heard = answer(work, at[0], theatre, fd, &churn);
			arena_rewind(&churn, mark);
		}
	}
	theatre_close(theatre);
	arena_finish(&churn);
	arena_finish(&stage);
	_exit(EXIT_AS_EXPECTED); // not exit(): what the parent registered or buffered is the parent's
}
