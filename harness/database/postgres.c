/*
 * The PostgreSQL engine: hosts, databases and images. A clone costs a CREATE DATABASE, which the server
 * does file by file; so a clone that the next cell will want is made ahead while the cell in hand runs, and
 * what is no longer needed is dropped then too, both on a second connection.
 */
#include "database/postgres_internal.h"

#include "kit/arena.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- names ---------------------------------------------------------------------------------- */

str postgres_random_name(struct arena *arena)
{
	unsigned char bytes[8] = { 0 };
	struct buf name = { .arena = arena };
	const int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, bytes, sizeof(bytes)) != sizeof(bytes)) {
		abort(); // a guessable name could be somebody's database
	}
	close(fd);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		buf_format(&name, "%02x", bytes[i]);
	}
	return buf_str(&name);
}

void postgres_quote_identifier(str name, struct buf *out)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] == '"') {
			buf_add_char(out, '"');
		}
		buf_add_char(out, name.data[i]);
	}
	buf_add_char(out, '"');
}

void postgres_quote_text(str text, struct buf *out)
{
	const bool has_backslash = str_find_char(text, '\\') < text.len;

	buf_add(out,
			has_backslash ? STR(" E'")
				      : STR("'")); // right for either standard_conforming_strings
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\'' || text.data[i] == '\\') {
			buf_add_char(out, text.data[i]);
		}
		buf_add_char(out, text.data[i]);
	}
	buf_add_char(out, '\'');
}

/* Our own names hold letters, digits and underscores only, so they need no quoting. */
static str next_name(struct host *host, const char *kind)
{
	return str_format(host->arena, "%.*s%s%u", STR_ARG(host->prefix), kind, ++host->made);
}

/* --- host ----------------------------------------------------------------------------------- */

static struct error *admin_run(struct host *host, str sql, struct arena *arena)
{
	PGresult *result = NULL;
	struct error *error = postgres_run(host->admin, str_to_c(sql, arena), arena, &result);

	PQclear(result);
	return error;
}

static void host_stop(struct host *host);

static struct error *host_start(
		const struct host_options *options, struct arena *arena, struct host **ret_host)
{
	if (!options->postgres_conninfo.len) {
		return error_new(arena, ERROR_ENVIRONMENT, "%.*s",
				STR_ARG(options->postgres_refusal.len
								? options->postgres_refusal
								: STR("no PostgreSQL server was started")));
	}
	struct host *host = arena_new(arena, struct host);
	struct error *error;

	host->arena = arena;
	host->conninfo = options->postgres_conninfo;
	host->prefix = str_format(
			arena, "%.*s%ld_", STR_ARG(options->postgres_prefix), (long)getpid());
	host->bindir = options->postgres_bindir;
	host->run_as = options->postgres_run_as;
	host->is_private = options->postgres_is_private;
	error = postgres_link(host->conninfo, (str){ 0 }, (str){ 0 }, arena, &host->admin);
	if (error) {
		return error;
	}
	host->version = PQserverVersion(host->admin);
	host->role = str_format(arena, "%.*sowner", STR_ARG(host->prefix));
	host->role_password = postgres_random_name(arena);
	host->role_conninfo = postgres_conninfo_for(host->admin, host->role, arena);
	error = postgres_create_role(host->admin, host->role, host->role_password, arena);
	if (error) {
		host_stop(host);
		return error;
	}
	*ret_host = host;
	return NULL;
}

struct error *postgres_create_role(PGconn *link, str role, str password, struct arena *arena)
{
	/* It is granted to us so that we can give it databases; a superuser needs no membership. */
	const str sql = str_format(arena,
			"CREATE ROLE %.*s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
			"PASSWORD '%.*s'; GRANT %.*s TO CURRENT_USER",
			STR_ARG(role), STR_ARG(password), STR_ARG(role));
	PGresult *result = NULL;
	struct error *error = postgres_run(link, sql.data, arena, &result);

	PQclear(result);
	return error;
}

/* --- the helper connection ------------------------------------------------------------------ */

static bool helper_ready(struct host *host)
{
	if (!host->helper) {
		struct error *error = postgres_link(
				host->conninfo, (str){ 0 }, (str){ 0 }, host->arena, &host->helper);

		return !error;
	}
	return true;
}

/* Take the end of what the helper did. */
static void helper_collect(struct host *host)
{
	bool is_done = false; // a lost connection has no result
	PGresult *result;

	while ((result = PQgetResult(host->helper))) {
		is_done = PQresultStatus(result) == PGRES_COMMAND_OK;
		PQclear(result);
	}
	if (host->task == HELPER_CLONES) {
		host->ahead.is_ready = is_done;
		host->ahead.image = is_done ? host->ahead.image : NULL;
	}
	host->task = HELPER_IDLE;
}

