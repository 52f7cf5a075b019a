/*
 * Keys of every kind, and indexes, of a SQLite schema.
 */
#include "sqlite/reading.h"

#include "kit/arena.h"
#include "sqlite/token.h"

bool has_primary_key_index(const struct table_reading *table)
{
	for (size_t i = 0; i < table->indexes.row_count; i++) {
		if (str_equal(value_at(&table->indexes, i, INDEX_ORIGIN), STR("pk"))) {
			return true;
		}
	}
	return false;
}

/* --- keys and indexes ----------------------------------------------------------------------------- */

static str column_collation(const struct table_reading *table, str column)
{
	for (size_t i = 0; i < table->columns.row_count; i++) {
		if (str_equal(value_at(&table->columns, i, COLUMN_NAME), column)) {
			return table->collations[i];
		}
	}
	return STR("binary");
}

/*
 * Append the terms of an index as "(a, b desc, lower_text(c))". `expressions`: the terms as they were written,
 * for those that are no columns; NULL where all are. False: the text and the PRAGMA do not fit.
 */
static bool render_terms(struct reading *reading, const struct table_reading *table,
		const struct result *terms, const struct str_list *expressions, struct buf *out)
{
	size_t count = 0;

	buf_add_char(out, '(');
	for (size_t i = 0; i < terms->row_count; i++) {
		if (!flag_at(terms, i, TERM_IS_KEY)) {
			continue;
		}
		const str name = value_at(terms, i, TERM_NAME);
		const str collation =
				lower_text(value_at(terms, i, TERM_COLLATION), reading->arena);
		str usual = STR("binary");

		buf_format(out, "%s", count > 0 ? ", " : "");
		if (str_equal(value_at(terms, i, TERM_COLUMN), STR("-2"))) {
			if (!expressions || count >= expressions->count) {
				return false;
			}
			buf_add(out, expressions->items[count]);
		} else {
			schema_name_render(name.data ? name : STR("rowid"), out);
			usual = column_collation(table, name);
		}
		if (!str_equal(collation, usual)) {
			buf_format(out, " collate %.*s", STR_ARG(collation));
		}
		if (flag_at(terms, i, TERM_IS_DESCENDING)) {
			buf_add(out, STR(" desc"));
		}
		count++;
	}
	buf_add_char(out, ')');
	return !expressions || count == expressions->count;
}

/* Whether the key was written on the columns that the terms of its index name. */
static bool key_is_on(const struct key_definition *key, const struct result *terms)
{
	size_t count = 0;

	for (size_t i = 0; i < terms->row_count; i++) {
		if (flag_at(terms, i, TERM_IS_KEY)) {
			if (count >= key->columns.count ||
					!sql_names_equal(key->columns.items[count],
							value_at(terms, i, TERM_NAME))) {
				return false;
			}
			count++;
		}
	}
	return count == key->columns.count;
}

/* NULL: the table has none. */
static const struct key_definition *primary_key(const struct table_reading *table)
{
	for (size_t i = 0; i < table->definition.keys.count; i++) {
		if (table->definition.keys.items[i].is_primary) {
			return &table->definition.keys.items[i];
		}
	}
	return NULL;
}

/* The columns of a primary key that no index stands for: those that the table says, in their order. */
static void render_rowid_key(const struct table_reading *table, struct buf *out)
{
	for (size_t i = 0; i < table->columns.row_count; i++) {
		if (flag_at(&table->columns, i, COLUMN_PRIMARY_KEY)) {
			buf_add_char(out, '(');
			schema_name_render(value_at(&table->columns, i, COLUMN_NAME), out);
			buf_add_char(out, ')');
		}
	}
}

static bool has_primary_key(const struct table_reading *table)
{
	for (size_t i = 0; i < table->columns.row_count; i++) {
		if (flag_at(&table->columns, i, COLUMN_PRIMARY_KEY)) {
			return true;
		}
	}
	return false;
}

/* The columns of the primary key, in its order: the table's column says which place in it is its own. */
static struct str_list key_columns(const struct table_reading *table, struct arena *arena)
{
	struct str_list columns = { 0 };

	for (size_t place = 1; place <= table->columns.row_count; place++) {
		const str wanted = str_format(arena, "%zu", place);

		for (size_t i = 0; i < table->columns.row_count; i++) {
			if (str_equal(value_at(&table->columns, i, COLUMN_PRIMARY_KEY), wanted)) {
				str_list_add(&columns, value_at(&table->columns, i, COLUMN_NAME),
						arena);
			}
		}
		if (columns.count < place) {
			break;
		}
	}
	return columns;
}

