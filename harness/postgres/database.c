/*
 * Whose a database is: made to exist by itself, and in the hands of the scenario's role or of the admin.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/wait.h"

struct error *postgres_give_to_role(struct host *host, str name,
		const struct postgres_settings *settings, str role_settings, struct arena *arena)
{
	struct buf sql = { .arena = arena };

	buf_format(&sql, "ALTER DATABASE %.*s OWNER TO %.*s", STR_ARG(name), STR_ARG(host->role));
	if (settings) {
		postgres_settings_add(settings, name, &sql);
	}
	if (role_settings.len) {
		buf_format(&sql, "; %.*s", STR_ARG(role_settings));
	}
	return postgres_admin_run(host, buf_str(&sql), arena);
}

struct error *postgres_take_from_role(struct host *host, str name, struct arena *arena)
{
	return postgres_admin_run(host,
			str_format(arena, "ALTER DATABASE %.*s OWNER TO CURRENT_USER",
					STR_ARG(name)),
			arena);
}

void postgres_end_last(struct database *database)
{
	PQfinish(database->last);
	database->last = NULL;
}

/* What was made, under this number, is the database from now on. */
static struct error *take_over(struct database *database, unsigned number,
		const struct postgres_settings *settings, struct arena *arena)
{
	struct host *host = database->host;
	const str name = postgres_database_name(host, number, database->arena);
	struct error *error = postgres_give_to_role(host, name, settings, (str){ 0 }, arena);

	if (!error) {
		database->number = number;
		database->name = name;
	}
	return error;
}

struct error *postgres_thaw(struct database *database, struct arena *arena)
{
	struct host *host = database->host;
	struct image *image = database->frozen;
	struct error *error = NULL;
	unsigned number;

	postgres_end_last(database);
	if (database->is_unmade) {
		error = postgres_empty_database(host, arena, &number);
		if (!error) {
			error = take_over(database, number, NULL, arena);
		}
		database->is_unmade = error != NULL;
		return error;
	}
	if (database->is_withdrawn) {
		error = postgres_give_to_role(host, database->name, NULL, (str){ 0 }, arena);
		database->is_withdrawn = error != NULL;
		return error;
	}
	if (!image) {
		return NULL;
	}
	error = postgres_image_seal(image);
	if (!error) {
		error = postgres_copy_database(host, image->name, arena, &number);
	}
	if (!error) {
		error = take_over(database, number, &image->settings, arena);
	}
	if (!error) {
		image->taken = NULL;
		database->frozen = NULL;
	}
	return error;
}

/*
 * What others have left open is told to end, and has this long to do so: it may hold locks until it is gone, and whoever
 * looked meanwhile would wait for them, or not, as the machine is busy.
 */
#define LEFT_FOR_US   10000000
#define LEFT_EVERY_US 2000

/* The server notices only at the end of a statement that whoever sent it has gone. */
static struct error *end_others(PGconn *link, struct arena *arena)
{
	const struct patience patience = { .until_us = clock_now_us() + LEFT_FOR_US };
	struct error *error = NULL;
	bool is_any = true;

	while (!error && is_any) {
		PGresult *found = NULL;

		error = postgres_run(link,
				"SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity "
				"WHERE datname = current_database() AND usename = current_user "
				"AND pid <> pg_catalog.pg_backend_pid()",
				arena, &found);
		is_any = !error && PQntuples(found) > 0 &&
				wait_a_step(-1, LEFT_EVERY_US, &patience) == WAIT_READY;
		PQclear(found);
	}
	return error;
}

struct error *postgres_take_back(struct database *database, struct arena *arena)
{
	PGconn *link = NULL;
	struct error *error = postgres_role_link(database->host, database->name, arena, &link);

	if (!error) {
		error = end_others(link, arena);
	}
	PQfinish(link);
	database->may_hold_prepared = true;
	return error;
}

struct error *postgres_settle(struct database *database, struct arena *arena)
{
	PGconn *link = NULL;
	PGresult *found = NULL;
	struct error *error = NULL;

	if (!database->may_hold_prepared || database->frozen) {
		return NULL;
	}
	error = postgres_role_link(database->host, database->name, arena, &link);
	if (!error) {
		error = postgres_run(link,
				"SELECT format('ROLLBACK PREPARED %L', gid) "
				"FROM pg_catalog.pg_prepared_xacts WHERE database = current_database()",
				arena, &found);
	}
	for (int row = 0; !error && row < PQntuples(found); row++) {
		PGresult *result = NULL;

		error = postgres_run(link, PQgetvalue(found, row, 0), arena, &result);
		PQclear(result);
	}
	PQclear(found);
	PQfinish(link);
	database->may_hold_prepared = error != NULL;
	return error;
}
