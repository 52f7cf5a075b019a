/*
 * The PostgreSQL engine: databases, and what they are asked.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

#include <stdio.h>
#include <string.h>

/* --- databases ------------------------------------------------------------------------------ */

/* Made when somebody connects: of an empty one that nobody uses nothing need be there. */
static struct error *database_create(
		struct host *host, struct arena *arena, struct database **ret_database)
{
	struct database *database = arena_new(arena, struct database);

	*database = (struct database){
		.host = host,
		.arena = arena,
		.role_settings = host->role_settings,
		.is_unmade = true,
	};
	*ret_database = database;
	return NULL;
}

/* A transaction that is prepared belongs to its database alone, and stands in the way of whoever would copy it. */
static struct error *database_check(struct database *database, struct arena *arena)
{
	PGresult *found = NULL;
	struct error *error = NULL;

	if (!database->may_hold_prepared || database->frozen) {
		return NULL;
	}
	error = postgres_run(database->host->admin,
			str_format(arena,
					"SELECT gid FROM pg_catalog.pg_prepared_xacts "
					"WHERE database = '%.*s' ORDER BY prepared, gid",
					STR_ARG(database->name))
					.data,
			arena, &found);
	if (!error && PQntuples(found)) {
		error = error_new(arena, ERROR_INVALID,
				"the state leaves the transaction '%s' prepared, which no copy of the "
				"database would have",
				PQgetvalue(found, 0, 0));
		error->hint = STR("Prepare it in a session of the state: each cell has that for "
				  "itself.");
	}
	PQclear(found);
	return error;
}

static void database_drop(struct database *database)
{
	if (!database) {
		return;
	}
	struct host *host = database->host;

	if (database->frozen) {
		postgres_image_keep(database->frozen);
	}
	host->settled = host->settled == database ? NULL : host->settled;
	if (!database->frozen && !database->is_unmade) {
		postgres_end_last(database);
		(void)!postgres_settle(database, database->arena);
		postgres_doom(host, database->number);
	}
}

/*
 * The scenario's role goes with this process, so what it owns in a kept database goes to the admin, who finds it
 * open. What is being dropped may belong to the role as well, and must be gone before it can change hands. The role's other
 * databases change hands with it, and come back: states from which cells are still to start.
 */
static struct error *bequeath(struct host *host, str name, struct arena *arena)
{
	PGconn *link = NULL;
	PGresult *result = NULL;
	const str sql = str_format(arena,
			"DO $$ DECLARE other name; others name[] := ARRAY(SELECT datname FROM pg_catalog.pg_database "
			"WHERE datdba = '%.*s'::pg_catalog.regrole AND datname <> pg_catalog.current_database()); BEGIN "
			"REASSIGN OWNED BY %.*s TO CURRENT_USER; DROP OWNED BY %.*s; "
			"FOREACH other IN ARRAY others LOOP EXECUTE pg_catalog.format("
			"'ALTER DATABASE %%I OWNER TO %.*s', other); END LOOP; END $$",
			STR_ARG(host->role), STR_ARG(host->role), STR_ARG(host->role),
			STR_ARG(host->role));

	postgres_wait_for_drops(host);
	struct error *error = postgres_admin_run(host,
			str_format(arena,
					"ALTER DATABASE %.*s CONNECTION LIMIT -1; "
					"GRANT CONNECT ON DATABASE %.*s TO CURRENT_USER",
					STR_ARG(name), STR_ARG(name)),
			arena);

	if (!error) {
		error = postgres_link(host->conninfo, name, (str){ 0 }, arena, &link);
	}
	if (!error) {
		error = postgres_run(link, sql.data, arena, &result);
	}
	PQclear(result);
	PQfinish(link);
	return error;
}

/* Under a name of its own, which no clean-up of this run knows. */
static struct error *database_keep(
		struct database *database, str label, struct arena *arena, str *ret_command)
{
	struct host *host = database->host;
	str name;
	struct error *error = postgres_thaw(database, arena);

	if (!error) {
		error = postgres_kept_name(label, arena, &name);
	}
	if (!error) {
		error = postgres_settle(database, arena);
	}
	if (!error) {
		error = bequeath(host, database->name, arena);
	}
	if (!error) {
		error = postgres_admin_run(host,
				str_format(arena, "ALTER DATABASE %.*s RENAME TO %.*s",
						STR_ARG(database->name), STR_ARG(name)),
				arena);
	}
	if (!error) {
		*ret_command = postgres_conninfo_command(host->conninfo, name, arena);
	}
	return error;
}

/* As postgres_connect() would connect. */
static struct error *database_lend(struct database *database, str folder, struct arena *arena,
		struct database_address *ret_address)
{
	struct error *error = postgres_thaw(database, arena);

