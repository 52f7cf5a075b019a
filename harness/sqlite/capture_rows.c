/*
 * Leaves out of the copy of a database the rows that nobody wants.
 */
#include "sqlite/capture_internal.h"

#include "kit/arena.h"
#include "kit/suggest.h"
#include "sqlite/token.h"

#include <sqlite3.h>

static str sql_with_name(
		const struct capturing *capturing, const char *before, str name, const char *after)
{
	struct buf sql = { .arena = capturing->arena };

	buf_add(&sql, str_from(before));
	sql_quote(name, '"', &sql);
	buf_add(&sql, str_from(after));
	return buf_str(&sql);
}

/* SQLite copies a virtual table without its module, and then can do nothing else with it. */
static str missing_module(const struct capturing *capturing, str table)
{
	const str words = STR("no such module: ");
	const str select = sql_with_name(capturing, "SELECT 1 FROM ", table, "");
	sqlite3_stmt *query = NULL;
	str module = { 0 };

	if (sqlite3_prepare_v2(capturing->copy, str_to_c(select, capturing->arena), -1, &query,
			    NULL) != SQLITE_OK) {
		const str message = str_from(sqlite3_errmsg(capturing->copy));

		if (str_starts_with(message, words)) {
			module = str_copy(str_slice(message, words.len, message.len),
					capturing->arena);
		}
	}
	sqlite3_finalize(query);
	return module;
}

/* Virtual ones last, as full text may have its content in others. */
struct error *capturing_read_tables(const struct capturing *capturing, struct named_tables *tables)
{
	sqlite3_stmt *query = NULL;
	int code = sqlite3_prepare_v2(capturing->copy,
			"SELECT name, type = 'virtual', type = 'shadow', CASE type WHEN 'table' THEN "
			"(SELECT count(*) = 1 AND max(name) = 'version_num' FROM pragma_table_info(t.name)) END "
			"FROM pragma_table_list AS t "
			"WHERE schema = 'main' AND type <> 'view' "
			"AND name NOT IN ('sqlite_schema', 'sqlite_master') ORDER BY 2, 1",
			-1, &query, NULL);

	while (code == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW) {
		*LIST_PUSH(tables, capturing->arena) = (struct named_table){
			.name = str_copy(str_from((const char *)sqlite3_column_text(query, 0)),
					capturing->arena),
			.is_virtual = sqlite3_column_int(query, 1) != 0,
			.is_shadow = sqlite3_column_int(query, 2) != 0,
			.is_of_versions = sqlite3_column_int(query, 3) != 0,
		};
	}
	code = sqlite3_finalize(query);
	for (size_t i = 0; i < tables->count; i++) {
		struct named_table *table = &tables->items[i];

		table->missing_module = table->is_virtual ? missing_module(capturing, table->name)
							  : (str){ 0 };
	}
	return code == SQLITE_OK ? NULL : capturing_error(capturing, code, "read", capturing->copy);
}

static bool is_wanted(const struct capturing *capturing, const struct named_table *table)
{
	const struct str_list *rows = &capturing->capture->rows;
	bool is_wanted = table->is_of_versions;

	for (size_t i = 0; i < rows->count; i++) {
		const str name = rows->items[i];
		const str bare = str_starts_with(name, STR("main.")) ? str_slice(name, 5, name.len)
								     : name;

		is_wanted |= sql_names_equal(table->name, name) ||
				sql_names_equal(table->name, bare);
	}
	return is_wanted;
}

static struct error *find_missing(
		const struct capturing *capturing, const struct named_tables *tables)
{
	const struct str_list *rows = &capturing->capture->rows;
	struct str_list known = { 0 };

	for (size_t i = 0; i < tables->count; i++) {
		str_list_add(&known, tables->items[i].name, capturing->arena);
	}
	for (size_t i = 0; i < rows->count; i++) {
		str name = rows->items[i];
		bool is_there_too = false;

		name = str_starts_with(name, STR("main.")) ? str_slice(name, 5, name.len) : name;
		for (size_t j = 0; j < known.count; j++) {
			is_there_too |= sql_names_equal(known.items[j], name) ||
					sql_names_equal(known.items[j], rows->items[i]);
		}
		if (!is_there_too) {
			struct error *error = error_new(capturing->arena, ERROR_INVALID,
					"there is no table '%.*s' in the database",
					STR_ARG(rows->items[i]));

			error->hint = suggest_hint(name, &known, capturing->arena);
			return error;
		}
	}
	return NULL;
}

/* A word to full text, which it takes as a row: INSERT INTO name (name) VALUES ('...'). */
static str command_to(const struct capturing *capturing, str name, const char *word)
{
	struct buf sql = { .arena = capturing->arena };

	buf_add(&sql, sql_with_name(capturing, "INSERT INTO ", name, " ("));
	sql_quote(name, '"', &sql);
	buf_format(&sql, ") VALUES ('%s')", word);
	return buf_str(&sql);
}

/* A virtual table deletes as its module does. What full text keeps of deleted rows it forgets when it is built anew. */
static struct error *clear_virtual(const struct capturing *capturing, str name)
{
	struct error *error = capturing_execute(
			capturing, sql_with_name(capturing, "DELETE FROM ", name, ""));

