/*
 * SQL that takes away what lines of a schema say is there.
 */
#include "kit/arena.h"
#include "repair/repair_internal.h"

bool repair_is_plain(str name)
{
	for (size_t i = 0; i < name.len; i++) {
		const char c = name.data[i];

		if (!((c >= 'a' && c <= 'z') || c == '_' || (i && c >= '0' && c <= '9'))) {
			return false;
		}
	}
	return name.len > 0;
}

bool repair_is_qualified(str name)
{
	str part;
	size_t count = 0;

	while (str_next_part(&name, '.', &part)) {
		if (!repair_is_plain(part)) {
			return false;
		}
		count++;
	}
	return count == 1 || count == 2;
}

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
			? str_format(arena, "ALTER TABLE %.*s DROP COLUMN %.*s;", STR_ARG(table),
					  STR_ARG(column))
			: (str){ 0 };
}

/* What a line begins with, and how to drop what it names. */
static const struct {
	str kind;
	const char *sql;
} dropped[] = {
	{ STR_INIT("table"), "DROP TABLE" },
	{ STR_INIT("index"), "DROP INDEX" },
	{ STR_INIT("unique index"), "DROP INDEX" },
	{ STR_INIT("view"), "DROP VIEW" },
	{ STR_INIT("materialized view"), "DROP MATERIALIZED VIEW" },
	{ STR_INIT("sequence"), "DROP SEQUENCE" },
	{ STR_INIT("enum"), "DROP TYPE" },
	{ STR_INIT("type"), "DROP TYPE" },
};

str repair_undo(str line, struct arena *arena)
{
	str rest, name;

	if (str_starts_with(line, STR("column order "))) {
		return (str){ 0 };
	}
	if (str_starts_with(line, STR("column "))) {
		rest = str_slice(line, sizeof("column ") - 1, line.len);
		(void)str_next_part(&rest, ' ', &name);
		return undo_column(name, arena);
	}
	for (size_t i = 0; i < COUNT_OF(dropped); i++) {
		const str kind = dropped[i].kind;

		if (str_starts_with(line, kind) && line.len > kind.len &&
				line.data[kind.len] == ' ') {
			rest = str_slice(line, kind.len + 1, line.len);
			(void)str_next_part(&rest, ' ', &name);
			if (repair_is_qualified(name)) {
				return str_format(arena, "%s %.*s;", dropped[i].sql, STR_ARG(name));
			}
		}
	}
	return (str){ 0 };
}

/* --- all of them, in an order in which they can go -------------------------------------------------- */

/* The second word of a line, or what stands before a point in it. */
static str subject_of(str line, str kind)
{
	str name;

	line = str_slice(line, kind.len + 1, line.len);
	(void)str_next_part(&line, ' ', &name);
	return name;
}

/* Whether a line is about a part of one of the tables, or a sequence of a column, which go with them. */
static bool goes_with(str line, const struct str_list *tables, struct arena *arena)
{
	if (str_starts_with(line, STR("sequence ")) &&
			str_find(line, STR(" owned by ")) < line.len) {
		return true;
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
	const str table = STR("table");
	struct str_list tables = { 0 }, sql = { 0 };

	for (size_t i = 0; i < lines->count; i++) {
		if (str_starts_with(lines->items[i], STR("table "))) {
			str_list_add(&tables, subject_of(lines->items[i], table), arena);
		}
	}
	for (size_t rank = 0; rank <= RANK_OF_TYPES; rank++) {
		for (size_t i = lines->count; i-- > 0;) {
			const str line = lines->items[i];
			const bool is_later =
					rank_of(line) != rank || goes_with(line, &tables, arena);
			const str undo = is_later ? (str){ 0 } : repair_undo(line, arena);

			if (undo.len) {
				str_list_add(&sql, undo, arena);
			}
		}
	}
	return sql;
}
