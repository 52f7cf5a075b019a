/*
 * A database of others as a dump. pg_dump writes it, in a session that may only read, and of the snapshot that we have
 * looked at to say which rows it is to leave out. We stay beside it: if it comes to wait for somebody's lock, we see for
 * whom.
 */
#include "postgres/postgres_internal.h"
#include "server/programs.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/process.h"
#include "kit/suggest.h"

#include <string.h>
#include <unistd.h>

/* Whoever waits for a lock in production may make others wait behind it. */
#define LOCK_WAIT_MS   4000
#define LOOK_EVERY_US  1000000
#define ENOUGH_LOOKS   6
#define STATEMENT_WAIT "30s"

/* Of older servers no pg_dump of today reads anything. */
#define OLDEST_SERVER 90200

/* --- addresses ------------------------------------------------------------------------------- */

/* "postgresql+asyncpg://..." as SQLAlchemy has it, without the driver. */
static str without_driver(str address, struct arena *arena)
{
	const size_t scheme = str_find(address, STR("://"));
	const size_t plus = str_find_char(str_slice(address, 0, scheme), '+');

	return plus < scheme ? str_format(arena, "%.*s%.*s", STR_ARG(str_slice(address, 0, plus)),
					       STR_ARG(str_slice(address, scheme, address.len)))
			     : address;
}

/* Whether it begins as libpq's key=value does, with a key that it knows. */
static bool is_key_value(str text)
{
	static const char *const keys[] = { "host", "hostaddr", "port", "dbname", "user", "service",
		"password", "passfile", "sslmode", "connect_timeout", "options" };
	const str key = str_trim(str_slice(text, 0, str_find_char(text, '=')));

	for (size_t i = 0; key.len < text.len && i < COUNT_OF(keys); i++) {
		if (str_equal(key, str_from(keys[i]))) {
			return true;
		}
	}
	return false;
}

bool postgres_is_address(str text)
{
	const str scheme = str_slice(text, 0, str_find(text, STR("://")));
	const str dialect = str_slice(scheme, 0, str_find_char(scheme, '+'));

	return (scheme.len < text.len &&
			       (str_equal(dialect, STR("postgresql")) ||
					       str_equal(dialect, STR("postgres")))) ||
			is_key_value(text);
}

str postgres_address_public(str address, struct arena *arena)
{
	const size_t scheme = str_find(address, STR("://"));
	str conninfo;

	if (postgres_conninfo_read(without_driver(address, arena), (str){ 0 }, (str){ 0 }, arena,
			    &conninfo)) {
		return (str){ 0 }; // it may hold a password anywhere
	}
	if (scheme == address.len) {
		return postgres_conninfo_public(conninfo, (str){ 0 }, arena);
	}
	/* What stands between the user and the last "@" before the path is the password, and one may be a parameter. */
	const str rest = str_slice(address, scheme + 3, address.len);
	str authority = str_slice(rest, 0, str_find_char(rest, '?'));
	size_t at = authority.len;

	while (at && authority.data[at - 1] != '@') {
		at--;
	}
	const str user = str_slice(authority, 0, at ? at - 1 : 0);

	return str_format(arena, "%.*s://%.*s%s%.*s", STR_ARG(str_slice(address, 0, scheme)),
			STR_ARG(str_slice(user, 0, str_find_char(user, ':'))), at ? "@" : "",
			STR_ARG(str_slice(authority, at, authority.len)));
}

/* --- the capture at hand --------------------------------------------------------------------- */

struct capturing {
	const struct capture *capture;
	struct arena *arena;
	PGconn *link;
	str conninfo;
	str name;            /* of pg_dump's session */
	str snapshot;        /* empty: the server cannot lend one */
	struct buf settings; /* SQL that sets what sessions have there, save by the database */
	const char **arguments;
	size_t argument_count;
	str blocker;     /* whom pg_dump was last seen to wait for */
	bool is_standby; /* where that was seen */
	unsigned looks;  /* so many times in a row */
};

