/*
 * The locale that a scenario, or a dump, wants its databases to have: the server's system has it, or ICU stands in.
 */
#include "postgres/dump.h"

#include "kit/arena.h"
#include "kit/locale.h"

#include <string.h>

/* Of "en_US.UTF-8", or of "en-US" as ICU writes it, the language: "en". */
static str language_of(str locale)
{
	size_t len = 0;

	while (len < locale.len && !strchr("_-.@", locale.data[len])) {
		len++;
	}
	return str_slice(locale, 0, len);
}

/* What a server has for a locale. */
struct found_locale {
	str spelt;         /* how the system spells it, if it had it when the cluster was made */
	bool has_icu;      /* the server */
	bool has_language; /* ICU, any locale of its language */
	bool has_region;   /* ICU, this very one */
};

/* Two spellings that differ in case and hyphens are one to the system. ICU takes any name, and orders by common rules what it does not know. */
static struct error *look_for(
		struct host *host, str locale, struct arena *arena, struct found_locale *ret_found)
{
	struct buf name = { .arena = arena }, icu = { .arena = arena },
		   language = { .arena = arena };
	PGresult *found = NULL;

	postgres_quote_text(locale, &name);
	postgres_quote_text(locale_icu_name(locale, arena), &icu);
	postgres_quote_text(language_of(locale), &language);
	const str sql = str_format(arena,
			"SELECT min(collcollate) FILTER (WHERE collprovider = 'c' "
			"AND collencoding IN (-1, pg_char_to_encoding('UTF8')) AND replace(lower(collcollate), '-', '') = replace(lower(%.*s), '-', '')), "
			"bool_or(collprovider = 'i'), "
			"bool_or(collprovider = 'i' AND lower(collname) = lower(%.*s) || '-x-icu'), "
			"bool_or(collprovider = 'i' AND lower(collname) = lower(%.*s) || '-x-icu') "
			"FROM pg_catalog.pg_collation",
			STR_ARG(buf_str(&name)), STR_ARG(buf_str(&language)),
			STR_ARG(buf_str(&icu)));
	struct error *error = postgres_run(host->admin, sql.data, arena, &found);

	if (!error) {
		const char *yes = "t";

		*ret_found = (struct found_locale){
			.spelt = str_copy(str_from(PQgetvalue(found, 0, 0)), arena),
			.has_icu = strcmp(PQgetvalue(found, 0, 1), yes) == 0,
			.has_language = strcmp(PQgetvalue(found, 0, 2), yes) == 0,
			.has_region = strcmp(PQgetvalue(found, 0, 3), yes) == 0,
		};
	}
	PQclear(found);
	return error;
}

/* The system's own. */
static void choose_system(struct host *host, str spelt, struct arena *arena)
{
	struct buf sql = { .arena = arena };

	buf_add(&sql, STR(" LC_COLLATE "));
	postgres_quote_text(spelt, &sql);
	buf_add(&sql, STR(" LC_CTYPE "));
	postgres_quote_text(spelt, &sql);
	if (host->version >= 150000) {
		buf_add(&sql, STR(" LOCALE_PROVIDER libc"));
	}
	host->locale_sql = buf_str(&sql);
}

static void choose_icu(struct host *host, str name, struct arena *arena)
{
	struct buf sql = { .arena = arena };

	buf_add(&sql, STR(" LOCALE_PROVIDER icu ICU_LOCALE "));
	postgres_quote_text(name, &sql);
	host->locale_sql = buf_str(&sql);
}

struct error *postgres_locale_begin(
		struct host *host, str locale, struct arena *arena, str *ret_note, str *ret_refusal)
{
	struct found_locale found = { 0 };

	*ret_note = *ret_refusal = host->locale_sql = (str){ 0 };
	if (!locale.len) {
		return NULL;
	}
	struct error *error = look_for(host, locale, arena, &found);

	if (error) {
		return error;
	}
	if (found.spelt.len) {
		choose_system(host, found.spelt, arena);
	} else if (!found.has_icu || host->version < 150000) {
		*ret_refusal = str_format(arena,
				"the server has no locale '%.*s', and no ICU that could stand in",
				STR_ARG(locale));
	} else if (!found.has_language) {
		*ret_refusal = str_format(arena,
				"there is no locale '%.*s': neither the server's system has one, nor has ICU a "
				"language '%.*s'",
				STR_ARG(locale), STR_ARG(language_of(locale)));
	} else {
		const str name = found.has_region ? locale_icu_name(locale, arena)
						  : language_of(locale);

		choose_icu(host, name, arena);
		*ret_note = str_format(arena,
				"the server's system has no locale '%.*s': ICU orders texts, by its own "
				"rules for '%.*s'",
				STR_ARG(locale), STR_ARG(name));
	}
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
	struct found_locale found = { 0 };
	struct error *error = look_for(host, locale, arena, &found);

	if (error) {
		return error;
	}
	if (found.has_icu && host->version >= 150000) {
		choose_icu(host, locale, arena);
		return NULL;
	}
	*ret_note = str_format(arena,
			"the dump's database has ICU's locale '%.*s', and this one cannot: texts are "
			"ordered as the server does",
			STR_ARG(locale));
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
