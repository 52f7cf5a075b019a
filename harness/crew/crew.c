#define _DEFAULT_SOURCE // MAP_ANONYMOUS
#include "crew/crew.h"

#include "crew/crew_internal.h"
#include "kit/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct worker {
	pid_t pid; /* 0: none */
	int fd;
	bool has_supply;       /* was started when it was there */
	struct crew_task task; /* what is left of it; count 0: idle */
	int64_t since_us;      /* when it began with the job that it has in hand */
	struct buf incoming;   /* what is not yet a whole answer */
};

struct crew {
	const struct crew_work *work;
	struct arena *arena;
	struct crew_order order;
	bool awaits_supply;
	/* Of order.tasks: no task before it is left, of those that need no supply and of those that do. */
	size_t next_tasks[2];

	struct {
		struct crew_task *items;
		size_t count, capacity;
	} returned; /* what was left over of a worker that died */
	struct worker *workers;
	struct pollfd *polls;      /* one a worker, and the supply's */
	struct progress *progress; /* one a worker, which writes it */
	struct crew_hand *hands;   /* room for one a worker */
	size_t worker_count;
	bool *is_answered;
	size_t open;  /* jobs before `limit` without an answer */
	size_t limit; /* jobs from here on do not count any more */
};

/* --- processes ------------------------------------------------------------------------------ */

static void close_worker(struct worker *worker)
{
	close(worker->fd);
	worker->pid = 0;
	worker->task.count = 0;
	worker->incoming.len = 0;
}

static struct error *start_worker(struct crew *crew, struct worker *worker)
{
	const size_t number = (size_t)(worker - crew->workers);
	int ends[2];

	progress_end(&crew->progress[number]); // of one that died
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) {
		return error_from_errno(crew->arena, "make a socket for a worker");
	}
	const pid_t parent = getpid();
	const pid_t pid = fork();

	if (pid < 0) {
		struct error *error = error_from_errno(crew->arena, "start a worker");

		close(ends[0]);
		close(ends[1]);
		return error;
	}
	if (pid == 0) {
		close(ends[0]);
		for (size_t i = 0; i < crew->worker_count;
				i++) { // else they would not hear us hang up
			if (crew->workers[i].pid) {
				close(crew->workers[i].fd);
			}
		}
		fcntl(ends[1], F_SETFD, FD_CLOEXEC);
		crew_worker_serve(crew->work, &crew->order, number, &crew->progress[number],
				ends[1], parent, crew->arena);
	}
	close(ends[1]);
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	worker->pid = pid;
	worker->fd = ends[0];
	worker->has_supply = !crew->awaits_supply;
	return NULL;
}

/* Wait for a worker's end; returns how it ended. */
static int reap(const struct worker *worker)
{
	int status = 0;

	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) {
	}
	return status;
}

/* Send an idle worker home. */
static void dismiss(struct worker *worker)
{
	close(worker->fd);
	(void)reap(worker);
	worker->pid = 0;
	worker->incoming.len = 0;
}

static void stop_workers(struct crew *crew, bool at_once)
{
	for (size_t i = 0; i < crew->worker_count; i++) {
		struct worker *worker = &crew->workers[i];

		if (worker->pid && (at_once || worker->task.count)) {
			kill(worker->pid, SIGKILL);
		}
		if (worker->pid) {
			close(worker->fd);
		}
	}
	for (size_t i = 0; i < crew->worker_count; i++) {
		if (crew->workers[i].pid) {
			(void)reap(&crew->workers[i]);
			crew->workers[i].pid = 0;
		}
	}
}

/* --- answers -------------------------------------------------------------------------------- */

static void lower_limit(struct crew *crew, size_t limit)
{
	for (size_t i = limit; i < crew->limit; i++) {
		crew->open -= !crew->is_answered[i];
	}
	crew->limit = limit;
}

static void take_answer(struct crew *crew, size_t index, const struct crew_answer *answer)
{
	if (index >= crew->limit || crew->is_answered[index]) {
		return;
	}
	crew->is_answered[index] = true;
	crew->open--;
	const size_t limit = crew->work->answered(index, answer, crew->work->data);

	if (limit < crew->limit) {
		lower_limit(crew, limit);
	}
}

/* The job that a worker has in hand is done: take it off its task. */
static void advance(struct worker *worker)
{
	worker->since_us = clock_now_us();
	worker->task.first++;
	worker->task.count--;
}

static void take_frame(struct crew *crew, struct worker *worker,
		const struct crew_answer_header *header, str body)
{
	struct crew_answer answer = { 0 };

	if (header->is_error) {
		answer.error = error_new(crew->arena, ERROR_ENVIRONMENT, "%.*s", STR_ARG(body));
	} else {
		answer.value = crew->work->jobs[header->index].kind->unpack(body, crew->arena);
	}
	advance(worker);
	take_answer(crew, header->index, &answer);
}