static struct error *ask(struct capturing *capturing, const char *sql, PGresult **ret_result)
{
	return postgres_run(capturing->link, sql, capturing->arena, ret_result);
}

static str value_of(struct capturing *capturing, const PGresult *result, int row, int column)
{
	return str_copy(str_from(PQgetvalue(result, row, column)), capturing->arena);
}

/* That nothing is answered is the machine's matter, save where the address is wrong. */
static struct error *explain_connection(struct error *error)
{
	static const struct {
		const char *sign, *hint;
	} hints[] = {
		{ "no password supplied",
				"The password may stand in ~/.pgpass, in $PGPASSFILE, in $PGPASSWORD "
				"or in a service file: libpq looks there." },
		{ "password authentication failed",
				"libpq takes it from the address, $PGPASSWORD, or ~/.pgpass." },
		{ "unsupported startup parameter",
				"A pooler stands in between: give the address of the server itself." },
		{ "definition of service",
				"Services stand in ~/.pg_service.conf, or where $PGSERVICEFILE says." },
	};

	for (size_t i = 0; i < COUNT_OF(hints); i++) {
		if (!error->hint.len &&
				str_find(error->message, str_from(hints[i].sign)) <
						error->message.len) {
			error->hint = str_from(hints[i].hint);
		}
	}
	return error;
}

static struct error *connect_to(struct capturing *capturing)
{
	struct arena *arena = capturing->arena;

	capturing->name = str_format(arena, "rehearse capture %ld", (long)getpid());
	struct error *error =
			postgres_conninfo_read(without_driver(capturing->capture->address, arena),
					(str){ 0 }, capturing->name, arena, &capturing->conninfo);

	if (!error) {
		error = postgres_link(capturing->conninfo, (str){ 0 }, (str){ 0 }, arena,
				&capturing->link);
		error = error ? explain_connection(error) : NULL;
	}
	if (!error && PQserverVersion(capturing->link) < OLDEST_SERVER) {
		error = error_new(arena, ERROR_ENVIRONMENT,
				"the server is PostgreSQL %d.%d, which pg_dump no longer reads",
				PQserverVersion(capturing->link) / 10000,
				PQserverVersion(capturing->link) / 100 % 100);
	}
	return error;
}

static const char begin_sql[] = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/* From here on all that we see is of one moment, pg_dump's too if the server lends it. */
static struct error *begin(struct capturing *capturing)
{
	PGresult *result = NULL;
	struct error *error = ask(capturing,
			"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; "
			"SET lock_timeout = '4s'; SET statement_timeout = '" STATEMENT_WAIT "'; "
			"SET idle_in_transaction_session_timeout = 0; "
			"SET search_path = pg_catalog",
			&result);

	PQclear(result);
	result = NULL;
	if (!error) {
		error = ask(capturing, begin_sql, &result);
		PQclear(result);
	}
	if (error) {
		return error;
	}
	PGresult *lent = PQexec(capturing->link, "SELECT pg_catalog.pg_export_snapshot()");

	if (PQresultStatus(lent) == PGRES_TUPLES_OK) {
		capturing->snapshot = value_of(capturing, lent, 0, 0);
	} else { // not every kind of server does
		PQclear(PQexec(capturing->link, "ROLLBACK"));
		result = NULL;
		error = ask(capturing, begin_sql, &result);
		PQclear(result);
	}
	PQclear(lent);
	return error;
}

/* --- rows ------------------------------------------------------------------------------------ */

/*
 * Tables and sequences, and whether the rows of each are wanted: of these names, $1, and of version tables. Partitions, and sequences of a table's columns, go with their table.
 */
