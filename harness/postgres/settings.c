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
