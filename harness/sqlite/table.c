/*
 * Tables, columns and checks of a SQLite schema.
 */
#include "sqlite/reading.h"

#include "kit/arena.h"
#include "sqlite/connection.h"
#include "sqlite/token.h"

#include <sqlite3.h>

/* --- columns ----------------------------------------------------------------------------------- */

/* Its collation and whether it counts by itself: only this call tells. */
static struct error *read_column_metadata(
		struct reading *reading, struct table_reading *table, size_t column)
{
	const str name = value_at(&table->columns, column, COLUMN_NAME);
	const char *collation = NULL;
	int is_autoincrement = 0;

	if (sqlite3_table_column_metadata(reading->connection->handle, "main",
			    str_to_c(table->name, reading->arena), str_to_c(name, reading->arena),
			    NULL, &collation, NULL, NULL, &is_autoincrement) != SQLITE_OK) {
		return not_understood(reading, "table", table->name);
	}
	table->collations[column] = lower_text(str_from(collation), reading->arena);
	table->is_autoincrement |= is_autoincrement != 0;
	return NULL;
}

/* Whether it is one value: a literal, perhaps with a sign. */
static bool is_literal(const struct sql_tokens *tokens)
{
	const bool is_signed = tokens->count == 2 &&
			(sql_token_is_operator(tokens->items[0], "-") ||
					sql_token_is_operator(tokens->items[0], "+"));

	return tokens->count == 1 || is_signed;
}

/* Whether SQLite takes a default of this one token for a text: DEFAULT x and DEFAULT "x" are 'x'. */
static bool is_text_by_name(struct sql_token token)
{
	if (token.kind == SQL_WORD) {
		return !sqlite3_keyword_check(token.text.data, (int)token.text.len) &&
				!sql_token_is_word(token, "true") &&
				!sql_token_is_word(token, "false");
	}
	return token.kind == SQL_QUOTED;
}

/* A default as a value, or as an expression in parentheses, which keep it apart from what follows. */
static str render_default(str text, struct arena *arena)
{
	const struct sql_tokens tokens = sql_unwrap(sql_tokenise(text, arena));
	struct buf out = { .arena = arena };

	if (tokens.count == 1 && is_text_by_name(tokens.items[0])) {
		sql_quote(sql_token_name(tokens.items[0], arena), '\'', &out);
	} else if (is_literal(&tokens)) {
		buf_add(&out, sql_normalise(&tokens, arena));
	} else {
		const str expression = sql_normalise(&tokens, arena);
		buf_format(&out, "(%.*s)", STR_ARG(expression));
	}
	return buf_str(&out);
}

/* Whether the column is the table's rowid under another name, which is never NULL. */
static bool is_rowid(const struct table_reading *table, size_t column)
{
	return flag_at(&table->columns, column, COLUMN_PRIMARY_KEY) && !table->is_without_rowid &&
			!has_primary_key_index(table);
}

/* The declared type in one spelling. */
static str render_type(str text, bool is_generated, struct arena *arena)
{
	struct sql_tokens type = sql_tokenise(text, arena);

	/* SQLite leaves words of GENERATED ALWAYS in the type when a comment stands between them. */
	if (is_generated && type.count > 0 &&
			sql_token_is_word(type.items[type.count - 1], "always")) {
		type.count--;
	}
	if (is_generated && type.count > 0 &&
			sql_token_is_word(type.items[type.count - 1], "generated")) {
		type.count--;
	}
	return lower_text(sql_normalise(&type, arena), arena);
}

