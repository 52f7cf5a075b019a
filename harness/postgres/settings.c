/*
 * What SQL has set for its database and its role stands in catalogs that all databases share, so that no copy of a
 * database takes it along. Here it is read as the SQL that sets it again.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

/*
 * Settings (of the database, of a role in it; with no database: of the scenario's role), access rights, limits and
 * the comment: what comes before the database's name in the SQL, and what after it. Values that are lists of names
 * are kept with the quotes that names need, and all others as they are.
 */
#define VALUE_SQL                                                                               \
	"CASE WHEN name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', "     \
	"'session_preload_libraries') "                                                         \
	"THEN (SELECT string_agg(quote_literal(replace(coalesce(m[1], m[2]), '\"\"', '\"')), "  \
	"', ') FROM regexp_matches(value, '\"((?:[^\"]|\"\")*)\"|([^\",[:space:]]+)', 'g') m) " \
	"ELSE quote_literal(value) END"
#define NAME_SQL \
	"(SELECT string_agg(quote_ident(p), '.') FROM unnest(string_to_array(name, '.')) p)"

static const char settings_sql[] =
		"WITH settings AS (SELECT setdatabase, setrole, split_part(item, '=', 1) AS name, "
		"substr(item, strpos(item, '=') + 1) AS value, number "
		"FROM pg_catalog.pg_db_role_setting, "
		"unnest(setconfig) WITH ORDINALITY AS i (item, number)), "
		"this AS (SELECT * FROM pg_catalog.pg_database WHERE datname = '%.*s'), "
		"acl AS (SELECT a.*, r.rolname FROM this, pg_catalog.aclexplode(datacl) a "
		"LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee) "
		"SELECT 1, CASE WHEN setrole = 0 THEN 'ALTER DATABASE ' ELSE "
		"format('ALTER ROLE %%s IN DATABASE ', setrole::regrole) END, "
		"format(' SET %%s TO %%s', " NAME_SQL ", " VALUE_SQL "), number "
		"FROM settings WHERE setdatabase = (SELECT oid FROM this) "
		"UNION ALL SELECT 2, 'REVOKE ALL ON DATABASE ', "
		"format(' FROM PUBLIC, %%s', datdba::regrole), 0 FROM this WHERE datacl IS NOT NULL "
		"UNION ALL SELECT 3, format('GRANT %%s ON DATABASE ', privilege_type), "
		"format(' TO %%s%%s', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(rolname) END, "
		"CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END), 0 FROM acl "
		"UNION ALL SELECT 4, 'ALTER DATABASE ', ' CONNECTION LIMIT ' || datconnlimit, 0 "
		"FROM this WHERE datconnlimit >= 0 "
		"UNION ALL SELECT 4, 'ALTER DATABASE ', ' ALLOW_CONNECTIONS false', 0 "
		"FROM this WHERE NOT datallowconn "
		"UNION ALL SELECT 4, 'COMMENT ON DATABASE ', format(' IS %%L', text), 0 "
		"FROM this, pg_catalog.shobj_description(oid, 'pg_database') AS text "
		"WHERE text IS NOT NULL ORDER BY 1, 4, 2, 3";

static const char role_settings_sql[] =
		"WITH settings AS (SELECT split_part(item, '=', 1) AS name, "
		"substr(item, strpos(item, '=') + 1) AS value, number "
		"FROM pg_catalog.pg_db_role_setting, "
		"unnest(setconfig) WITH ORDINALITY AS i (item, number) "
		"WHERE setdatabase = 0 AND setrole = '%.*s'::regrole) "
		"SELECT format('; ALTER ROLE %.*s SET %%s TO %%s', " NAME_SQL ", " VALUE_SQL ") "
		"FROM settings ORDER BY number";

/* --- the role ------------------------------------------------------------------------------- */

static struct error *read_role(struct host *host, struct arena *arena, str *ret_sql)
{
	PGresult *found = NULL;
	struct buf sql = { .arena = arena };
	struct error *error = postgres_run(host->admin,
			str_format(arena, role_settings_sql, STR_ARG(host->role),
					STR_ARG(host->role))
					.data,
			arena, &found);

	buf_format(&sql, "ALTER ROLE %.*s RESET ALL", STR_ARG(host->role));
	for (int row = 0; !error && row < PQntuples(found); row++) {
		buf_add(&sql, str_from(PQgetvalue(found, row, 0)));
	}
	PQclear(found);
	if (!error) {
		*ret_sql = buf_str(&sql);
	}
	return error;
}

struct error *postgres_role_leave(struct host *host)
{
	struct database *settled = host->settled;
	struct error *error = settled
			? read_role(host, settled->arena, &settled->role_settings)
			: NULL;

	if (!error) {
		host->settled = NULL;
	}
	return error;
}

struct error *postgres_role_settle(struct database *database, struct arena *arena)
{
	struct host *host = database->host;

	if (host->settled == database) {
		return NULL;
	}
	struct error *error = postgres_role_leave(host);

	if (!error) {
		error = postgres_admin_run(host, database->role_settings, arena);
	}
	if (!error) {
		host->settled = database;
	}
	return error;
}

/* --- databases ------------------------------------------------------------------------------ */

struct error *postgres_settings_read(
		struct database *database, struct arena *arena, struct postgres_settings *ret)
{
	struct host *host = database->host;
	struct postgres_settings settings = { .role = database->role_settings };
	PGresult *found = NULL;
	struct error *error = postgres_run(host->admin,
			str_format(arena, settings_sql, STR_ARG(database->name)).data, arena,
			&found);

