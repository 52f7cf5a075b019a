/*
 * What a run has made on a server that is lent, and cannot drop itself any more. Only names that runs give are touched.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

#include <poll.h>

/* The first column of a query; nothing if it fails. */
static struct str_list names_of(PGconn *link, str sql, struct arena *arena)
{
	PGresult *result = PQexec(link, sql.data);
	struct str_list names = { 0 };

	for (int row = 0; row < PQntuples(result); row++) {
		str_list_add(&names, str_copy(str_from(PQgetvalue(result, row, 0)), arena), arena);
	}
	PQclear(result);
	return names;
}

static size_t drop_databases(PGconn *link, str prefix, struct arena *arena)
{
	const struct str_list names = names_of(link,
			str_format(arena,
					"SELECT datname FROM pg_catalog.pg_database "
					"WHERE starts_with(datname, '%.*s')",
					STR_ARG(prefix)),
			arena);
	size_t dropped = 0;

	for (size_t i = 0; i < names.count; i++) {
		dropped += !postgres_drop_database(link, names.items[i], arena);
	}
	return dropped;
}

static void drop_roles(PGconn *link, str prefix, struct arena *arena)
{
	const struct str_list names = names_of(link,
			str_format(arena,
					"SELECT quote_ident(rolname) FROM pg_catalog.pg_roles "
					"WHERE starts_with(rolname, '%.*s') OR "
					"starts_with(shobj_description(oid, 'pg_authid'), '%.*s" POSTGRES_ROLE_MARK
					"')",
					STR_ARG(prefix), STR_ARG(prefix)),
			arena); // a scenario's role has its own name while a cell is played

	for (size_t i = 0; i < names.count; i++) {
		PQclear(PQexec(link,
				str_format(arena, "DROP ROLE %.*s", STR_ARG(names.items[i])).data));
	}
}

/*
 * A worker that was killed may have left a session that goes on with its statement: it would hold a database,
 * or make one when we have looked. End them all, and wait until they are gone.
 */
static void end_sessions(PGconn *link, str prefix, struct arena *arena)
{
	const str others = str_format(arena,
			"SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity "
			"WHERE pid <> pg_backend_pid() AND "
			"(application_name = '%.*s' OR starts_with(usename, '%.*s'))",
			STR_ARG(prefix), STR_ARG(prefix));

	for (int tries = 0; tries < 500 && names_of(link, others, arena).count; tries++) {
		poll(NULL, 0, 10);
	}
}

/* "rehearse_", 16 digits, "_": the prefix of a run that has ended, or empty. */
static str dead_prefix(PGconn *link, str name, bool only_silent, struct arena *arena)
{
	const str prefix = str_slice(
			name, 0, sizeof(POSTGRES_RUN_PREFIX POSTGRES_RUN_SUFFIX) - 1 + 16);

	if (prefix.len == name.len || !str_ends_with(prefix, STR(POSTGRES_RUN_SUFFIX))) {
		return (str){ 0 };
	}
	const str others = only_silent
			? str_format(arena,
					  " OR application_name = '%.*s' OR starts_with(usename, '%.*s')",
					  STR_ARG(prefix), STR_ARG(prefix))
			: (str){ 0 };
	const struct str_list dead = names_of(link,
			str_format(arena,
					"SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity"
					" WHERE application_name = '%.*s" POSTGRES_LIFE_SUFFIX
					"'%.*s)",
					STR_ARG(prefix), STR_ARG(others)),
			arena);

	return dead.count ? prefix : (str){ 0 };
}

size_t leftovers_drop(PGconn *link, str prefix, struct arena *arena)
{
	end_sessions(link, prefix, arena);
	const size_t dropped = drop_databases(link, prefix, arena);

	drop_roles(link, prefix, arena);
	return dropped;
}

size_t leftovers_drop_of_dead_runs(PGconn *link, bool only_silent, struct arena *arena)
{
	const struct str_list names = names_of(link,
			STR("SELECT datname FROM pg_catalog.pg_database "
			    "WHERE datname ~ '^rehearse_[0-9a-f]{16}_' UNION SELECT rolname "
			    "FROM pg_catalog.pg_roles WHERE rolname ~ '^rehearse_[0-9a-f]{16}_' "
			    "UNION SELECT description FROM pg_catalog.pg_shdescription "
			    "WHERE classoid = 'pg_authid'::regclass "
			    "AND description ~ '^rehearse_[0-9a-f]{16}_" POSTGRES_ROLE_MARK "'"),
			arena);
	size_t dropped = 0;

	for (size_t i = 0; i < names.count; i++) {
		const str prefix = dead_prefix(link, names.items[i], only_silent, arena);

		if (prefix.len) {
			dropped += leftovers_drop(link, prefix, arena);
		}
	}
	return dropped;
}

size_t leftovers_drop_kept(PGconn *link, struct arena *arena)
{
	return drop_databases(link, STR(POSTGRES_KEPT), arena);
}
