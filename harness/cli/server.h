/*
 * cli/server.h - the PostgreSQL server of a run: lent, private, or none, when the cells are skipped. Of several that are
 * lent, each worker has one. A
 * private one takes a while to start, and other things are done meanwhile: it is begun as soon as somebody
 * will need it, and settled when it answers. All zero is a server that nobody needs.
 */
#ifndef CLI_SERVER_H
#define CLI_SERVER_H

#include "cli/command.h"
#include "postgres/venue.h"
#include "scenario/scenario.h"

struct server {
	struct invocation *invocation;
	struct server_place {
		struct venue *venue; /* NULL: there is none */
		struct host_options hosts; /* how workers reach it; nothing while it is awaited */
	} *places; /* the servers that are lent, or the private one */
	size_t place_count; /* 0: none is needed, or there is none */
	struct host_options hosts; /* how workers reach the first, or why they cannot */
	bool is_awaited;       /* begun, and not yet settled */
	bool is_refused;       /* the user lends one that cannot be used */
};

/* Begin to provide a server, and return at once; nothing if that was done before. */
void server_begin(struct server *server, struct invocation *invocation);

/* Can be read as soon as server_settle() need not wait; -1: there is nothing to wait for. */
int server_descriptor(const struct server *server);

/*
 * Wait until a server that was begun answers. That it does not is no error: it is told on standard error,
 * and `hosts` says why, for the cells that are skipped.
 */
void server_settle(struct server *server);

/* How a worker reaches the server that it has. */
struct host_options server_hosts(
		const struct server *server, size_t worker, struct progress *progress);

/* In a worker: forget what belongs to the parent. */
void server_forget(const struct server *server);

/* Take it down; or, for databases that were kept on it, leave it and say how to stop it. */
void server_close(struct server *server, bool is_kept);

/* Whether cells on an engine need the server. */
bool engine_needs_server(enum scenario_engine engine);

/* The address of the server that is lent, by option or environment; empty: none. */
str server_lent(const struct invocation *invocation);

/* That there are programs of PostgreSQL in a folder, and that there is such a user. */
MUST_USE struct error *server_check_bindir(str value, struct arena *arena);
MUST_USE struct error *server_check_user(str value, struct arena *arena);

/* Option rows of all commands that need a server. */
#define SERVER_OPTION_POSTGRES(helped)                             \
	{                                                          \
		.name = "postgres", .value = "URL", .help = helped \
	}
#define SERVER_OPTION_POSTGRES_SEVERAL(helped)                                       \
	{                                                                            \
		.name = "postgres", .value = "URL", .repeats = true, .help = helped  \
	}
#define SERVER_OPTION_STATEMENT_TIMEOUT                                                                            \
	{                                                                                                          \
		.name = "statement-timeout", .value = "SECONDS", .check = option_check_seconds,                    \
		.help = "how long PostgreSQL lets one statement of a scenario take (default: as long as the cell)" \
	}
#define SERVER_OPTION_LOCK_TIMEOUT                                                            \
	{                                                                                     \
		.name = "lock-timeout", .value = "SECONDS", .check = option_check_seconds,    \
		.help = "how long it lets one wait for a lock (default: as long as the cell)" \
	}
#define SERVER_OPTION_RUN_AS                                                                       \
	{                                                                                          \
		.name = "run-as", .value = "USER", .check = server_check_user,                     \
		.help = "as root: who runs PostgreSQL's programs (default: postgres, else nobody)" \
	}

#endif
