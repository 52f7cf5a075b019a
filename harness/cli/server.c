#include "cli/server.h"

#include "cli/cli_internal.h"
#include "crew/crew.h"
#include "engines/engines.h"
#include "kit/arena.h"
#include "kit/file.h"

#include <pwd.h>
#include <stdlib.h>

bool engine_needs_server(enum scenario_engine engine)
{
	const struct engine *row = engine_find(str_from(scenario_engine_names[engine]));

	return row && row->needs_server;
}

str server_lent(const struct invocation *invocation)
{
	const str option = invocation_value(invocation, "postgres");

	return option.len ? option : str_from(getenv("REHEARSE_POSTGRES"));
}

struct error *server_check_bindir(str value, struct arena *arena)
{
	/* Where a server is lent, its clients will do. */
	static const char *const programs[] = { "postgres", "initdb", "psql", "pg_restore" };

	if (!path_is_directory(value, arena)) {
		return error_new(arena, ERROR_NOT_FOUND, "there is no such folder");
	}
	for (size_t i = 0; i < COUNT_OF(programs); i++) {
		if (path_is_file(path_join(value, str_from(programs[i]), arena), arena)) {
			return NULL;
		}
	}
	return error_new(arena, ERROR_NOT_FOUND, "there are no programs of PostgreSQL in it");
}

struct error *server_check_user(str value, struct arena *arena)
{
	const struct passwd *user = getpwnam(str_to_c(value, arena));

	if (!user) {
		return error_new(arena, ERROR_NOT_FOUND, "there is no such user");
	}
	return user->pw_uid ? NULL
			    : error_new(arena, ERROR_INVALID,
					      "the user is root, as whom PostgreSQL does not run");
}

static void print_refusal(const struct error *error, struct arena *arena)
{
	struct buf text = { .arena = arena };

	buf_format(&text, "warning: cells on postgres are skipped: %.*s\n",
			STR_ARG(error->message));
	str rest = error->detail, line;

	while (str_next_part(&rest, '\n', &line)) {
		if (line.len) {
			buf_format(&text, "  %.*s\n", STR_ARG(line));
		}
	}
	if (error->hint.len) {
		buf_format(&text, "  hint: %.*s\n", STR_ARG(error->hint));
	}
	print_err(str_printable_lines(buf_str(&text), arena));
}

/* There will be no server. */
static void refuse(struct server *server, const struct error *error)
{
	print_refusal(error, server->invocation->arena);
	server->hosts = (struct host_options){ .server.refusal = error->message };
	server->is_refused = server_lent(server->invocation).len > 0;
	server->is_awaited = false;
}

void server_begin(struct server *server, struct invocation *invocation)
{
	const str jobs = invocation_value(invocation, "jobs");
	const struct venue_options options = {
		.workers = crew_worker_count(jobs.data ? option_count(jobs) : 0),
		.postgres_url = server_lent(invocation),
		.bindir = invocation_value(invocation, "pg-bindir"),
		.run_as = invocation_value(invocation, "run-as"),
	};

	if (server->invocation) {
		return;
	}
	server->invocation = invocation;
	server->is_awaited = true;
	struct error *error = venue_open(&options, invocation->arena, &server->venue);

	if (error) {
		refuse(server, error);
	}
}

int server_descriptor(const struct server *server)
{
	return server->is_awaited ? venue_descriptor(server->venue) : -1;
}

/* PostgreSQL knows no shorter time than a millisecond, and takes none for none. */
static int64_t limit_ms(const struct invocation *invocation, const char *option)
{
	const str value = invocation_value(invocation, option);
	const int64_t limit_us = value.len ? option_seconds_us(value) : 0;

	return (limit_us + 999) / 1000;
}

void server_settle(struct server *server)
{
	if (!server->is_awaited) {
		return;
	}
	struct error *error = venue_wait(server->venue, server->invocation->arena, &server->hosts);

	if (error) {
		refuse(server, error);
	} else if (venue_note(server->venue).len) {
		print_err(str_format(server->invocation->arena, "warning: %.*s\n",
				STR_ARG(venue_note(server->venue))));
	}
	server->hosts.server.statement_ms = limit_ms(server->invocation, "statement-timeout");
	server->hosts.server.lock_ms = limit_ms(server->invocation, "lock-timeout");
	server->is_awaited = false;
}

void server_close(struct server *server, bool is_kept)
{
	str command = { 0 };

	if (server->venue && is_kept) {
		command = venue_leave(server->venue, server->invocation->arena);
	} else {
		venue_close(server->venue);
	}
	if (command.len) {
		print_err(str_format(server->invocation->arena,
				"the PostgreSQL server of the kept databases goes on; stop it, and remove them, with: %.*s\n",
				STR_ARG(command)));
	}
}
