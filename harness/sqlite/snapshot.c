#include "sqlite/snapshot.h"

#include "kit/arena.h"
#include "sqlite/connection.h"
#include "sqlite/kept.h"
#include "sqlite/reading.h"
#include "sqlite/token.h"

/* --- objects ------------------------------------------------------------------------------------ */

/* The kind that PRAGMA table_list gives a table: "table", "virtual", "shadow"; and its row. */
static str table_type(const struct reading *reading, str name, size_t *ret_row)
{
	for (size_t i = 0; i < reading->tables.row_count; i++) {
		if (str_equal(value_at(&reading->tables, i, TABLE_NAME), name)) {
			*ret_row = i;
			return value_at(&reading->tables, i, TABLE_TYPE);
		}
	}
	return (str){ 0 };
}

static struct error *add_virtual_table(struct reading *reading, str name, str sql)
{
	str facts = { 0 };

	if (!view_definition_parse(sql, reading->arena, &facts)) {
		return not_understood(reading, "table", name);
	}
	schema_add(reading->schema,
			(struct schema_object){
					.kind = SCHEMA_VIRTUAL_TABLE,
					.name = name,
					.facts = facts,
			});
	return NULL;
}

static struct error *add_view(struct reading *reading, str name, str sql)
{
	str facts = { 0 };

	if (!view_definition_parse(sql, reading->arena, &facts)) {
		return not_understood(reading, "view", name);
	}
	schema_add(reading->schema,
			(struct schema_object){
					.kind = SCHEMA_VIEW,
					.name = name,
					.facts = facts,
			});
	return NULL;
}

static struct error *add_trigger(struct reading *reading, str name, str table, str sql)
{
	str facts = { 0 };

	if (!trigger_definition_parse(sql, reading->arena, &facts)) {
		return not_understood(reading, "trigger", name);
	}
	schema_add(reading->schema,
			(struct schema_object){
					.kind = SCHEMA_TRIGGER,
					.table = table,
					.name = name,
					.facts = facts,
			});
	return NULL;
}

/* Add what row `row` of sqlite_master holds. Indexes come with their tables. */
static struct error *read_object(struct reading *reading, size_t row)
{
	const str type = value_at(&reading->master, row, MASTER_TYPE);
	const str name = value_at(&reading->master, row, MASTER_NAME);
	const str table = value_at(&reading->master, row, MASTER_TABLE);
	const str sql = value_at(&reading->master, row, MASTER_SQL);

	if (str_equal(type, STR("table"))) {
		size_t table_row = 0;
		const str kind = table_type(reading, name, &table_row);
		if (str_equal(kind, STR("virtual"))) {
			return add_virtual_table(reading, name, sql);
		}
		/* A shadow table is how a virtual one keeps its rows. */
		return str_equal(kind, STR("table")) ? read_table_once(reading, row, table_row)
						     : NULL;
	}
	if (str_equal(type, STR("view"))) {
		return add_view(reading, name, sql);
	}
	return str_equal(type, STR("trigger")) ? add_trigger(reading, name, table, sql) : NULL;
}

static struct error *ask(struct reading *reading, const char *sql, struct result *ret_result)
{
	return sqlite_query(reading->connection, str_from(sql), reading->arena, ret_result);
}

static bool is_internal(str name)
{
	return str_starts_with(name, STR("sqlite_"));
}

/* What is true of the whole database: numbers of the application's own, in the head of the file. */
static const char *const pragmas[] = { "application_id", "user_version" };

static struct error *ask_pragmas(struct reading *reading, str *values)
{
	struct error *err = NULL;

	for (size_t i = 0; i < COUNT_OF(pragmas) && !err; i++) {
		struct result found = { 0 };

		err = ask(reading, str_format(reading->arena, "PRAGMA main.%s", pragmas[i]).data,
				&found);
		if (!err) {
			values[i] = value_at(&found, 0, 0);
		}
	}
	return err;
}

static void add_pragmas(struct reading *reading, const str *values)
{
	for (size_t i = 0; i < COUNT_OF(pragmas); i++) {
		if (!str_equal(values[i], STR("0"))) {
			schema_add(reading->schema,
					(struct schema_object){
							.kind = SCHEMA_PRAGMA,
							.name = str_from(pragmas[i]),
							.facts = values[i],
					});
		}
	}
}

/* Behind its length, so that no two rows of parts are alike. */
static void add_part(struct buf *key, str part)
{
	const size_t len = part.data ? part.len : SIZE_MAX;

	buf_add(key, (str){ (const char *)&len, sizeof(len) });
	buf_add(key, part);
}

/* All that a snapshot depends on, as one text. */
static str key_of(const struct reading *reading, const str *version_table, const str *values)
{
	struct buf key = { .arena = reading->arena };

	add_part(&key, version_table ? *version_table : (str){ 0 });
	for (size_t i = 0; i < COUNT_OF(pragmas); i++) {
		add_part(&key, values[i]);
	}
	for (size_t i = 0; i < reading->master.row_count * reading->master.column_count; i++) {
		add_part(&key, reading->master.values[i]);
	}
	return buf_str(&key);
}

/* Read every object but those of the version table, where there is one. */
static struct error *read_objects(struct reading *reading, const str *version_table)
{
	struct error *err = ask(reading, "PRAGMA main.table_list", &reading->tables);

	note_rows(reading);
	for (size_t i = 0; i < reading->master.row_count && !err; i++) {
		const str table = value_at(&reading->master, i, MASTER_TABLE);

		if (!is_internal(table) &&
				!(version_table && sql_names_equal(table, *version_table))) {
			err = read_object(reading, i);
		}
	}
	return err;
}

struct error *sqlite_snapshot(struct connection *connection, str version_schema, str version_table,
		struct arena *arena, struct schema **ret_schema)
{
	struct kept_snapshots *kept = connection->database->kept;
	struct reading reading = {
		.connection = connection,
		.arena = arena,
		.index_rows = { .arena = arena },
		.last_index = { .arena = arena },
		.tables_by_name = { .arena = arena },
	};
	const bool is_here =
			version_schema.len == 0 || sql_names_equal(version_schema, STR("main"));
	const str *left_out = is_here ? &version_table : NULL;
	str values[COUNT_OF(pragmas)];

	struct error *err =
			ask(&reading, "SELECT type, name, tbl_name, sql FROM main.sqlite_master",
					&reading.master);
	if (!err) {
		err = ask_pragmas(&reading, values);
	}
	if (err) {
		return err;
	}
	const str key = key_of(&reading, left_out, values);

	reading.schema = kept_find(kept, key);
	if (!reading.schema) {
		reading.schema = schema_new(arena);
		err = read_objects(&reading, left_out);
		if (err) {
			return err;
		}
		add_pragmas(&reading, values);
		kept_add(kept, key, reading.schema);
	}
	*ret_schema = reading.schema;
	return NULL;
}
