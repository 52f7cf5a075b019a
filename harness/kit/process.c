#define _DEFAULT_SOURCE // initgroups
#include "kit/process.h"

#include "kit/arena.h"
#include "kit/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
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
static void become_program(const struct process *process, int input, int output, int report)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
			dup2(output, STDERR_FILENO) >= 0 &&
			(!process->account || account_become(process->account)) &&
			(!process->folder || chdir(process->folder) == 0) &&
			(!process->variable || setenv(process->variable, process->value, 1) == 0)) {
#ifdef __linux__
		prctl(PR_SET_PDEATHSIG, SIGKILL); // after the change of user, which clears it
#endif
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

/* Collect what comes out until the other end closes. NULL, or why it was cut short. */
static struct error *read_output(const struct process *process, int fd, struct buf *output)
{
	struct pollfd watch[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = process->watched ? process->watched : -1, .events = POLLIN },
	};

	for (;;) {
		int wait_ms = -1;

		if (process->deadline_us) {
			const int64_t left = (process->deadline_us - clock_now_us()) / 1000;

			if (left <= 0) {
				return error_new(output->arena, ERROR_TIMEOUT, "'%s' took too long",
						process->arguments[0]);
			}
			wait_ms = left > 60000 ? 60000 : (int)left;
		}
		if (poll(watch, 2, wait_ms) < 0 && errno != EINTR) {
			return error_from_errno(
					output->arena, "wait for '%s'", process->arguments[0]);
		}
		if (watch[1].revents) {
			return error_new(output->arena, ERROR_INTERRUPTED, "'%s' was stopped",
					process->arguments[0]);
		}
		if (watch[0].revents) {
			char part[4096];
			const ssize_t got = read(fd, part, sizeof(part));

			if (got == 0 || (got < 0 && errno != EINTR)) {
				return NULL;
			}
			if (got > 0 && output->len < PROCESS_OUTPUT_MAX) {
				buf_add(output, (str){ part, (size_t)got });
			}
		}
	}
}

struct error *process_run(const struct process *process, struct arena *arena, int *ret_status,
		str *ret_output)
{
	struct error *error = NULL;
	struct buf output = { .arena = arena };
	int out[2] = { -1, -1 }, report[2] = { -1, -1 };
	const int input = input_file(process->input);
	pid_t child = -1;

	if (input < 0) {
		return error_from_errno(arena, "keep the input of '%s' in '%s'",
				process->arguments[0], input_folder());
	}
	if (!pipe_open(out) || !pipe_open(report) || (child = fork()) < 0) {
		error = error_from_errno(arena, "start '%s'", process->arguments[0]);
		goto out;
	}
	if (child == 0) {
		become_program(process, input, out[1], report[1]);
	}
	close(out[1]);
	close(report[1]);
	out[1] = report[1] = -1;

	error = read_output(process, out[0], &output);
	if (error) {
		kill(child, SIGKILL);
	}
	int status, number;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
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
