#include "postgres/venue.h"

#include "kit/arena.h"
#include "postgres/guard.h"
#include "postgres/postgres_internal.h"
#include "server/cluster.h"
#include "server/programs.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

struct venue {
	struct arena *arena;
	struct cluster *cluster; /* NULL: the server is lent */
	PGconn *link;       /* to a lent server, for as long as the run lasts: its sign of life */
	struct guard guard; /* of what is made there */
	struct host_options hosts;
};

/* --- the user's environment ----------------------------------------------------------------- */

/* Of libpq's variables, those that change what SQL means, not where connections go. */
static bool changes_sessions(const char *variable)
{
	static const char *const names[] = {
		"PGOPTIONS=", "PGDATESTYLE=", "PGTZ=", "PGGEQO=", "PGCLIENTENCODING="
	};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (str_starts_with(str_from(variable), str_from(names[i]))) {
			return true;
		}
	}
	return false;
}

/*
 * PGHOSTADDR, PGSERVICE and their like would lead connections to a private server elsewhere, its server
 * reads some too, and so does initdb: they are taken out of our environment. A lent server may be
 * described by them.
 */
static void clean_environment(bool is_private, struct arena *arena)
{
	struct str_list unwanted = { 0 };

	for (char **variable = environ; *variable; variable++) {
		const str entry = str_from(*variable);

		if (str_starts_with(entry, STR("PG")) && !str_starts_with(entry, STR("PG_")) &&
				(is_private || changes_sessions(*variable))) {
			const str name = str_slice(entry, 0, str_find_char(entry, '='));
			str_list_add(&unwanted, str_copy(name, arena), arena);
		}
	}
	for (size_t i = 0; i < unwanted.count; i++) {
		unsetenv(unwanted.items[i].data);
	}
}

/* --- opening -------------------------------------------------------------------------------- */

struct error *venue_open(
		const struct venue_options *options, struct arena *arena, struct venue **ret_venue)
{
	const bool is_private = !options->postgres_url.len;
	const struct cluster_options cluster = {
		.bindir = options->bindir, .run_as = options->run_as, .workers = options->workers
	};
	struct venue *venue = arena_new(arena, struct venue);
	struct host_options *hosts = &venue->hosts;
	str random;
	struct error *error = postgres_random_name(arena, &random);

	if (error) {
		return error;
	}
	venue->arena = arena;
	hosts->server.run_as = options->run_as;
	hosts->server.bindir = options->bindir;
	hosts->server.is_private = is_private;
	hosts->server.prefix = str_format(
			arena, POSTGRES_RUN_PREFIX "%.*s" POSTGRES_RUN_SUFFIX, STR_ARG(random));
	clean_environment(is_private, arena);
	if (is_private) {
		error = cluster_start(&cluster, arena, &venue->cluster);
	} else {
		error = postgres_conninfo_read(options->postgres_url, STR("postgres"),
				hosts->server.prefix, arena, &hosts->server.conninfo);
	}
	if (!error) {
		*ret_venue = venue;
	}
	return error;
}

/* A lent server's role must be able to make what it will own, and roles to shut scenario SQL in. */
static struct error *check_role(PGconn *link, struct arena *arena)
{
	PGresult *result = NULL;
	struct error *error = postgres_run(link,
			"SELECT quote_ident(rolname) FROM pg_catalog.pg_roles WHERE rolname = current_user "
			"AND NOT (rolsuper OR (rolcreatedb AND rolcreaterole))",
			arena, &result);

	if (!error && PQntuples(result)) {
		const char *role = PQgetvalue(result, 0, 0);
		error = error_new(arena, ERROR_ENVIRONMENT,
				"the role %s may not create databases and roles on the lent server",
				role);
		error->hint = str_format(arena,
				"As a superuser there: ALTER ROLE %s CREATEDB CREATEROLE;", role);
	}
	PQclear(result);
	return error;
}

static struct error *check_version(PGconn *link, struct arena *arena)
{
	const int major = PQserverVersion(link) / 10000;

	return major >= POSTGRES_OLDEST
			? NULL
			: error_new(arena, ERROR_ENVIRONMENT,
					  "PostgreSQL %d of the lent server is too old: %d is the oldest",
					  major, POSTGRES_OLDEST);
}

/* Whether a role that we make can log in says the server's pg_hba.conf alone: so one tries. */
static struct error *check_login(struct venue *venue, struct arena *arena)
{
	const str prefix = venue->hosts.server.prefix;
	const str role = str_format(arena, "%.*sprobe", STR_ARG(prefix));
	str password;
	PGresult *result = NULL;
	PGconn *own = NULL;
	struct error *error = postgres_random_name(arena, &password);

	if (!error) {
		error = postgres_create_role(venue->link, role, password, arena);
	}
	if (!error) {
		error = postgres_run(venue->link,
				str_format(arena, "CREATE DATABASE %.*s OWNER %.*s", STR_ARG(role),
						STR_ARG(role))
						.data,
				arena, &result);
		PQclear(result);
	}
	if (!error) {
		error = postgres_link(postgres_conninfo_for(venue->link, role, arena), role,
				password, arena, &own);
		if (error) {
			error->hint = STR(
					"Scenarios log in as roles named rehearse_..., with passwords; "
					"pg_hba.conf of the lent server must allow that.");
		}
	}
	PQfinish(own);
	return error;
}

/*
 * So that `rehearse clean` can tell databases of dead runs from those of this one: a session of that name is there
 * for as long as the run. Unlike an advisory lock, which is a database's, it is seen from every database.
 */