static void add_column(struct reading *reading, const struct table_reading *table, size_t column)
{
	const struct result *columns = &table->columns;
	const struct column_definition *definition = &table->definition.columns.items[column];
	const bool is_generated = definition->generated.len > 0;
	const str type = render_type(
			value_at(columns, column, COLUMN_TYPE), is_generated, reading->arena);
	const str value = value_at(columns, column, COLUMN_DEFAULT);
	const bool is_virtual = str_equal(value_at(columns, column, COLUMN_HIDDEN), STR("2"));
	struct buf facts = { .arena = reading->arena };

	if (type.len > 0) {
		add_fact(&facts, "", type);
	}
	if (flag_at(columns, column, COLUMN_NOT_NULL) || is_rowid(table, column)) {
		add_fact(&facts, "not null", STR(""));
		if (definition->not_null_conflict.len > 0) {
			add_fact(&facts, "", definition->not_null_conflict);
		}
	}
	if (value.data && !sql_names_equal(value, STR("null"))) {
		add_fact(&facts, "default ", render_default(value, reading->arena));
	}
	if (!str_equal(table->collations[column], STR("binary"))) {
		add_fact(&facts, "collate ", table->collations[column]);
	}
	if (is_generated) {
		add_fact(&facts, "generated always as (", definition->generated);
		buf_format(&facts, ") %s", is_virtual ? "virtual" : "stored");
	}
	schema_add(reading->schema,
			(struct schema_object){
					.kind = SCHEMA_COLUMN,
					.table = table->name,
					.name = value_at(columns, column, COLUMN_NAME),
					.facts = buf_str(&facts),
					.is_computed = is_virtual,
			});
}

/* The stored text must tell of the same columns as the PRAGMA. */
static bool definition_fits(const struct table_reading *table)
{
	if (table->definition.columns.count != table->columns.row_count) {
		return false;
	}
	for (size_t i = 0; i < table->columns.row_count; i++) {
		if (!sql_names_equal(table->definition.columns.items[i].name,
				    value_at(&table->columns, i, COLUMN_NAME))) {
			return false;
		}
	}
	return true;
}

/* --- whole objects --------------------------------------------------------------------------------- */

static void add_checks_and_names(struct reading *reading, const struct table_reading *table)
{
	const struct table_definition *definition = &table->definition;

	for (size_t i = 0; i < definition->checks.count; i++) {
		schema_add(reading->schema,
				(struct schema_object){
						.kind = SCHEMA_CHECK,
						.table = table->name,
						.name = definition->checks.items[i].name,
						.facts = str_format(reading->arena, "(%.*s)",
								STR_ARG(definition->checks.items[i]
												.expression)),
				});
	}
	for (size_t i = 0; i < definition->other_names.count; i++) {
		schema_add(reading->schema,
				(struct schema_object){
						.kind = SCHEMA_CONSTRAINT_NAME,
						.table = table->name,
						.name = definition->other_names.items[i],
				});
	}
}

struct error *read_table(struct reading *reading, str name, str sql, size_t row)
{
	struct table_reading table = { .name = name };
	struct buf facts = { .arena = reading->arena };

	table.is_without_rowid = flag_at(&reading->tables, row, TABLE_WITHOUT_ROWID);
	if (flag_at(&reading->tables, row, TABLE_STRICT)) {
		add_fact(&facts, "strict", STR(""));
	}
	if (table.is_without_rowid) {
		add_fact(&facts, "without rowid", STR(""));
	}
	schema_add(reading->schema,
			(struct schema_object){ .kind = SCHEMA_TABLE,
					.name = name,
					.facts = buf_str(&facts) });

	struct error *err = ask_pragma(reading, "table_xinfo", name, &table.columns);
	if (!err) {
		err = ask_pragma(reading, "index_list", name, &table.indexes);
	}
	if (err) {
		return err;
	}
	if (!table_definition_parse(sql, reading->arena, &table.definition) ||
			!definition_fits(&table)) {
		return not_understood(reading, "table", name);
	}
	table.collations = arena_new_array(reading->arena, str, table.columns.row_count);
	for (size_t i = 0; i < table.columns.row_count && !err; i++) {
		err = read_column_metadata(reading, &table, i);
	}
	if (err) {
		return err;
	}
	for (size_t i = 0; i < table.columns.row_count; i++) {
		add_column(reading, &table, i);
	}
	add_checks_and_names(reading, &table);
	err = read_keys(reading, &table);
	return err ? err : read_foreign_keys(reading, &table);
}
