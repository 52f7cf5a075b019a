/*
 * The schema of a PostgreSQL database, read in one round trip, or two: a message with a plain query for each
 * catalog, whose answers are joined here, and one more for the catalogs that the first has found something in. A
 * session that is new knows no catalog yet, and a server takes several times as long to plan one query that joins
 * them all. With an empty search_path every name comes out
 * qualified; all texts come from the server's own pg_get_*() functions, which give a canonical form. What
 * extensions brought with them is theirs, not the schema's.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"
#include "kit/table.h"
#include "postgres/catalogs.h"
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
	struct postgres_rights rights;
	struct table gates; /* those that are open */

	struct table columns; /* of tables: "RELATION NUMBER", as indices into their names */
	struct str_list column_names;
};

/* A row of any of the queries, as catalogs.h has it. */
struct row {
	const char *kind, *oid, *of;
	str name, facts;
	const char *mark;
	str beside;
};

/* --- objects -------------------------------------------------------------------------------- */

static const struct {
	const char *word; /* as the queries have it */
	enum schema_kind kind;
} kinds[] = {
	{ "aggregate", SCHEMA_FUNCTION },
	{ "cast", SCHEMA_CAST },
	{ "check", SCHEMA_CHECK },
	{ "collation", SCHEMA_COLLATION },
	{ "column", SCHEMA_COLUMN },
	{ "conversion", SCHEMA_CONVERSION },
	{ "exclusion", SCHEMA_EXCLUSION },
	{ "extension", SCHEMA_EXTENSION },
	{ "foreign key", SCHEMA_FOREIGN_KEY },
	{ "function", SCHEMA_FUNCTION },
	{ "index", SCHEMA_INDEX },
	{ "operator", SCHEMA_OPERATOR },
	{ "policy", SCHEMA_POLICY },
	{ "primary key", SCHEMA_PRIMARY_KEY },
	{ "procedure", SCHEMA_FUNCTION },
	{ "publication", SCHEMA_PUBLICATION },
	{ "rule", SCHEMA_RULE },
	{ "schema", SCHEMA_SPACE },
	{ "sequence", SCHEMA_SEQUENCE },
	{ "statistics", SCHEMA_STATISTICS },
	{ "table", SCHEMA_TABLE },
	{ "text search", SCHEMA_TEXT_SEARCH },
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
		{ "computed", SCHEMA_PRESENT },
		{ "disabled", SCHEMA_DISABLED },
		{ "invalid", SCHEMA_INVALID },
		{ "not enforced", SCHEMA_NOT_ENFORCED },
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

/* The columns of a relation whose numbers those are: "2 1". */
static struct str_list columns_of(const struct reading *reading, const char *relation, str numbers)
{
	struct str_list columns = { 0 };
	uint32_t index;
	str number;

	while (str_next_part(&numbers, ' ', &number)) {
		const str at = str_format(reading->arena, "%s %.*s", relation, STR_ARG(number));

		if (table_find(&reading->columns, at, &index)) {
			str_list_add(&columns, reading->column_names.items[index], reading->arena);
		}
	}
	return columns;
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
					.facts = postgres_array_text(
							kind == SCHEMA_VIEW
									? postgres_view_text(row->facts,
											  reading->server_version,
											  reading->arena)
									: str_trim(row->facts),
							reading->arena),
					.columns = kind == SCHEMA_PRIMARY_KEY
							? columns_of(reading, row->of, row->beside)
							: (struct str_list){ 0 },
					.is_computed = strcmp(row->mark, "computed") == 0,
					.presence = presence_of(row->mark),
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

/* What is true of a part of a table, whose definition is told elsewhere or not at all. */
static void add_beside(struct reading *reading, const char *kind, const struct known *relation,
		str part, str facts)
{
	struct buf text = { .arena = reading->arena };

	buf_format(&text, "of %s ", kind);
	if (relation->space.len) {
		schema_name_render(relation->space, &text);
		buf_add_char(&text, '.');
	}
	schema_name_render(relation->name, &text);
	if (part.len) {
		buf_add_char(&text, '.');
		schema_name_render(part, &text);
	}
	buf_format(&text, ": %.*s", STR_ARG(facts));
	schema_add(reading->schema,
			(struct schema_object){ .kind = SCHEMA_SETTING, .facts = buf_str(&text) });
}

/* The facts of a definition, with those that stand beside it. */
static struct row joined(const struct reading *reading, const struct row *row)
{
	struct row joined = *row;

	if (row->beside.len) {
		joined.facts = str_format(reading->arena, "%.*s %.*s", STR_ARG(row->facts),
				STR_ARG(row->beside));
	}
	return joined;
}

/* Of indexes and sequences pg_class has told the names. */
static void take_index(struct reading *reading, const char *catalog, const struct row *row)
{
	const struct known *relation = find(reading, "pg_class", row->of);
	const struct known *index = find(reading, "pg_class", row->oid);
	struct row told = joined(reading, row);

	(void)catalog;
	if (!relation || !index) {
		return;
	}
	if (!is_left_out(reading, address(reading, "pg_class", row->oid))) {
		told.name = index->name;
		add(reading, &told, relation->space, relation->name);
	} else if (row->beside.len) {
		add_beside(reading, "index", index, (str){ 0 }, row->beside);
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
	const struct row told = joined(reading, row);

	(void)catalog;
	if (relation && relation->is_table) {
		table_set(&reading->columns, str_format(reading->arena, "%s %s", row->of, row->oid),
				(uint32_t)reading->column_names.count);
		str_list_add(&reading->column_names, row->name, reading->arena);
		add(reading, &told, relation->space, relation->name);
	} else if (relation && row->beside.len) {
		add_beside(reading, "column", relation, row->name, row->beside);
	}
}

static void take_of_database(struct reading *reading, const char *catalog, const struct row *row)
{
	if (admit(reading, catalog, row, (str){ 0 })) {
		add(reading, row, (str){ 0 }, (str){ 0 });
	}
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

static void take_default_right(struct reading *reading, const char *catalog, const struct row *row)
{
	const struct postgres_right right = {
		.what = row->name,
		.role = row->facts,
		.is_owners = strcmp(row->mark, "owner") == 0,
		.is_usual = strcmp(row->kind, "usual") == 0,
		.privilege = str_copy(str_from(row->of), reading->arena),
	};

	(void)catalog;
	postgres_rights_add(&reading->rights, &right, reading->arena);
}

static void take_right(struct reading *reading, const char *catalog, const struct row *row)
{
	if (find(reading, catalog, row->oid)) {
		take_default_right(reading, catalog, row);
	}
}

/* Gates are opened before answers are taken in. */
static void take_nothing(struct reading *reading, const char *catalog, const struct row *row)
{
	(void)reading;
	(void)catalog;
	(void)row;
}

static void (*const takers[])(
		struct reading *reading, const char *catalog, const struct row *row) = {
	[CATALOG_CENSUS] = take_nothing,
	[CATALOG_LEFT_OUT] = leave_out,
	[CATALOG_NAMESPACES] = take_namespace,
	[CATALOG_RELATIONS] = take_relation,
	[CATALOG_OF_NAMESPACE] = take_of_namespace,
	[CATALOG_OF_RELATION] = take_of_relation,
	[CATALOG_COLUMNS] = take_column,
	[CATALOG_CONSTRAINTS] = take_of_relation,
	[CATALOG_INDEXES] = take_index,
	[CATALOG_SEQUENCES] = take_sequence,
	[CATALOG_OF_DATABASE] = take_of_database,
	[CATALOG_COMMENTS] = take_comment,
	[CATALOG_RIGHTS] = take_right,
	[CATALOG_DEFAULT_RIGHTS] = take_default_right,
};

/* --- the whole ------------------------------------------------------------------------------ */

/* The answers to the queries, by number; NULL: not asked, or not yet. */
struct answers {
	PGresult **items;
};

static const char *value(const PGresult *answer, int row, int column)
{
	return column < PQnfields(answer) ? PQgetvalue(answer, row, column) : "";
}

static str text(const PGresult *answer, int row, int column, struct arena *arena)
{
	return str_copy(str_from(value(answer, row, column)), arena);
}

/* Whether a query is for a server of that version, behind an open gate or none, and not answered yet. */
static bool is_due(const struct reading *reading, const struct answers *answers, size_t query)
{
	const struct catalog_query *asked = &catalog_queries[query];
	uint32_t unused;

	return !answers->items[query] && reading->server_version / 10000 >= asked->since &&
			(!asked->gate ||
					table_find(&reading->gates, str_from(asked->gate),
							&unused));
}

/*
 * A query as it is, and the second time as a statement that is planned then: to plan it takes longer than to carry it
 * out. Whoever connects anew has none.
 */
static void add_query(const struct reading *reading, struct connection *connection, size_t query,
		struct buf *sql)
{
	const uint64_t bit = query < 64 && connection->only_reads ? (uint64_t)1 << query : 0;

	if (!(connection->planned & bit)) {
		if (connection->asked & bit) {
			buf_format(sql, "PREPARE rehearse_catalog_%zu AS ", query);
			connection->planned |= bit;
		}
		catalog_query_add(&catalog_queries[query], reading->server_version, sql);
		buf_add(sql, STR("; "));
		connection->asked |= bit;
	}
	if (connection->planned & bit) {
		buf_format(sql, "EXECUTE rehearse_catalog_%zu; ", query);
	}
}

static bool add_due_queries(const struct reading *reading, struct connection *connection,
		const struct answers *answers, struct buf *sql)
{
	bool is_any = false;

	for (size_t i = 0; i < catalog_query_count; i++) {
		if (is_due(reading, answers, i)) {
			add_query(reading, connection, i, sql);
			is_any = true;
		}
	}
	return is_any;
}

static void open_gates(struct reading *reading, size_t query, const PGresult *answer)
{
	const int column = catalog_queries[query].rows == CATALOG_CENSUS ? ROW_KIND : ROW_RIGHTS;

	for (int row = 0; row < PQntuples(answer); row++) {
		const char *gate = value(answer, row, column);

		if (gate[0]) {
			table_set(&reading->gates, str_copy(str_from(gate), reading->arena), 0);
		}
	}
}

/* Ask what is due, in one message. */
static struct error *ask(struct reading *reading, struct connection *connection,
		struct answers *answers, bool *ret_is_asked)
{
	struct buf sql = { .arena = reading->arena };
	struct error *error = NULL;
	PGresult *result;
	size_t query = 0;

	buf_add(&sql, STR("BEGIN; " POSTGRES_READING_SETTINGS));
	if (connection->database->sessions) { // what tells a view locks its tables
		buf_add(&sql, STR("SET LOCAL lock_timeout = '200ms'; "));
	}
	*ret_is_asked = add_due_queries(reading, connection, answers, &sql);
	if (!*ret_is_asked) {
		return NULL;
	}
	buf_add(&sql, STR("COMMIT"));
	if (!PQsendQuery(connection->link, buf_c(&sql))) {
		return postgres_error(connection->link, NULL, reading->arena);
	}
	while ((result = PQgetResult(connection->link))) {
		const ExecStatusType status = PQresultStatus(result);

		if (status == PGRES_TUPLES_OK) { // gates stay as they are while the message is answered
			while (!is_due(reading, answers, query)) {
				query++;
			}
			answers->items[query++] = result;
			continue;
		}
		if (status != PGRES_COMMAND_OK && !error) {
			error = postgres_error(connection->link, result, reading->arena);
		}
		PQclear(result);
	}
	connection->only_reads &= !error; // which were planned, nobody knows then
	for (size_t i = 0; !error && i < catalog_query_count; i++) {
		if (answers->items[i]) {
			open_gates(reading, i, answers->items[i]);
		}
	}
	return error;
}

static void take_answer(
		struct reading *reading, const struct catalog_query *query, const PGresult *answer)
{
	for (int i = 0; i < PQntuples(answer); i++) {
		const struct row row = {
			.kind = value(answer, i, ROW_KIND),
			.oid = value(answer, i, ROW_OID),
			.of = value(answer, i, ROW_OF),
			.name = text(answer, i, ROW_NAME, reading->arena),
			.facts = text(answer, i, ROW_FACTS, reading->arena),
			.mark = value(answer, i, ROW_MARK),
			.beside = text(answer, i, ROW_BESIDE, reading->arena),
		};

		takers[query->rows](reading, query->catalog, &row);
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
		.gates = { .arena = arena },
		.columns = { .arena = arena },
	};
	struct answers answers = { arena_new_array(arena, PGresult *, catalog_query_count) };
	struct error *error = NULL;
	bool goes_on = true;

	while (!error && goes_on) {
		error = ask(&reading, connection, &answers, &goes_on);
	}
	for (size_t i = 0; i < catalog_query_count; i++) {
		if (answers.items[i] && !error) {
			take_answer(&reading, &catalog_queries[i], answers.items[i]);
		}
		PQclear(answers.items[i]);
	}
	if (!error) {
		postgres_rights_tell(&reading.rights, reading.schema, arena);
		*ret_schema = reading.schema;
	}
	return error;
}