static const char relations_sql[] =
		"WITH RECURSIVE relations AS (SELECT c.oid, nspname, relname, relkind "
		"FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace "
		"WHERE relkind IN ('r', 'p', 'S') AND nspname NOT LIKE 'pg\\_%' "
		"AND nspname <> 'information_schema'), "
		"versions AS (SELECT attrelid AS oid FROM pg_catalog.pg_attribute WHERE attnum > 0 "
		"AND NOT attisdropped GROUP BY attrelid HAVING count(*) = 1 "
		"AND max(attname::text) = 'version_num'), "
		"wanted AS (SELECT oid FROM relations WHERE relkind IN ('r', 'p') AND (oid IN (TABLE versions) "
		"OR relname = ANY ($1::text[]) OR nspname || '.' || relname = ANY ($1::text[])) "
		"UNION SELECT inhrelid FROM pg_catalog.pg_inherits JOIN wanted ON inhparent = wanted.oid "
		"JOIN pg_catalog.pg_class c ON c.oid = inhrelid WHERE relispartition), "
		"owned AS (SELECT objid AS oid FROM pg_catalog.pg_depend JOIN wanted ON refobjid = wanted.oid "
		"WHERE classid = 'pg_catalog.pg_class'::regclass "
		"AND refclassid = 'pg_catalog.pg_class'::regclass AND deptype IN ('a', 'i')) "
		"SELECT nspname, relname, oid IN (SELECT oid FROM wanted UNION SELECT oid FROM owned), "
		"relkind "
		"FROM relations ORDER BY relkind, nspname, relname";

/* Names as the text of an array. */
static str array_text(const struct str_list *names, struct arena *arena)
{
	struct buf out = { .arena = arena };

	buf_add_char(&out, '{');
	for (size_t i = 0; i < names->count; i++) {
		buf_add(&out, i ? STR(",\"") : STR("\""));
		for (size_t at = 0; at < names->items[i].len; at++) {
			const char c = names->items[i].data[at];

			if (c == '"' || c == '\\') {
				buf_add_char(&out, '\\');
			}
			buf_add_char(&out, c);
		}
		buf_add_char(&out, '"');
	}
	buf_add_char(&out, '}');
	return buf_str(&out);
}

static struct error *read_relations(struct capturing *capturing, PGresult **ret_relations)
{
	struct arena *arena = capturing->arena;
	const char *const parameters[] = {
		str_to_c(array_text(&capturing->capture->rows, arena), arena),
	};

	*ret_relations = PQexecParams(capturing->link, relations_sql, COUNT_OF(parameters), NULL,
			parameters, NULL, NULL, 0);
	return PQresultStatus(*ret_relations) == PGRES_TUPLES_OK
			? NULL
			: postgres_error(capturing->link, *ret_relations, arena);
}

/* A table that was named and is not there. */
static struct error *find_missing(struct capturing *capturing, const PGresult *relations)
{
	struct arena *arena = capturing->arena;
	const struct str_list *rows = &capturing->capture->rows;
	struct str_list known = { 0 };

	for (int row = 0; row < PQntuples(relations); row++) {
		if (strcmp(PQgetvalue(relations, row, 3), "S") != 0) {
			str_list_add(&known, str_from(PQgetvalue(relations, row, 1)), arena);
			str_list_add(&known,
					str_format(arena, "%s.%s", PQgetvalue(relations, row, 0),
							PQgetvalue(relations, row, 1)),
					arena);
		}
	}
	for (size_t i = 0; i < rows->count; i++) {
		if (!str_list_contains(&known, rows->items[i])) {
			struct error *error = error_new(arena, ERROR_INVALID,
					"there is no table '%.*s' in the database",
					STR_ARG(rows->items[i]));

			error->hint = suggest_hint(rows->items[i], &known, arena);
			return error;
		}
	}
	return NULL;
}

static void add_argument(struct capturing *capturing, str argument)
{
	capturing->arguments[capturing->argument_count++] = str_to_c(argument, capturing->arena);
}

