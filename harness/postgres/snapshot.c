/*
 * The schema of a PostgreSQL database, read in one round trip: a message with a plain query for each catalog,
 * whose answers are joined here. A session that is new knows no catalog yet, and a server takes several
 * times as long to plan one query that joins them all. With an empty search_path every name comes out
 * qualified; all texts come from the server's own pg_get_*() functions, which give a canonical form. What
 * extensions brought with them is theirs, not the schema's.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"
#include "kit/table.h"
#include "schema/object.h"

#include <assert.h>
#include <string.h>

/* What is known of an object, for those that belong to it. */
struct known {
	str space; /* of a namespace: what it is for those in it */
	str name;
	bool is_table;
};

struct reading {
	str version_space; /* as `known` has it */
	str version_table;
	int server_version;
	struct schema *schema;
	struct arena *arena;

	struct table left_out; /* addresses of what is told with others, or not at all */
	struct table found;    /* addresses of all others so far, as indices into `objects` */

	struct {
		struct known *items;
		size_t count, capacity;
	} objects;
	struct postgres_grants grants;
};

/* A row of any of the queries, in this order. */
struct row {
	const char *kind; /* a word of `kinds`; empty: no object of a schema, but others belong to it */
	const char *oid;
	const char *of; /* the oid of what it belongs to */
	str name;
	str facts;
	const char *presence; /* a word of presence_of(); empty where a query does not tell */
};

/* --- objects -------------------------------------------------------------------------------- */

static const struct {
	const char *word; /* as the queries have it */
	enum schema_kind kind;
} kinds[] = {
	{ "aggregate", SCHEMA_FUNCTION },
	{ "check", SCHEMA_CHECK },
	{ "column", SCHEMA_COLUMN },
	{ "exclusion", SCHEMA_EXCLUSION },
	{ "extension", SCHEMA_EXTENSION },
	{ "foreign key", SCHEMA_FOREIGN_KEY },
	{ "function", SCHEMA_FUNCTION },
	{ "index", SCHEMA_INDEX },
	{ "policy", SCHEMA_POLICY },
	{ "primary key", SCHEMA_PRIMARY_KEY },
	{ "procedure", SCHEMA_FUNCTION },
	{ "rule", SCHEMA_RULE },
	{ "schema", SCHEMA_SPACE },
	{ "sequence", SCHEMA_SEQUENCE },
	{ "statistics", SCHEMA_STATISTICS },
	{ "table", SCHEMA_TABLE },
	{ "trigger", SCHEMA_TRIGGER },
	{ "type", SCHEMA_TYPE },
	{ "unique", SCHEMA_UNIQUE },
	{ "view", SCHEMA_VIEW },
};

static enum schema_kind kind_of(const char *word)
{
	size_t i = 0;

	while (strcmp(kinds[i].word, word) != 0) {
		i++;
		assert(i < COUNT_OF(kinds)); // the table has every kind that the queries give
	}
	return kinds[i].kind;
}

static enum schema_presence presence_of(const char *word)
{
	static const struct {
		const char *word;
		enum schema_presence presence;
	} presences[] = {
		{ "", SCHEMA_PRESENT },
		{ "disabled", SCHEMA_DISABLED },
		{ "invalid", SCHEMA_INVALID },
		{ "unproven", SCHEMA_UNPROVEN },
	};

	size_t i = 0;

	while (strcmp(presences[i].word, word) != 0) {
		i++;
		assert(i < COUNT_OF(presences));
	}
	return presences[i].presence;
}

/* Oids are unique within a catalog. */
static str address(const struct reading *reading, const char *catalog, const char *oid)
{
	return str_format(reading->arena, "%s %s", catalog, oid);
}

/* NULL: it is hidden, an extension's, or the server's own. */
static const struct known *find(const struct reading *reading, const char *catalog, const char *oid)
{
	uint32_t index;

	return table_find(&reading->found, address(reading, catalog, oid), &index)
			? &reading->objects.items[index]
			: NULL;
}

static bool is_left_out(const struct reading *reading, str address)
{
	uint32_t unused;

	return table_find(&reading->left_out, address, &unused);
}