/* Wait until the helper has nothing under way. */
static void helper_wait(struct host *host)
{
	if (host->task != HELPER_IDLE) {
		helper_collect(host);
	}
}

/* Whether the helper can be given something, without waiting. */
static bool helper_is_idle(struct host *host)
{
	if (host->task != HELPER_IDLE && PQconsumeInput(host->helper) && !PQisBusy(host->helper)) {
		helper_collect(host);
	}
	return host->task == HELPER_IDLE && helper_ready(host);
}

static str drop_sql(int version, str name, struct arena *arena)
{
	return str_format(arena, "DROP DATABASE IF EXISTS %.*s%s", STR_ARG(name),
			version >= 130000 ? " WITH (FORCE)" : "");
}

struct error *postgres_drop_database(PGconn *link, str name, struct arena *arena)
{
	PGresult *result = NULL;
	const int version = PQserverVersion(link);

	if (version < 130000) { // has no WITH (FORCE)
		PQclear(PQexec(link,
				str_format(arena,
						"SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
						"WHERE datname = '%.*s'",
						STR_ARG(name))
						.data));
	}
	struct error *error =
			postgres_run(link, drop_sql(version, name, arena).data, arena, &result);

	PQclear(result);
	return error;
}

static str clone_sql(struct host *host, str name, str template)
{
	return str_format(host->arena, "CREATE DATABASE %.*s TEMPLATE %.*s%s", STR_ARG(name),
			STR_ARG(template), host->version >= 150000 ? " STRATEGY FILE_COPY" : "");
}

/*
 * Let the helper drop the next database that nobody needs, if it has time. The newest has to wait: while the
 * session that was on it is ending, the server would wait for it in steps of 100 ms.
 */
static void helper_drop_next(struct host *host)
{
	if (host->dropped + 1 < host->doomed.count && helper_is_idle(host)) {
		const str sql = drop_sql(
				host->version, host->doomed.items[host->dropped++], host->arena);
		host->task = PQsendQuery(host->helper, sql.data) ? HELPER_DROPS : HELPER_IDLE;
	}
}

/* The clone that was made ahead of `image`; empty: there is none. */
static str take_ahead(struct host *host, const struct image *image)
{
	if (host->ahead.image == image && !host->ahead.is_ready) {
		helper_wait(host);
	}
	if (host->ahead.image != image) {
		return (str){ 0 };
	}
	host->ahead.image = NULL;
	return host->ahead.name;
}

static void forget_ahead(struct host *host)
{
	if (host->ahead.image) {
		helper_wait(host);
		str_list_add(&host->doomed, host->ahead.name, host->arena);
		host->ahead.image = NULL;
	}
}

static void host_stop(struct host *host)
{
	if (!host) {
		return;
	}
	if (host->is_private) { // the server goes, and all that is on it
		PQfinish(host->helper);
		PQfinish(host->admin);
		return;
	}
	forget_ahead(host);
	helper_wait(host);
	if (host->admin && PQstatus(host->admin) == CONNECTION_OK) {
		while (host->dropped < host->doomed.count) {
			(void)!postgres_drop_database(host->admin,
					host->doomed.items[host->dropped++], host->arena);
		}
		(void)!admin_run(host,
				str_format(host->arena, "DROP ROLE IF EXISTS %.*s",
						STR_ARG(host->role)),
				host->arena);
	}
	PQfinish(host->helper);
	PQfinish(host->admin);
}

/* --- databases ------------------------------------------------------------------------------ */

/* Scenario SQL owns the database of the cell in hand; all others are the admin's. */
static struct error *set_owner(struct host *host, str name, str owner, struct arena *arena)
{
	return admin_run(host,
			str_format(arena, "ALTER DATABASE %.*s OWNER TO %.*s", STR_ARG(name),
					STR_ARG(owner)),
			arena);
}

static struct error *give_to_role(struct host *host, str name, struct arena *arena)
{
	return set_owner(host, name, host->role, arena);
}

static struct error *take_from_role(struct host *host, str name, struct arena *arena)
{
	return set_owner(host, name, STR("CURRENT_USER"), arena);
}

static struct error *hand_over(
		struct host *host, str name, struct arena *arena, struct database **ret_database)
{
	struct error *error = give_to_role(host, name, arena);

	if (error) {
		return error;
	}
	struct database *database = arena_new(arena, struct database);

