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

	buf_add(&sql, STR("COPY (SELECT "));
	for (size_t i = 0; i < columns->count; i++) {
		buf_add(&sql, i ? STR(", ") : STR(""));
		postgres_quote_identifier(columns->items[i], &sql);
		buf_add(&sql, STR("::pg_catalog.text"));
	}
	buf_format(&sql, " FROM %.*s) TO STDOUT (FORMAT binary)", STR_ARG(path));
	return buf_str(&sql);
}

/* "insufficient privilege", which is also what a query without row security fails with. */
static bool is_refused(const struct error *error)
{
	return error && str_equal(error->state, STR("42501"));
}

/* --- COPY's binary format ---------------------------------------------------------------------- */

struct reading {
	engine_row_fn *take;
	void *data;
	str *values;
	size_t column_count;
	bool has_begun; /* the header was read */
	struct arena *arena;
};

/* The next number of so many bytes, the most significant first. False: there are fewer. */
static bool next_number(str *rest, size_t size, uint32_t *ret_number)
{
	uint32_t number = 0;

	if (rest->len < size) {
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		number = number << 8 | (unsigned char)rest->data[i];
	}
	*rest = str_slice(*rest, size, rest->len);
	*ret_number = number;
	return true;
}

/* Eleven bytes that say what it is, flags, and the size of what else the header holds. */
static bool pass_header(str *rest)
{
	const size_t start = 11;
	uint32_t flags, size;

	*rest = str_slice(*rest, start, rest->len);
	if (!next_number(rest, 4, &flags) || !next_number(rest, 4, &size)) {
		return false;
	}
	*rest = str_slice(*rest, size, rest->len);
	return true;
}

/* The values of a row: each is preceded by its size, and NULL has none. */
static bool read_values(struct reading *reading, str rest)
{
	const uint32_t null = UINT32_MAX;
	uint32_t size;

	for (size_t i = 0; i < reading->column_count; i++) {
		if (!next_number(&rest, 4, &size) || (size != null && size > rest.len)) {
			return false;
		}
		reading->values[i] = size == null ? (str){ 0 } : str_slice(rest, 0, size);
		rest = size == null ? rest : str_slice(rest, size, rest.len);
	}
	return rest.len == 0;
}

static struct error *take_row(void *data, str row)
{
	const uint32_t end = UINT16_MAX; // in the place of the number of columns
	struct reading *reading = data;
	uint32_t count = 0;
	bool is_sound = true;

	if (!reading->has_begun) {
		is_sound = pass_header(&row);
		reading->has_begun = true;
	}
	if (is_sound && row.len == 0) {
		return NULL;
	}
	is_sound = is_sound && next_number(&row, 2, &count);
	if (is_sound && count == end) {
		return NULL;
	}
	if (!is_sound || count != reading->column_count || !read_values(reading, row)) {
		return error_new(reading->arena, ERROR_ENVIRONMENT,
				"the server wrote rows in a format that nobody knows");
	}
	return reading->take(reading->data, reading->values, reading->column_count);
}

/* In one message. It leaves a transaction open, or failed. */
static struct error *read(struct connection *connection, str before, str query,
		struct reading *reading, struct arena *arena)
{
	return postgres_copy_out(connection,
			str_format(arena, POSTGRES_READING_SETTINGS "%.*s%.*s", STR_ARG(before),
					STR_ARG(query)),
			take_row, reading, arena);
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
	struct reading reading = {
		.take = take,
		.data = data,
		.values = arena_new_array(arena, str, columns->count),
		.column_count = columns->count,
		.arena = arena,
	};
	struct error *error = read(connection, (str){ 0 }, query, &reading, arena);

	if (is_refused(error) && !reading.has_begun) {
		error = postgres_rollback(connection, arena);
		if (!error) {
			error = read(connection, unforced, query, &reading, arena);
		}
		if (!error) {
			error = postgres_rollback(connection, arena);
		}
	}
	return error;
}