/* Whether an object is the schema's, which from now on is known to have it. */
static bool admit(struct reading *reading, const char *catalog, const struct row *row, str space)
{
	const str at = address(reading, catalog, row->oid);

	if (is_left_out(reading, at)) {
		return false;
	}
	table_set(&reading->found, at, (uint32_t)reading->objects.count);
	*LIST_PUSH(&reading->objects, reading->arena) =
			(struct known){ space, row->name, strcmp(row->kind, "table") == 0 };
	return true;
}

static void add(struct reading *reading, const struct row *row, str space, str table)
{
	if (!row->kind[0]) {
		return;
	}
	const enum schema_kind kind = kind_of(row->kind);

	schema_add(reading->schema,
			(struct schema_object){
					.kind = kind,
					.space = space,
					.table = table,
					.name = row->name,
					.facts = kind == SCHEMA_VIEW
							? postgres_view_text(row->facts,
									  reading->server_version,
									  reading->arena)
							: str_trim(row->facts),
					.presence = presence_of(row->presence),
			});
}

/* --- rows ----------------------------------------------------------------------------------- */

/* Its catalog is its name. */
static void leave_out(struct reading *reading, const char *catalog, const struct row *row)
{
	(void)catalog;
	table_set(&reading->left_out,
			address(reading, str_to_c(row->name, reading->arena), row->oid), 0);
}

static void take_namespace(struct reading *reading, const char *catalog, const struct row *row)
{
	if (admit(reading, catalog, row,
			    str_equal(row->name, STR("public")) ? (str){ 0 } : row->name)) {
		add(reading, row, (str){ 0 }, (str){ 0 });
	}
}

static void take_of_namespace(struct reading *reading, const char *catalog, const struct row *row)
{
	const struct known *space = find(reading, "pg_namespace", row->of);

	if (space && admit(reading, catalog, row, space->space)) {
		add(reading, row, space->space, (str){ 0 });
	}
}

/* Of the version table nothing is known, so that nothing belongs to it. */
static void take_relation(struct reading *reading, const char *catalog, const struct row *row)
{
	const struct known *space = find(reading, "pg_namespace", row->of);

	if (space &&
			!(str_equal(space->space, reading->version_space) &&
					str_equal(row->name, reading->version_table))) {
		take_of_namespace(reading, catalog, row);
	}
}

static void take_of_relation(struct reading *reading, const char *catalog, const struct row *row)
{
	const struct known *relation = find(reading, "pg_class", row->of);

	if (relation && admit(reading, catalog, row, relation->space)) {
		add(reading, row, relation->space, relation->name);
	}
}

/* Of indexes and sequences pg_class has told the names. */
static void take_index(struct reading *reading, const char *catalog, const struct row *row)
{
	const struct known *relation = find(reading, "pg_class", row->of);
	const struct known *index = find(reading, "pg_class", row->oid);
	struct row told = *row;

	(void)catalog;
	if (relation && index && !is_left_out(reading, address(reading, "pg_class", row->oid))) {
		told.name = index->name;
		add(reading, &told, relation->space, relation->name);
	}
}

static void take_sequence(struct reading *reading, const char *catalog, const struct row *row)
{
	const struct known *sequence = find(reading, "pg_class", row->oid);
	struct row told = *row;

	(void)catalog;
	if (sequence) {
		told.name = sequence->name;
		add(reading, &told, sequence->space, (str){ 0 });
	}
}

/* Indexes, views and others have columns too, which are none of their own making. */
static void take_column(struct reading *reading, const char *catalog, const struct row *row)
{
	const struct known *relation = find(reading, "pg_class", row->of);

	(void)catalog;
	if (relation && relation->is_table) {
		add(reading, row, relation->space, relation->name);
	}
}

static void take_extension(struct reading *reading, const char *catalog, const struct row *row)
{
	(void)catalog;
	add(reading, row, (str){ 0 }, (str){ 0 });
}

/* A comment on an object, whose catalog is its name. */
static void take_comment(struct reading *reading, const char *catalog, const struct row *row)
{
	(void)catalog;
	if (find(reading, str_to_c(row->name, reading->arena), row->oid)) {
		schema_add(reading->schema,
				(struct schema_object){
						.kind = SCHEMA_COMMENT, .facts = row->facts });
	}
}

/* An item of the access list of an object; its name is in words, and `of` is its owner's. */
static void take_grant(struct reading *reading, const char *catalog, const struct row *row)
{
	if (find(reading, catalog, row->oid)) {
		postgres_grants_add(&reading->grants, row->name, str_from(row->of), row->facts,
				reading->arena);
	}
}

