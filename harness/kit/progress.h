/*
 * kit/progress.h - what a process does that takes long, and how far it is, for another process to tell people. It lies
 * in memory that both share: one writes, others look, and nobody waits.
 */
#ifndef KIT_PROGRESS_H
#define KIT_PROGRESS_H

#include "kit/arena.h"
#include "kit/str.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* All zero: nothing that takes long. */
struct progress {
	atomic_uint version; /* odd while it is written */
	atomic_llong done, total;
	char what[96];
};

struct progress_report {
	str what;            /* "loading shop.sql" */
	int64_t done, total; /* bytes; total 0: nobody knows */
};

/*
 * From here to the end the process is at `doing` `what` ("loading", "shop.sql"), which is so many bytes; 0: nobody knows.
 * All of these do nothing where `progress` is NULL, as nobody looks.
 */
void progress_begin(struct progress *progress, const char *doing, str what, int64_t total);
void progress_reach(struct progress *progress, int64_t done);
void progress_end(struct progress *progress);

/* What it is at; false: at nothing that takes long. The text is in `arena`. */
bool progress_look(const struct progress *progress, struct arena *arena,
		struct progress_report *ret_report);

#endif