	*database = (struct database){ .host = host, .name = name };
	*ret_database = database;
	return NULL;
}

static struct error *database_create(
		struct host *host, struct arena *arena, struct database **ret_database)
{
	const str name = next_name(host, "d");
	struct error *error = admin_run(host, clone_sql(host, name, STR("template0")), arena);

	return error ? error : hand_over(host, name, arena, ret_database);
}

/* As the admin, since a scenario's role may not: an extension can run code of its own. */
static struct error *database_extend(struct database *database, str extension, struct arena *arena)
{
	struct host *host = database->host;
	struct buf sql = { .arena = arena };
	PGresult *result = NULL;
	PGconn *link = NULL;
	struct error *error =
			postgres_link(host->conninfo, database->name, (str){ 0 }, arena, &link);

	buf_add(&sql, STR("CREATE EXTENSION IF NOT EXISTS "));
	postgres_quote_identifier(extension, &sql);
	buf_add(&sql, STR(" CASCADE"));
	if (!error) {
		error = postgres_run(link, buf_c(&sql), arena, &result);
	}
	PQclear(result);
	PQfinish(link);
	return error;
}

static struct error *database_clone(struct host *host, const struct image *image,
		struct arena *arena, struct database **ret_database)
{
	struct error *error = NULL;

	if (image != host->ahead.image) {
		forget_ahead(host);
	}
	str name = take_ahead(host, image);

	if (!name.len) {
		name = next_name(host, "c");
		error = admin_run(host, clone_sql(host, name, image->name), arena);
	}
	if (!error) {
		error = hand_over(host, name, arena, ret_database);
	}
	return error;
}

static void image_prepare(const struct image *image)
{
	struct host *host = image->host;

	if (!helper_ready(host)) {
		return;
	}
	forget_ahead(host);
	helper_wait(host);
	host->ahead.name = next_name(host, "c");
	host->ahead.is_ready = false;
	const str sql = clone_sql(host, host->ahead.name, image->name);
	const bool is_sent = PQsendQuery(host->helper, sql.data);

	host->ahead.image = is_sent ? image : NULL;
	host->task = is_sent ? HELPER_CLONES : HELPER_IDLE;
}

static struct error *database_freeze(
		struct database *database, struct arena *arena, struct image **ret_image)
{
	struct error *error = postgres_thaw(database, arena);

	if (!error) {
		error = take_from_role(database->host, database->name, arena);
	}
	if (error) {
		return error;
	}
	struct image *image = arena_new(arena, struct image);

	*image = (struct image){ database->host, database->name };
	database->frozen = image;
	*ret_image = image;
	return NULL;
}

struct error *postgres_thaw(struct database *database, struct arena *arena)
{
	struct host *host = database->host;

	if (!database->frozen) {
		return NULL;
	}
	const str name = next_name(host, "d");
	struct error *error = admin_run(host, clone_sql(host, name, database->frozen->name), arena);

	if (!error) {
		error = give_to_role(host, name, arena);
	}
	if (!error) {
		database->name = name;
		database->frozen = NULL;
	}
	return error;
}

static void doom(struct host *host, str name)
{
	str_list_add(&host->doomed, name, host->arena);
	helper_drop_next(host);
}

static void image_drop(struct image *image)
{
	if (image) {
		if (image->host->ahead.image == image) {
			forget_ahead(image->host);
		}
		doom(image->host, image->name);
	}
}

static void database_drop(struct database *database)
{
	if (database && !database->frozen) {
		doom(database->host, database->name);
	}
}

/* POSTGRES_KEPT, the label as far as it fits into 63 bytes, and what makes it the only one. */
static str kept_name(str label, struct arena *arena)
{
	const str random = str_slice(postgres_random_name(arena), 0, 8);
	struct buf name = { .arena = arena };

	buf_add(&name, STR(POSTGRES_KEPT));
	for (size_t i = 0; i < label.len && name.len < 63 - 1 - random.len; i++) {
		const char c = label.data[i] | 0x20; // lower case
		const bool is_fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		buf_add_char(&name, is_fine ? c : '_');
	}
	buf_format(&name, "_%.*s", STR_ARG(random));
	return buf_str(&name);
}

/*
 * The scenario's role goes with this process, so what it owns in a kept database goes to the admin. What the helper
 * is about to drop may belong to the role as well, and must be gone before it can change hands.
 */
static struct error *bequeath(struct host *host, str name, struct arena *arena)
{
	PGconn *link = NULL;
	PGresult *result = NULL;
	const str sql = str_format(arena,
			"REASSIGN OWNED BY %.*s TO CURRENT_USER; DROP OWNED BY %.*s",
			STR_ARG(host->role), STR_ARG(host->role));

