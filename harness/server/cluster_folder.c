#define _DEFAULT_SOURCE // flock
#include "server/cluster.h"
#include "server/server_internal.h"

#include "kit/arena.h"
#include "kit/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Folders of runs are TMPDIR/rehearse-pg-XXXXXX; a longer TMPDIR would not fit a socket's 107 bytes. */
#define LONGEST_TMPDIR 60
#define MEMORY_FOLDER  "/dev/shm"
#define DISK_FOLDER    "/tmp"
#define ENOUGH_MEMORY  ((uint64_t)2 * 1024 * 1024 * 1024)

/* --- where folders are ---------------------------------------------------------------------- */

/* $TMPDIR if there is one that can be used at all, else NULL. */
static const char *named_folder(void)
{
	const char *named = getenv("TMPDIR");

	return named && named[0] == '/' && strlen(named) <= LONGEST_TMPDIR ? named : NULL;
}

static bool can_write(const char *folder)
{
	return folder && access(folder, W_OK | X_OK) == 0;
}

/*
 * Databases are copied file by file, which memory does ten times as fast as a disk: it is taken if there
 * is enough and nobody says otherwise.
 */
static const char *choose_parent(void)
{
	struct statvfs status;

	if (can_write(named_folder())) {
		return named_folder();
	}
	if (can_write(MEMORY_FOLDER) && statvfs(MEMORY_FOLDER, &status) == 0 &&
			(uint64_t)status.f_bavail * status.f_frsize >= ENOUGH_MEMORY) {
		return MEMORY_FOLDER;
	}
	return DISK_FOLDER;
}

/* The lock is held as long as the supervisor lives, so one that can be had is of a dead run. */
static int lock_folder(str folder, struct arena *arena)
{
	const char *path = str_to_c(path_join(folder, STR("alive"), arena), arena);
	const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		return -1;
	}
	return fd;
}

struct error *cluster_folder_make(struct arena *arena, str *ret_folder)
{
	for (int tries = 0; tries < 10; tries++) {
		char name[LONGEST_TMPDIR + sizeof("/" CLUSTER_FOLDER_PREFIX "XXXXXX")];

		snprintf(name, sizeof(name), "%s/" CLUSTER_FOLDER_PREFIX "XXXXXX", choose_parent());
		if (!mkdtemp(name)) { // 0700
			break;
		}
		/* Before we have the lock, another run may take the folder for a dead one's. */
		if (lock_folder(str_from(name), arena) >= 0 &&
				path_is_directory(str_from(name), arena)) {
			*ret_folder = str_copy(str_from(name), arena);
			return NULL;
		}
	}
	return error_from_errno(arena, "make a folder for PostgreSQL in '%s'", choose_parent());
}

/* --- removing ------------------------------------------------------------------------------- */

static void run(const char *const *arguments, struct arena *arena)
{
	const struct process process = { .arguments = arguments };
	int status;
	str output;

	(void)!process_run(&process, arena, &status, &output);
}

void cluster_remove_tree(str folder, struct arena *arena)
{
	const char *path = str_to_c(folder, arena);
	const char *const removal[] = { "rm", "-rf", "--", path, NULL };
	const char *const rights[] = { "chmod", "-R", "u+rwx", "--", path, NULL };
	struct stat status;

	run(removal, arena);
	if (lstat(path, &status) == 0) { // somebody has taken away the right to look into it
		run(rights, arena);
		run(removal, arena);
	}
}

/*
 * A server that was killed leaves a segment of System V shared memory, a few bytes that mark its folder as
 * used. Its number stands in the seventh line of its pid file.
 */
static void remove_segment(str folder, struct arena *arena)
{
	str text, line = { 0 };
	struct shmid_ds status;
	unsigned long key;
	int id;

	if (file_read(path_join(folder, STR("data/postmaster.pid"), arena), 4096, arena, &text)) {
		return;
	}
	for (int i = 0; i < 7; i++) {
		if (!str_next_part(&text, '\n', &line)) {
			return;
		}
	}
	if (sscanf(str_to_c(line, arena), "%lu %d", &key, &id) == 2 &&
			shmctl(id, IPC_STAT, &status) == 0 && status.shm_nattch == 0 &&
			status.shm_perm.uid == geteuid()) {
		shmctl(id, IPC_RMID, NULL);
	}
}

void cluster_folder_remove(str folder, struct arena *arena)
{
	remove_segment(folder, arena);
	cluster_remove_tree(folder, arena);
}

static size_t sweep(const char *parent, struct arena *arena)
{
	struct str_list names;
	size_t removed = 0;

	if (!parent || directory_list(str_from(parent), arena, &names)) {
		return 0;
	}
	for (size_t i = 0; i < names.count; i++) {
		const str folder = path_join(str_from(parent), names.items[i], arena);
		struct stat status;

		if (!str_starts_with(names.items[i], STR(CLUSTER_FOLDER_PREFIX)) ||
				lstat(str_to_c(folder, arena), &status) ||
				!S_ISDIR(status.st_mode) || status.st_uid != geteuid()) {
			continue;
		}
		const int lock = lock_folder(folder, arena);

		if (lock >= 0) {
			cluster_folder_remove(folder, arena);
			close(lock);
			removed++;
		}
	}
	return removed;
}

size_t cluster_folders_sweep(struct arena *arena)
{
	return sweep(named_folder(), arena) + sweep(MEMORY_FOLDER, arena) +
			sweep(DISK_FOLDER, arena);
}
