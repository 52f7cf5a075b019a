/*
 * The rows of a table, all of them. Policies may hide rows from everybody but superusers, the table's owner
 * too where row security is forced. To read as a superuser would let casts and functions of a scenario run as
 * one; so the owner, which is whom a cell's connections are of, lifts the force, reads, and rolls back.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

/* A table as a schema has it: SPACE.NAME, or NAME for one in 'public'. */
static str path_of(str table, struct arena *arena)
{
	const size_t dot = str_find_char(table, '.');
	struct buf path = { .arena = arena };

	if (dot < table.len) {
		postgres_quote_path(str_slice(table, 0, dot), str_slice(table, dot + 1, table.len),
				&path);
	} else {
		postgres_quote_path(STR("public"), table, &path);
	}
	return buf_str(&path);
}

static str query_of(str path, const struct str_list *columns, struct arena *arena)
{
	struct buf sql = { .arena = arena };

	buf_add(&sql, STR("SELECT "));
	for (size_t i = 0; i < columns->count; i++) {
		buf_add(&sql, i ? STR(", ") : STR(""));
		postgres_quote_identifier(columns->items[i], &sql);
		buf_add(&sql, STR("::pg_catalog.text"));
	}
	buf_format(&sql, " FROM %.*s", STR_ARG(path));
	return buf_str(&sql);
}

/* In one message; what comes last is the result. It leaves a transaction open, or failed. */
static struct error *read(struct connection *connection, str before, str query, struct arena *arena,
		struct result *ret_result)
{
	size_t offset;

	return postgres_execute(connection,
			str_format(arena, POSTGRES_READING_SETTINGS "%.*s%.*s", STR_ARG(before),
					STR_ARG(query)),
			arena, ret_result, &offset);
}

/* "insufficient privilege", which is also what a query without row security fails with. */
static bool is_refused(const struct error *error)
{
	return error && str_equal(error->state, STR("42501"));
}

struct error *postgres_read_rows(struct connection *connection, str table,
		const struct str_list *columns, struct arena *arena, struct result *ret_result)
{
	const str path = path_of(table, arena);
	const str query = query_of(path, columns, arena);
	const str unforced = str_format(arena,
			"SET LOCAL transaction_read_only = off; SET LOCAL lock_timeout = '200ms'; "
			"ALTER TABLE %.*s NO FORCE ROW LEVEL SECURITY; ",
			STR_ARG(path));
	struct error *error = read(connection, (str){ 0 }, query, arena, ret_result);

	if (is_refused(error)) {
		error = postgres_rollback(connection, arena);
		if (!error) {
			error = read(connection, unforced, query, arena, ret_result);
		}
		if (!error) {
			error = postgres_rollback(connection, arena);
		}
	}
	return error;
}