/* SCHEMA.NAME as a pattern that fits nothing else. */
static str exact_pattern(const PGresult *relations, int row, struct arena *arena)
{
	struct buf out = { .arena = arena };

	buf_add(&out, STR("--exclude-table-data="));
	for (int column = 0; column < 2; column++) {
		buf_add(&out, column ? STR(".\"") : STR("\""));
		for (const char *c = PQgetvalue(relations, row, column); *c; c++) {
			if (*c == '"') {
				buf_add_char(&out, '"');
			}
			buf_add_char(&out, *c);
		}
		buf_add_char(&out, '"');
	}
	return buf_str(&out);
}

/* The arguments that say which rows are left out. Materialized views are filled, of what there is. */
static struct error *choose_rows(struct capturing *capturing, struct str_list *notes)
{
	struct arena *arena = capturing->arena;
	const bool all = capturing->capture->all_rows;
	PGresult *relations = NULL;
	struct error *error = read_relations(capturing, &relations);
	size_t tables = 0, left = 0;

	if (!error) {
		error = find_missing(capturing, relations);
	}
	const int count = error ? 0 : PQntuples(relations);

	capturing->arguments = arena_new_array(arena, const char *, (size_t)count + 16);
	for (int row = 0; row < count; row++) {
		const bool is_table = strcmp(PQgetvalue(relations, row, 3), "r") == 0;

		tables += is_table;
		if (!all && strcmp(PQgetvalue(relations, row, 2), "f") == 0) {
			left += is_table;
			add_argument(capturing, exact_pattern(relations, row, arena));
		}
	}
	PQclear(relations);
	if (!error && left && !capturing->capture->is_passing) {
		str_list_add(notes,
				str_format(arena,
						"the rows of %zu of %zu tables were left out, "
						"and where their sequences stand",
						left, tables),
				arena);
	}
	return error;
}

/* --- what does not come along --------------------------------------------------------------- */

/* What is in the database, or of it, that pg_dump does not take. */
static const char left_out_sql[] =
		"SELECT CASE WHEN n = 1 THEN 'a large object was left out' "
		"ELSE n || ' large objects were left out' END "
		"FROM (SELECT count(*) AS n FROM pg_catalog.pg_largeobject_metadata) AS l "
		"WHERE n > 0 AND NOT $1::boolean AND NOT $2::boolean "
		"UNION ALL SELECT 'transactions that are prepared were left out' "
		"WHERE EXISTS (SELECT FROM pg_catalog.pg_prepared_xacts "
		"WHERE database = pg_catalog.current_database()) "
		"UNION ALL SELECT 'the rows of foreign tables were left out' WHERE $1::boolean "
		"AND EXISTS (SELECT FROM pg_catalog.pg_foreign_table) "
		"UNION ALL SELECT 'passwords of user mappings are in it: keep it as you keep those' "
		"WHERE EXISTS (SELECT FROM pg_catalog.pg_user_mappings WHERE umoptions::text ~* 'passw') "
		"AND NOT $2::boolean";

static struct error *tell_left_out(struct capturing *capturing, struct str_list *notes)
{
	const char *const parameters[] = {
		capturing->capture->all_rows ? "true" : "false",
		capturing->capture->is_passing ? "true" : "false",
	};
	PGresult *found = PQexecParams(
			capturing->link, left_out_sql, 2, NULL, parameters, NULL, NULL, 0);
	struct error *error = PQresultStatus(found) == PGRES_TUPLES_OK
			? NULL
			: postgres_error(capturing->link, found, capturing->arena);

	for (int row = 0; !error && row < PQntuples(found); row++) {
		str_list_add(notes, value_of(capturing, found, row, 0), capturing->arena);
	}
	PQclear(found);
	return error;
}

/* --- pg_dump --------------------------------------------------------------------------------- */

