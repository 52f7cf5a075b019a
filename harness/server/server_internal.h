/*
 * server/server_internal.h - what cluster.c, in our process, and the process that looks after the
 * server know together: supervisor.c, with cluster_folder.c and cluster_data.c at its hands.
 */
#ifndef SERVER_SERVER_INTERNAL_H
#define SERVER_SERVER_INTERNAL_H

#include "kit/process.h"
#include "server/programs.h"

struct supervisor {
	struct postgres_programs programs;
	const struct account *account; /* to become; NULL: stay who we are */
	size_t connections;            /* that the server takes at once */
	str cache;                     /* folder for initdb's results, made already; empty: none */
	int life; /* its other end closes when our parent ends; a byte on it says "stay" */
	int word; /* where "ready FOLDER" and a line, or "failed REASON" is written, once */
};

/* Look after one server until the parent ends; does not return. */
_Noreturn void supervisor_run(const struct supervisor *supervisor, struct arena *arena);

/* --- cluster_folder.c ------------------------------------------------------------------------ */

/* Make a folder for one server that only this process's user can enter, and mark it as alive. */
MUST_USE struct error *cluster_folder_make(struct arena *arena, str *ret_folder);

/* Remove it, and what else a killed server has left. */
void cluster_folder_remove(str folder, struct arena *arena);

/* Remove folders of runs that are no longer alive, owned by this process's user; returns how many. */
size_t cluster_folders_sweep(struct arena *arena);

/* Remove a folder with all that is in it. */
void cluster_remove_tree(str folder, struct arena *arena);

/* --- cluster_data.c -------------------------------------------------------------------------- */

/*
 * Remove what initdb made and no run has used for so long, save what is being copied; returns how many folders.
 */
size_t cluster_cache_sweep(str cache, int unused_for_s, struct arena *arena);

/*
 * Make the folder `data` as initdb does. It runs once for a version and build, behind a lock; later runs
 * copy what it made: then `ret_is_copy`. What is not as it was made, or whose server `is_damaged`, is thrown
 * away and made anew. `ret_note` says why nothing is kept for later runs, where it should be; else it is empty.
 */
MUST_USE struct error *cluster_data_provide(const struct supervisor *supervisor, str data,
		bool is_damaged, struct arena *arena, bool *ret_is_copy, str *ret_note);

/*
 * `error` itself, of what was written in `folder`; where it came of a disk that is full, one that says that.
 */
struct error *cluster_full_if(str folder, struct error *error, struct arena *arena);

/* Whether it is one of those. */
bool cluster_is_full(const struct error *error);

/* The end of what a program has said, where it has said much. */
str cluster_last_lines(str text, struct arena *arena);

#endif
