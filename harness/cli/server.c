#include "cli/server.h"

#include "cli/cli_internal.h"
#include "kit/arena.h"

#include <stdlib.h>

static bool is_needed(const struct scenario_cell *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (cells[i]->engine == SCENARIO_POSTGRES) {
			return true;
		}
	}
	return false;
}

str server_lent(const struct invocation *invocation)
{
	const str option = invocation_value(invocation, "postgres");

	return option.len ? option : str_from(getenv("REHEARSE_POSTGRES"));
}

static void print_refusal(const struct error *error, struct arena *arena)
{
	struct buf text = { .arena = arena };

	buf_format(&text, "warning: cells on postgres are skipped: %.*s\n",
			STR_ARG(error->message));
	if (error->detail.len) {
		buf_format(&text, "  %.*s\n", STR_ARG(error->detail));
	}
	if (error->hint.len) {
		buf_format(&text, "  hint: %.*s\n", STR_ARG(error->hint));
	}
	print_err(buf_str(&text));
}

struct server server_open(const struct invocation *invocation,
		const struct scenario_cell *const *cells, size_t count)
{
	struct server server = { .arena = invocation->arena };
	const struct venue_options options = {
		.postgres_url = server_lent(invocation),
		.bindir = invocation_value(invocation, "pg-bindir"),
		.run_as = invocation_value(invocation, "run-as"),
	};

	if (!is_needed(cells, count)) {
		return server;
	}
	struct error *error = venue_open(&options, invocation->arena, &server.venue);

	if (!error) {
		error = venue_wait(server.venue, invocation->arena, &server.hosts);
	}
	if (error) {
		print_refusal(error, invocation->arena);
		server.hosts = (struct host_options){ .postgres_refusal = error->message };
		server.is_refused = options.postgres_url.len > 0;
	}
	return server;
}

void server_close(struct server *server, bool is_kept)
{
	str command = { 0 };

	if (server->venue && is_kept) {
		command = venue_leave(server->venue, server->arena);
	} else {
		venue_close(server->venue);
	}
	if (command.len) {
		print_err(str_format(server->arena,
				"the PostgreSQL server of the kept databases goes on; stop it, and remove them, with: %.*s\n",
				STR_ARG(command)));
	}
}
