#include "crew/crew_internal.h"

#include "kit/file.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
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
		_exit(EXIT_FAILURE);
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

/* Do the job, and send the answer; false: nobody hears it. */
static bool answer(const struct crew_work *work, const uint32_t *at, bool has_next, void *bench,
		int fd, struct arena *arena)
{
	const struct crew_job *job = &work->jobs[at[0]];
	struct crew_answer_header header = { .index = at[0] };
	struct buf frame = { .arena = arena };
	struct buf body = { .arena = arena };
	void *value;

	struct error *error = job->kind->run(
			bench, job, has_next ? &work->jobs[at[1]] : NULL, arena, &value);
	if (error) {
		header.is_error = 1;
		buf_add(&body, error_text(error, arena));
	} else {
		job->kind->pack(value, &body);
	}
	header.len = body.len;
	buf_add(&frame, (str){ (const char *)&header, sizeof(header) });
	buf_add(&frame, buf_str(&body));
	return descriptor_write(fd, buf_str(&frame));
}

void crew_worker_serve(const struct crew_work *work, const struct crew_order *order, size_t number,
		struct progress *progress, int fd, pid_t parent, const struct arena *full)
{
	struct arena whole, churn; // what lasts, and what one job needs
	struct crew_task task;
	bool is_heard = true;

	settle_signals(parent);
	arena_init(&whole, full->full, full->full_data);
	arena_init(&churn, full->full, full->full_data);
	void *bench = work->open(number, progress, &whole, work->data);

	while (is_heard && read_task(fd, &task)) {
		for (uint32_t i = 0; is_heard && i < task.count; i++) {
			const struct arena_mark mark = arena_mark(&churn);

			is_heard = answer(work, &order->items[task.first + i], i + 1 < task.count,
					bench, fd, &churn);
			arena_rewind(&churn, mark);
		}
	}
	work->close(bench);
	arena_finish(&churn);
	arena_finish(&whole);
	_exit(EXIT_SUCCESS); // not exit(): what the parent registered or buffered is the parent's
}
