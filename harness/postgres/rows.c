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

/* --- part by part ------------------------------------------------------------------------------ */

/*
 * A table of so many rows is read by one query. Of a larger one a cursor gives parts, of so many bytes if its rows are
 * much like those before, and of so many rows at most.
 */
#define FIRST_ROWS 200
#define PART_BYTES ((size_t)4 * 1024 * 1024)
#define PART_ROWS  20000

struct row_taker {
	engine_row_fn *take;
	void *data;
	size_t rows, bytes; /* so far */
};

static struct error *hand_out(struct row_taker *taker, const struct result *result)
{
	struct error *error = NULL;

	for (size_t row = 0; !error && row < result->row_count; row++) {
		const str *values = result->values + row * result->column_count;

		for (size_t i = 0; i < result->column_count; i++) {
			taker->bytes += values[i].len + sizeof(str);
		}
		error = taker->take(taker->data, values, result->column_count);
	}
	taker->rows += result->row_count;
	return error;
}

static size_t rows_of_part(const struct row_taker *taker)
{
	const size_t a_row = taker->rows ? taker->bytes / taker->rows + 1 : 1;
	const size_t rows = PART_BYTES / a_row;

	return !taker->rows ? FIRST_ROWS : rows > PART_ROWS ? PART_ROWS : rows ? rows : 1;
}

static struct error *execute(struct connection *connection, str sql, struct arena *arena,
		struct result *ret_result)
{
	size_t offset;

	return postgres_execute(connection, sql, arena, ret_result, &offset);
}

/* The cursor is closed, as what the connection does next may be to alter the table. */
static struct error *read_parts(struct connection *connection, str before, str query,
		struct row_taker *taker, struct arena *arena)
{
	struct result part = { 0 };
	const str declare = str_format(
			arena, "DECLARE rehearse_rows NO SCROLL CURSOR FOR %.*s", STR_ARG(query));
	struct error *error = read(connection, before, declare, arena, &part);
	bool is_at_end = false;

	while (!error && !is_at_end) {
		struct arena_mark mark = arena_mark(arena);
		const size_t wanted = rows_of_part(taker);
		const str fetch = str_format(arena, "FETCH %zu FROM rehearse_rows", wanted);

		error = execute(connection, fetch, arena, &part);
		if (!error) {
			error = hand_out(taker, &part);
		}
		is_at_end = part.row_count < wanted;
		if (!error) {
			arena_rewind(arena, mark);
		}
	}
	return error ? error : execute(connection, STR("CLOSE rehearse_rows"), arena, &part);
}

static struct error *read_all(struct connection *connection, str before, str query,
		struct row_taker *taker, struct arena *arena)
{
	struct result first = { 0 };
	const str limited = str_format(arena, "%.*s LIMIT %d", STR_ARG(query), FIRST_ROWS + 1);
	struct error *error = read(connection, before, limited, arena, &first);

	if (error) {
		return error;
	}
	return first.row_count <= FIRST_ROWS ? hand_out(taker, &first)
					     : read_parts(connection, before, query, taker, arena);
}

struct error *postgres_read_rows(struct connection *connection, str table,
		const struct str_list *columns, engine_row_fn *take, void *data,
		struct arena *arena)
{
	const str path = path_of(table, arena);
	const str query = query_of(path, columns, arena);
	const str unforced = str_format(arena,
			"SET LOCAL transaction_read_only = off; SET LOCAL lock_timeout = '200ms'; "
			"ALTER TABLE %.*s NO FORCE ROW LEVEL SECURITY; ",
			STR_ARG(path));
	struct row_taker taker = { .take = take, .data = data };
	struct error *error = read_all(connection, (str){ 0 }, query, &taker, arena);

	if (is_refused(error) && !taker.rows) {
		error = postgres_rollback(connection, arena);
		if (!error) {
			error = read_all(connection, unforced, query, &taker, arena);
		}
		if (!error) {
			error = postgres_rollback(connection, arena);
		}
	}
	return error;
}
