/*
 * Tables that are read once: what is known of one is kept under the texts that it follows from, which are its own, those of
 * its indexes, and those of the tables to which it refers.
 */
#include "sqlite/reading.h"

#include "kit/arena.h"
#include "sqlite/connection.h"
#include "sqlite/kept.h"

static str master_at(const struct reading *reading, size_t row, size_t column)
{
	return value_at(&reading->master, row, column);
}

void note_rows(struct reading *reading)
{
	struct arena *arena = reading->arena;

	reading->index_before = arena_new_array(arena, uint32_t, reading->master.row_count);
	for (uint32_t i = 0; i < reading->master.row_count; i++) {
		const str type = master_at(reading, i, MASTER_TYPE);
		const str table = master_at(reading, i, MASTER_TABLE);

		if (str_equal(type, STR("index"))) {
			table_set(&reading->index_rows, master_at(reading, i, MASTER_NAME), i);
			(void)table_find(&reading->last_index, table, &reading->index_before[i]);
			table_set(&reading->last_index, table, i + 1);
		} else if (!str_equal(type, STR("trigger"))) {
			table_set(&reading->tables_by_name, lower_text(table, arena), i);
		}
	}
}

/* --- keys ------------------------------------------------------------------------------------------- */

/* What a row of sqlite_master says, each text behind its length. */
static void add_row(const struct reading *reading, size_t row, struct buf *key)
{
	const str texts[] = { master_at(reading, row, MASTER_NAME),
		master_at(reading, row, MASTER_SQL) };

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		buf_format(key, "%zu:", texts[i].len);
		buf_add(key, texts[i]);
	}
}

/* The table with its indexes. */
static void add_own(const struct reading *reading, size_t at, struct buf *key)
{
	uint32_t index = 0;

	add_row(reading, at, key);
	(void)table_find(&reading->last_index, master_at(reading, at, MASTER_NAME), &index);
	while (index) {
		add_row(reading, index - 1, key);
		index = reading->index_before[index - 1];
	}
}

/* A table to which it refers, or that there is none; false: that is something else, which follows from more than its text. */
static bool add_parent(const struct reading *reading, str name, struct buf *key)
{
	uint32_t at = 0;

	if (!table_find(&reading->tables_by_name, lower_text(name, key->arena), &at)) {
		buf_add_char(key, '-');
		return true;
	}
	add_row(reading, at, key);
	return str_starts_with(master_at(reading, at, MASTER_SQL), STR("CREATE TABLE "));
}

static bool add_parents(
		const struct reading *reading, const struct str_list *parents, struct buf *key)
{
	bool is_text = true;

	for (size_t i = 0; i < parents->count; i++) {
		is_text &= add_parent(reading, parents->items[i], key);
	}
	return is_text;
}

/* --- reading ------------------------------------------------------------------------------------------ */

/* Read a table into a schema of its own. */
static struct error *read_alone(
		struct reading *reading, size_t at, size_t row, struct schema **ret_table)
{
	struct schema *whole = reading->schema;

	*ret_table = reading->schema = schema_new(reading->arena);
	reading->parents.count = 0;
	struct error *err = read_table(reading, master_at(reading, at, MASTER_NAME),
			master_at(reading, at, MASTER_SQL), row);

	reading->schema = whole;
	return err;
}

struct error *read_table_once(struct reading *reading, size_t at, size_t row)
{
	struct kept_snapshots *kept = reading->connection->database->kept;
	struct buf key = { .arena = reading->arena };
	bool is_text = false;
	struct schema *table;

	add_own(reading, at, &key);
	const str own = buf_str(&key);
	const struct str_list *parents = kept_parents_find(kept, own);

	if (parents) {
		is_text = add_parents(reading, parents, &key);
		const struct schema *known = kept_table_find(kept, buf_str(&key));

		if (known) {
			schema_add_all(reading->schema, known);
			return NULL;
		}
	}
	struct error *err = read_alone(reading, at, row, &table);
	if (err) {
		return err;
	}
	schema_add_all(reading->schema, table);
	if (!parents) {
		kept_parents_add(kept, own, &reading->parents);
		is_text = add_parents(reading, &reading->parents, &key);
	}
	if (is_text) {
		kept_table_add(kept, buf_str(&key), table);
	}
	return NULL;
}
