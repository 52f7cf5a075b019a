/*
 * SQL that takes away what lines of a schema say is there.
 */
#include "kit/arena.h"
#include "repair/repair_internal.h"

static str undo_column(str name, struct arena *arena)
{
	size_t point = name.len;

	while (point && name.data[point - 1] != '.') {
		point--;
	}
	if (!point) {
		return (str){ 0 };
	}
	const str table = str_slice(name, 0, point - 1), column = str_slice(name, point, name.len);

	return repair_is_qualified(table) && repair_is_plain(column)
			? str_format(arena, "ALTER TABLE %.*s DROP COLUMN %.*s;",
					  STR_ARG(repair_sql_name(table, arena)),
					  STR_ARG(repair_sql_name(column, arena)))
			: (str){ 0 };
}

static str undo_index(str rest, struct arena *arena)
{
	str name, on, table;

	(void)str_next_part(&rest, ' ', &name);
	(void)str_next_part(&rest, ' ', &on);
	(void)str_next_part(&rest, ' ', &table);
	return repair_is_plain(name) && str_equal(on, STR("on")) && repair_is_qualified(table)
			? str_format(arena, "DROP INDEX %.*s;",
					  STR_ARG(repair_index_path(name, table, arena)))
			: (str){ 0 };
}

/* What a line begins with, and how to drop what it names; the first that fits. */
static const struct {
	str kind;
	str fact; /* the first of those behind the name; empty: any, or none */
	const char *sql;
} dropped[] = {
	{ STR_INIT("table"), STR_INIT("foreign"), "DROP FOREIGN TABLE" },
	{ STR_INIT("table"), STR_INIT(""), "DROP TABLE" },
	{ STR_INIT("view"), STR_INIT("materialized"), "DROP MATERIALIZED VIEW" },
	{ STR_INIT("view"), STR_INIT(""), "DROP VIEW" },
	{ STR_INIT("sequence"), STR_INIT(""), "DROP SEQUENCE" },
	{ STR_INIT("type"), STR_INIT(""), "DROP TYPE" },
};

/* Whether a line is of a kind; what stands behind that. */
static bool take_kind(str line, str kind, str *ret_rest)
{
	const bool is_it = str_starts_with(line, kind) && line.len > kind.len &&
			line.data[kind.len] == ' ';

	*ret_rest = is_it ? str_slice(line, kind.len + 1, line.len) : (str){ 0 };
	return is_it;
}

str repair_undo(str line, struct arena *arena)
{
	str rest, name, fact;

	if (str_starts_with(line, STR("column order "))) {
		return (str){ 0 };
	}
	if (take_kind(line, STR("column"), &rest)) {
		(void)str_next_part(&rest, ' ', &name);
		return undo_column(name, arena);
	}
	if (take_kind(line, STR("index"), &rest)) {
		return undo_index(rest, arena);
	}
	for (size_t i = 0; i < COUNT_OF(dropped); i++) {
		if (!take_kind(line, dropped[i].kind, &rest)) {
			continue;
		}
		(void)str_next_part(&rest, ' ', &name);
		if (dropped[i].fact.len &&
				(!str_next_part(&rest, ' ', &fact) ||
						!str_equal(fact, dropped[i].fact))) {
			continue;
		}
		if (repair_is_qualified(name)) {
			return str_format(arena, "%s %.*s;", dropped[i].sql,
					STR_ARG(repair_sql_name(name, arena)));
		}
	}
	return (str){ 0 };
}

/* --- all of them, in an order in which they can go -------------------------------------------------- */

/* Whether a line is about a sequence whose column goes, by itself or with its table. */
static bool goes_with_owner(str line, const struct str_list *goes, struct arena *arena)
{
	const str owner = repair_sequence_owner(line, arena);

	for (size_t i = 0; owner.len && i < goes->count; i++) {
		const str one = goes->items[i];

		if (str_equal(owner, one) ||
				str_starts_with(owner, str_format(arena, "%.*s.", STR_ARG(one)))) {
			return true;
		}
	}
	return false;
}

/* Whether a line is about a part of one of the tables, which goes with it. A view does not, whatever its query joins on. */
static bool goes_with(str line, const struct str_list *tables, struct arena *arena)
{
	if (str_starts_with(line, STR("view "))) {
		return false;
	}
	for (size_t i = 0; i < tables->count; i++) {
		const str table = tables->items[i];
		const str on = str_format(arena, " on %.*s ", STR_ARG(table));
		const str column = str_format(arena, "column %.*s.", STR_ARG(table));

		if (str_starts_with(line, column) || str_find(line, on) < line.len) {
			return true;
		}
	}
	return false;
}

#define RANK_OF_TYPES 2

/* What refers to a table goes before it does, and what tables are made of behind them. */
static size_t rank_of(str line)
{
	return str_starts_with(line, STR("table ")) ? 1
			: str_starts_with(line, STR("type ")) ||
					str_starts_with(line, STR("sequence "))
			? RANK_OF_TYPES
			: 0;
}

struct str_list repair_undo_all(const struct str_list *lines, struct arena *arena)
{
	struct str_list tables = { 0 }, owners = { 0 }, sql = { 0 };
	str rest, name;

	for (size_t i = 0; i < lines->count; i++) {
		const str line = lines->items[i];
		const bool is_table = take_kind(line, STR("table"), &rest) ||
				take_kind(line, STR("view"), &rest);

		if ((is_table || take_kind(line, STR("column"), &rest)) &&
				str_next_part(&rest, ' ', &name)) {
			str_list_add(is_table ? &tables : &owners, name, arena);
		}
	}
	for (size_t i = 0; i < tables.count; i++) {
		str_list_add(&owners, tables.items[i], arena);
	}
	for (size_t rank = 0; rank <= RANK_OF_TYPES; rank++) {
		for (size_t i = lines->count; i-- > 0;) {
			const str line = lines->items[i];
			const bool is_later = rank_of(line) != rank ||
					goes_with(line, &tables, arena) ||
					goes_with_owner(line, &owners, arena);
			const str undo = is_later ? (str){ 0 } : repair_undo(line, arena);

			if (undo.len) {
				str_list_add(&sql, undo, arena);
			}
		}
	}
	return sql;
}
