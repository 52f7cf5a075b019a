/*
 * A process's way to a server: its role, its connections, and the databases that it has made and dropped
 * there. A clone costs a CREATE DATABASE, which the server does file by file; so a clone that the next cell
 * will want is made ahead while the cell in hand runs, and what is no longer needed is dropped then too, each
 * over a connection that helps.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Our own names hold letters, digits and underscores only, so they need no quoting. */
str postgres_database_name(const struct host *host, unsigned number, struct arena *arena)
{
	return str_format(arena, "%.*sd%u", STR_ARG(host->prefix), number);
}

/* --- host ----------------------------------------------------------------------------------- */

struct error *postgres_admin_run(struct host *host, str sql, struct arena *arena)
{
	PGresult *result = NULL;
	struct error *error = postgres_run(host->admin, str_to_c(sql, arena), arena, &result);

	PQclear(result);
	return error;
}

/* What a scenario has set for its role would reach the next cell. */
static str settings_of(str role, const struct host_options *options, struct arena *arena)
{
	struct buf sql = { .arena = arena };

	buf_format(&sql, "ALTER ROLE %.*s RESET ALL", STR_ARG(role));
	if (options->server.statement_ms) {
		buf_format(&sql, "; ALTER ROLE %.*s SET statement_timeout = %lld", STR_ARG(role),
				(long long)options->server.statement_ms);
	}
	if (options->server.lock_ms) {
		buf_format(&sql, "; ALTER ROLE %.*s SET lock_timeout = %lld", STR_ARG(role),
				(long long)options->server.lock_ms);
	}
	return buf_str(&sql);
}

/* What is free on the file system of a private server, whose folder its socket is in; 0: that is not known. */
static uint64_t free_bytes(const struct host *host)
{
	struct statvfs status;

	return host->is_private && statvfs(PQhost(host->admin), &status) == 0
			? (uint64_t)status.f_bavail * status.f_frsize
			: 0;
}

/* A quarter of what was free at the beginning, and an eighth of the machine's memory at the most, for all workers. */
static void set_share(struct host *host)
{
	const uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
	const uint64_t begun = free_bytes(host), share = begun / 4;

	host->drop_below = begun - (share < memory / 8 ? share : memory / 8);
}

