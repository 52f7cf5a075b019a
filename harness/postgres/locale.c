/*
 * The locale that a scenario, or a dump, wants its databases to have: the server's system has it, or ICU stands in.
 */
#include "postgres/dump.h"

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
			"AND collencoding IN (-1, pg_char_to_encoding('UTF8')) AND replace(lower(collcollate), '-', '') = replace(lower(%.*s), '-', '')), "
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

/* --- of a dump -------------------------------------------------------------------------------- */

/* What stands in quotes behind " LOCALE = "; empty: nothing. */
static str option(str line, str name)
{
	const size_t at = str_find(line, name);

	if (at >= line.len) {
		return (str){ 0 };
	}
	const str value = str_slice(line, at + name.len, line.len);

	return str_slice(value, 0, str_find_char(value, '\''));
}

/* By their bytes, as is the server's own habit. */
static bool orders_by_bytes(str locale)
{
	static const str names[] = { STR_INIT("C"), STR_INIT("POSIX"), STR_INIT("C.UTF-8"),
		STR_INIT("C.UTF8"), STR_INIT("C.utf8") };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (str_equal(locale, names[i])) {
			return true;
		}
	}
	return false;
}

static struct error *begin_icu(struct host *host, str locale, struct arena *arena, str *ret_note)
{
	struct buf sql = { .arena = arena };
	bool has_icu = false;
	str spelt = { 0 };
	struct error *error = look_for(host, locale, arena, &spelt, &has_icu);

	if (error) {
		return error;
	}
	if (!has_icu || host->version < 150000) {
		*ret_note = str_format(arena,
				"the dump's database has ICU's locale '%.*s', and this one cannot: "
				"texts are ordered as the server does",
				STR_ARG(locale));
		return NULL;
	}
	buf_add(&sql, STR(" LOCALE_PROVIDER icu ICU_LOCALE "));
	postgres_quote_text(locale, &sql);
	host->locale_sql = buf_str(&sql);
	return NULL;
}

struct error *postgres_dump_locale_begin(
		struct host *host, const struct dump *dump, struct arena *arena, str *ret_note)
{
	const struct dump_survey *survey;
	str refusal;

	*ret_note = host->locale_sql = (str){ 0 };
	if (postgres_survey(host, dump, arena, &survey)) {
		return NULL; // whoever loads it says so
	}
	const str line = survey->section->creation;
	const str icu = option(line, STR(" ICU_LOCALE = '"));

	if (icu.len) {
		return begin_icu(host, icu, arena, ret_note);
	}
	str locale = option(line, STR(" LOCALE = '"));

	if (!locale.len) {
		locale = option(line, STR(" LC_COLLATE = '"));
	}
	if (!locale.len || orders_by_bytes(locale) ||
			str_find(line, STR(" LOCALE_PROVIDER = builtin")) < line.len) {
		return NULL; // the builtin ones all order by bytes
	}
	struct error *error = postgres_locale_begin(host, locale, arena, ret_note, &refusal);

	if (!error && refusal.len) {
		*ret_note = str_format(arena,
				"%.*s: texts of the dump are ordered as the server does",
				STR_ARG(refusal));
	}
	return error;
}
