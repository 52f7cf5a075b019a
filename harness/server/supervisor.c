/*
 * The process that looks after a private server: it starts the server, watches for our parent's end, and
 * takes the server down. It has no terminal, none of the parent's descriptors, and as root another user.
 */
#include "server/cluster.h"
#include "server/server_internal.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

/* As lists of processes show it; 15 bytes at most. */
#define PROCESS_NAME "rehearse-pg"

/* A server that has not answered by then never will; fifty times what a slow machine needs. */
#define ANSWER_WITHIN_US 60000000
#define STOP_WITHIN_US   10000000
#define LOOK_EVERY_MS    200

#define LOOK_FOR_READY_EVERY_MS 5

/* A server that is looked after. */
struct watch {
	const struct supervisor *supervisor;
	struct arena *arena;
	str folder;   /* with its socket, data and log */
	str note;     /* a line for the user; empty: none */
	pid_t server; /* 0: none is running */
	bool stays;   /* the parent leaves it behind: only a signal ends it */
};

static volatile sig_atomic_t told_to_stop;

static void on_terminate(int number)
{
	(void)number;
	told_to_stop = 1;
}

/* --- becoming one's own --------------------------------------------------------------------- */

static struct error *settle(const struct supervisor *supervisor, struct arena *arena)
{
	const struct sigaction action = { .sa_handler = on_terminate };

	setsid(); // a terminal's Ctrl-C is for our parent, who then ends
	sigaction(SIGTERM, &action, NULL);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	process_let_go((const int[]){ supervisor->life, supervisor->word }, 2, arena);
#ifdef __linux__
	prctl(PR_SET_NAME, PROCESS_NAME);
#endif
	if (supervisor->account && !account_become(supervisor->account)) {
		return error_from_errno(arena, "become the user '%.*s'",
				STR_ARG(supervisor->account->name));
	}
	return chdir("/") ? error_from_errno(arena, "go to '/'") : NULL;
}

/* --- the server ----------------------------------------------------------------------------- */

static _Noreturn void become_server(const char *program, const char *data, const char *sockets,
		const char *log, const char *connections)
{
	const int log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);

	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	dup2(log_fd, STDOUT_FILENO);
	dup2(log_fd, STDERR_FILENO);
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGQUIT); // an immediate shutdown, should we be killed
#endif
	execl(program, program, "-D", data, "-k", sockets, "-N", connections, (char *)NULL);
	_exit(127);
}

static str inside(const struct watch *watch, const char *name)
{
	return path_join(watch->folder, str_from(name), watch->arena);
}

static struct error *start_server(struct watch *watch)
{
	const str program = path_join(
			watch->supervisor->programs.folder, STR("postgres"), watch->arena);
	const char *path = str_to_c(program, watch->arena);
	const char *data = str_to_c(inside(watch, "data"), watch->arena);
	const char *log = str_to_c(inside(watch, "log"), watch->arena);
	const str connections = str_format(watch->arena, "%zu", watch->supervisor->connections);
	const pid_t server = fork();

	if (server == 0) {
		become_server(path, data, str_to_c(watch->folder, watch->arena), log,
				connections.data);
	}
	if (server < 0) {
		return error_from_errno(watch->arena, "start the PostgreSQL server");
	}
	watch->server = server;
	return NULL;
}

static struct error *server_failure(const struct watch *watch)
{
	struct error *error = error_new(
			watch->arena, ERROR_ENVIRONMENT, "the PostgreSQL server did not start");
	str log;

	if (!file_read(inside(watch, "log"), (size_t)1024 * 1024, watch->arena, &log)) {
		error->detail = str_trim(log);
	}
	return error;
}

static bool is_gone(struct watch *watch)
{
	if (watch->server && waitpid(watch->server, NULL, WNOHANG) == watch->server) {
		watch->server = 0;
	}
	return !watch->server;
}

static void stop_server(struct watch *watch)
{
	const int64_t deadline_us = clock_now_us() + STOP_WITHIN_US;

	if (!is_gone(watch)) {
		kill(watch->server, SIGQUIT);
	}
	while (!is_gone(watch)) {
		if (clock_now_us() > deadline_us) {
			kill(watch->server, SIGKILL);
		}
		poll(NULL, 0, 2);
	}
}

/* Wait a little. True when the parent has ended, or we were told to stop. */
static bool should_stop(struct watch *watch, int wait_ms)
{
	struct pollfd parent = { .fd = watch->stays ? -1 : watch->supervisor->life,
		.events = POLLIN };
	char byte;

	if (!told_to_stop && poll(&parent, 1, wait_ms) > 0) {
		watch->stays = read(parent.fd, &byte, 1) == 1;
		return !watch->stays;
	}
	return told_to_stop;
}

