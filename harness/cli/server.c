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

/* The addresses that are lent, each once as it was given; one that is empty where none is. */
static struct str_list lent_addresses(const struct invocation *invocation)
{
	struct str_list all = { 0 };

	for (size_t i = 0; i < invocation->options.count; i++) {
		const struct given_option *given = &invocation->options.items[i];

		if (str_equal(str_from(given->option->name), STR("postgres")) &&
				!str_list_contains(&all, given->value)) {
			str_list_add(&all, given->value, invocation->arena);
		}
	}
	if (!all.count) {
		str_list_add(&all, server_lent(invocation), invocation->arena);
	}
	return all;
}

void server_begin(struct server *server, struct invocation *invocation)
{
	const str jobs = invocation_value(invocation, "jobs");
	const struct str_list addresses = lent_addresses(invocation);
	struct error *error = NULL;

	if (server->invocation) {
		return;
	}
	server->invocation = invocation;
	server->is_awaited = true;
	server->places = arena_new_array(invocation->arena, struct server_place, addresses.count);
	for (size_t i = 0; i < addresses.count && !error; i++) {
		const struct venue_options options = {
			.workers = crew_worker_count(jobs.data ? option_count(jobs) : 0),
			.postgres_url = addresses.items[i],
			.bindir = invocation_value(invocation, "pg-bindir"),
			.run_as = invocation_value(invocation, "run-as"),
		};

		error = venue_open(&options, invocation->arena, &server->places[i].venue);
		server->place_count += !error;
	}
	if (error) {
		refuse(server, error);
	}
}

int server_descriptor(const struct server *server)
{
	return server->is_awaited ? venue_descriptor(server->places[0].venue) : -1;
}

/* PostgreSQL knows no shorter time than a millisecond, and takes none for none. */
static int64_t limit_ms(const struct invocation *invocation, const char *option)
{
	const str value = invocation_value(invocation, option);
	const int64_t limit_us = value.len ? option_seconds_us(value) : 0;

	return (limit_us + 999) / 1000;
}

/* A verdict must not hang on which of the servers a cell has met. */
static struct error *check_versions(const struct server *server)
{
	const int first = venue_lent_version(server->places[0].venue);

	for (size_t i = 1; i < server->place_count; i++) {
		const int version = venue_lent_version(server->places[i].venue);

		if (version != first) {
			return error_new(server->invocation->arena, ERROR_ENVIRONMENT,
					"the servers that are lent are of PostgreSQL %d and %d: a verdict "
					"would hang on which of them a cell meets",
					first, version);
		}
	}
	return NULL;
}

static void tell_note(const struct server *server, const struct venue *venue)
{
	if (venue_note(venue).len) {
		print_err_sentence(str_format(server->invocation->arena, "warning: %.*s",
						   STR_ARG(venue_note(venue))),
				server->invocation->arena);
	}
}

void server_settle(struct server *server)
{
	struct error *error = NULL;

	if (!server->is_awaited) {
		return;
	}
	for (size_t i = 0; i < server->place_count && !error; i++) {
		struct server_place *place = &server->places[i];

		error = venue_wait(place->venue, server->invocation->arena, &place->hosts);
		place->hosts.server.statement_ms =
				limit_ms(server->invocation, "statement-timeout");
		place->hosts.server.lock_ms = limit_ms(server->invocation, "lock-timeout");
		if (!error) {
			tell_note(server, place->venue);
		}
	}
	error = error ? error : check_versions(server);
	if (error) {
		refuse(server, error);
	} else {
		server->hosts = server->places[0].hosts;
	}
	server->is_awaited = false;
}

struct host_options server_hosts(
		const struct server *server, size_t worker, struct progress *progress)
{
	const bool is_there = server->place_count && !server->hosts.server.refusal.len;
	struct host_options hosts = is_there ? server->places[worker % server->place_count].hosts
					     : server->hosts;

	hosts.progress = progress;
	return hosts;
}

void server_forget(const struct server *server)
{
	for (size_t i = 0; i < server->place_count; i++) {
		venue_forget(server->places[i].venue);
	}
}

void server_close(struct server *server, bool is_kept)
{
	str command = { 0 };

	for (size_t i = 0; i < server->place_count; i++) {
		struct venue *venue = server->places[i].venue;

		if (is_kept) {
			command = venue_leave(venue, server->invocation->arena);
		} else {
			venue_close(venue);
		}
	}
	if (command.len) {
		print_err(str_format(server->invocation->arena,
				"the PostgreSQL server of the kept databases goes on; stop it, and remove them, with: %.*s\n",
				STR_ARG(command)));
	}
}