/* Take all whole answers from what a worker has sent. */
static void take_frames(struct crew *crew, struct worker *worker)
{
	str rest = buf_str(&worker->incoming);
	struct crew_answer_header header;

	while (rest.len >= sizeof(header)) {
		memcpy(&header, rest.data, sizeof(header));
		if (rest.len - sizeof(header) < header.len) {
			break;
		}
		take_frame(crew, worker, &header, str_slice(rest, sizeof(header), header.len));
		rest = str_slice(rest, sizeof(header) + header.len, rest.len);
	}
	if (rest.len) {
		memmove(worker->incoming.data, rest.data, rest.len);
	}
	worker->incoming.len = rest.len;
}

/* A worker has ended by itself: that is the answer to the job it had in hand. */
static void take_death(struct crew *crew, struct worker *worker, const char *why)
{
	const int status = reap(worker);
	struct crew_answer answer = { 0 };

	if (why) {
		answer.error = error_new(crew->arena, ERROR_ENVIRONMENT, "%s", why);
	} else if (WIFSIGNALED(status)) {
		answer.error = error_new(crew->arena, ERROR_ENVIRONMENT,
				"its worker was killed by signal %d (%s)", WTERMSIG(status),
				strsignal(WTERMSIG(status)));
	} else {
		answer.error = error_new(crew->arena, ERROR_ENVIRONMENT,
				"its worker ended with status %d", WEXITSTATUS(status));
	}
	if (worker->task.count) {
		const size_t index = crew->order.items[worker->task.first];

		advance(worker);
		take_answer(crew, index, &answer);
	}
	if (worker->task.count) {
		*LIST_PUSH(&crew->returned, crew->arena) = worker->task;
	}
	close_worker(worker);
}

/* Read what there is. */
static void listen_to(struct crew *crew, struct worker *worker)
{
	for (;;) {
		char part[64 * 1024];
		const ssize_t got = read(worker->fd, part, sizeof(part));

		if (got > 0) {
			buf_add(&worker->incoming, (str){ part, (size_t)got });
			take_frames(crew, worker);
		} else if (got < 0 && errno == EAGAIN) {
			return;
		} else if (got == 0 || errno != EINTR) {
			take_death(crew, worker, NULL);
			return;
		}
	}
}

/* A job keeps its own time; this is for what it cannot interrupt. */
static void end_if_stuck(struct crew *crew, struct worker *worker, int64_t now_us)
{
	if (worker->pid && worker->task.count && crew->work->patience_us &&
			now_us - worker->since_us > crew->work->patience_us) {
		kill(worker->pid, SIGKILL);
		take_death(crew, worker, "its worker did not answer, long after the timeout");
	}
}

/* --- handing out ---------------------------------------------------------------------------- */

/* All jobs of a task are of one family, and need the supply or do not. */
static bool needs_supply(const struct crew *crew, const struct crew_task *task)
{
	return crew->work->jobs[crew->order.items[task->first]].needs_supply;
}

/*
 * The task that comes first in order, of those that can be done by now; NULL: there is none. A supply that is
 * awaited holds up nothing but what needs it.
 */
static const struct crew_task *first_task(struct crew *crew)
{
	const struct crew_task *tasks = crew->order.tasks;
	size_t first = crew->order.task_count;

	for (size_t needs = 0; needs < COUNT_OF(crew->next_tasks); needs++) {
		size_t *next = &crew->next_tasks[needs];

		while (*next < crew->order.task_count &&
				needs_supply(crew, &tasks[*next]) != (needs > 0)) {
			++*next;
		}
		const bool is_ready = !needs || !crew->awaits_supply;

		first = is_ready && *next < first ? *next : first;
	}
	if (first == crew->order.task_count) {
		return NULL;
	}
	crew->next_tasks[needs_supply(crew, &tasks[first])]++;
	return &tasks[first];
}

/* The next task with a job that counts; false: there is none, or none yet. */
static bool next_task(struct crew *crew, struct crew_task *ret_task)
{
	for (;;) {
		const struct crew_task *task;

		if (crew->returned.count) {
			*ret_task = crew->returned.items[--crew->returned.count];
		} else if ((task = first_task(crew))) {
			*ret_task = *task;
		} else {
			return false;
		}
		if (crew->order.items[ret_task->first] < crew->limit) { // the first is the lowest
			return true;
		}
	}
}

static bool has_worker(const struct crew *crew)
{
	for (size_t i = 0; i < crew->worker_count; i++) {
		if (crew->workers[i].pid) {
			return true;
		}
	}
	return false;
}

