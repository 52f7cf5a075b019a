/*
 * The process that drops what a run has made on a server that is lent, when the run has ended without doing so: killed,
 * or without memory. It waits, and does nothing else until then.
 */
#include "postgres/guard.h"

#include "kit/process.h"
#include "postgres/postgres_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

/* As lists of processes show it; 15 bytes at most. */
#define PROCESS_NAME "rehearse-guard"

/* Workers end with their parent, but not before it. */
#define WORKERS_END_WITHIN_US 200000

/* It has nothing to do then. */
#define END_WITHIN_US 5000000

static _Noreturn void watch(int life, str conninfo, str prefix, struct arena *arena)
{
	const struct patience patience = { 0 };
	PGconn *link = NULL;
	char byte;
	ssize_t got;

	setsid(); // a terminal's Ctrl-C is for our parent
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	process_let_go(&life, 1, arena);
	(void)!chdir("/");
#ifdef __linux__
	prctl(PR_SET_NAME, PROCESS_NAME);
#endif
	while ((got = read(life, &byte, 1)) < 0 && errno == EINTR) {
	}
	if (got != 1) { // nobody has told us that all is done
		(void)wait_a_step(-1, WORKERS_END_WITHIN_US, &patience);
		if (!postgres_link(conninfo, (str){ 0 }, (str){ 0 }, arena, &link)) {
			(void)leftovers_drop(link, prefix, arena);
			PQfinish(link);
		}
	}
	_exit(0);
}

struct error *guard_start(str conninfo, str prefix, struct arena *arena, struct guard *ret_guard)
{
	int life[2];

	if (pipe(life)) {
		return error_from_errno(arena, "make a pipe");
	}
	fcntl(life[0], F_SETFD, FD_CLOEXEC);
	fcntl(life[1], F_SETFD, FD_CLOEXEC);
	const pid_t pid = fork();

	if (pid == 0) {
		close(life[1]);
		watch(life[0], conninfo, prefix, arena);
	}
	close(life[0]);
	if (pid < 0) {
		close(life[1]);
		return error_from_errno(arena, "start a process that cleans up");
	}
	*ret_guard = (struct guard){ pid, life[1] };
	return NULL;
}

void guard_dismiss(struct guard *guard)
{
	if (!guard->pid) {
		return;
	}
	(void)!write(guard->life, "d", 1);
	close(guard->life);
	process_bury(guard->pid, END_WITHIN_US);
	guard->pid = 0;
}

void guard_forget(struct guard *guard)
{
	if (guard->pid) {
		close(guard->life);
		guard->pid = 0;
	}
}
