/*
 * Names of a schema, as its lines have them and as SQL does.
 */
#include <sqlite3.h>

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

/* SQLite knows its own words. Of those that PostgreSQL reserves (pg_get_keywords()) these are the others. */
static bool is_reserved(str name)
{
	static const char *const others[] = { "analyse", "any", "array", "asymmetric",
		"authorization", "binary", "both", "collation", "concurrently", "current_catalog",
		"current_role", "current_schema", "current_user", "false", "fetch", "freeze",
		"grant", "ilike", "lateral", "leading", "localtime", "localtimestamp", "only",
		"overlaps", "placing", "session_user", "similar", "some", "symmetric",
		"system_user", "tablesample", "trailing", "true", "user", "variadic", "verbose" };

	for (size_t i = 0; i < COUNT_OF(others); i++) {
		if (str_equal(name, str_from(others[i]))) {
			return true;
		}
	}
	return sqlite3_keyword_check(name.data, (int)name.len) != 0;
}

str repair_sql_name(str name, struct arena *arena)
{
	struct buf out = { .arena = arena };
	str part;

	while (str_next_part(&name, '.', &part)) {
		if (out.len) {
			buf_add_char(&out, '.');
		}
		buf_format(&out, is_reserved(part) ? "\"%.*s\"" : "%.*s", STR_ARG(part));
	}
	return buf_str(&out);
}

str repair_index_path(str index, str table, struct arena *arena)
{
	const size_t point = str_find_char(table, '.');
	const str path = point < table.len
			? str_format(arena, "%.*s.%.*s", STR_ARG(str_slice(table, 0, point)),
					  STR_ARG(index))
			: index;

	return repair_sql_name(path, arena);
}

str repair_sequence_owner(str line, struct arena *arena)
{
	const str by = STR(" owned by "), usual = STR("public.");
	const size_t at = str_find(line, by);
	struct buf out = { .arena = arena };

	for (size_t i = at + by.len; str_starts_with(line, STR("sequence ")) && i < line.len; i++) {
		if (line.data[i] != '"') {
			buf_add_char(&out, line.data[i]);
		}
	}
	const str owner = buf_str(&out);

	return str_starts_with(owner, usual) ? str_slice(owner, usual.len, owner.len) : owner;
}
