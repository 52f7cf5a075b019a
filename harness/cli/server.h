/*
 * cli/server.h - the PostgreSQL server of a run: lent, private, or none, when the cells are skipped.
 */
#ifndef CLI_SERVER_H
#define CLI_SERVER_H

#include "cli/command.h"
#include "database/venue.h"
#include "scenario/scenario.h"

struct server {
	struct arena *arena;
	struct venue *venue;       /* NULL: none is needed, or there is none */
	struct host_options hosts; /* how workers reach it, or why they cannot */
	bool is_refused;           /* the user lends one that cannot be used */
};

/*
 * Provide a server if one of the cells needs it, and wait until it answers. That there is none is no
 * error: it is told on standard error, and `hosts` says why, for the cells that are skipped.
 */
struct server server_open(const struct invocation *invocation,
		const struct scenario_cell *const *cells, size_t count);

/* Take it down; or, for databases that were kept on it, leave it and say how to stop it. */
void server_close(struct server *server, bool is_kept);

/* The address of the server that is lent, by option or environment; empty: none. */
str server_lent(const struct invocation *invocation);

/* Option rows of all commands that need a server. */
#define SERVER_OPTION_POSTGRES(helped)                             \
	{                                                          \
		.name = "postgres", .value = "URL", .help = helped \
	}
#define SERVER_OPTION_RUN_AS                                                                       \
	{                                                                                          \
		.name = "run-as", .value = "USER",                                                 \
		.help = "as root: who runs PostgreSQL's programs (default: postgres, else nobody)" \
	}

#endif
