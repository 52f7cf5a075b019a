/*
 * Extensions: what the server has, and how a database gets one.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

/* As the admin, since a scenario's role may not: an extension can run code of its own. */
struct error *postgres_extend(struct database *database, str extension, struct arena *arena)
{
	struct host *host = database->host;
	struct buf sql = { .arena = arena };
	PGresult *result = NULL;
	PGconn *link = NULL;
	struct error *error = postgres_thaw(database, arena);

	if (!error) {
		error = postgres_link(host->conninfo, database->name, (str){ 0 }, arena, &link);
	}
	buf_add(&sql, STR("CREATE EXTENSION IF NOT EXISTS "));
	postgres_quote_identifier(extension, &sql);
	buf_add(&sql, STR(" CASCADE"));
	if (!error) {
		error = postgres_run(link, buf_c(&sql), arena, &result);
	}
	PQclear(result);
	PQfinish(link);
	return error;
}

struct error *postgres_find_extensions(struct host *host, const struct str_list *extensions,
		struct arena *arena, str *ret_refusal)
{
	struct error *error = NULL;

	*ret_refusal = (str){ 0 };
	for (size_t i = 0; !error && !ret_refusal->len && i < extensions->count; i++) {
		struct buf name = { .arena = arena };
		PGresult *found = NULL;

		postgres_quote_text(extensions->items[i], &name);
		error = postgres_run(host->admin,
				str_format(arena,
						"SELECT FROM pg_catalog.pg_available_extensions WHERE name = %.*s",
						STR_ARG(buf_str(&name)))
						.data,
				arena, &found);
		if (!error && !PQntuples(found)) {
			*ret_refusal = str_format(arena,
					"the server has no extension '%.*s', which the dump wants",
					STR_ARG(extensions->items[i]));
		}
		PQclear(found);
	}
	return error;
}