/* Whether the server says in its lock file that it takes connections, as pg_ctl reads it: to be asked, it would fork. */
static bool is_ready(const struct watch *watch)
{
	static const str status_line = STR_INIT("ready");
	const size_t status_at = 8;
	str text, line = { 0 };

	if (file_read(path_join(inside(watch, "data"), STR("postmaster.pid"), watch->arena),
			    (size_t)8192, watch->arena, &text)) {
		return false;
	}
	for (size_t i = 0; i < status_at; i++) {
		if (!str_next_part(&text, '\n', &line)) {
			return false;
		}
	}
	return str_equal(str_trim(line), status_line);
}

/* What is ready may still refuse everybody: of a database whose files are damaged. */
static struct error *connect_once(const struct watch *watch)
{
	const str conninfo = str_format(watch->arena,
			"host=%.*s dbname=postgres user=" CLUSTER_SUPERUSER " connect_timeout=10",
			STR_ARG(watch->folder));
	PGconn *link = PQconnectdb(conninfo.data);
	struct error *error = NULL;

	if (PQstatus(link) != CONNECTION_OK) {
		error = error_new(watch->arena, ERROR_ENVIRONMENT,
				"the PostgreSQL server refuses connections");
		error->detail = str_copy(str_trim(str_from(PQerrorMessage(link))), watch->arena);
	}
	PQfinish(link);
	return error;
}

/* From data to a server that answers. */
static struct error *await_server(struct watch *watch)
{
	struct error *error = start_server(watch);

	if (error) {
		return error;
	}
	const int64_t deadline_us = clock_now_us() + ANSWER_WITHIN_US;

	while (!is_ready(watch)) {
		if (is_gone(watch) || clock_now_us() > deadline_us) {
			return server_failure(watch);
		}
		if (should_stop(watch, LOOK_FOR_READY_EVERY_MS)) {
			return error_new(watch->arena, ERROR_INTERRUPTED, "stopped");
		}
	}
	return connect_once(watch);
}

/* From an empty folder to a server that answers. A copy that does not start may be damaged: then all is made anew, once. */
static struct error *bring_up(struct watch *watch)
{
	const str data = inside(watch, "data");
	struct error *error = NULL;
	bool is_copy = false, is_damaged = false;

	do {
		error = cluster_data_provide(watch->supervisor, data, is_damaged, watch->arena,
				&is_copy, &watch->note);
		if (!error) {
			error = await_server(watch);
		}
		if (error) {
			error = cluster_full_if(path_folder(watch->folder), error, watch->arena);
		}
		is_damaged = error && error->code != ERROR_INTERRUPTED && !cluster_is_full(error) &&
				is_copy && !is_damaged;
		if (is_damaged) {
			stop_server(watch);
			cluster_remove_tree(data, watch->arena);
			unlink(str_to_c(inside(watch, "log"), watch->arena));
		}
	} while (is_damaged);
	return error;
}

/* --- the whole ------------------------------------------------------------------------------ */

static void say(const struct supervisor *supervisor, str text)
{
	(void)!descriptor_write(supervisor->word, text);
	close(supervisor->word);
}

static void say_failed(
		const struct supervisor *supervisor, const struct error *error, struct arena *arena)
{
	/* The message is a line, and so is the hint; what follows is the detail. */
	say(supervisor,
			str_format(arena, "failed %.*s\n%.*s\n%.*s", STR_ARG(error->message),
					STR_ARG(error->hint),
					STR_ARG(cluster_last_lines(error->detail, arena))));
}

void supervisor_run(const struct supervisor *supervisor, struct arena *arena)
{
	struct watch watch = { .supervisor = supervisor, .arena = arena };
	struct error *error = settle(supervisor, arena);

	if (!error) {
		cluster_folders_sweep(arena);
		error = cluster_folder_make(arena, &watch.folder);
	}
	if (!error) {
		error = bring_up(&watch);
	}
	if (error) {
		say_failed(supervisor, error, arena);
	} else {
		say(supervisor,
				str_format(arena, "ready %.*s\n%.*s", STR_ARG(watch.folder),
						STR_ARG(watch.note)));
		while (!is_gone(&watch) && !should_stop(&watch, LOOK_EVERY_MS)) {
		}
	}
	stop_server(&watch);
	if (watch.folder.len) {
		cluster_folder_remove(watch.folder, arena);
	}
	_exit(0);
}