static struct error *show_life(struct venue *venue, struct arena *arena)
{
	const bool can_be_ended = PQserverVersion(venue->link) >= 140000; // for doing nothing
	PGresult *result = NULL;
	struct error *error = postgres_run(venue->link,
			str_format(arena, "SET application_name = '%.*s" POSTGRES_LIFE_SUFFIX "'%s",
					STR_ARG(venue->hosts.server.prefix),
					can_be_ended ? "; SET idle_session_timeout = 0" : "")
					.data,
			arena, &result);

	PQclear(result);
	return error;
}

/* From here on there is something to clean up. What others could not is dropped as well. */
static struct error *begin_on_lent(struct venue *venue, struct arena *arena)
{
	struct error *error = show_life(venue, arena);

	if (error) {
		return error;
	}
	(void)leftovers_drop_of_dead_runs(venue->link, true, arena);
	return guard_start(venue->hosts.server.conninfo, venue->hosts.server.prefix, arena,
			&venue->guard);
}

static struct error *settle_on_lent(struct venue *venue, struct arena *arena)
{
	struct error *error = check_version(venue->link, arena);

	if (!error) {
		error = check_role(venue->link, arena);
	}
	if (!error) {
		error = begin_on_lent(venue, arena);
	}
	return error ? error : check_login(venue, arena);
}

/*
 * The first session of a database writes down what it has learned of the catalogs, for the next ones: connecting takes
 * them half as long. Copies of template0 have that from the beginning, if one session was there.
 */
static struct error *warm_template(struct venue *venue, struct arena *arena)
{
	PGresult *result = NULL;
	PGconn *first = NULL;
	struct error *error = postgres_run(venue->link,
			"ALTER DATABASE template0 ALLOW_CONNECTIONS true", arena, &result);

	PQclear(result);
	result = NULL;
	if (!error) {
		error = postgres_link(venue->hosts.server.conninfo, STR("template0"), (str){ 0 },
				arena, &first);
	}
	PQfinish(first);
	if (!error) {
		error = postgres_run(venue->link,
				"ALTER DATABASE template0 ALLOW_CONNECTIONS false", arena, &result);
	}
	PQclear(result);
	return error;
}

/* Nothing there for a scenario's role to connect to but its own. */
static struct error *settle_on_private(struct venue *venue, struct arena *arena)
{
	PGresult *result = NULL;
	struct error *error = warm_template(venue, arena);

	if (!error) {
		error = postgres_run(venue->link,
				"REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC", arena,
				&result);
	}
	PQclear(result);
	PQfinish(venue->link);
	venue->link = NULL;
	return error;
}

int venue_descriptor(const struct venue *venue)
{
	return venue->cluster ? cluster_descriptor(venue->cluster) : -1;
}

struct error *venue_wait(struct venue *venue, struct arena *arena, struct host_options *ret_hosts)
{
	struct error *error = NULL;

	if (venue->cluster) {
		error = cluster_wait(venue->cluster, arena, &venue->hosts.server.conninfo);
	}
	if (!error) {
		error = postgres_link(venue->hosts.server.conninfo, (str){ 0 }, (str){ 0 }, arena,
				&venue->link);
	}
	if (!error) {
		error = venue->cluster ? settle_on_private(venue, arena)
				       : settle_on_lent(venue, arena);
	}
	if (!error) {
		*ret_hosts = venue->hosts;
	}
	return error;
}

int venue_lent_version(const struct venue *venue)
{
	return venue->link ? PQserverVersion(venue->link) / 10000 : 0;
}

str venue_note(const struct venue *venue)
{
	return venue->cluster ? cluster_note(venue->cluster) : (str){ 0 };
}

/* --- closing -------------------------------------------------------------------------------- */

/* What workers that were killed could not drop themselves. Only names with this run's prefix are touched. */
static void drop_leftovers(struct venue *venue)
{
	leftovers_drop(venue->link, venue->hosts.server.prefix, venue->arena);
	PQfinish(venue->link);
	guard_dismiss(&venue->guard);
}

void venue_close(struct venue *venue)
{
	if (!venue) {
		return;
	}
	if (venue->cluster) {
		cluster_stop(venue->cluster);
	} else if (venue->link) {
		drop_leftovers(venue);
	}
}

str venue_leave(struct venue *venue, struct arena *arena)
{
	if (venue->cluster) {
		return cluster_leave(venue->cluster, arena);
	}
	venue_close(venue);
	return (str){ 0 };
}

void venue_forget(struct venue *venue)
{
	if (venue && venue->cluster) {
		cluster_forget(venue->cluster);
	}
	if (venue) {
		guard_forget(&venue->guard);
	}
	if (venue && venue->link) { // without a word to the server, for whom it is the parent's
		close(PQsocket(venue->link));
	}
}

/* --- cleaning ------------------------------------------------------------------------------- */

struct error *venue_clean(
		str postgres_url, bool with_kept, struct arena *arena, size_t *ret_dropped)
{
	PGconn *link = NULL;
	str conninfo;
	struct error *error = postgres_conninfo_read(
			postgres_url, STR("postgres"), (str){ 0 }, arena, &conninfo);

	clean_environment(false, arena);
	if (!error) {
		error = postgres_link(conninfo, (str){ 0 }, (str){ 0 }, arena, &link);
	}
	if (error) {
		return error;
	}
	*ret_dropped = leftovers_drop_of_dead_runs(link, false, arena);
	if (with_kept) {
		*ret_dropped += leftovers_drop_kept(link, arena);
	}
	PQfinish(link);
	return NULL;
}