static void complete_arguments(struct capturing *capturing, str program, str conninfo)
{
	struct arena *arena = capturing->arena;
	const size_t excluded = capturing->argument_count;
	const char **arguments = arena_new_array(arena, const char *, excluded + 16);
	size_t count = 0;

	arguments[count++] = str_to_c(program, arena);
	if (!capturing->capture->has_no_home) {
		arguments[count++] = "--create";
	}
	arguments[count++] = "--no-password";
	arguments[count++] = str_format(arena, "--lock-wait-timeout=%d", LOCK_WAIT_MS).data;
	if (capturing->snapshot.len) {
		arguments[count++] =
				str_format(arena, "--snapshot=%.*s", STR_ARG(capturing->snapshot))
						.data;
	}
	if (!capturing->capture->all_rows) {
		arguments[count++] = "--no-blobs";
	}
	arguments[count++] = str_format(arena, "--dbname=%.*s", STR_ARG(conninfo)).data;
	for (size_t i = 0; i < excluded; i++) {
		arguments[count++] = capturing->arguments[i];
	}
	arguments[count] = NULL;
	capturing->arguments = arguments;
}

/* Whom the session of pg_dump waits for, and which session it is. */
static const char blocker_sql[] =
		"SELECT pg_catalog.pg_stat_clear_snapshot(); "
		"SELECT d.pid, CASE WHEN pg_catalog.pg_is_in_recovery() "
		"THEN 'a transaction on its primary holds a lock on it' ELSE "
		"format('another session holds a lock on it: process %%s%%s%%s, in a transaction for %%s', "
		"b.pid, CASE WHEN b.usename IS NULL THEN '' ELSE ' of ' || b.usename END, "
		"CASE WHEN coalesce(b.application_name, '') = '' THEN '' "
		"ELSE ' (' || b.application_name || ')' END, "
		"coalesce(date_trunc('second', clock_timestamp() - b.xact_start)::text, 'some time')) END, "
		"(SELECT l.relation::regclass::text FROM pg_catalog.pg_locks l WHERE l.pid = d.pid "
		"AND NOT l.granted AND l.relation IS NOT NULL LIMIT 1), "
		"pg_catalog.pg_is_in_recovery() "
		"FROM pg_catalog.pg_stat_activity d, "
		"pg_catalog.unnest(pg_catalog.pg_blocking_pids(d.pid)) AS waits (pid) "
		"LEFT JOIN pg_catalog.pg_stat_activity b ON b.pid = waits.pid "
		"WHERE d.application_name = '%.*s' AND d.pid <> pg_catalog.pg_backend_pid() LIMIT 1";

static struct error *busy(struct capturing *capturing)
{
	struct error *error = error_new(capturing->arena, ERROR_ENVIRONMENT,
			"the database is busy: %.*s", STR_ARG(capturing->blocker));

	error->hint = capturing->is_standby
			? STR("Nothing was changed. Try again when that transaction has ended.")
			: STR("Nothing was changed. Try again when that session has ended, or ask a standby.");
	return error;
}

/* pg_dump says nothing for a while. If it waits for somebody, and has for some time, that is an error. */
static struct error *look_for_blocker(struct capturing *capturing)
{
	struct arena *arena = capturing->arena;
	PGresult *found = NULL;
	struct error *error = ask(capturing,
			str_format(arena, blocker_sql, STR_ARG(capturing->name)).data, &found);

	if (error) {
		return error;
	}
	if (!PQntuples(found)) {
		capturing->looks = 0;
	} else {
		const bool is_known = !PQgetisnull(found, 0, 2);

		capturing->blocker = str_format(arena, "%s%s%s", is_known ? "table " : "",
				is_known ? PQgetvalue(found, 0, 2) : "",
				is_known ? " cannot be read" : "it cannot be read");
		capturing->blocker = str_format(arena, "%.*s, as %s", STR_ARG(capturing->blocker),
				PQgetvalue(found, 0, 1));
		capturing->is_standby = str_equal(str_from(PQgetvalue(found, 0, 3)), STR("t"));
		capturing->looks++;
	}
	if (capturing->looks >= ENOUGH_LOOKS) { // it would wait on, after its end too
		PGresult *cancelled = NULL;

		error = ask(capturing,
				str_format(arena, "SELECT pg_catalog.pg_cancel_backend(%s)",
						PQgetvalue(found, 0, 0))
						.data,
				&cancelled);
		PQclear(cancelled);
		error = error ? error : busy(capturing);
	}
	PQclear(found);
	return error;
}