	if (!error) {
		(void)!capturing_execute(capturing, command_to(capturing, name, "rebuild"));
		return NULL;
	}
	if (!capturing_execute(capturing,
			    command_to(capturing, name, "delete-all"))) { // it has no content
		return NULL;
	}
	error = error_new(capturing->arena, ERROR_INVALID,
			"the rows of the virtual table '%.*s' cannot be left out: %.*s",
			STR_ARG(name), STR_ARG(error->message));
	error->hint = STR("'--rows all' takes all rows of the database.");
	return error;
}

/* Without the module nobody knows in which tables beside it a virtual table has its rows. */
static struct error *check_module(
		const struct capturing *capturing, const struct named_table *table)
{
	if (!table->missing_module.len) {
		return NULL;
	}
	struct error *error = error_new(capturing->arena, ERROR_INVALID,
			"the rows of the virtual table '%.*s' cannot be told from others: its module '%.*s' is not here",
			STR_ARG(table->name), STR_ARG(table->missing_module));

	error->hint = STR("'--rows all' takes all rows of the database.");
	return error;
}

/* Counters of tables whose rows are left out begin anew. */
static struct error *clear_counters(
		const struct capturing *capturing, const struct named_tables *tables)
{
	struct error *error = NULL;

	for (size_t i = 0; !error && i < tables->count; i++) {
		struct buf sql = { .arena = capturing->arena };

		if (!is_wanted(capturing, &tables->items[i])) {
			buf_add(&sql, STR("DELETE FROM sqlite_sequence WHERE name = "));
			sql_quote(tables->items[i].name, '\'', &sql);
			error = capturing_execute(capturing, buf_str(&sql));
		}
	}
	return error;
}

/* Statistics hold samples of rows. */
static struct error *clear_internal(
		const struct capturing *capturing, str table, const struct named_tables *tables)
{
	if (str_equal(table, STR("sqlite_sequence"))) {
		return clear_counters(capturing, tables);
	}
	return str_starts_with(table, STR("sqlite_stat"))
			? capturing_execute(capturing,
					  sql_with_name(capturing, "DELETE FROM ", table, ""))
			: NULL;
}

static void tell_left_out(const struct capturing *capturing, size_t left, size_t count,
		struct str_list *notes)
{
	if (left && !capturing->capture->is_passing) {
		str_list_add(notes,
				str_format(capturing->arena,
						"the rows of %zu of %zu tables were left out", left,
						count),
				capturing->arena);
	}
}

/* What nobody here can do anything with. */
void capturing_tell_modules(const struct capturing *capturing, const struct named_tables *tables,
		struct str_list *notes)
{
	struct arena *arena = capturing->arena;
	struct str_list names = { 0 };

	for (size_t i = 0; i < tables->count; i++) {
		const struct named_table *table = &tables->items[i];

		if (table->missing_module.len) {
			str_list_add(&names,
					str_format(arena, "%.*s (module %.*s)",
							STR_ARG(table->name),
							STR_ARG(table->missing_module)),
					arena);
		}
	}
	if (!names.count) {
		return;
	}
	str_list_add(notes,
			str_format(arena,
					"virtual tables whose module is not here cannot be used%s: %.*s",
					capturing->capture->all_rows
							? ""
							: ", and tables beside them were emptied as others are",
					STR_ARG(str_list_join(&names, STR(", "), arena))),
			arena);
}

/* Empty what nobody wants. Of a virtual table without its module the rows stand in what look like other tables. */
static struct error *clear_table(const struct capturing *capturing, const struct named_table *table,
		const struct named_tables *tables)
{
	if (str_starts_with(table->name, STR("sqlite_"))) {
		return clear_internal(capturing, table->name, tables);
	}
	if (table->is_virtual) {
		return table->missing_module.len ? NULL : clear_virtual(capturing, table->name);
	}
	return capturing_execute(
			capturing, sql_with_name(capturing, "DELETE FROM ", table->name, ""));
}

static struct error *clear_tables(const struct capturing *capturing,
		const struct named_tables *tables, struct str_list *notes)
{
	size_t left = 0, count = 0;
	struct error *error = NULL;

	for (size_t i = 0; !error && i < tables->count; i++) {
		const struct named_table *table = &tables->items[i];
		const bool is_internal = str_starts_with(table->name, STR("sqlite_"));

		count += !is_internal && !table->is_shadow;
		if (table->is_shadow) {
			continue;
		}
		if (is_wanted(capturing, table)) {
			error = check_module(capturing, table);
		} else {
			left += !is_internal;
			error = clear_table(capturing, table, tables);
		}
	}
	if (!error) {
		tell_left_out(capturing, left, count, notes);
	}
	return error;
}

/* Remove the rows that nobody wants; if asked for, so that no trace of them is left in the file. */
struct error *capturing_leave_rows_out(const struct capturing *capturing,
		const struct named_tables *tables, bool overwrite, struct str_list *notes)
{
	int changed;

	sqlite3_db_config(capturing->copy, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, &changed);
	struct error *error = capturing_execute(capturing,
			STR("PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA foreign_keys = off"));

	if (!error) {
		error = capturing_execute(capturing,
				overwrite ? STR("PRAGMA secure_delete = on; BEGIN")
					  : STR("PRAGMA secure_delete = off; BEGIN"));
	}
	if (!error) {
		error = find_missing(capturing, tables);
	}
	if (!error) {
		error = clear_tables(capturing, tables, notes);
	}
	return error ? error : capturing_execute(capturing, STR("COMMIT"));
}