/* Give an idle worker a task, if there is one; start it first if it is not there. */
static struct error *hand_to(struct crew *crew, struct worker *worker)
{
	struct crew_task task;

	if (worker->task.count || !next_task(crew, &task)) {
		return NULL;
	}
	if (worker->pid && !worker->has_supply && needs_supply(crew, &task)) {
		dismiss(worker);
	}
	struct error *error = worker->pid ? NULL : start_worker(crew, worker);

	if (error || write(worker->fd, &task, sizeof(task)) != sizeof(task)) {
		*LIST_PUSH(&crew->returned, crew->arena) =
				task; // a worker that is gone, poll() tells
		return error && !has_worker(crew) ? error : NULL;
	}
	worker->since_us = clock_now_us();
	worker->task = task;
	return NULL;
}

static struct error *hand_out(struct crew *crew)
{
	struct error *error = NULL;

	for (size_t i = 0; i < crew->worker_count && !error; i++) {
		error = hand_to(crew, &crew->workers[i]);
	}
	return error;
}

/* --- the whole ------------------------------------------------------------------------------ */

/* A signal that comes between looking at the flag and poll() waits this long at most. */
#define POLL_MS 100

static void wait_for_answers(struct crew *crew)
{
	for (size_t i = 0; i < crew->worker_count; i++) {
		crew->polls[i] = (struct pollfd){
			.fd = crew->workers[i].pid ? crew->workers[i].fd : -1,
			.events = POLLIN,
		};
	}
	struct pollfd *supply = &crew->polls[crew->worker_count];

	*supply = (struct pollfd){
		.fd = crew->awaits_supply ? crew->work->supply.descriptor : -1,
		.events = POLLIN,
	};
	const int ready = poll(crew->polls, crew->worker_count + 1, POLL_MS);
	const int64_t now_us = clock_now_us();

	if (ready > 0 && supply->revents) {
		crew->work->supply.arrived(crew->work->data);
		crew->awaits_supply = false;
	}
	for (size_t i = 0; i < crew->worker_count; i++) {
		if (ready > 0 && crew->polls[i].revents) {
			listen_to(crew, &crew->workers[i]);
		}
		end_if_stuck(crew, &crew->workers[i], now_us);
	}
}

static void tell_jobs_in_hand(struct crew *crew)
{
	size_t count = 0;

	for (size_t i = 0; crew->work->working && i < crew->worker_count; i++) {
		const struct worker *worker = &crew->workers[i];

		if (worker->pid && worker->task.count) {
			crew->hands[count++] = (struct crew_hand){
				crew->order.items[worker->task.first],
				&crew->progress[i],
			};
		}
	}
	if (crew->work->working) {
		crew->work->working(crew->hands, count, crew->work->data);
	}
}

#define MOST_WORKERS 256

int64_t crew_patience_us(int64_t timeout_us, int64_t loads_us)
{
	const int64_t grace_us = 20000000;

	return timeout_us ? 3 * timeout_us + 2 * loads_us + grace_us : 0;
}

size_t crew_worker_count(size_t wanted)
{
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	const size_t fallback = processors > 0 ? (size_t)processors : 1;
	const size_t count = wanted ? wanted : fallback;

	return count < MOST_WORKERS ? count : MOST_WORKERS;
}

struct error *crew_run(const struct crew_work *work, struct arena *arena)
{
	const size_t workers = crew_worker_count(work->workers);
	struct crew crew = {
		.work = work,
		.arena = arena,
		.order = crew_order_make(work, workers, arena),
		.awaits_supply = work->supply.descriptor >= 0,
		.is_answered = arena_new_array(arena, bool, work->count),
		.open = work->count,
		.limit = work->count,
	};
	struct error *error = NULL;

	crew.worker_count = workers < crew.order.task_count ? workers : crew.order.task_count;
	crew.workers = arena_new_array(arena, struct worker, crew.worker_count);
	crew.hands = arena_new_array(arena, struct crew_hand, crew.worker_count);
	crew.polls = arena_new_array(arena, struct pollfd, crew.worker_count + 1);
	for (size_t i = 0; i < crew.worker_count; i++) {
		crew.workers[i].incoming.arena = arena;
	}
	const size_t shared_len = (crew.worker_count + 1) * sizeof(*crew.progress);

	crew.progress = mmap(NULL, shared_len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (crew.progress == MAP_FAILED) {
		return error_from_errno(arena, "share memory with workers");
	}
	while (crew.open && !work->is_stopped(work->data) && !(error = hand_out(&crew))) {
		tell_jobs_in_hand(&crew);
		wait_for_answers(&crew);
	}
	stop_workers(&crew, crew.open > 0);
	munmap(crew.progress, shared_len);
	return error;
}