static void add_primary_key(
		struct reading *reading, const struct table_reading *table, struct buf *facts)
{
	const struct key_definition *key = primary_key(table);

	if (key && key->conflict.len > 0) {
		add_fact(facts, "", key->conflict);
	}
	if (table->is_autoincrement) {
		add_fact(facts, "autoincrement", STR(""));
	}
	schema_add(reading->schema,
			(struct schema_object){
					.kind = SCHEMA_PRIMARY_KEY,
					.table = table->name,
					.name = key ? key->name : (str){ 0 },
					.columns = key_columns(table, reading->arena),
					.facts = buf_str(facts),
			});
}

/* An index that was created, at row `row` of the table's indexes. */
static struct error *add_index(struct reading *reading, const struct table_reading *table,
		size_t row, const struct result *terms)
{
	const str name = value_at(&table->indexes, row, INDEX_NAME);
	struct index_definition definition = { 0 };
	struct buf facts = { .arena = reading->arena };
	uint32_t at = 0;

	if (!table_find(&reading->index_rows, name, &at) ||
			!index_definition_parse(value_at(&reading->master, at, MASTER_SQL),
					reading->arena, &definition) ||
			!render_terms(reading, table, terms, &definition.terms, &facts)) {
		return not_understood(reading, "index", name);
	}
	if (flag_at(&table->indexes, row, INDEX_IS_UNIQUE)) {
		add_fact(&facts, "unique", STR(""));
	}
	if (definition.predicate.len > 0) {
		add_fact(&facts, "where ", definition.predicate);
	}
	schema_add(reading->schema,
			(struct schema_object){
					.kind = SCHEMA_INDEX,
					.table = table->name,
					.name = name,
					.facts = buf_str(&facts),
			});
	return NULL;
}

static void add_unique(struct reading *reading, const struct table_reading *table, str name,
		str columns, str conflict)
{
	struct buf facts = { .arena = reading->arena };

	buf_add(&facts, columns);
	if (conflict.len > 0) {
		add_fact(&facts, "", conflict);
	}
	schema_add(reading->schema,
			(struct schema_object){
					.kind = SCHEMA_UNIQUE,
					.table = table->name,
					.name = name,
					.facts = buf_str(&facts),
			});
}

/*
 * The constraints that an index stands for: SQLite makes one for several on the same columns. That one of them has
 * no name goes without saying if another has.
 */
static void add_uniques(struct reading *reading, const struct table_reading *table,
		const struct result *terms, str columns)
{
	str conflict = { 0 };
	bool has_name = false;

	for (size_t i = 0; i < table->definition.keys.count; i++) {
		const struct key_definition *key = &table->definition.keys.items[i];

		if (!key->is_primary && key_is_on(key, terms) && !conflict.len) {
			conflict = key->conflict;
		}
	}
	for (size_t i = 0; i < table->definition.keys.count; i++) {
		const struct key_definition *key = &table->definition.keys.items[i];

		if (!key->is_primary && key->name.len > 0 && key_is_on(key, terms)) {
			add_unique(reading, table, key->name, columns, conflict);
			has_name = true;
		}
	}
	if (!has_name) {
		add_unique(reading, table, (str){ 0 }, columns, conflict);
	}
}

struct error *read_keys(struct reading *reading, const struct table_reading *table)
{
	for (size_t i = 0; i < table->indexes.row_count; i++) {
		const str origin = value_at(&table->indexes, i, INDEX_ORIGIN);
		struct buf facts = { .arena = reading->arena };
		struct result terms = { 0 };

		struct error *err = ask_pragma(reading, "index_xinfo",
				value_at(&table->indexes, i, INDEX_NAME), &terms);
		if (err) {
			return err;
		}
		if (str_equal(origin, STR("c"))) {
			err = add_index(reading, table, i, &terms);
			if (err) {
				return err;
			}
			continue;
		}
		if (!render_terms(reading, table, &terms, NULL, &facts)) {
			return not_understood(reading, "table", table->name);
		}
		if (str_equal(origin, STR("pk"))) {
			add_primary_key(reading, table, &facts);
			continue;
		}
		add_uniques(reading, table, &terms, buf_str(&facts));
	}
	if (has_primary_key(table) && !has_primary_key_index(table)) {
		struct buf facts = { .arena = reading->arena };
		render_rowid_key(table, &facts);
		add_primary_key(reading, table, &facts);
	}
	return NULL;
}

