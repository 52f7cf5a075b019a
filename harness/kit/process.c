#define _DEFAULT_SOURCE // initgroups
#include "kit/process.h"

#include "kit/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

struct error *account_find(str name, struct arena *arena, struct account *ret_account)
{
	const struct passwd *entry = getpwnam(str_to_c(name, arena));

	if (!entry) {
		return error_new(arena, ERROR_NOT_FOUND, "there is no user '%.*s'", STR_ARG(name));
	}
	*ret_account = (struct account){ str_copy(name, arena), entry->pw_uid, entry->pw_gid };
	return NULL;
}

bool account_become(const struct account *account)
{
	return initgroups(account->name.data, account->gid) == 0 && setgid(account->gid) == 0 &&
			setuid(account->uid) == 0;
}

/* What the child does between fork and exec; an errno goes through `report` if it cannot. */
static void become_program(
		const struct process *process, pid_t parent, int input, int output, int report)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0); // so that what it starts can be ended with it
	if (dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
			dup2(output, STDERR_FILENO) >= 0 &&
			(!process->account || account_become(process->account)) &&
			(!process->folder || chdir(process->folder) == 0) &&
			(!process->variable || setenv(process->variable, process->value, 1) == 0)) {
#ifdef __linux__
		prctl(PR_SET_PDEATHSIG, SIGKILL); // after the change of user, which clears it
#endif
		if (getppid() != parent) { // it had ended before we asked to be told
			_exit(127);
		}
		execvp(process->arguments[0], (char *const *)(uintptr_t)process->arguments);
	}
	const int number = errno;

	(void)!write(report, &number, sizeof(number));
	_exit(127);
}

static void pipe_close(int pipe_fds[2])
{
	for (int i = 0; i < 2; i++) {
		if (pipe_fds[i] >= 0) {
			close(pipe_fds[i]);
			pipe_fds[i] = -1;
		}
	}
}

static bool pipe_open(int pipe_fds[2])
{
	if (pipe(pipe_fds)) {
		pipe_fds[0] = pipe_fds[1] = -1;
		return false;
	}
	fcntl(pipe_fds[0], F_SETFD, FD_CLOEXEC);
	fcntl(pipe_fds[1], F_SETFD, FD_CLOEXEC);
	return true;
}

/* Where what a child reads is kept meanwhile. */
static const char *input_folder(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && folder[0] ? folder : "/tmp";
}

/* A file that holds `text` and has no name; -1 on failure. */
static int input_file(str text)
{
	if (!text.len) {
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	char name[PATH_MAX];
	const int len = snprintf(name, sizeof(name), "%s/rehearse-input-XXXXXX", input_folder());

	if (len >= (int)sizeof(name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	const int fd = mkstemp(name);

	if (fd >= 0) {
		unlink(name);
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		while (text.len) {
			const ssize_t done = write(fd, text.data, text.len);

			if (done <= 0) {
				close(fd);
				return -1;
			}
			text = str_slice(text, (size_t)done, text.len);
		}
		lseek(fd, 0, SEEK_SET);
	}
	return fd;
}

/* A program that runs. */
struct child {
	pid_t pid;
	int output; /* -1: it, and whoever else had it, has closed it */
};

/* How long the child's end may go unnoticed, where it does not show by its output; soon after that has ended. */
#define LOOK_EVERY_US      50000
#define LOOK_SOON_EVERY_US 1000

/* It stays a zombie meanwhile, so that nobody else gets its number. */
static bool has_ended(const struct child *child)
{
	siginfo_t end = { 0 };

	return waitid(P_PID, (id_t)child->pid, &end, WEXITED | WNOHANG | WNOWAIT) != 0 ||
			end.si_pid == child->pid;
}

/* Take what can be read without waiting, as much as a pipe holds: somebody may write without an end. */
static void read_some(struct child *child, struct buf *output)
{
	for (int parts = 0; child->output >= 0 && parts < 16; parts++) {
		char part[4096];
		const ssize_t got = read(child->output, part, sizeof(part));

		if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
			return;
		}
		if (got <= 0) {
			child->output = -1;
		} else if (output->len < PROCESS_OUTPUT_MAX) {
			buf_add(output, (str){ part, (size_t)got });
		}
	}
}

/*
 * Wait for the child's end, and collect what it writes meanwhile. Its output may go on after it, in the hands of
 * what it has started, and may end before it. NULL, or why it was cut short.
 */
static struct error *await_end(
		const struct process *process, struct child *child, struct buf *output)
{
	const char *name = process->arguments[0];
	struct arena *arena = output->arena;

	while (!has_ended(child)) {
		const int64_t step_us = child->output >= 0 ? LOOK_EVERY_US : LOOK_SOON_EVERY_US;

		switch (wait_a_step(child->output, step_us, &process->patience)) {
		case WAIT_READY:
			read_some(child, output);
			break;
		case WAIT_TIMEOUT:
			return error_new(arena, ERROR_TIMEOUT, "'%s' took too long", name);
		case WAIT_STOPPED:
			return error_new(arena, ERROR_INTERRUPTED, "'%s' was stopped", name);
		case WAIT_FAILED:
			return error_from_errno(arena, "wait for '%s'", name);
		}
	}
	read_some(child, output);
	return NULL;
}

/* End it, and what it has started; gives how it ended. */
static int end_all(const struct child *child)
{
	int status = 0;

	kill(-child->pid, SIGKILL);
	kill(child->pid, SIGKILL); // if it has not become a group yet
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
	}
	return status;
}

struct error *process_run(const struct process *process, struct arena *arena, int *ret_status,
		str *ret_output)
{
	struct error *error = NULL;
	struct buf output = { .arena = arena };
	int out[2] = { -1, -1 }, report[2] = { -1, -1 };
	const int input = input_file(process->input);
	const pid_t parent = getpid();
	struct child child = { .pid = -1 };
	int number;

	if (input < 0) {
		return error_from_errno(arena, "keep the input of '%s' in '%s'",
				process->arguments[0], input_folder());
	}
	if (!pipe_open(out) || !pipe_open(report) || (child.pid = fork()) < 0) {
		error = error_from_errno(arena, "start '%s'", process->arguments[0]);
		goto out;
	}
	if (child.pid == 0) {
		become_program(process, parent, input, out[1], report[1]);
	}
	setpgid(child.pid, child.pid); // whoever of the two comes first
	close(out[1]);
	close(report[1]);
	out[1] = report[1] = -1;
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	child.output = out[0];

	error = await_end(process, &child, &output);
	const int status = end_all(&child);

	if (!error && read(report[0], &number, sizeof(number)) == sizeof(number)) {
		errno = number;
		error = error_from_errno(arena, "start '%s'", process->arguments[0]);
	}
	if (!error) {
		*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		*ret_output = (str){ buf_c(&output), output.len };
	}
out:
	pipe_close(out);
	pipe_close(report);
	close(input);
	return error;
}
