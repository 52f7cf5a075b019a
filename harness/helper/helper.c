#include "helper/helper.h"

#include "kit/clock.h"
#include "kit/file.h"
#include "kit/json.h"
#include "kit/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long its start may take: imports over a slow disk. */
#define START_US 60000000

/* How long it may take to fork a child, or to end one. */
#define ANSWER_US 10000000

/* How long it has to end by itself when it is told to. */
#define STOP_US 2000000

/* --- where its files are ----------------------------------------------------------------------- */

static str own_folder(struct arena *arena)
{
	char path[4096];
	const ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	return len > 0 ? path_folder(str_copy((str){ path, (size_t)len }, arena)) : STR("");
}

/*
 * Installed beside the program, wherever that was put; where the build says; for what runs where it was built, in the
 * source. An installed program looks at no folder of whoever built it.
 */
static str find_files(struct arena *arena)
{
	const str places[] = {
		path_join(own_folder(arena), STR("../share/rehearse/python/rehearse_helper"),
				arena),
		STR(REHEARSE_DATADIR "/rehearse/python/rehearse_helper"),
		STR(REHEARSE_SOURCE "/harness/python/rehearse_helper"),
	};

	const bool is_installed = !str_starts_with(own_folder(arena), STR(REHEARSE_BUILD));

	for (size_t i = 0; i < COUNT_OF(places) - is_installed; i++) {
		if (path_is_directory(places[i], arena)) {
			return path_normalise(places[i], arena);
		}
	}
	return STR("");
}

/* --- the process -------------------------------------------------------------------------------- */

/* What the child does between fork and exec; an errno goes through `report` if it cannot. */
static void become_python(const char *const *arguments, int socket, int report)
{
	const int nothing = open("/dev/null", O_WRONLY);

	process_reset_signals();
	setpgid(0, 0); // what a terminal sends is for us to answer
	if (nothing >= 0 && dup2(socket, STDIN_FILENO) >= 0 && dup2(nothing, STDOUT_FILENO) >= 0 &&
			dup2(nothing, STDERR_FILENO) >= 0 &&
			setenv("PYTHONHASHSEED", "0", 1) == 0 &&
			setenv("PYTHONDONTWRITEBYTECODE", "1", 1) == 0) {
		execvp(arguments[0], (char *const *)(uintptr_t)arguments);
	}
	const int number = errno;

	(void)!write(report, &number, sizeof(number));
	_exit(127);
}

/* Start the program; `helper` gets the process and its socket. */
static struct error *start_process(
		struct helper *helper, const char *const *arguments, struct arena *arena)
{
	int sockets[2], report[2], number;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets)) {
		return error_from_errno(arena, "make a socket for Python");
	}
	if (pipe(report)) {
		close(sockets[0]);
		close(sockets[1]);
		return error_from_errno(arena, "make a pipe for Python");
	}
	fcntl(report[0], F_SETFD, FD_CLOEXEC);
	fcntl(report[1], F_SETFD, FD_CLOEXEC);
	fcntl(sockets[1], F_SETFD, FD_CLOEXEC);
	channel_open(&helper->channel, sockets[0], helper->arena);
	helper->pid = fork();
	if (helper->pid == 0) {
		become_python(arguments, sockets[1], report[1]);
	}
	struct error *err = helper->pid < 0 ? error_from_errno(arena, "start Python") : NULL;

	close(sockets[1]);
	close(report[1]);
	if (!err && read(report[0], &number, sizeof(number)) == sizeof(number)) {
		errno = number;
		err = error_from_errno(arena, "start '%s'", arguments[0]);
	}
	close(report[0]);
	helper->pid = helper->pid < 0 ? 0 : helper->pid;
	return err;
}

/* Wait until it has ended, for that long at most. It stays a zombie meanwhile, so that nobody else gets its number. */
static void await_end(pid_t pid, int64_t until_us)
{
	const struct patience patience = { .until_us = until_us };

	do {
		siginfo_t end = { 0 };

		if ((waitid(P_PID, (id_t)pid, &end, WEXITED | WNOHANG | WNOWAIT) != 0 &&
				    errno != EINTR) ||
				end.si_pid == pid) {
			return;
		}
	} while (wait_a_step(-1, 1000, &patience) == WAIT_READY);
}

