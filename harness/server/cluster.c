#include "server/cluster.h"

#include "kit/arena.h"
#include "kit/file.h"
#include "server/server_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct cluster {
	pid_t supervisor;
	int life; /* closing it ends the server */
	int word; /* where the supervisor says how it went */
	str note;
};

/* Make `folder` of `account`, or of ourselves; false if it is, or ends up, anybody else's. */
static bool make_own_folder(str folder, const struct account *account, struct arena *arena)
{
	const char *path = str_to_c(folder, arena);
	struct stat status;

	if (directory_make(path_folder(folder), arena)) {
		return false;
	}
	if (mkdir(path, 0700) == 0 && account && chown(path, account->uid, account->gid)) {
		return false;
	}
	return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
			status.st_uid == (account ? account->uid : geteuid()) &&
			(status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Where initdb's results are kept: a folder of the server's account. Empty when there can be none. */
static str cache_folder(const struct account *account, struct arena *arena)
{
	const str name = account ? str_format(arena, "rehearse-%.*s", STR_ARG(account->name))
				 : STR("rehearse");
	str parent = str_from(getenv("REHEARSE_CACHE"));

	if (!parent.len && account) {
		parent = STR("/var/cache");
	}
	if (!parent.len) {
		parent = str_from(getenv("XDG_CACHE_HOME"));
	}
	if (!parent.len && getenv("HOME")) {
		parent = path_join(str_from(getenv("HOME")), STR(".cache"), arena);
	}
	if (!str_starts_with(parent, STR("/"))) { // the supervisor works elsewhere
		return (str){ 0 };
	}
	const str folder = path_join(parent, name, arena);

	return make_own_folder(folder, account, arena) ? folder : (str){ 0 };
}

/* Two pipes, that no program inherits. False, with errno, when there are none to be had. */
static bool open_pipes(int life[2], int word[2])
{
	if (pipe(life)) {
		return false;
	}
	if (pipe(word)) {
		close(life[0]);
		close(life[1]);
		return false;
	}
	for (int i = 0; i < 2; i++) {
		fcntl(life[i], F_SETFD, FD_CLOEXEC);
		fcntl(word[i], F_SETFD, FD_CLOEXEC);
	}
	return true;
}

/* A worker has its own, three helpers' and a cell's, with the sessions of its state. */
static size_t connections_for(size_t workers)
{
	const size_t least = 100, of_a_worker = 7, of_others = 40;
	const size_t wanted = workers * of_a_worker + of_others;

	return wanted > least ? wanted : least;
}

struct error *cluster_start(const struct cluster_options *options, struct arena *arena,
		struct cluster **ret_cluster)
{
	struct cluster *cluster = arena_new(arena, struct cluster);
	struct supervisor supervisor = { 0 };
	int life[2], word[2];
	struct error *error = postgres_programs_find(options->bindir, arena, &supervisor.programs);

	if (!error) {
		error = postgres_account_find(options->run_as, arena, &supervisor.account);
	}
	if (error) {
		return error;
	}
	supervisor.connections = connections_for(options->workers);
	supervisor.cache = cache_folder(supervisor.account, arena);
	if (!open_pipes(life, word)) {
		return error_from_errno(arena, "make a pipe");
	}
	supervisor.life = life[0];
	supervisor.word = word[1];
	*cluster = (struct cluster){ .supervisor = fork(), .life = life[1], .word = word[0] };
	if (cluster->supervisor == 0) {
		supervisor_run(&supervisor, arena);
	}
	if (cluster->supervisor < 0) {
		error = error_from_errno(arena, "start a supervisor");
		cluster_forget(cluster);
	}
	close(life[0]);
	close(word[1]);
	if (!error) {
		*ret_cluster = cluster;
	}
	return error;
}

int cluster_descriptor(const struct cluster *cluster)
{
	return cluster->word;
}

struct error *cluster_wait(struct cluster *cluster, struct arena *arena, str *ret_conninfo)
{
	struct buf said = { .arena = arena };
	char part[4096];
	ssize_t got;

	while ((got = read(cluster->word, part, sizeof(part))) != 0) {
		if (got > 0) {
			buf_add(&said, (str){ part, (size_t)got });
		} else if (errno != EINTR) {
			break;
		}
	}
	const str text = buf_str(&said);

	if (str_starts_with(text, STR("ready "))) {
		const size_t end = str_find_char(text, '\n');

		cluster->note = str_slice(text, end + 1, text.len);
		*ret_conninfo = str_format(arena,
				"host=%.*s dbname=postgres user=" CLUSTER_SUPERUSER,
				STR_ARG(str_slice(text, 6, end - 6)));
		return NULL;
	}
	const str reason = str_slice(text, sizeof("failed ") - 1, text.len);
	const size_t line_end = str_find_char(reason, '\n');
	struct error *error = error_new(arena, ERROR_ENVIRONMENT, "%.*s",
			STR_ARG(reason.len ? str_slice(reason, 0, line_end)
					   : STR("the supervisor of PostgreSQL died")));

	const str rest = str_slice(reason, line_end + 1, reason.len);
	const size_t hint_end = str_find_char(rest, '\n');

	error->hint = str_slice(rest, 0, hint_end);
	error->detail = str_slice(rest, hint_end + 1, rest.len);
	return error;
}

str cluster_note(const struct cluster *cluster)
{
	return cluster->note;
}

/* What the supervisor has to do then takes it less: a server has ten seconds to stop. One that is killed takes it along. */
#define STOP_WITHIN_US 20000000

void cluster_stop(struct cluster *cluster)
{
	if (!cluster) {
		return;
	}
	close(cluster->life);
	close(cluster->word);
	process_bury(cluster->supervisor, STOP_WITHIN_US);
}

str cluster_leave(struct cluster *cluster, struct arena *arena)
{
	(void)!write(cluster->life, "s", 1);
	close(cluster->life);
	close(cluster->word);
	return str_format(arena, "kill %ld", (long)cluster->supervisor);
}

void cluster_forget(struct cluster *cluster)
{
	if (cluster) {
		close(cluster->life);
		close(cluster->word);
	}
}

/* `cache` is empty where it stays. */
static size_t sweep_all(str cache, struct arena *arena)
{
	const size_t templates = cache.len ? cluster_cache_sweep(cache, 0, arena) : 0;

	return cluster_folders_sweep(arena) + templates;
}

/* In a process of its own, which can become the account for good. */
static _Noreturn void clean_as(
		const struct account *account, str cache, int count, struct arena *arena)
{
	const size_t removed = account_become(account) ? sweep_all(cache, arena) : 0;

	(void)!write(count, &removed, sizeof(removed));
	_exit(0);
}

struct error *cluster_clean(const struct cluster_options *options, bool with_cache,
		struct arena *arena, size_t *ret_removed)
{
	const struct account *account;
	int count[2];
	struct error *error = postgres_account_find(options->run_as, arena, &account);

	if (error) {
		return error;
	}
	const str cache = with_cache ? cache_folder(account, arena) : (str){ 0 };

	if (!account) {
		*ret_removed = sweep_all(cache, arena);
		return NULL;
	}
	if (pipe(count)) {
		return error_from_errno(arena, "make a pipe");
	}
	const pid_t child = fork();

	if (child == 0) {
		clean_as(account, cache, count[1], arena);
	}
	if (child < 0) {
		error = error_from_errno(arena, "start a process that removes folders");
	}
	close(count[1]);
	*ret_removed = 0;
	while (!error && read(count[0], ret_removed, sizeof(*ret_removed)) < 0 && errno == EINTR) {
	}
	close(count[0]);
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR) {
	}
	return error;
}
