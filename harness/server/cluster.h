/*
 * server/cluster.h - a private PostgreSQL server for one run: its socket in a folder that only its
 * account can enter, no TCP, no passwords, nothing written for durability. A supervisor process starts
 * it, waits for our end, and takes it down, so that not even `kill -9` of this process leaves a server
 * behind. As root everything about the server runs as an unprivileged account.
 */
#ifndef SERVER_CLUSTER_H
#define SERVER_CLUSTER_H

#include "kit/error.h"

struct cluster;

struct cluster_options {
	str bindir;     /* where the programs are; empty: look for them */
	str run_as;     /* as root: the account of the server; empty: postgres, else nobody */
	size_t workers; /* processes that will work on it at once */
};

/* The superuser of a private cluster, whom only Rehearse itself connects as. */
#define CLUSTER_SUPERUSER "rehearse"

/* What the folder of a private server is called, with its socket in it, wherever it is. */
#define CLUSTER_FOLDER_PREFIX "rehearse-pg-"

/*
 * Begin to start a server, and return at once. ERROR_ENVIRONMENT when there are no programs or no
 * account to run them. The cluster belongs to the caller until cluster_stop().
 */
MUST_USE struct error *cluster_start(const struct cluster_options *options, struct arena *arena,
		struct cluster **ret_cluster);

/* Can be read as soon as cluster_wait() need not wait; borrowed. */
int cluster_descriptor(const struct cluster *cluster);

/*
 * Wait until it answers. `ret_conninfo` is a libpq connection string of the superuser. ERROR_ENVIRONMENT
 * with what the server's log says if it does not come up.
 */
MUST_USE struct error *cluster_wait(
		struct cluster *cluster, struct arena *arena, str *ret_conninfo);

/* What the user should know of a server that answers, a line; empty: nothing. In the arena of cluster_wait(). */
str cluster_note(const struct cluster *cluster);

/* Take the server and its folder away, and wait until they are gone. NULL is fine. */
void cluster_stop(struct cluster *cluster);

/* Leave the server running after this process; gives the command that stops it and removes its folder. */
str cluster_leave(struct cluster *cluster, struct arena *arena);

/* In a worker process: forget the cluster, which belongs to the parent. */
void cluster_forget(struct cluster *cluster);

/*
 * Remove what killed runs left behind, and on demand what is kept of initdb's work for later runs; counts the
 * folders removed.
 */
MUST_USE struct error *cluster_clean(const struct cluster_options *options, bool with_cache,
		struct arena *arena, size_t *ret_removed);

#endif
