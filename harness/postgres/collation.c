/*
 * Collations of locales that the private server's system lacks, and that nearly every production has: SQL that
 * names one, as dumps do (COLLATE "en_US.utf8"), would fail here alone. ICU's of the same language stand in.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"
#include "kit/locale.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* What stands between quotes there, if it is called as the locales of systems are: "de_DE", "de_DE.utf8", "de_DE.UTF-8". */
static bool is_locale_name(str name, str *ret_language, str *ret_region)
{
	const str language = str_slice(name, 0, str_find_char(name, '_'));
	const str rest = str_slice(name, language.len + 1, name.len);
	const str region = str_slice(rest, 0, str_find_char(rest, '.'));
	const str codeset = str_slice(rest, region.len + 1, rest.len);

	for (size_t i = 0; i < language.len; i++) {
		if (!islower((unsigned char)language.data[i])) {
			return false;
		}
	}
	for (size_t i = 0; i < region.len; i++) {
		if (!isupper((unsigned char)region.data[i])) {
			return false;
		}
	}
	*ret_language = language;
	*ret_region = region;
	return (language.len == 2 || language.len == 3) && region.len == 2 &&
			(region.len == rest.len || locale_encoding_is_utf8(codeset));
}

static bool speaks_of_collations(str statement)
{
	const str word = STR("collat");

	for (size_t i = 0; i + word.len <= statement.len; i++) {
		if (strncasecmp(statement.data + i, word.data, word.len) == 0) {
			return true;
		}
	}
	return false;
}

/* Make the collation of that name in the database, if it has none and ICU knows the language. */
static struct error *make(struct connection *connection, str name, str language, str region,
		struct arena *arena)
{
	struct database *database = connection->database;
	/* The database's own may be rewound after a statement. */
	struct arena *lasting = database->host->arena;
	PGconn *link = NULL;
	PGresult *found = NULL;
	struct error *error = postgres_link(
			database->host->conninfo, database->name, (str){ 0 }, arena, &link);

	if (!error) {
		error = postgres_run(link,
				str_format(arena,
						"SELECT coll_name FROM (VALUES ('%.*s-%.*s'), ('%.*s')) v (coll_name)"
						" WHERE EXISTS (SELECT FROM pg_catalog.pg_collation"
						" WHERE collprovider = 'i' AND collname = v.coll_name || '-x-icu')"
						" AND NOT EXISTS (SELECT FROM pg_catalog.pg_collation"
						" WHERE collname = '%.*s' AND collencoding IN"
						" (-1, pg_catalog.pg_char_to_encoding('UTF8')))",
						STR_ARG(language), STR_ARG(region),
						STR_ARG(language), STR_ARG(name))
						.data,
				arena, &found);
	}
	if (!error && PQntuples(found)) {
		const str icu = str_copy(str_from(PQgetvalue(found, 0, 0)), lasting);
		PGresult *made = NULL;

		error = postgres_run(link,
				str_format(arena,
						"CREATE COLLATION pg_catalog.\"%.*s\" (provider = icu, locale = '%.*s')",
						STR_ARG(name), STR_ARG(icu))
						.data,
				arena, &made);
		PQclear(made);
		str_list_add(&database->stood_in,
				str_format(lasting,
						"the server's system has no locale '%.*s': ICU orders texts by its "
						"rules for '%.*s' where SQL names that collation",
						STR_ARG(name), STR_ARG(icu)),
				lasting);
	}
	PQclear(found);
	PQfinish(link);
	return error;
}

struct error *postgres_stand_in(struct connection *connection, str statement, struct arena *arena)
{
	struct database *database = connection->database;
	struct arena *lasting = database->host->arena;
	struct error *error = NULL;
	str rest = statement, before, language, region;

	if (!database->host->is_private || !str_next_part(&rest, '"', &before)) {
		return NULL;
	}
	while (!error && str_next_part(&rest, '"', &before)) {
		if (is_locale_name(before, &language, &region) && speaks_of_collations(statement) &&
				!str_list_contains(&database->looked_for, before)) {
			const str name = str_copy(before, lasting);

			str_list_add(&database->looked_for, name, lasting);
			error = make(connection, name, language, region, arena);
		}
	}
	return error;
}

str postgres_database_note(struct database *database, struct arena *arena)
{
	str note = { 0 };

	if (database->stood_in.count) {
		note = str_copy(database->stood_in.items[--database->stood_in.count], arena);
	}
	return note;
}
