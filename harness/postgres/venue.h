/*
 * postgres/venue.h - what the processes of one run share: a PostgreSQL server, lent by the user or
 * started for the run. Opened once by the process that hands out the cells, before it forks workers;
 * each worker's hosts (database/engine.h) find their way by what venue_wait() gives.
 */
#ifndef POSTGRES_VENUE_H
#define POSTGRES_VENUE_H

#include "database/engine.h"

struct venue;

struct venue_options {
	str postgres_url; /* a server the user lends; empty: start one */
	str bindir;       /* where the programs are; empty: look for them */
	str run_as; /* as root: the account of a private server; empty: postgres, else nobody */
	size_t workers; /* processes that will work on it at once */
};

/*
 * Begin to provide a PostgreSQL server, and return at once. ERROR_ENVIRONMENT: this machine has none
 * and cannot start one. It belongs to the caller until venue_close().
 */
MUST_USE struct error *venue_open(
		const struct venue_options *options, struct arena *arena, struct venue **ret_venue);

/* Can be read as soon as venue_wait() need not wait for a server to start; -1: none is starting. Borrowed. */
int venue_descriptor(const struct venue *venue);

/*
 * Wait until it answers, and fill in how hosts reach it. ERROR_ENVIRONMENT: it does not come up, or a
 * lent server's role may not create databases and roles.
 */
MUST_USE struct error *venue_wait(
		struct venue *venue, struct arena *arena, struct host_options *ret_hosts);

/* What the user should know of a server that answers, a line; empty: nothing. Borrowed. */
str venue_note(const struct venue *venue);

/* The major version of a server that is lent and answers; 0 of a private one. */
int venue_lent_version(const struct venue *venue);

/* Drop every database and role that this run made on a lent server, or take the private one down. */
void venue_close(struct venue *venue);

/*
 * As venue_close(), for a run that has kept databases: a private server goes on, and the command that ends
 * it is returned; on a lent one all goes but what was kept, and there is no command.
 */
str venue_leave(struct venue *venue, struct arena *arena);

/* In a worker: forget the venue, which belongs to the parent. */
void venue_forget(struct venue *venue);

/*
 * Drop what killed runs have left on a server that was lent to them, and on demand what others kept there;
 * counts the databases.
 */
MUST_USE struct error *venue_clean(
		str postgres_url, bool with_kept, struct arena *arena, size_t *ret_dropped);

#endif