	for (int row = 0; !error && row < PQntuples(found); row++) {
		*LIST_PUSH(&settings, arena) = (struct postgres_setting){
			.before = str_copy(str_from(PQgetvalue(found, row, 1)), arena),
			.after = str_copy(str_from(PQgetvalue(found, row, 2)), arena),
		};
	}
	PQclear(found);
	if (!error && host->settled == database) {
		error = read_role(host, arena, &settings.role);
	}
	if (!error) {
		*ret = settings;
	}
	return error;
}

void postgres_settings_add(const struct postgres_settings *settings, str name, struct buf *sql)
{
	for (size_t i = 0; i < settings->count; i++) {
		const struct postgres_setting *setting = &settings->items[i];

		buf_format(sql, "; %.*s%.*s%.*s", STR_ARG(setting->before), STR_ARG(name),
				STR_ARG(setting->after));
	}
}

/* --- of others ------------------------------------------------------------------------------- */

/*
 * What the server's configuration has is set only if it may change what a migration does or how it ends; of roles and
 * databases all is taken. What the database itself has, or the role in it, pg_dump --create has said already.
 */
static const char capture_sql[] =
		"WITH items AS (SELECT setdatabase, setrole, split_part(item, '=', 1) AS name, "
		"substr(item, strpos(item, '=') + 1) AS value FROM pg_catalog.pg_db_role_setting, "
		"unnest(setconfig) AS i (item)), "
		"this AS (SELECT oid, quote_ident(datname) AS datname FROM pg_catalog.pg_database "
		"WHERE datname = pg_catalog.current_database()), "
		"given AS (SELECT items.* FROM items, this WHERE setdatabase = this.oid AND "
		"(setrole = 0 OR setrole = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1))), "
		"settings AS (SELECT name, value, true AS is_role FROM items "
		"WHERE setdatabase = 0 AND setrole = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1) "
		"AND name NOT IN (SELECT name FROM given WHERE setrole <> 0) "
		"UNION ALL SELECT name, value, false FROM items "
		"WHERE setdatabase = 0 AND setrole = 0 AND name NOT IN (SELECT name FROM given) "
		"UNION ALL SELECT name, reset_val || unit_of, false FROM (SELECT *, CASE "
		"WHEN unit IN ('ms', 's', 'min', 'kB') THEN unit ELSE '' END AS unit_of "
		"FROM pg_catalog.pg_settings) AS s "
		"WHERE source IN ('configuration file', 'command line', 'environment variable') "
		"AND reset_val IS DISTINCT FROM boot_val AND name IN ("
		"'search_path', 'default_transaction_isolation', 'default_transaction_deferrable', "
		"'lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout', "
		"'transaction_timeout', 'TimeZone', 'DateStyle', 'IntervalStyle', "
		"'default_text_search_config', 'default_table_access_method', "
		"'default_toast_compression', 'check_function_bodies', 'row_security', 'xmloption', "
		"'array_nulls', 'bytea_output', 'backslash_quote', 'standard_conforming_strings', "
		"'transform_null_equals', 'quote_all_identifiers')) "
		"SELECT CASE WHEN is_role THEN format('ALTER ROLE %I IN DATABASE ', $1) "
		"ELSE 'ALTER DATABASE ' END || this.datname || format(' SET %s TO %s;', " NAME_SQL
		", " VALUE_SQL ") FROM settings, this ORDER BY is_role, name";

/* What the database and the role have, as statements for whatever database and role will load them. */
static const char elsewhere_sql[] =
		"WITH found AS (SELECT s.setrole <> 0 AS is_role, split_part(item, '=', 1) AS name, "
		"substr(item, strpos(item, '=') + 1) AS value, "
		"row_number() OVER (PARTITION BY s.setrole, split_part(item, '=', 1) "
		"ORDER BY s.setdatabase = 0) AS place "
		"FROM pg_catalog.pg_db_role_setting AS s "
		"JOIN pg_catalog.pg_database AS d ON d.datname = pg_catalog.current_database() "
		"LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole, "
		"unnest(s.setconfig) AS i (item) "
		"WHERE (s.setdatabase = d.oid AND s.setrole = 0) "
		"OR (s.setdatabase IN (0, d.oid) AND r.rolname = $1)) "
		"SELECT format('DO %L;', format("
		"'BEGIN EXECUTE pg_catalog.format(%L, pg_catalog.current_database()); END', "
		"CASE WHEN is_role THEN 'ALTER ROLE CURRENT_USER IN DATABASE %I' "
		"ELSE 'ALTER DATABASE %I' END || pg_catalog.replace(format(' SET %s TO %s', " NAME_SQL
		", " VALUE_SQL "), '%', '%%'))) FROM found WHERE place = 1 ORDER BY is_role, name";

struct error *postgres_settings_capture(
		PGconn *link, str role, bool is_for_any, struct arena *arena, struct buf *out)
{
	const char *const parameters[] = { str_to_c(role, arena) };
	PGresult *found = PQexecParams(link, is_for_any ? elsewhere_sql : capture_sql, 1,
			(const Oid[]){ 19 /* name */ },
			parameters, NULL, NULL, 0);
	struct error *error = PQresultStatus(found) == PGRES_TUPLES_OK
			? NULL
			: postgres_error(link, found, arena);

	for (int row = 0; !error && row < PQntuples(found); row++) {
		buf_format(out, "%s\n", PQgetvalue(found, row, 0));
	}
	PQclear(found);
	return error;
}