	(void)folder; // it has its server
	if (!error) {
		error = postgres_role_settle(database, arena);
	}
	if (error) {
		return error;
	}
	*ret_address = (struct database_address){
		.host = str_copy(str_from(PQhost(database->host->admin)), arena),
		.port = str_copy(str_from(PQport(database->host->admin)), arena),
		.user = database->host->role,
		.password = database->host->role_password,
		.name = database->name,
	};
	return NULL;
}

/* --- reading -------------------------------------------------------------------------------- */

/*
 * Without a schema, along the search path, as SQLAlchemy does. Asked of functions alone: this is the first that
 * a session is asked, and a query of the catalogs takes it a millisecond to plan.
 */
static str has_table_sql(str space, str table, struct arena *arena)
{
	struct buf path = { .arena = arena }, sql = { .arena = arena };

	postgres_quote_path(space, table, &path);
	buf_add(&sql,
			STR("SELECT 1 WHERE (pg_catalog.pg_identify_object('pg_catalog.pg_class'::regclass, "
			    "pg_catalog.to_regclass("));
	postgres_quote_text(buf_str(&path), &sql);
	buf_add(&sql,
			STR("), 0)).type IN ('table', 'view', 'materialized view', 'foreign table')"));
	return buf_str(&sql);
}

static struct error *has_table(struct connection *connection, str space, str table,
		struct arena *arena, bool *ret_is_there)
{
	struct result result = { 0 };
	struct error *error = postgres_ask(
			connection, has_table_sql(space, table, arena), arena, &result);

	*ret_is_there = result.row_count > 0;
	return error;
}

/* SQLAlchemy quotes what is no plain lower-case word, which is the same as quoting always. */
static str version_table_sql(str space, str table, bool primary_key, struct arena *arena)
{
	struct buf sql = { .arena = arena };

	buf_add(&sql, STR("CREATE TABLE "));
	postgres_quote_path(space, table, &sql);
	buf_add(&sql, STR(" (\n\tversion_num VARCHAR(32) NOT NULL"));
	if (primary_key) {
		buf_add(&sql, STR(", \n\tCONSTRAINT "));
		postgres_quote_identifier(str_format(arena, "%.*s_pkc", STR_ARG(table)), &sql);
		buf_add(&sql, STR(" PRIMARY KEY (version_num)"));
	}
	buf_add(&sql, STR("\n)"));
	return buf_str(&sql);
}

static void set_deadline(struct connection *connection, int64_t deadline_us)
{
	connection->deadline_us = deadline_us;
}

static const char *library_version(void)
{
	static char text[24];
	const int version = PQlibVersion();

	snprintf(text, sizeof(text), "%d.%d", version / 10000, version % 10000);
	return text;
}

const struct engine engine_postgres = {
	.name = "postgres",
	.title = "PostgreSQL",
	.needs_server = true,
	.transactional_ddl = true,
	.loads_sql = true,
	.library_version = library_version,
	.host_start = postgres_host_start,
	.host_stop = postgres_host_stop,
	.locale_begin = postgres_locale_begin,
	.dump_locale_begin = postgres_dump_locale_begin,
	.dump_needs = postgres_dump_needs,
	.roles_begin = postgres_roles_begin,
	.roles_end = postgres_roles_end,
	.database_create = database_create,
	.database_extend = postgres_extend,
	.database_clone = postgres_clone,
	.database_claim = postgres_claim,
	.image_prepare = postgres_image_prepare,
	.database_check = database_check,
	.database_freeze = postgres_freeze,
	.image_drop = postgres_image_drop,
	.database_drop = database_drop,
	.database_load = postgres_load,
	.database_settle = postgres_settle,
	.database_note = postgres_database_note,
	.database_keep = database_keep,
	.database_lend = database_lend,
	.database_take_back = postgres_take_back,
	.connect = postgres_connect,
	.connect_to_read = postgres_connect_to_read,
	.connect_session = postgres_connect_session,
	.leave_session = postgres_leave_session,
	.describe_wait = postgres_describe_wait,
	.pause = postgres_pause,
	.resume = postgres_resume,
	.disconnect = postgres_disconnect,
	.set_autocommit = postgres_set_autocommit,
	.commit = postgres_commit,
	.rollback = postgres_rollback,
	.transaction = postgres_transaction,
	.transaction_note = postgres_transaction_note,
	.take_notices = postgres_take_notices,
	.set_deadline = set_deadline,
	.is_address = postgres_is_address,
	.address_public = postgres_address_public,
	.capture_suffix = ".sql",
	.capture = postgres_capture,
	.split = postgres_split,
	.execute = postgres_execute,
	.quote_identifier = postgres_quote_identifier,
	.quote_text = postgres_quote_text,
	.snapshot = postgres_snapshot,
	.has_table = has_table,
	.has_table_sql = has_table_sql,
	.version_table_sql = version_table_sql,
	.read_rows = postgres_read_rows,
};