static struct error *copy_output(struct capturing *capturing, struct process_stream *stream, int fd)
{
	bool (*is_stopped)(void) = capturing->capture->is_stopped;
	const size_t size = (size_t)64 * 1024;
	char *part = arena_alloc(capturing->arena, size);

	for (;;) {
		size_t len = 0;

		process_set_deadline(stream, clock_now_us() + LOOK_EVERY_US);
		struct error *error = process_read(stream, part, size, &len);

		if (is_stopped && is_stopped()) {
			return error_new(capturing->arena, ERROR_INTERRUPTED, "it was stopped");
		}
		if (error && error->code == ERROR_TIMEOUT) {
			error = look_for_blocker(capturing);
		} else if (!error) {
			capturing->looks = 0;
			if (!len) {
				return NULL;
			}
			if (!descriptor_write(fd, (str){ part, len })) {
				error = error_from_errno(capturing->arena, "write the dump");
			}
		}
		if (error) {
			return error;
		}
	}
}

static bool says(str text, const char *words)
{
	return str_find(text, str_from(words)) < text.len;
}

/* The last "pg_dump: error: ..." of what it said; its detail lines come along. */
static struct error *complaint(struct capturing *capturing, str complaints)
{
	const str marks[] = { STR("pg_dump: error: "), STR("pg_dump: detail: "),
		STR("pg_dump: hint: ") };
	str found[COUNT_OF(marks)] = { { 0 } };
	str line;

	while (complaints.len && str_next_part(&complaints, '\n', &line)) {
		for (size_t i = 0; i < COUNT_OF(marks); i++) {
			if (!found[i].len && str_starts_with(line, marks[i])) {
				found[i] = str_slice(line, marks[i].len, line.len);
			}
		}
	}
	/* What the server says of rows is in the detail. */
	const str said = str_format(
			capturing->arena, "%.*s %.*s", STR_ARG(found[0]), STR_ARG(found[1]));
	const bool is_lock = says(said, "lock timeout") || says(said, "statement timeout");

	if (is_lock && capturing->blocker.len) {
		return busy(capturing);
	}
	const str query = STR("query failed: ERROR:  ");

	if (str_starts_with(found[0], query)) {
		found[0] = str_slice(found[0], query.len, found[0].len);
	}
	struct error *error = error_new(capturing->arena, ERROR_ENVIRONMENT,
			"pg_dump cannot read the database: %.*s",
			STR_ARG(found[0].len ? found[0] : STR("it ended without a word")));

	error->detail = found[1];
	error->hint = found[2];
	if (says(said, "row-level security")) {
		error->hint = STR(
				"Connect as the table's owner or as a role with BYPASSRLS, or leave its rows out.");
	} else if (says(said, "permission denied")) {
		error->hint = STR(
				"pg_dump locks every table, to read it: a role needs SELECT on all of them (GRANT pg_read_all_data).");
	} else if (says(said, "conflict with recovery")) {
		error->hint = STR(
				"A standby ends what stands in the way of its replay: try again, or ask the primary.");
	}
	return error;
}

static struct error *run_pg_dump(struct capturing *capturing, str password, int fd)
{
	const struct process process = {
		.arguments = capturing->arguments,
		.variable = password.len ? "PGPASSWORD" : NULL,
		.value = str_to_c(password, capturing->arena),
	};
	struct process_stream *stream = NULL;
	int status = 0;
	str complaints = { 0 };
	struct error *error = process_open(&process, capturing->arena, &stream);

	if (error) {
		return error;
	}
	error = copy_output(capturing, stream, fd);
	struct error *end = process_close(stream, capturing->arena, &status, &complaints);