/* --- foreign keys ---------------------------------------------------------------------------------- */

static void add_name(str name, struct buf *list)
{
	buf_add(list, list->len > 0 ? STR(", ") : STR(""));
	schema_name_render(name, list);
}

/* The columns of the parent that rows [from, end) refer to, spelled as it spells them. */
static void render_parent_columns(const struct result *keys, size_t from, size_t end,
		const struct result *parent, struct buf *list)
{
	for (size_t i = from; i < end; i++) {
		const str to = value_at(keys, i, KEY_TO);
		const str place = str_format(list->arena, "%zu", i - from + 1);
		str name = to;

		for (size_t c = 0; c < parent->row_count; c++) {
			/* Without columns, a key refers to the parent's primary key. */
			const bool is_it = to.data
					? sql_names_equal(value_at(parent, c, COLUMN_NAME), to)
					: str_equal(value_at(parent, c, COLUMN_PRIMARY_KEY), place);
			if (is_it) {
				name = value_at(parent, c, COLUMN_NAME);
			}
		}
		if (name.data) {
			add_name(name, list);
		}
	}
}

static str table_spelling(const struct reading *reading, str name)
{
	for (size_t i = 0; i < reading->tables.row_count; i++) {
		if (sql_names_equal(value_at(&reading->tables, i, TABLE_NAME), name)) {
			return value_at(&reading->tables, i, TABLE_NAME);
		}
	}
	return name;
}

static void add_action(struct buf *facts, const char *words, str action)
{
	if (!sql_names_equal(action, STR("no action"))) {
		add_fact(facts, words, lower_text(action, facts->arena));
	}
}

static struct error *add_foreign_key(struct reading *reading, const struct table_reading *table,
		const struct result *keys, size_t from, size_t end,
		const struct foreign_key_definition *definition)
{
	const str parent_name = table_spelling(reading, value_at(keys, from, KEY_TABLE));
	struct result parent = { 0 };
	struct buf own = { .arena = reading->arena };
	struct buf theirs = { .arena = reading->arena };
	struct buf facts = { .arena = reading->arena };

	struct error *err = ask_pragma(reading, "table_xinfo", parent_name, &parent);
	if (err) {
		return err;
	}
	str_list_add(&reading->parents, value_at(keys, from, KEY_TABLE), reading->arena);
	for (size_t i = from; i < end; i++) {
		add_name(value_at(keys, i, KEY_FROM), &own);
	}
	render_parent_columns(keys, from, end, &parent, &theirs);
	buf_format(&facts, "(%s) references ", buf_c(&own));
	schema_name_render(parent_name, &facts);
	if (theirs.len > 0) {
		buf_format(&facts, " (%s)", buf_c(&theirs));
	}
	add_action(&facts, "on delete ", value_at(keys, from, KEY_ON_DELETE));
	add_action(&facts, "on update ", value_at(keys, from, KEY_ON_UPDATE));
	if (definition->is_deferred) {
		add_fact(&facts, "deferrable initially deferred", STR(""));
	}
	schema_add(reading->schema,
			(struct schema_object){
					.kind = SCHEMA_FOREIGN_KEY,
					.table = table->name,
					.name = definition->name,
					.facts = buf_str(&facts),
			});
	return NULL;
}

struct error *read_foreign_keys(struct reading *reading, const struct table_reading *table)
{
	const size_t written = table->definition.foreign_keys.count;
	struct result keys = { 0 };
	size_t count = 0;

	struct error *err = ask_pragma(reading, "foreign_key_list", table->name, &keys);
	if (err) {
		return err;
	}
	for (size_t from = 0, end = 0; from < keys.row_count; from = end) {
		while (end < keys.row_count &&
				str_equal(value_at(&keys, end, KEY_ID),
						value_at(&keys, from, KEY_ID))) {
			end++;
		}
		count++;
		if (count > written) {
			break;
		}
		/* The PRAGMA lists the last one first. */
		err = add_foreign_key(reading, table, &keys, from, end,
				&table->definition.foreign_keys.items[written - count]);
		if (err) {
			return err;
		}
	}
	return count == written ? NULL : not_understood(reading, "table", table->name);
}