/* Wait until nobody holds the other end of its socket. */
static void await_silence(struct helper *helper, int64_t until_us)
{
	const struct patience patience = { .until_us = until_us };
	char said[256];

	shutdown(helper->channel.fd, SHUT_WR);
	while (wait_to_read(helper->channel.fd, &patience) == WAIT_READY &&
			read(helper->channel.fd, said, sizeof(said)) > 0) {
	}
}

void helper_stop(struct helper *helper)
{
	const int64_t until_us = clock_now_us() + STOP_US;
	int status;

	if (!helper || !helper->pid) {
		return;
	}
	if (helper->is_split) { // what it was split off ends one that does not
		await_silence(helper, until_us);
		channel_close(&helper->channel);
		helper->pid = 0;
		return;
	}
	channel_close(&helper->channel); // then it kills its children, and ends
	await_end(helper->pid, until_us);
	kill(-helper->pid, SIGKILL); // what the command in front of Python has left running, too
	kill(helper->pid, SIGKILL);
	while (waitpid(helper->pid, &status, 0) < 0 && errno == EINTR) {
	}
	helper->pid = 0;
}

/* --- starting ----------------------------------------------------------------------------------- */

/* The minor number of "1.13.1". */
static int minor_of(str version)
{
	const size_t dot = str_find_char(version, '.');
	int minor = 0;

	for (size_t i = dot + 1;
			i < version.len && version.data[i] >= '0' && version.data[i] <= '9'; i++) {
		minor = minor * 10 + (version.data[i] - '0');
	}
	return minor;
}

/* It speaks first: which Alembic it has, or why it has none. */
static struct error *take_hello(struct helper *helper, struct arena *arena)
{
	const struct patience patience = {
		.until_us = clock_now_us() + START_US,
		.is_called_off = helper->is_called_off,
	};
	json_t *hello;
	struct error *err = channel_receive(&helper->channel, &patience, arena, &hello);

	if (err) {
		return err->code == ERROR_NOT_FOUND
				? error_new(arena, ERROR_ENVIRONMENT,
						  "it ended at once: no Python 3?")
				: err;
	}
	if (!json_object_get(hello, "hello")) {
		const json_t *error = json_object_get(hello, "error");
		const str message = object_text(error, "message", arena);

		err = error_new(arena, ERROR_ENVIRONMENT, "%.*s", STR_ARG(message));
	} else {
		helper->python = object_text(hello, "python", helper->arena);
		helper->executable = object_text(hello, "executable", helper->arena);
		helper->alembic = object_text(hello, "alembic", helper->arena);
		helper->sqlalchemy = object_text(hello, "sqlalchemy", helper->arena);
		helper->alembic_minor = minor_of(helper->alembic);
		helper->pid = helper->is_split ? (pid_t)object_integer(hello, "pid") : helper->pid;
	}
	json_decref(hello);
	return err;
}

/* Try one Python. */
static struct error *try(struct helper *helper, const struct python_candidate *candidate, str files,
		bool is_tcp, struct arena *arena)
{
	struct {
		const char **items;
		size_t count, capacity;
	} arguments = { 0 };

	for (size_t i = 0; i < candidate->command.count; i++) {
		*LIST_PUSH(&arguments, arena) = str_to_c(candidate->command.items[i], arena);
	}
	*LIST_PUSH(&arguments, arena) = "-B";
	*LIST_PUSH(&arguments, arena) = str_to_c(files, arena);
	if (is_tcp) {
		*LIST_PUSH(&arguments, arena) = "--tcp";
	}
	*LIST_PUSH(&arguments, arena) = NULL;
	struct error *err = start_process(helper, arguments.items, arena);

	if (!err) {
		err = take_hello(helper, arena);
	}
	if (err) {
		helper_stop(helper);
		channel_close(&helper->channel);
	}
	return err;
}

static struct error *none_found(const struct str_list *tried, struct arena *arena)
{
	struct error *error = error_new(arena, ERROR_ENVIRONMENT,
			"found no Python that can import alembic: %.*s",
			STR_ARG(str_list_join(tried, STR("; "), arena)));

	error->hint = STR("Install what the project needs for one of them (python3 -m venv .venv && "
			  ".venv/bin/pip install alembic ...), or name the one that has it: "
			  "--python, $REHEARSE_PYTHON, or 'python' beside 'alembic'.");
	return error;
}

struct error *helper_start(const struct python_wish *wish, bool is_tcp, struct arena *arena,
		struct helper **ret_helper)
{
	const str files = find_files(arena);
	const struct python_candidates candidates = interpreter_find(wish, arena);
	struct helper *helper = arena_new(arena, struct helper);
	struct str_list tried = candidates.absent;

