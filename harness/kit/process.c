#define _DEFAULT_SOURCE // initgroups
#include "kit/process.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
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

void process_reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
}

static bool is_kept(int fd, const int *kept, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (kept[i] == fd) {
			return true;
		}
	}
	return false;
}

void process_let_go(const int *kept, size_t count, struct arena *arena)
{
	const int null_fd = open("/dev/null", O_RDWR);
	struct str_list open_ones = { 0 };

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		dup2(null_fd, fd);
	}
	if (directory_list(STR("/proc/self/fd"), arena, &open_ones)) {
		for (int fd = STDERR_FILENO + 1; fd < 1024; fd++) { // no such folder
			str_list_add(&open_ones, str_format(arena, "%d", fd), arena);
		}
	}
	for (size_t i = 0; i < open_ones.count; i++) {
		const int fd = atoi(str_to_c(open_ones.items[i], arena));

		if (fd > STDERR_FILENO && !is_kept(fd, kept, count)) {
			close(fd);
		}
	}
}

static bool set_variables(const char *const *variables)
{
	bool is_set = true;

	for (size_t i = 0; is_set && variables && variables[i]; i += 2) {
		is_set = setenv(variables[i], variables[i + 1], 1) == 0;
	}
	return is_set;
}

static bool limit_files(size_t most_bytes)
{
	const struct rlimit limit = { .rlim_cur = most_bytes, .rlim_max = most_bytes };

	return !most_bytes || setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

/* --- our terminal, in the hands of others ------------------------------------------------------ */

/* Have a process group be the one that the terminal listens to, whoever we are to it. */
static void give_terminal(pid_t group)
{
	void (*const before)(int) = signal(SIGTTOU, SIG_IGN);

	(void)!tcsetpgrp(STDIN_FILENO, group);
	signal(SIGTTOU, before);
}

/*
 * Have it back from the child, as it was: who was killed may have left it without an echo. If somebody else has it by
 * now, as the shell has that we were put into the background of, it stays there.
 */
static void take_terminal(pid_t child, const struct termios *as_it_was)
{
	void (*const before)(int) = signal(SIGTTOU, SIG_IGN);

	if (tcgetpgrp(STDIN_FILENO) == child) {
		give_terminal(getpgrp());
		(void)!tcsetattr(STDIN_FILENO, TCSANOW, as_it_was);
	}
	signal(SIGTTOU, before);
}

/*
 * Whoever has the terminal was stopped there (Ctrl-Z): so are we, with all of our group, until the shell that we were
 * started from says otherwise. Where there is none, nobody stops, and it goes on. Who was stopped for reading in the
 * background when the shell had the terminal, and is seen once that has called us back, needs the terminal alone.
 */
static void stop_along(pid_t child)
{
	siginfo_t end = { 0 };

	if (waitid(P_PID, (id_t)child, &end, WSTOPPED | WNOHANG) || end.si_pid != child) {
		return;
	}
	const bool wants_terminal = end.si_status == SIGTTIN || end.si_status == SIGTTOU;

	if (tcgetpgrp(STDIN_FILENO) == child) {
		give_terminal(getpgrp());
	}
	if (!wants_terminal || tcgetpgrp(STDIN_FILENO) != getpgrp()) {
		kill(0, SIGTSTP);
	}
	if (tcgetpgrp(STDIN_FILENO) == getpgrp()) { // else we go on in the background
		give_terminal(child);
	}
	kill(-child, SIGCONT);
}

/* --- between fork and exec --------------------------------------------------------------------- */

/* What the child does between fork and exec; an errno goes through `report` if it cannot. */
static void become_program(const struct process *process, pid_t parent, int input, int output,
		int errors, int report)
{
	process_reset_signals();
	setpgid(0, 0); // so that what it starts can be ended with it
	if (process->is_at_terminal) {
		give_terminal(getpid());
	}
	if ((process->is_at_terminal ||
			    (dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
					    dup2(errors, STDERR_FILENO) >= 0)) &&
			set_variables(process->variables) && limit_files(process->most_bytes) &&
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

/* A descriptor of our own with what the program reads; -1 on failure. */
static int open_input(const struct process *process)
{
	if (process->input_fd) {
		return fcntl(process->input_fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	}
	if (!process->input.len) {
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	const int fd = file_open_nameless();

	if (fd >= 0 && (!descriptor_write(fd, process->input) || lseek(fd, 0, SEEK_SET) < 0)) {
		close(fd);
		return -1;
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

/* How often whoever wants to look at what it does is asked to. */
#define LOOK_AROUND_EVERY_US 200000

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
	int64_t look_us = clock_now_us() + LOOK_AROUND_EVERY_US;

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
		if (process->is_at_terminal) {
			stop_along(child->pid);
		}
		if (process->look && clock_now_us() >= look_us) {
			struct error *error = process->look(process->look_data, arena);

			if (error) {
				return error;
			}
			look_us = clock_now_us() + LOOK_AROUND_EVERY_US;
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

/* Why it was not started, if it was not. */
static struct error *read_report(int report, const char *name, struct arena *arena)
{
	int number;

	if (read(report, &number, sizeof(number)) != sizeof(number)) {
		return NULL;
	}
	errno = number;
	return error_from_errno(arena, "start '%s'", name);
}

void process_bury(pid_t child, int64_t within_us)
{
	const struct patience patience = { .until_us = clock_now_us() + within_us };
	bool is_over = false;
	pid_t got;

	while ((got = waitpid(child, NULL, is_over ? 0 : WNOHANG)) != child) {
		if (got < 0 && errno != EINTR) {
			return;
		}
		if (!is_over && wait_a_step(-1, LOOK_SOON_EVERY_US, &patience) == WAIT_TIMEOUT) {
			kill(child, SIGKILL);
			is_over = true;
		}
	}
}

static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/*
 * Start it. Standard error goes to `errors`; with -1 where standard output does. `ret_report` is for
 * read_report(), once it has ended.
 */
static struct error *start(const struct process *process, int errors, struct arena *arena,
		struct child *ret_child, int *ret_report)
{
	int out[2] = { -1, -1 }, report[2] = { -1, -1 };
	const int input = open_input(process);
	const pid_t parent = getpid();
	struct error *error = NULL;
	pid_t pid;

	if (input < 0) {
		return error_from_errno(arena, "keep the input of '%s' in '%s'",
				process->arguments[0], file_temporary_folder());
	}
	if (!pipe_open(out) || !pipe_open(report) || (pid = fork()) < 0) {
		error = error_from_errno(arena, "start '%s'", process->arguments[0]);
		goto out;
	}
	if (pid == 0) {
		become_program(process, parent, input, out[1], errors >= 0 ? errors : out[1],
				report[1]);
	}
	setpgid(pid, pid); // whoever of the two comes first
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	*ret_child = (struct child){ .pid = pid, .output = out[0] };
	*ret_report = report[0];
	out[0] = report[0] = -1;
out:
	pipe_close(out);
	pipe_close(report);
	close(input);
	return error;
}

struct error *process_run(const struct process *process, struct arena *arena, int *ret_status,
		str *ret_output)
{
	struct buf output = { .arena = arena };
	struct termios terminal;
	struct child child;
	int report;
	const bool has_terminal =
			process->is_at_terminal && tcgetattr(STDIN_FILENO, &terminal) == 0;
	struct error *error = start(process, -1, arena, &child, &report);

	if (error) {
		return error;
	}
	const int descriptor = child.output;

	error = await_end(process, &child, &output);
	const int status = end_all(&child);

	if (has_terminal) {
		take_terminal(child.pid, &terminal);
	}
	if (!error) {
		error = read_report(report, process->arguments[0], arena);
	}
	if (!error) {
		*ret_status = exit_status(status);
		*ret_output = (str){ buf_c(&output), output.len };
	}
	close(descriptor);
	close(report);
	return error;
}

/* --- reading along --------------------------------------------------------------------------- */

struct process_stream {
	struct arena *arena;
	const char *name;
	struct patience patience;
	struct child child;
	int errors; /* a file that its standard error goes to */
	int report;
	bool is_at_end; /* of its output: it is about to end by itself */
};

struct error *process_open(const struct process *process, struct arena *arena,
		struct process_stream **ret_stream)
{
	struct process_stream *stream = arena_new(arena, struct process_stream);

	stream->arena = arena;
	stream->name = str_to_c(str_from(process->arguments[0]), arena);
	stream->patience = process->patience;
	stream->errors = file_open_nameless();
	if (stream->errors < 0) {
		return error_from_errno(arena, "keep what '%s' says in '%s'", stream->name,
				file_temporary_folder());
	}
	struct error *error =
			start(process, stream->errors, arena, &stream->child, &stream->report);

	if (error) {
		close(stream->errors);
		return error;
	}
	*ret_stream = stream;
	return NULL;
}

struct error *process_read(struct process_stream *stream, char *space, size_t size, size_t *ret_len)
{
	for (;;) {
		switch (wait_to_read(stream->child.output, &stream->patience)) {
		case WAIT_READY:
			break;
		case WAIT_TIMEOUT:
			return error_new(stream->arena, ERROR_TIMEOUT, "'%s' took too long",
					stream->name);
		case WAIT_STOPPED:
			return error_new(stream->arena, ERROR_INTERRUPTED, "'%s' was stopped",
					stream->name);
		case WAIT_FAILED:
			return error_from_errno(stream->arena, "wait for '%s'", stream->name);
		}
		const ssize_t got = read(stream->child.output, space, size);

		if (got >= 0) {
			stream->is_at_end = got == 0;
			*ret_len = (size_t)got;
			return NULL;
		}
		if (errno != EINTR && errno != EAGAIN) {
			return error_from_errno(stream->arena, "read from '%s'", stream->name);
		}
	}
}

void process_set_deadline(struct process_stream *stream, int64_t until_us)
{
	stream->patience.until_us = until_us;
}

/* What has closed its output has this long to end by itself. */
#define END_WITHIN_US 5000000

struct error *process_close(struct process_stream *stream, struct arena *arena, int *ret_status,
		str *ret_complaints)
{
	const struct patience patience = { .until_us = clock_now_us() + END_WITHIN_US,
		.stop = stream->patience.stop };
	char *complaints = arena_alloc(arena, PROCESS_OUTPUT_MAX);

	close(stream->child.output);
	while (stream->is_at_end && !has_ended(&stream->child) &&
			wait_a_step(-1, LOOK_SOON_EVERY_US, &patience) == WAIT_READY) {
	}
	*ret_status = exit_status(end_all(&stream->child));
	struct error *error = read_report(stream->report, stream->name, arena);
	const ssize_t len = pread(stream->errors, complaints, PROCESS_OUTPUT_MAX, 0);

	*ret_complaints = (str){ complaints, len > 0 ? (size_t)len : 0 };
	close(stream->report);
	close(stream->errors);
	return error;
}