/* --- queries -------------------------------------------------------------------------------- */

/* Of objects that initdb made oids are below 16384. Those that belong to others come after them. */
static const struct {
	const char *catalog; /* that its rows are objects of */
	void (*take)(struct reading *reading, const char *catalog, const struct row *row);
	const char *sql;
} queries[] = {
	/* What extensions have brought. */
	{ "pg_depend", leave_out,
			"SELECT '', objid, 0, classid::regclass, '' FROM pg_depend "
			"WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'" },

	{ "pg_namespace", take_namespace,
			"SELECT CASE nspname WHEN 'public' THEN '' ELSE 'schema' END, oid, 0, nspname, '' "
			"FROM pg_namespace WHERE NOT starts_with(nspname, 'pg_') AND nspname <> 'information_schema'" },

	{ "pg_class", take_relation,
			"SELECT CASE WHEN relkind IN ('r', 'p', 'f') THEN 'table' WHEN relkind IN ('v', 'm') THEN 'view' "
			"  ELSE '' END, oid, relnamespace, relname, concat_ws(' ', "
			"  CASE relpersistence WHEN 'u' THEN 'unlogged' END, "
			"  CASE relkind WHEN 'f' THEN 'foreign' WHEN 'm' THEN 'materialized' "
			"    WHEN 'p' THEN 'partition by ' || pg_get_partkeydef(oid) END, "
			"  CASE WHEN relispartition THEN 'partition of ' ELSE 'inherits ' END || "
			"    nullif(array_to_string(ARRAY(SELECT inhparent::regclass FROM pg_inherits "
			"      WHERE inhrelid = oid ORDER BY inhseqno), ', '), ''), "
			"  CASE WHEN relispartition THEN lower(left(pg_get_expr(relpartbound, oid), 3)) || "
			"    substr(pg_get_expr(relpartbound, oid), 4) END, "
			"  CASE WHEN relrowsecurity THEN 'row level security' END, "
			"  CASE WHEN relforcerowsecurity THEN 'forced' END, "
			"  'with (' || array_to_string(reloptions, ', ') || ')', "
			"  CASE WHEN relkind IN ('v', 'm') THEN 'as ' || pg_get_viewdef(oid) END) "
			"FROM pg_class WHERE oid >= 16384" },

	{ "pg_attribute", take_column,
			"SELECT 'column', 0, attrelid, attname, concat_ws(' ', "
			"  format_type(atttypid, atttypmod), "
			"  CASE WHEN attcollation NOT IN (0, 100) THEN (SELECT 'collate ' || quote_ident(l.collname) "
			"    FROM pg_collation l, pg_type y WHERE l.oid = attcollation AND y.oid = atttypid "
			"    AND y.typcollation <> l.oid) END, "
			"  CASE WHEN attnotnull THEN 'not null' END, "
			"  CASE attidentity WHEN 'a' THEN 'generated always as identity' "
			"    WHEN 'd' THEN 'generated by default as identity' END, "
			"  CASE attgenerated WHEN '' THEN 'default ' ELSE 'generated always as (' END || "
			"    CASE WHEN atthasdef THEN (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef "
			"      WHERE adrelid = attrelid AND adnum = attnum) END || "
			"    CASE attgenerated WHEN '' THEN '' ELSE ')' END, "
			"  CASE attgenerated WHEN 's' THEN 'stored' END) "
			"FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0 AND NOT attisdropped "
			"ORDER BY attrelid, attnum" },

	{ "pg_constraint", take_of_relation,
			"SELECT CASE contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' "
			"  WHEN 'f' THEN 'foreign key' WHEN 'c' THEN 'check' ELSE 'exclusion' END, "
			"  oid, conrelid, conname, pg_get_constraintdef(oid), "
			"  CASE WHEN NOT convalidated THEN 'unproven' END "
			"FROM pg_constraint WHERE conrelid >= 16384 AND contype IN ('p', 'u', 'f', 'c', 'x')" },

	/* An index that a constraint has made is told with it. */
	{ "pg_constraint", leave_out,
			"SELECT '', conindid, 0, 'pg_class', '' FROM pg_constraint "
			"WHERE conrelid >= 16384 AND contype IN ('u', 'x')" },

	{ "pg_index", take_index,
			"SELECT 'index', indexrelid, indrelid, '', concat_ws(' ', "
			"  CASE WHEN indisunique THEN 'unique' END, "
			"  substr(pg_get_indexdef(indexrelid), strpos(pg_get_indexdef(indexrelid), ' USING ') + 1), "
			"  CASE WHEN NOT indisvalid THEN 'invalid' END), "
			"  CASE WHEN NOT indisvalid THEN 'invalid' END "
			"FROM pg_index WHERE indexrelid >= 16384 AND NOT indisprimary" },

	{ "pg_sequence", take_sequence,
			"SELECT 'sequence', seqrelid, 0, '', concat_ws(' ', format_type(seqtypid, NULL), "
			"  'start ' || seqstart, 'increment ' || seqincrement, 'min ' || seqmin, 'max ' || seqmax, "
			"  'cache ' || seqcache, CASE WHEN seqcycle THEN 'cycle' END, "
			"  (SELECT 'owned by ' || (pg_identify_object(refclassid, refobjid, refobjsubid)).identity "
			"    FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = seqrelid "
			"    AND deptype IN ('a', 'i') AND refclassid = 'pg_class'::regclass LIMIT 1)) "
			"FROM pg_sequence" },

	/* A range type has constructors, which depend on it. */
	{ "pg_proc", take_of_namespace,
			"SELECT CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, "
			"  oid, pronamespace, proname, concat_ws(' ', '(' || pg_get_function_identity_arguments(oid) || ')', "
			"  CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid) END) "
			"FROM pg_proc WHERE oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend "
			"  WHERE classid = 'pg_proc'::regclass AND objid = oid AND deptype IN ('e', 'i'))" },

	{ "pg_trigger", take_of_relation,
			"SELECT 'trigger', oid, tgrelid, tgname, concat_ws(' ', "
			"  substr(pg_get_triggerdef(oid), strpos(pg_get_triggerdef(oid), quote_ident(tgname)) + "
			"    length(quote_ident(tgname)) + 1), "
			"  CASE tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END), "
			"  CASE tgenabled WHEN 'D' THEN 'disabled' END "
			"FROM pg_trigger WHERE NOT tgisinternal" },

	{ "pg_type", take_of_namespace,
			"SELECT 'type', t.oid, typnamespace, typname, CASE typtype "
			"  WHEN 'e' THEN 'enum (' || array_to_string(ARRAY(SELECT quote_literal(enumlabel) "
			"    FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder), ', ') || ')' "
			"  WHEN 'd' THEN concat_ws(' ', 'domain', format_type(typbasetype, typtypmod), "
			"    CASE WHEN typnotnull THEN 'not null' END, 'default ' || typdefault, "
			"    nullif(array_to_string(ARRAY(SELECT quote_ident(conname) || ' ' || pg_get_constraintdef(oid) "
			"      FROM pg_constraint WHERE contypid = t.oid AND contype = 'c' ORDER BY conname), ' '), '')) "
			"  WHEN 'r' THEN (SELECT 'range of ' || format_type(rngsubtype, NULL) "
			"    FROM pg_range WHERE rngtypid = t.oid) "
			"  ELSE '(' || array_to_string(ARRAY(SELECT quote_ident(attname) || ' ' || "
			"    format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = typrelid "
			"    AND attnum > 0 AND NOT attisdropped ORDER BY attnum), ', ') || ')' END "
			"FROM pg_type t LEFT JOIN pg_class c ON c.oid = typrelid "
			"WHERE t.oid >= 16384 AND (typtype IN ('e', 'd', 'r') OR relkind = 'c')" },

	{ "pg_policy", take_of_relation,
			"SELECT 'policy', oid, polrelid, polname, concat_ws(' ', "
			"  CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END, "
			"  'for ' || CASE polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' "
			"    WHEN 'd' THEN 'delete' ELSE 'all' END, "
			"  'using (' || pg_get_expr(polqual, polrelid) || ')', "
			"  'check (' || pg_get_expr(polwithcheck, polrelid) || ')') "
			"FROM pg_policy" },

	{ "pg_rewrite", take_of_relation,
			"SELECT 'rule', oid, ev_class, rulename, pg_get_ruledef(oid) "
			"FROM pg_rewrite WHERE ev_class >= 16384 AND rulename <> '_RETURN'" },

	{ "pg_statistic_ext", take_of_namespace,
			"SELECT 'statistics', oid, stxnamespace, stxname, pg_get_statisticsobjdef(oid) "
			"FROM pg_statistic_ext" },

	{ "pg_extension", take_extension,
			"SELECT 'extension', oid, 0, extname, '' FROM pg_extension WHERE extname <> 'plpgsql'" },

	{ "pg_description", take_comment,
			"SELECT 'comment', objoid, 0, classoid::regclass, "
			"  'on ' || pg_describe_object(classoid, objoid, objsubid) || ': ' || description "
			"FROM pg_description WHERE objoid >= 16384" },

	{ "pg_class", take_grant,
			"SELECT 'grant', oid, pg_get_userbyid(relowner), 'table ' || oid::regclass, unnest(relacl) "
			"FROM pg_class WHERE oid >= 16384 AND relacl IS NOT NULL" },
	{ "pg_class", take_grant,
			"SELECT 'grant', attrelid, (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = attrelid), "
			"  'column ' || attrelid::regclass || '.' || quote_ident(attname), unnest(attacl) "
			"FROM pg_attribute WHERE attrelid >= 16384 AND attacl IS NOT NULL" },
	{ "pg_proc", take_grant,
			"SELECT 'grant', oid, pg_get_userbyid(proowner), 'function ' || oid::regprocedure, unnest(proacl) "
			"FROM pg_proc WHERE oid >= 16384 AND proacl IS NOT NULL" },
	{ "pg_namespace", take_grant,
			"SELECT 'grant', oid, pg_get_userbyid(nspowner), 'schema ' || quote_ident(nspname), unnest(nspacl) "
			"FROM pg_namespace WHERE oid >= 16384 AND nspacl IS NOT NULL" },
};