	if (!files.len) {
		return error_new(arena, ERROR_ENVIRONMENT,
				"the files of the Python helper are not installed");
	}
	helper->arena = arena;
	helper->channel.fd = -1;
	helper->is_called_off = wish->is_called_off;
	for (size_t i = 0; i < candidates.count; i++) {
		const struct python_candidate *candidate = &candidates.items[i];
		struct error *err = try(helper, candidate, files, is_tcp, arena);

		if (!err) {
			*ret_helper = helper;
			return NULL;
		}
		str_list_add(&tried,
				str_format(arena, "%.*s: %.*s", STR_ARG(candidate->words),
						STR_ARG(err->message)),
				arena);
	}
	return none_found(&tried, arena);
}

/* --- splitting ---------------------------------------------------------------------------------- */

struct error *helper_split(
		const struct helper *whole, struct arena *arena, struct helper **ret_helper)
{
	const struct patience patience = { .until_us = clock_now_us() + ANSWER_US };
	struct helper *helper = arena_new(arena, struct helper);
	struct channel channel = whole->channel; // others write there, too: a line each, and nobody reads
	int sockets[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets)) {
		return error_from_errno(arena, "make a socket for Python");
	}
	*helper = (struct helper){
		.is_split = true,
		.is_called_off = whole->is_called_off,
		.arena = arena,
	};
	channel_open(&helper->channel, sockets[0], arena);
	fcntl(sockets[1], F_SETFD, FD_CLOEXEC);
	struct error *err = channel_send(
			&channel, STR("{\"do\": \"split\"}\n"), sockets[1], &patience, arena);

	close(sockets[1]);
	if (!err) {
		err = take_hello(helper, arena);
	}
	if (err) {
		channel_close(&helper->channel);
		return error_new(arena, ERROR_ENVIRONMENT, "the Python helper does not answer: %.*s",
				STR_ARG(err->message));
	}
	*ret_helper = helper;
	return NULL;
}

/* --- children ------------------------------------------------------------------------------------ */

/* Ask the helper itself something; the answer is the caller's. One that does not answer is of no more use. */
static struct error *ask(
		struct helper *helper, str line, int pass, struct arena *arena, json_t **ret_answer)
{
	const struct patience patience = { .until_us = clock_now_us() + ANSWER_US };
	struct error *err = helper->pid
			? channel_send(&helper->channel, line, pass, &patience, arena)
			: error_new(arena, ERROR_NOT_FOUND, "the Python process has ended");

	if (!err) {
		err = channel_receive(&helper->channel, &patience, arena, ret_answer);
	}
	if (err) {
		helper_stop(helper);
		err = error_new(arena, ERROR_ENVIRONMENT, "the Python helper does not answer: %.*s",
				STR_ARG(err->message));
	}
	return err;
}

struct error *helper_fork(
		struct helper *helper, struct arena *arena, pid_t *ret_pid, struct channel *channel)
{
	int sockets[2];
	json_t *answer = NULL;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets)) {
		return error_from_errno(arena, "make a socket for Python");
	}
	channel_open(channel, sockets[0], arena);
	fcntl(sockets[1], F_SETFD, FD_CLOEXEC);
	struct error *err = ask(helper, STR("{\"do\": \"fork\"}\n"), sockets[1], arena, &answer);

	close(sockets[1]);
	if (!err && !object_integer(answer, "pid")) {
		err = error_new(arena, ERROR_ENVIRONMENT, "could not fork Python: %.*s",
				STR_ARG(object_text(json_object_get(answer, "error"), "message",
						arena)));
	}
	if (err) {
		channel_close(channel);
	} else {
		*ret_pid = (pid_t)object_integer(answer, "pid");
	}
	json_decref(answer);
	return err;
}

void helper_end(struct helper *helper, pid_t pid, struct channel *channel, struct arena *arena,
		str *ret_end)
{
	json_t *answer = NULL;
	const str line = str_format(arena, "{\"do\": \"end\", \"pid\": %ld}\n", (long)pid);
	const struct error *err = ask(helper, line, -1, arena, &answer);

	channel_close(channel);
	if (ret_end) {
		const int64_t number = object_integer(answer, "signal");

		*ret_end = err           ? err->message
				: number ? str_format(arena, "signal %d", (int)number)
					 : str_format(arena, "status %d",
							   (int)object_integer(answer, "exit"));
	}
	json_decref(answer);
}