	error = error ? error : end;
	return error || !status ? error : complaint(capturing, complaints);
}

/* Who runs migrations: the owner of a version table, else who is connected. */
static const char owner_sql[] =
		"SELECT coalesce((SELECT pg_catalog.pg_get_userbyid(relowner) FROM pg_catalog.pg_class c "
		"WHERE relkind = 'r' AND oid IN (SELECT attrelid FROM pg_catalog.pg_attribute "
		"WHERE attnum > 0 AND NOT attisdropped GROUP BY attrelid "
		"HAVING count(*) = 1 AND max(attname::text) = 'version_num') ORDER BY oid LIMIT 1), "
		"session_user)";

/* Before our session has any of its own. */
static struct error *read_settings(struct capturing *capturing)
{
	PGresult *found = NULL;
	struct error *error = ask(capturing, owner_sql, &found);

	capturing->settings.arena = capturing->arena;
	if (!error) {
		error = postgres_settings_capture(capturing->link, value_of(capturing, found, 0, 0),
				capturing->capture->has_no_home, capturing->arena,
				&capturing->settings);
	}
	PQclear(found);
	return error;
}

/* Behind what pg_dump writes, whose last line is there once more, so that the dump is seen to be whole. */
static struct error *add_settings(struct capturing *capturing, int fd)
{
	struct buf out = { .arena = capturing->arena };

	if (!capturing->settings.len) {
		return NULL;
	}
	buf_add(&out,
			STR("\n--\n-- Settings that sessions have there by their role and by the "
			    "server's configuration\n--\n\n"));
	buf_add(&out, buf_str(&capturing->settings));
	buf_add(&out, STR("\n--\n-- PostgreSQL database dump complete\n--\n\n"));
	return descriptor_write(fd, buf_str(&out))
			? NULL
			: error_from_errno(capturing->arena, "write the dump");
}

static struct error *find_program(struct capturing *capturing, str *ret_program)
{
	return postgres_dump_program(capturing->capture->bindir,
			PQserverVersion(capturing->link) / 10000, capturing->arena, ret_program);
}

static struct error *write_dump(struct capturing *capturing, int fd, struct str_list *notes)
{
	str program, conninfo, password;
	struct error *error = find_program(capturing, &program);

	if (!error) {
		error = read_settings(capturing);
	}
	if (!error) {
		error = begin(capturing);
	}
	if (!error) {
		error = choose_rows(capturing, notes);
	}
	if (!error) {
		error = tell_left_out(capturing, notes);
	}
	if (!error) {
		error = postgres_conninfo_for_program(capturing->conninfo, capturing->link,
				"-c default_transaction_read_only=on", capturing->arena, &conninfo,
				&password);
	}
	if (!error) {
		complete_arguments(capturing, program, conninfo);
		error = run_pg_dump(capturing, password, fd);
	}
	return error ? error : add_settings(capturing, fd);
}

/* What the server says to us is of its state, not of a statement of the user's. */
static struct error *of_the_server(struct error *error, struct arena *arena)
{
	if (error && error->code == ERROR_DATABASE) {
		const bool is_wait = str_equal(error->state, STR("55P03")) ||
				str_equal(error->state, STR("57014"));
		struct error *told = error_new(arena, ERROR_ENVIRONMENT, "%s: %.*s",
				is_wait ? "the database is busy" : "could not read the database",
				STR_ARG(error->message));

		told->detail = error->detail;
		told->hint = is_wait
				? STR("Nothing was changed. Try again later, or ask a standby.")
				: error->hint;
		return told;
	}
	return error;
}

struct error *postgres_capture(const struct capture *capture, int fd, struct arena *arena,
		struct str_list *ret_notes)
{
	struct capturing capturing = { .capture = capture, .arena = arena };
	struct error *error = connect_to(&capturing);

	if (!error) {
		error = of_the_server(write_dump(&capturing, fd, ret_notes), arena);
	}
	PQfinish(capturing.link);
	return error;
}