static str all_queries(bool has_sessions, struct arena *arena)
{
	struct buf sql = { .arena = arena };

	buf_add(&sql, STR("BEGIN; " POSTGRES_READING_SETTINGS));
	if (has_sessions) { // what tells a view locks its tables
		buf_add(&sql, STR("SET LOCAL lock_timeout = '200ms'; "));
	}
	for (size_t i = 0; i < COUNT_OF(queries); i++) {
		buf_add(&sql, str_from(queries[i].sql));
		buf_add(&sql, STR("; "));
	}
	buf_add(&sql, STR("COMMIT"));
	return buf_str(&sql);
}

static str value(const PGresult *result, int row, int column, struct arena *arena)
{
	return str_copy(str_from(PQgetvalue(result, row, column)), arena);
}

static void take_rows(struct reading *reading, size_t query, const PGresult *result)
{
	for (int i = 0; i < PQntuples(result); i++) {
		const struct row row = {
			.kind = PQgetvalue(result, i, 0),
			.oid = PQgetvalue(result, i, 1),
			.of = PQgetvalue(result, i, 2),
			.name = value(result, i, 3, reading->arena),
			.facts = value(result, i, 4, reading->arena),
			.presence = PQnfields(result) > 5 ? PQgetvalue(result, i, 5) : "",
		};

		queries[query].take(reading, queries[query].catalog, &row);
	}
}

struct error *postgres_snapshot(struct connection *connection, str version_schema,
		str version_table, struct arena *arena, struct schema **ret_schema)
{
	struct reading reading = {
		.version_space = str_equal(version_schema, STR("public")) ? (str){ 0 }
									  : version_schema,
		.version_table = version_table,
		.server_version = PQserverVersion(connection->link),
		.schema = schema_new(arena),
		.arena = arena,
		.left_out = { .arena = arena },
		.found = { .arena = arena },
	};
	struct error *error = NULL;
	size_t query = 0;
	PGresult *result;
	const str sql = all_queries(connection->database->sessions != NULL, arena);

	if (!PQsendQuery(connection->link, str_to_c(sql, arena))) {
		return postgres_error(connection->link, NULL, arena);
	}
	while ((result = PQgetResult(connection->link))) {
		const ExecStatusType status = PQresultStatus(result);

		if (status == PGRES_TUPLES_OK) {
			take_rows(&reading, query++, result);
		} else if (status != PGRES_COMMAND_OK && !error) {
			error = postgres_error(connection->link, result, arena);
		}
		PQclear(result);
	}
	if (!error) {
		postgres_grants_tell(&reading.grants, reading.schema, arena);
		*ret_schema = reading.schema;
	}
	return error;
}