struct error *postgres_host_start(
		const struct host_options *options, struct arena *arena, struct host **ret_host)
{
	if (!options->server.conninfo.len) {
		return error_new(arena, ERROR_ENVIRONMENT, "%.*s",
				STR_ARG(options->server.refusal.len
								? options->server.refusal
								: STR("no PostgreSQL server was started")));
	}
	struct host *host = arena_new(arena, struct host);
	struct error *error;

	host->arena = arena;
	host->conninfo = options->server.conninfo;
	host->run_prefix = options->server.prefix;
	host->prefix = str_format(
			arena, "%.*s%ld_", STR_ARG(options->server.prefix), (long)getpid());
	host->bindir = options->server.bindir;
	host->run_as = options->server.run_as;
	host->progress = options->progress;
	host->is_private = options->server.is_private;
	host->is_called_off = options->is_called_off;
	error = postgres_random_name(arena, &host->role_password);
	if (!error) {
		error = postgres_link(host->conninfo, (str){ 0 }, (str){ 0 }, arena, &host->admin);
	}
	if (error) {
		return error;
	}
	host->version = PQserverVersion(host->admin);
	set_share(host);
	host->strategy = host->version >= 150000 ? "FILE_COPY" : NULL; // before, it is the only way
	host->role = str_format(arena, "%.*sowner", STR_ARG(host->prefix));
	host->role_settings = settings_of(host->role, options, arena);
	host->role_conninfo = postgres_conninfo_for(host->admin, host->role, arena);
	error = postgres_create_role(host->admin, host->role, host->role_password, arena);
	if (error) {
		postgres_host_stop(host);
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

/* --- the scenario's role --------------------------------------------------------------------- */

static struct error *give_back_password(struct host *host, struct arena *arena)
{
	return postgres_admin_run(host,
			str_format(arena, "ALTER ROLE %.*s PASSWORD '%.*s'", STR_ARG(host->role),
					STR_ARG(host->role_password)),
			arena);
}

/*
 * Why the role is not let into its own database, in the server's words but for the name, which is of this run
 * alone: its owner, which scenario SQL is, has shut it. Empty: it has not, or that cannot be told.
 */
static str find_what_shuts(struct host *host, str database, struct arena *arena)
{
	const str sql = str_format(arena,
			"SELECT CASE WHEN NOT has_database_privilege('%.*s', oid, 'CONNECT')"
			" THEN 'permission denied for database'"
			" WHEN datconnlimit >= 0 THEN 'too many connections for database'"
			" ELSE '' END FROM pg_catalog.pg_database WHERE datname = '%.*s'",
			STR_ARG(host->role), STR_ARG(database));
	PGresult *result = NULL;
	str reason = { 0 };

	if (!postgres_run(host->admin, sql.data, arena, &result) && PQntuples(result)) {
		reason = str_copy(str_from(PQgetvalue(result, 0, 0)), arena);
	}
	PQclear(result);
	return reason;
}

struct error *postgres_role_link(
		struct host *host, str database, struct arena *arena, PGconn **ret_link)
{
	struct error *error = postgres_link(
			host->role_conninfo, database, host->role_password, arena, ret_link);

	if (error && !host->is_private && !give_back_password(host, arena)) {
		error = postgres_link(host->role_conninfo, database, host->role_password, arena,
				ret_link);
	}
	const str reason = error ? find_what_shuts(host, database, arena) : (str){ 0 };

	if (reason.len) {
		error = error_new(arena, ERROR_DATABASE, "%.*s", STR_ARG(reason));
		error->class_name = STR("DatabaseError");
	}
	return error;
}

/* --- helpers ---------------------------------------------------------------------------------- */

static bool helper_connect(struct host *host, struct helper *helper)
{
	return helper->link ||
			!postgres_link(host->conninfo, (str){ 0 }, (str){ 0 }, host->arena,
					&helper->link);
}

/* Wait for the end of what the helper does; whether it went well. */
static bool helper_wait(struct helper *helper)
{
	bool is_done = false; // a lost connection has no result
	PGresult *result;

	while (helper->is_busy && (result = PQgetResult(helper->link))) {
		is_done = PQresultStatus(result) == PGRES_COMMAND_OK;
		PQclear(result);
	}
	helper->is_busy = false;
	return is_done;
}

/* Whether the helper can be given something, without waiting. */
static bool helper_is_idle(struct helper *helper)
{
	if (helper->is_busy && PQconsumeInput(helper->link) && !PQisBusy(helper->link)) {
		(void)helper_wait(helper);
	}
	return !helper->is_busy;
}

/* The SQL is sent by the time this returns. */
static void helper_send(struct helper *helper, str sql)
{
	helper->is_busy = PQsendQuery(helper->link, sql.data);
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

/* A copy of template0 may have another locale; all others are as what they are copied from. */
static str clone_sql(const struct host *host, str name, str template, struct arena *arena)
{
	const str locale = str_equal(template, STR("template0")) ? host->locale_sql : (str){ 0 };

	return str_format(arena, "CREATE DATABASE %.*s TEMPLATE %.*s%.*s%s%s", STR_ARG(name),
			STR_ARG(template), STR_ARG(locale), host->strategy ? " STRATEGY " : "",
			host->strategy ? host->strategy : "");
}

/* A template that somebody is connected to cannot be copied in any way. */
static bool is_in_use(const struct error *error)
{
	return str_equal(error->state, STR("55006"));
}

struct error *postgres_copy_database(
		struct host *host, str template, struct arena *arena, unsigned *ret_number)
{
	const unsigned number = ++host->made;
	const str name = postgres_database_name(host, number, arena);
	struct error *error =
			postgres_admin_run(host, clone_sql(host, name, template, arena), arena);

	if (error && error->code == ERROR_DATABASE && host->strategy && !is_in_use(error)) {
		/* Not every server that is lent lets others copy its files; its own way is through the log. */
		const char *refused = host->strategy;

		host->strategy = NULL;
		error = postgres_admin_run(host, clone_sql(host, name, template, arena), arena);
		host->strategy = error ? refused : NULL;
	}
	if (!error) {
		*ret_number = number;
	}
	return error;
}

/* --- drops ----------------------------------------------------------------------------------- */

/* The list is as long as it has ever been behind, whatever number of databases a run makes. */
static void add_doomed(struct host *host, unsigned number)
{
	const size_t dropped = host->doomed.dropped;

	if (dropped && host->doomed.count == host->doomed.capacity) {
		host->doomed.count -= dropped;
		host->doomed.dropped = 0;
		memmove(host->doomed.items, host->doomed.items + dropped,
				host->doomed.count * sizeof(*host->doomed.items));
	}
	*LIST_PUSH(&host->doomed, host->arena) = number;
}

static str take_doomed(struct host *host)
{
	return postgres_database_name(
			host, host->doomed.items[host->doomed.dropped++], host->arena);
}

/*
 * Begin to drop the next database that nobody needs, if none is being dropped. The newest has to wait: while the
 * session that was on it is ending, the server would wait for it in steps of 100 ms. A private server goes with all
 * that is on it, and to remove its folder costs less: there they wait until they take too much.
 */
static void drop_next(struct host *host)
{
	const struct arena_mark mark = arena_mark(host->arena);

	if (host->drop_below && free_bytes(host) > host->drop_below) {
		return;
	}
	if (host->doomed.dropped + 1 < host->doomed.count && helper_is_idle(&host->dropper) &&
			helper_connect(host, &host->dropper)) {
		helper_send(&host->dropper,
				drop_sql(host->version, take_doomed(host), host->arena));
	}
	arena_rewind(host->arena, mark);
}

void postgres_doom(struct host *host, unsigned number)
{
	add_doomed(host, number);
	drop_next(host);
}

void postgres_wait_for_drops(struct host *host)
{
	(void)helper_wait(&host->dropper);
}

/* --- clones made ahead ------------------------------------------------------------------------ */

unsigned postgres_ahead_take(struct host *host, const struct image *image)
{
	if (host->ahead.image != image || !image) {
		return 0;
	}
	host->ahead.image = NULL;
	return helper_wait(&host->cloner) ? host->ahead.number : 0;
}

void postgres_ahead_forget(struct host *host)
{
	const unsigned number = postgres_ahead_take(host, host->ahead.image);

	if (number) {
		add_doomed(host, number);
	}
}

void postgres_ahead_begin(const struct image *image)
{
	struct host *host = image->host;

	if (!helper_connect(host, &host->cloner)) {
		return;
	}
	postgres_ahead_forget(host);
	host->ahead.number = ++host->made;
	const struct arena_mark mark = arena_mark(host->arena);
	const str name = postgres_database_name(host, host->ahead.number, host->arena);

	helper_send(&host->cloner, clone_sql(host, name, image->name, host->arena));
	arena_rewind(host->arena, mark);
	host->ahead.image = host->cloner.is_busy ? image : NULL;
}

/* --- a spare ---------------------------------------------------------------------------------- */

static unsigned take_spare(struct host *host)
{
	const unsigned number = host->spare.number;

	host->spare.number = 0;
	return number && helper_wait(&host->sparer) ? number : 0;
}

static void begin_spare(struct host *host)
{
	if (host->spare.number || !helper_connect(host, &host->sparer)) {
		return;
	}
	const struct arena_mark mark = arena_mark(host->arena);
	const unsigned number = ++host->made;
	const str name = postgres_database_name(host, number, host->arena);

	helper_send(&host->sparer, clone_sql(host, name, STR("template0"), host->arena));
	arena_rewind(host->arena, mark);
	host->spare.number = host->sparer.is_busy ? number : 0;
}

struct error *postgres_empty_database(
		struct host *host, struct arena *arena, unsigned *ret_number)
{
	const bool can_be_spare = host->is_private && !host->locale_sql.len;
	const unsigned spare = can_be_spare ? take_spare(host) : 0;
	struct error *error = NULL;

	if (spare) {
		*ret_number = spare;
	} else {
		error = postgres_copy_database(host, STR("template0"), arena, ret_number);
	}
	if (!error && can_be_spare && host->spare.wanted++) {
		begin_spare(host);
	}
	return error;
}

/* --- the end ---------------------------------------------------------------------------------- */

void postgres_host_stop(struct host *host)
{
	if (!host) {
		return;
	}
	/* A private server goes, and all that is on it. */
	if (!host->is_private && host->admin && PQstatus(host->admin) == CONNECTION_OK) {
		postgres_ahead_forget(host);
		postgres_wait_for_drops(host);
		while (host->doomed.dropped < host->doomed.count) {
			const struct arena_mark mark = arena_mark(host->arena);

			(void)!postgres_drop_database(host->admin, take_doomed(host), host->arena);
			arena_rewind(host->arena, mark);
		}
		(void)!postgres_admin_run(host,
				str_format(host->arena, "DROP ROLE IF EXISTS %.*s",
						STR_ARG(host->role)),
				host->arena);
	}
	PQfinish(host->cloner.link);
	PQfinish(host->dropper.link);
	PQfinish(host->sparer.link);
	PQfinish(host->admin);
}