	helper_wait(host);
	struct error *error = postgres_link(host->conninfo, name, (str){ 0 }, arena, &link);

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
	const str name = kept_name(label, arena);
	struct error *error = postgres_thaw(database, arena);

	if (!error) {
		error = bequeath(host, database->name, arena);
	}
	if (!error) {
		error = admin_run(host,
				str_format(arena, "ALTER DATABASE %.*s RENAME TO %.*s",
						STR_ARG(database->name), STR_ARG(name)),
				arena);
	}
	if (!error) {
		*ret_command = postgres_conninfo_command(host->conninfo, name, arena);
	}
	return error;
}

/* --- reading -------------------------------------------------------------------------------- */

static void add_path(str space, str table, struct buf *out)
{
	if (space.len) {
		postgres_quote_identifier(space, out);
		buf_add_char(out, '.');
	}
	postgres_quote_identifier(table, out);
}

static struct error *has_table(struct connection *connection, str space, str table,
		struct arena *arena, bool *ret_is_there)
{
	struct buf sql = { .arena = arena };
	PGresult *result = NULL;

	buf_add(&sql,
			STR("SELECT count(*) FROM pg_catalog.pg_class c "
			    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
			    "WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relname = "));
	postgres_quote_text(table, &sql);
	buf_add(&sql, STR(" AND n.nspname = "));
	if (space.len) {
		postgres_quote_text(space, &sql);
	} else {
		buf_add(&sql, STR("current_schema()"));
	}
	struct error *error = postgres_run(connection->link, buf_c(&sql), arena, &result);

	if (!error) {
		*ret_is_there = PQgetvalue(result, 0, 0)[0] != '0';
	}
	PQclear(result);
	return error;
}

/* SQLAlchemy quotes what is no plain lower-case word, which is the same as quoting always. */
static str version_table_sql(str space, str table, bool primary_key, struct arena *arena)
{
	struct buf sql = { .arena = arena };

	buf_add(&sql, STR("CREATE TABLE "));
	add_path(space, table, &sql);
	buf_add(&sql, STR(" (\n\tversion_num VARCHAR(32) NOT NULL"));
	if (primary_key) {
		buf_add(&sql, STR(", \n\tCONSTRAINT "));
		postgres_quote_identifier(str_format(arena, "%.*s_pkc", STR_ARG(table)), &sql);
		buf_add(&sql, STR(" PRIMARY KEY (version_num)"));
	}
	buf_add(&sql, STR("\n)"));
	return buf_str(&sql);
}

static struct error *read_rows(struct connection *connection, str table,
		const struct str_list *columns, struct arena *arena, struct result *ret_result)
{
	struct buf sql = { .arena = arena };
	const size_t dot = str_find_char(table, '.');
	size_t offset;

	buf_add(&sql, STR("SELECT "));
	for (size_t i = 0; i < columns->count; i++) {
		buf_add(&sql, i ? STR(", ") : STR(""));
		postgres_quote_identifier(columns->items[i], &sql);
		buf_add(&sql, STR("::text"));
	}
	buf_add(&sql, STR(" FROM "));
	if (dot < table.len) {
		add_path(str_slice(table, 0, dot), str_slice(table, dot + 1, table.len), &sql);
	} else {
		add_path(STR("public"), table, &sql);
	}
	return postgres_execute(connection, buf_str(&sql), arena, ret_result, &offset);
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
	.transactional_ddl = true,
	.loads_sql = true,
	.library_version = library_version,
	.host_start = host_start,
	.host_stop = host_stop,
	.database_create = database_create,
	.database_extend = database_extend,
	.database_clone = database_clone,
	.image_prepare = image_prepare,
	.database_freeze = database_freeze,
	.image_drop = image_drop,
	.database_drop = database_drop,
	.database_load = postgres_load,
	.database_keep = database_keep,
	.connect = postgres_connect,
	.disconnect = postgres_disconnect,
	.set_autocommit = postgres_set_autocommit,
	.commit = postgres_commit,
	.rollback = postgres_rollback,
	.transaction = postgres_transaction,
	.take_notices = postgres_take_notices,
	.set_deadline = set_deadline,
	.split = postgres_split,
	.execute = postgres_execute,
	.quote_identifier = postgres_quote_identifier,
	.quote_text = postgres_quote_text,
	.snapshot = postgres_snapshot,
	.has_table = has_table,
	.version_table_sql = version_table_sql,
	.read_rows = read_rows,
};
