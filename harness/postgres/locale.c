/*
 * The locale that a scenario wants its databases to have: the server's system has it, or ICU stands in.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

/* "en_US.UTF-8" as ICU calls it: "en-US". */
static str icu_name(str locale, struct arena *arena)
{
	struct buf name = { .arena = arena };

	for (size_t i = 0; i < locale.len && locale.data[i] != '.' && locale.data[i] != '@'; i++) {
		buf_add_char(&name, locale.data[i] == '_' ? '-' : locale.data[i]);
	}
	return buf_str(&name);
}

/*
 * How the system spells the locale, if it had it when the cluster was made, and whether the server has ICU: two
 * spellings that differ in case and hyphens are one to the system.
 */
static struct error *look_for(struct host *host, str locale, struct arena *arena, str *ret_spelt,
		bool *ret_has_icu)
{
	struct buf name = { .arena = arena };
	PGresult *found = NULL;

	postgres_quote_text(locale, &name);
	const str sql = str_format(arena,
			"SELECT (SELECT min(collcollate) FROM pg_catalog.pg_collation WHERE collprovider = 'c' "
			"AND replace(lower(collcollate), '-', '') = replace(lower(%.*s), '-', '')), "
			"EXISTS (SELECT FROM pg_catalog.pg_collation WHERE collprovider = 'i')",
			STR_ARG(buf_str(&name)));
	struct error *error = postgres_run(host->admin, sql.data, arena, &found);

	if (!error) {
		*ret_spelt = str_copy(str_from(PQgetvalue(found, 0, 0)), arena);
		*ret_has_icu = str_equal(str_from(PQgetvalue(found, 0, 1)), STR("t"));
	}
	PQclear(found);
	return error;
}

struct error *postgres_locale_begin(
		struct host *host, str locale, struct arena *arena, str *ret_note, str *ret_refusal)
{
	struct buf sql = { .arena = arena };
	bool has_icu = false;
	str spelt = { 0 };

	*ret_note = *ret_refusal = host->locale_sql = (str){ 0 };
	if (!locale.len) {
		return NULL;
	}
	struct error *error = look_for(host, locale, arena, &spelt, &has_icu);

	if (error) {
		return error;
	}
	if (spelt.len) {
		buf_add(&sql, STR(" LC_COLLATE "));
		postgres_quote_text(spelt, &sql);
		buf_add(&sql, STR(" LC_CTYPE "));
		postgres_quote_text(spelt, &sql);
		if (host->version >= 150000) {
			buf_add(&sql, STR(" LOCALE_PROVIDER libc"));
		}
	} else if (has_icu && host->version >= 150000) {
		buf_add(&sql, STR(" LOCALE_PROVIDER icu ICU_LOCALE "));
		postgres_quote_text(icu_name(locale, arena), &sql);
		*ret_note = str_format(arena,
				"the server's system has no locale '%.*s': ICU orders texts, by its own "
				"rules for '%.*s'",
				STR_ARG(locale), STR_ARG(icu_name(locale, arena)));
	} else {
		*ret_refusal = str_format(arena,
				"the server has no locale '%.*s', and no ICU that could stand in",
				STR_ARG(locale));
	}
	host->locale_sql = buf_str(&sql);
	return NULL;
}
