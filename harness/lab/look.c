#include "lab/look.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "lab/rows.h"
#include "lab/rows_digest.h"
#include "lab/version_table.h"
#include "schema/object.h"

const struct table_rows *tables_rows_find(const struct tables_rows *rows, str table)
{
	for (size_t i = 0; i < rows->count; i++) {
		if (str_equal(rows->items[i].table, table)) {
			return &rows->items[i];
		}
	}
	return NULL;
}

/* The names of those that are there, sorted; virtual ones are there if they are asked for by name. */
static struct str_list wanted_tables(
		const struct schema *schema, const struct look_wants *wants, struct arena *arena)
{
	struct str_list names = { 0 };

	if (wants->all_rows) {
		names = schema_tables(schema, arena);
	}
	for (size_t i = 0; i < wants->tables.count; i++) {
		const str name = wants->tables.items[i];

		if (schema_has(schema, STR("table"), name) && !str_list_contains(&names, name)) {
			str_list_add(&names, name, arena);
		}
	}
	str_list_sort(&names);
	return names;
}

/* Rows while they are read: kept, until there are too many. */
struct keeping {
	struct table_rows *table;
	struct arena *arena; /* for what stays; nothing of that may be made while rows are read */
	struct arena kept;
	struct rows_digest *digest; /* there, once there are too many */

	struct {
		str *items;
		size_t count, capacity;
	} values;

	size_t column_count, bytes, most;
};

/* There are too many: what was kept until now goes. */
static void begin_digest(struct keeping *keeping)
{
	struct arena empty;

	arena_init(&empty, keeping->arena->full, keeping->arena->full_data);
	struct rows_digest *digest = rows_digest_new(keeping->column_count, &empty);

	for (size_t i = 0; i < keeping->values.count; i += keeping->column_count) {
		rows_digest_add(digest, keeping->values.items + i);
	}
	arena_finish(&keeping->kept);
	keeping->kept = empty;
	keeping->values.items = NULL;
	keeping->values.count = keeping->values.capacity = 0;
	keeping->digest = digest;
}

static struct error *keep_row(void *data, const str *values, size_t count)
{
	struct keeping *keeping = data;

	keeping->column_count = count;
	keeping->table->total++;
	if (keeping->digest) {
		rows_digest_add(keeping->digest, values);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		*LIST_PUSH(&keeping->values, &keeping->kept) =
				rows_keep_value(values[i], &keeping->kept);
		keeping->bytes += values[i].len + sizeof(str);
	}
	if (keeping->bytes > keeping->most) {
		begin_digest(keeping);
	}
	return NULL;
}

static void take_kept(struct keeping *keeping)
{
	struct table_rows *table = keeping->table;
	const size_t count = keeping->values.count;

	if (keeping->digest) {
		table->digest = rows_digest_copy(keeping->digest, keeping->arena);
		return;
	}
	table->rows.column_count = keeping->column_count;
	table->rows.row_count = table->total;
	table->rows.values = arena_new_array(keeping->arena, str, count);
	for (size_t i = 0; i < count; i++) {
		table->rows.values[i] = rows_keep_value(keeping->values.items[i], keeping->arena);
	}
}

/* Read a table, whose name is set; `most` bytes of rows may be kept. */
static struct error *read_table(struct stage *stage, struct connection *connection,
		const struct schema *schema, struct table_rows *table, size_t *most)
{
	struct keeping keeping = { .table = table, .arena = stage->arena, .most = *most };
	const int64_t since_us = clock_now_us();

	table->columns = schema_columns(schema, table->table, stage->arena);
	table->key = schema_key(schema, table->table);
	keeping.column_count = table->columns.count;
	arena_init(&keeping.kept, stage->arena->full, stage->arena->full_data);
	struct error *err = stage->engine->read_rows(connection, table->table, &table->columns,
			keep_row, &keeping, stage->arena);
	if (!err) {
		take_kept(&keeping);
		*most -= table->digest ? 0 : keeping.bytes;
	}
	arena_finish(&keeping.kept);
	table->read_us = clock_now_us() - since_us;
	return err;
}

struct error *look_rows(struct stage *stage, struct connection *connection,
		const struct schema *schema, const struct look_wants *wants,
		struct tables_rows *rows)
{
	const struct str_list names = wanted_tables(schema, wants, stage->arena);
	size_t most = LOOK_KEPT_BYTES;
	struct error *err = NULL;

	for (size_t i = 0; !err && i < names.count; i++) {
		struct table_rows *table = LIST_PUSH(rows, stage->arena);

		table->table = names.items[i];
		err = read_table(stage, connection, schema, table, &most);
		if (err && error_is_of_cell(err)) { // which has ended the transaction, where there was one
			table->error = err;
			err = err->code == ERROR_TIMEOUT
					? err
					: stage->engine->rollback(connection, stage->arena);
		}
	}
	return err;
}

/* Schema and rows. */
static struct error *read_contents(struct stage *stage, struct connection *connection,
		const struct look_wants *wants, struct look *look)
{
	struct error *err = NULL;

	if (wants->schema) {
		err = stage_read_schema(stage, connection, stage->arena, &look->schema);
	}
	return err || !wants->schema
			? err
			: look_rows(stage, connection, look->schema, wants, &look->tables);
}

struct error *look_take(
		const struct stage *watched, const struct look_wants *wants, struct look *ret_look)
{
	struct stage stage = *watched;
	struct connection *connection = NULL;
	struct look look = { 0 };

	stage_unwatch(&stage);
	stage.deadline_us = wants->most_us ? clock_now_us() + wants->most_us
					   : stage_reading_deadline(watched);
	struct error *err = stage_connect(&stage, &connection);
	if (!err) {
		err = version_table_look(&stage, connection, &look.version, &look.has_version_table,
				&look.version_failure);
	}
	if (err && error_is_of_cell(err)) {
		look.version_failure = err->message;
	}
	if (!err) {
		err = read_contents(&stage, connection, wants, &look);
	}
	if (err && error_is_of_cell(err)) { // as in a database that PRAGMA writable_schema has spoilt
		look.schema = schema_new(stage.arena);
		look.schema_failure = err->message;
		look.is_late = err->code == ERROR_TIMEOUT;
		err = NULL;
	}
	stage.engine->disconnect(connection);
	if (!err) {
		*ret_look = look;
	}
	return err;
}

struct error *look_through(struct stage *stage, struct connection *connection,
		const struct look_wants *wants, struct look *ret_look)
{
	const struct engine *engine = stage->engine;
	const bool is_open = engine->transaction(connection) != TRANSACTION_NONE;
	struct look look = { 0 };

	struct error *err = version_table_read(
			stage, connection, &look.version, &look.has_version_table);
	if (!err) {
		err = read_contents(stage, connection, wants, &look);
	}
	if (!err && !is_open) { // what reading has begun is no part of the command
		err = engine->rollback(connection, stage->arena);
	}
	if (!err) {
		*ret_look = look;
	}
	return err;
}
